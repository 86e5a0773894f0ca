package uri

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/recorded"
)

// TestEscapes compares with httpd.
func TestEscapes(t *testing.T) {
	t.Parallel()
	for _, r := range recorded.Lines(t, "escapes.txt") {
		s := r[0]
		require.Equal(t, r[1], Escape(s), "Escape(%q)", s)
		require.Equal(t, r[2], Unescape(s), "Unescape(%q)", s)
		require.Equal(t, r[3], orNone(EscapeProxy(s, false)), "EscapeProxy(%q)", s)
		require.Equal(t, r[4], orNone(EscapeProxy(s, true)), "EscapeProxy(%q) with slashes kept", s)
	}
}

// What needs no work is not copied.
func TestEscapeAllocates(t *testing.T) {
	s := "/" + strings.Repeat("a", 100)
	require.Zero(t, testing.AllocsPerRun(10, func() { Escape(s); Unescape(s) }))
}

func TestClasses(t *testing.T) {
	t.Parallel()
	const alnum = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for i := range 256 {
		c := byte(i)
		require.Equal(t, strings.IndexByte(alnum, c) >= 0, IsAlnum(c), "%q", c)
		require.Equal(t, strings.IndexByte(alnum+"$-_.+!*'(),:;@&=/~", c) >= 0, keptInPath(c), "%q", c)
		require.Equal(t, c <= ' ' || c == 0x7f, IsControl(c), "%q", c)
		require.Equal(t, IsControl(c), HasControl("a"+string([]byte{c})), "%q", c)
		lower := c
		if 'A' <= c && c <= 'Z' {
			lower = strings.ToLower(string(rune(c)))[0]
		}
		require.Equal(t, lower, Lower(c), "%q", c)
	}
	require.False(t, HasControl(""))
	require.Equal(t, "a%0f%f0", string(AppendEscaped(AppendEscaped([]byte("a"), 0x0f), 0xf0)))
}

func FuzzEscape(f *testing.F) {
	f.Add("/a b%41\xff")
	f.Add("%2f%")
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "\x00") {
			return // a string of httpd ends there
		}
		escaped := Escape(s)
		require.Equal(t, s, Unescape(escaped))
		require.False(t, HasControl(escaped))
		require.NotContains(t, escaped, "?")
		proxied, ok := EscapeProxy(s, false)
		require.True(t, ok)
		require.True(t, strings.EqualFold(escaped, proxied))
		if kept, ok := EscapeProxy(s, true); ok {
			require.False(t, HasControl(kept))
			require.Equal(t, strings.Count(s, "/"), strings.Count(kept, "/"))
		}
	})
}

// TestHasControl puts every byte at every place of a text that is looked at by words.
func TestHasControl(t *testing.T) {
	t.Parallel()
	for n := range 20 {
		for i := range n {
			for c := range 256 {
				text := []byte(strings.Repeat("\xff", n))
				text[i] = byte(c)
				require.Equal(t, IsControl(byte(c)), HasControl(string(text)), "%q", text)
			}
		}
	}
	require.False(t, HasControl(""))
}

// TestIsQuiet puts every byte at every place of a text that is looked at by words.
func TestIsQuiet(t *testing.T) {
	t.Parallel()
	for n := range 20 {
		for i := range n {
			for c := range 256 {
				text := []byte(strings.Repeat("&", n))
				text[i] = byte(c)
				require.Equal(t, c >= '&' && c != 0x7f, IsQuiet(string(text)), "%q", text)
			}
		}
	}
	require.True(t, IsQuiet(""))
}
