package apr

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBytes goes through all bytes: the bounds of each kind are as in RFC 9110, and in the
// C locale.
func TestBytes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		is   func(byte) bool
		want string
	}{
		{"space", IsSpace, "\t\n\v\f\r "},
		{"digit", IsDigit, "0123456789"},
		{"hex", IsHex, "0123456789ABCDEFabcdef"},
		{
			"token", func(c byte) bool { return IsToken(string(rune(c))) && c < 0x80 },
			"!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~",
		},
		{"changed by Lower", func(c byte) bool { return Lower(string([]byte{c})) != string([]byte{c}) }, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	}
	for _, tt := range tests {
		var got []byte
		for c := range 256 {
			if tt.is(byte(c)) {
				got = append(got, byte(c))
			}
		}
		require.Equal(t, tt.want, string(got), tt.name)
	}
	require.False(t, IsToken(""))
	require.False(t, IsToken("a b"))
	require.False(t, IsToken("a\xe9"))
	require.Equal(t, "a@[é", Lower("A@[é"))
}

func TestConcat(t *testing.T) {
	t.Parallel()
	a := append(make([]int, 0, 10), 1, 2)
	require.Equal(t, []int{1, 2, 3}, Concat(a, []int{3}))
	require.Equal(t, []int{1, 2, 4}, Concat(a, []int{4}))
	require.Equal(t, []int{3}, Concat(nil, []int{3}))
	require.Equal(t, []int{1, 2}, Concat(a, nil))
	require.Equal(t, []int{1, 2, 0}, a[:3], "what lies behind is not written to")
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	type m = map[string]int
	over, base := m{"a": 1, "b": 2}, m{"b": 3, "c": 4}
	require.Equal(t, m{"a": 1, "b": 2, "c": 4}, *Overlay(&over, &base))
	require.Equal(t, m{"b": 3, "c": 4}, base)
	require.Equal(t, over, *Overlay(&over, &m{}))
	require.Equal(t, base, *Overlay(&m{}, &base))
	require.Len(t, over, 2)
}

func TestToggle(t *testing.T) {
	t.Parallel()
	require.Equal(t, On, Unset.Over(ToggleOf(true)))
	require.Equal(t, Off, Unset.Over(ToggleOf(false)))
	require.Equal(t, On, On.Over(Off))
	require.Equal(t, Off, Off.Over(On))
	require.Equal(t, "on off", OnOff(true)+" "+OnOff(false))
}

// A table of any length holds what a plain list would: TestTableAsList does the same to
// both, with few names, so that they are repeated, on both sides of the length from which
// on a table has an index.
func TestTableAsList(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test
	name := func(most int) string {
		n := fmt.Sprintf("Name%d", r.IntN(most))
		if r.IntN(2) == 0 {
			return strings.ToUpper(n)
		}
		return n
	}
	for range 200 {
		var table Table
		var list []Entry
		many := 20 + r.IntN(100)
		for step := range 150 {
			n, v := name(many), fmt.Sprint(step)
			switch r.IntN(10) {
			case 0:
				table.Unset(n)
				list = without(list, n, 0)
			case 1, 2:
				table.Add(n, v)
				list = append(list, Entry{n, v})
			case 3:
				got, ok := table.Get(n)
				i := first(list, n)
				require.Equal(t, i >= 0, ok)
				if ok {
					require.Equal(t, list[i].Value, got)
				}
			default:
				table.Set(n, v)
				if i := first(list, n); i >= 0 {
					list[i].Value = v
					list = without(list, n, i+1)
				} else {
					list = append(list, Entry{n, v})
				}
			}
			require.Len(t, table.Entries, len(list))
		}
		require.Equal(t, list, table.Entries)
	}
}

// first returns the place of name in list, -1 without one.
func first(list []Entry, name string) int {
	for i, e := range list {
		if strings.EqualFold(e.Name, name) {
			return i
		}
	}
	return -1
}

// without returns list without the entries of name from place i on.
func without(list []Entry, name string, i int) []Entry {
	kept := append([]Entry(nil), list[:i]...)
	for _, e := range list[i:] {
		if !strings.EqualFold(e.Name, name) {
			kept = append(kept, e)
		}
	}
	return kept
}

// What a table takes, and what a look into it costs, grows with what it holds.
func TestTableSize(t *testing.T) {
	t.Parallel()
	table := Table{Entries: []Entry{{"ab", "1"}, {"c", "2"}}}
	require.Equal(t, 2*EntryBytes, table.Size(0))
	require.Equal(t, 2*EntryBytes+3+2*5, table.Size(5))
	require.Equal(t, 2, table.LookSteps())
	for i := range minIndexed {
		table.Entries = append(table.Entries, Entry{fmt.Sprint("x", i), ""})
	}
	require.Equal(t, minIndexed+2, table.LookSteps())
	_, ok := table.Get("x9")
	require.True(t, ok)
	require.Equal(t, 1, table.LookSteps(), "it has an index now")
	table.Add("y", "")
	table.Entries = append(table.Entries, Entry{"z", ""}, Entry{"zz", ""})
	require.Equal(t, 3, table.LookSteps())
}
