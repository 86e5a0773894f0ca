package iis

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// largeMap is a map of n entries.
func largeMap(tb testing.TB, n int, fold bool) *rewriteMap {
	tb.Helper()
	entries := make([]webconfig.Entry, n)
	for i := range entries {
		entries[i] = webconfig.Entry{Kind: webconfig.EntryAdd, Key: fmt.Sprintf("/Old/Page-%d", i), Value: fmt.Sprintf("/new/%d", i)}
	}
	m := &webconfig.Map{Entries: entries}
	m.IgnoreCase.Value = fold
	return newMap(m)
}

// BenchmarkMap looks keys up among 100,000.
func BenchmarkMap(b *testing.B) {
	for name, fold := range map[string]bool{"case": false, "nocase": true} {
		m := largeMap(b, 100_000, fold)
		keys := make([]string, 997)
		for i := range keys {
			keys[i] = fmt.Sprintf("/old/page-%d", i*99)
			if !fold {
				keys[i] = fmt.Sprintf("/Old/Page-%d", i*99)
			}
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, found := m.lookup(keys[i%len(keys)]); !found {
					b.Fatal("not found")
				}
			}
		})
	}
}

// TestMap looks keys up.
func TestMap(t *testing.T) {
	t.Parallel()
	for _, fold := range []bool{false, true} {
		m := largeMap(t, 10, fold)
		value, found := m.lookup("/Old/Page-3")
		require.True(t, found)
		require.Equal(t, "/new/3", value)
		_, found = m.lookup("/old/PAGE-3")
		require.Equal(t, fold, found)
	}
}
