package pcre

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestChars(t *testing.T) {
	t.Parallel()
	var c chars
	c.add('a', 'c')
	c.add(0xf0, 0x110)
	c.add(0x111, 0x120)
	c.add(0x200, 0x300)
	want := []span{{'a', 'c'}, {0xf0, 0x120}, {0x200, 0x300}}
	if diff := cmp.Diff(want, c.spans(), cmp.AllowUnexported(span{})); diff != "" {
		t.Errorf("spans mismatch (-want +got):\n%s", diff)
	}
	neg := c.negate()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		in := r >= 'a' && r <= 'c' || r >= 0xf0 && r <= 0x120 || r >= 0x200 && r <= 0x300
		if c.has(r) != in || neg.has(r) == in {
			t.Fatalf("%U: in %v, in the others %v, want %v", r, c.has(r), neg.has(r), in)
		}
	}
	if all := c.union(neg); !all.hasAllWide() || all.low != anyByte {
		t.Errorf("a set and what is not in it are %v", all.spans())
	}
}

// TestBytes checks that a set of characters and the byte sequences made of it match
// the same characters, of those that a subject can have.
func TestBytes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	for _, name := range []string{"l", "cyrillic", "cn"} {
		c := knownChars(name)
		for _, c := range []chars{c, c.negate()} {
			node, first := new(memory).bytesNode(c, 0), (&Chars{c}).First()
			for r := rune(0); r <= utf8.MaxRune; r++ {
				if !utf8.ValidRune(r) {
					continue
				}
				text := string(r)
				got := matchBytes(node, text)
				if want := c.has(r); (got == len(text)) != want || want && !first.Has(text[0]) {
					t.Fatalf("%s: %U: %d bytes matched, a member %v, its first byte %v", name, r, got, want, first.Has(text[0]))
				}
			}
		}
	}
}

// matchBytes returns how many bytes of s a node of sequences matches, or -1.
func matchBytes(n *Node, s string) int {
	switch n.Op {
	case OpSet:
		if s != "" && n.Set.Has(s[0]) {
			return 1
		}
	case OpLiteral:
		if len(s) >= len(n.Text) && s[:len(n.Text)] == n.Text {
			return len(n.Text)
		}
	case OpConcat:
		total := 0
		for _, sub := range n.Subs {
			m := matchBytes(sub, s[total:])
			if m < 0 {
				return -1
			}
			total += m
		}
		return total
	case OpAlternate:
		for _, sub := range n.Subs {
			if m := matchBytes(sub, s); m >= 0 {
				return m
			}
		}
	default:
	}
	return -1
}
