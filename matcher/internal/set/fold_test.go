package set

import (
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// TestFold compares the functions that fold case with slow ones.
func TestFold(t *testing.T) {
	t.Parallel()
	slow := func(s string) string {
		b := []byte(s)
		for i, c := range b {
			if 'A' <= c && c <= 'Z' {
				b[i] += 'a' - 'A'
			}
		}
		return string(b)
	}
	for c := range 256 {
		text := strings.Repeat(string([]byte{byte(c)}), 8)
		x := lower8(load8(text, 0))
		if want := load8(slow(text), 0); x != want {
			t.Errorf("lower8 of bytes %#x = %#x, want %#x", c, x, want)
		}
	}
	g := workload.NewRandom(1)
	word := func(n int) string {
		var b strings.Builder
		for range g.IntN(n) {
			b.WriteByte("aAbB@[`{\xe9\xc9"[g.IntN(10)])
		}
		return b.String()
	}
	for range 20_000 {
		s, text := word(24), slow(word(6))
		if got, want := equalFold(s, slow(s)), true; got != want {
			t.Fatalf("equalFold(%q, %q) = %v", s, slow(s), got)
		}
		if got, want := equalFold(s, text), slow(s) == text; got != want {
			t.Fatalf("equalFold(%q, %q) = %v, want %v", s, text, got, want)
		}
		if got, want := indexFold(s, text), strings.Index(slow(s), text); got != want {
			t.Fatalf("indexFold(%q, %q) = %v, want %v", s, text, got, want)
		}
		if hash(s, true) != hash(slow(s), true) {
			t.Fatalf("the hash of %q depends on its case", s)
		}
	}
}
