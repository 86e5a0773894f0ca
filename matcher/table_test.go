package matcher

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// TestTable has names with several values, as SetEnv makes them.
func TestTable(t *testing.T) {
	t.Parallel()
	build := func() table {
		var tab table
		tab.set("A", "1")
		tab.set("B", "2")
		tab.add("a", "3")
		tab.add("C", "4")
		return tab
	}
	show := func(tab table) string {
		var list []string
		for _, e := range tab.entries {
			list = append(list, e.name+"="+e.value)
		}
		return strings.Join(list, " ")
	}
	tests := []struct {
		name string
		do   func(*table)
		want string
	}{
		{"as built", func(*table) {}, "A=1 B=2 a=3 C=4"},
		{"set removes the others", func(t *table) { t.set("A", "5") }, "A=5 B=2 C=4"},
		{"unset removes all", func(t *table) { t.unset("a") }, "B=2 C=4"},
		{"prefixed keeps the last", func(t *table) { *t = t.prefixed("X_", nil) }, "X_A=3 X_B=2 X_C=4"},
		{"a clone is apart", func(t *table) { c := t.clone(); c.set("B", "9") }, "A=1 B=2 a=3 C=4"},
	}
	for _, tt := range tests {
		tab := build()
		if v, _ := tab.get("a"); v != "1" {
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
		if diff := cmp.Diff(tt.want, confWords(tt.text)); diff != "" {
			t.Errorf("confWords(%q) mismatch (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestLiteralPattern(t *testing.T) {
	t.Parallel()
	tests := []struct {
		regex, literal string
		ok             bool
	}{
		{"abc", "abc", true},
		{`a\.b`, "a.b", true},
		{`a\\b`, `a\b`, true},
		{`\^\$\|\(\)\[\]\*\+\?\{\}`, "^$|()[]*+?{}", true},
		{`abc\`, "abc", true},
		{`\`, "", true},
		{"a.b", "", false},
		{`\d`, "", false},
		{`a\ b`, "", false},
		{"^a", "", false},
		{"a}", "", false},
	}
	for _, tt := range tests {
		got, ok := literalPattern(tt.regex)
		if got != tt.literal || ok != tt.ok {
			t.Errorf("literalPattern(%q) = %q, %v, want %q, %v", tt.regex, got, ok, tt.literal, tt.ok)
		}
	}
}

// TestLongTable does to a table with an index what it does to a short one.
func TestLongTable(t *testing.T) {
	t.Parallel()
	var long table
	for i := range 50_000 {
		long.set("Name"+itoa(i), itoa(i))
	}
	long.set("NAME7", "new")
	long.unset("name8")
	long.add("name9", "again")
	for name, want := range map[string]string{"name7": "new", "name9": "9", "name49999": "49999", "NAME0": "0"} {
		got, ok := long.get(name)
		require.True(t, ok, name)
		require.Equal(t, want, got, name)
	}
	_, ok := long.get("Name8")
	require.False(t, ok)
	require.Equal(t, "Name7", long.entries[7].name)
	long.set("name9", "last")
	require.Len(t, long.entries, 49_999)
	clone := long.clone()
	clone.set("name7", "other")
	got, _ := long.get("name7")
	require.Equal(t, "new", got)
	prefixed := long.prefixed("P_", nil)
	got, _ = prefixed.get("p_name49999")
	require.Equal(t, "49999", got)
}
