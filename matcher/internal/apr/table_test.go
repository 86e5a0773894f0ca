package apr

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// TestTable has names with several values, as SetEnv makes them.
func TestTable(t *testing.T) {
	t.Parallel()
	build := func() Table {
		var tab Table
		tab.Set("A", "1")
		tab.Set("B", "2")
		tab.Add("a", "3")
		tab.Add("C", "4")
		return tab
	}
	show := func(tab Table) string {
		var list []string
		for _, e := range tab.Entries {
			list = append(list, e.Name+"="+e.Value)
		}
		return strings.Join(list, " ")
	}
	tests := []struct {
		name string
		do   func(*Table)
		want string
	}{
		{"as built", func(*Table) {}, "A=1 B=2 a=3 C=4"},
		{"set removes the others", func(t *Table) { t.Set("A", "5") }, "A=5 B=2 C=4"},
		{"unset removes all", func(t *Table) { t.Unset("a") }, "B=2 C=4"},
		{"prefixed keeps the last", func(t *Table) { *t = t.Prefixed("X_", nil) }, "X_A=3 X_B=2 X_C=4"},
		{"a clone is apart", func(t *Table) { c := t.Clone(); c.Set("B", "9") }, "A=1 B=2 a=3 C=4"},
	}
	for _, tt := range tests {
		tab := build()
		if v, _ := tab.Get("a"); v != "1" {
			t.Errorf("%s: get returns %q, want the first value", tt.name, v)
		}
		tt.do(&tab)
		if diff := cmp.Diff(tt.want, show(tab)); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestConfWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
	}{
		{"", nil},
		{" a\tb ", []string{"a", "b"}},
		{`"a b" c`, []string{"a b", "c"}},
		{`"a"b`, []string{"a", "b"}},
		{`'a "b'`, []string{`a "b`}},
		{`"a \"b\" \\ \n" x`, []string{`a "b" \ \n`, "x"}},
		{`a\\b a\ b`, []string{`a\b`, `a\`, "b"}},
		{`a "" b`, []string{"a"}},
		{`"open`, []string{"open"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Words(tt.text)); diff != "" {
			t.Errorf("confWords(%q) mismatch (-want +got):\n%s", tt.text, diff)
		}
	}
}

// TestLongTable does to a table with an index what it does to a short one.
func TestLongTable(t *testing.T) {
	t.Parallel()
	var long Table
	for i := range 50_000 {
		long.Set("Name"+strconv.Itoa(i), strconv.Itoa(i))
	}
	long.Set("NAME7", "new")
	long.Unset("name8")
	long.Add("name9", "again")
	for name, want := range map[string]string{"name7": "new", "name9": "9", "name49999": "49999", "NAME0": "0"} {
		got, ok := long.Get(name)
		require.True(t, ok, name)
		require.Equal(t, want, got, name)
	}
	_, ok := long.Get("Name8")
	require.False(t, ok)
	require.Equal(t, "Name7", long.Entries[7].Name)
	long.Set("name9", "last")
	require.Len(t, long.Entries, 49_999)
	clone := long.Clone()
	clone.Set("name7", "other")
	got, _ := long.Get("name7")
	require.Equal(t, "new", got)
	prefixed := long.Prefixed("P_", nil)
	got, _ = prefixed.Get("p_name49999")
	require.Equal(t, "49999", got)
}
