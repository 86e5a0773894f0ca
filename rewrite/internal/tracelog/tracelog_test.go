package tracelog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestComparable has a line of a real httpd, and the same of the engine.
func TestComparable(t *testing.T) {
	t.Parallel()
	const live = `[Thu Nov 26 17:50:01.123456 2026] [rewrite:trace3] [pid 7:tid 8] mod_rewrite.c(485): [client 127.0.0.1:40000] ` +
		`127.0.0.1 - - [www.example.com/sid#7f12ab][rid#7f12cd/initial/redir#1] [perdir /srv/] applying pattern '^a' to uri 'a'`
	m := Message{3, `127.0.0.1 - - [www.example.com/sid#0][rid#2/initial/redir#1] [perdir /srv/] applying pattern '^a' to uri 'a'`}
	require.Equal(t, Comparable(live), Comparable(m.Line("127.0.0.1:5", "")))
	require.Equal(t, "trace3 [www.example.com][initial/redir#1] [perdir /srv/] applying pattern '^a' to uri 'a'", Comparable(live))
	for _, other := range []string{"", "[core:error] x", "[rewrite:error] x/sid#1][rid#2/initial] y"} {
		require.Empty(t, Comparable(other))
	}
}

func TestEscaped(t *testing.T) {
	t.Parallel()
	m := Message{1, "a\b\n\r\t\v\\\"\x7f\xc3\xa9z"}
	require.Equal(t, `a\b\n\r\t\v\\"\x7f\xc3\xa9z`, m.Escaped())
	require.Equal(t, `[rewrite:trace1] [client c] `+m.Escaped()+`, referer: \xff`, m.Line("c", "\xff"))
	long := Message{1, strings.Repeat("\x01", 20_000)}
	require.Len(t, long.Escaped(), maxLine)
}

func TestSame(t *testing.T) {
	t.Parallel()
	a := strings.Split("abcabba", "")
	require.Equal(t, 4, Same(a, strings.Split("cbabac", "")))
	require.Equal(t, 7, Same(a, a))
	require.Zero(t, Same(nil, a))
	require.Zero(t, Same(a, nil))
}

// What a process of httpd has cached of a map does not count.
func TestComparableLookups(t *testing.T) {
	t.Parallel()
	const prefix = "[rewrite:trace5] [pid 1:tid 2] mod_rewrite.c(1): [client 1.2.3.4:5] 1.2.3.4 - - [h/sid#1][rid#2/initial] "
	line := func(message string) string { return Comparable(prefix + message) }
	require.Equal(t, line("cache lookup OK: map=m[txt] key=k -> val=v, referer: r"), line("map lookup OK: map=m[txt] key=k -> val=v, referer: r"))
	require.Equal(t, line("cache lookup OK: map=m[txt] key=k -> val=, referer: r"), line("map lookup FAILED: map=m[txt] key=k, referer: r"))
	require.Equal(t, line("cache lookup OK: map=m[txt] key= -> val="), line("map lookup FAILED: map=m[txt] key="))
	require.NotEqual(t, line("cache lookup OK: map=m[txt] key=k -> val=v"), line("map lookup FAILED: map=m[txt] key=k"))
	require.Empty(t, line("cache lookup FAILED, forcing new map lookup"))
	require.NotEmpty(t, line("pass through /cache lookup FAILED"))
}
