package set

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// pieceOf returns a piece that is a text.
func pieceOf(text string) *piece {
	return &piece{items: []*expr{new(memory).literal(text, false)}}
}

// literalsOf returns the table of texts and those that it leaves out, where an automaton may
// take so many bytes.
func literalsOf(bytes int, list ...string) (l *literals, left []string) {
	var b literalsBuilder
	for i, text := range list {
		b.add(literalPiece{pieceOf(text), int32(i), nil})
	}
	l = b.finish(bytes, new(checks), func(p *piece, _ int32) { left = append(left, p.items[0].text) })
	return l, left
}

// TestLiteralOf lists pieces that are for the table.
func TestLiteralOf(t *testing.T) {
	t.Parallel()
	one := pieceOf("text").items[0]
	for name, tt := range map[string]struct {
		p    *piece
		want bool
	}{
		"three bytes":  {pieceOf("abc"), false},
		"four bytes":   {pieceOf("abcd"), true},
		"most bytes":   {pieceOf(strings.Repeat("a", maxLiteral)), true},
		"a byte more":  {pieceOf(strings.Repeat("a", maxLiteral+1)), false},
		"nothing":      {&piece{}, false},
		"two items":    {&piece{items: []*expr{one, one}}, false},
		"no text":      {&piece{items: []*expr{{op: opConcat, text: "text"}}}, false},
		"not one text": {&piece{items: []*expr{{op: opConcat}, one}}, false},
	} {
		text, ok := literalOf(tt.p)
		require.Equal(t, tt.want, ok, name)
		if ok {
			require.Same(t, tt.p.items[0], text, name)
		}
	}
}

// TestQuads shows by which four bytes texts are looked for: the first of those that the fewest
// of them have, and few other subjects.
func TestQuads(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ texts, want []string }{
		"their own":          {[]string{"alpha", "bravo", "charlie"}, []string{"alph", "brav", "char"}},
		"behind the same":    {[]string{"/shop/a1", "/shop/b2", "/shop/c3"}, []string{"op/a", "op/b", "op/c"}},
		"the last":           {[]string{"/blog/x", "/blog/y"}, []string{"og/x", "og/y"}},
		"before the same":    {[]string{"1/blog", "2/blog"}, []string{"1/bl", "2/bl"}},
		"before a last":      {[]string{"ab?same", "cd?same"}, []string{"ab?s", "cd?s"}},
		"all the same":       {[]string{"same", "same", "same"}, []string{"same", "same", "same"}},
		"not commonplace":    {[]string{"/index.html?a"}, []string{"tml?"}},
		"commonplace":        {[]string{".html"}, []string{".htm"}},
		"more of one's own":  {[]string{"ababababc", "ababababd"}, []string{"babc", "babd"}},
		"in another case":    {[]string{"PAGEa", "pageb"}, []string{"AGEa", "ageb"}},
		"most are elsewhere": {[]string{"abcdef", "abcd", "cdef"}, []string{"bcde", "abcd", "cdef"}},
	} {
		l, left := literalsOf(0, tt.texts...)
		require.NotNil(t, l, name)
		require.Empty(t, left, name)
		got := make([]string, len(tt.texts))
		for _, e := range l.entries {
			got[e.id] = tt.texts[e.id][e.at : e.at+quadLength]
		}
		require.Equal(t, tt.want, got, name)
	}
}

// TestLiteralsSize makes tables that are as large as is said.
func TestLiteralsSize(t *testing.T) {
	t.Parallel()
	entry := int(unsafe.Sizeof(literalEntry{}))
	for n, words := range map[int]int{1: 1, 2: 2, 3: 4, 4: 4, 5: 8} {
		var list []string
		for i := range n {
			list = append(list, strings.Repeat(string(rune('a'+i)), 5))
		}
		l, left := literalsOf(0, list...)
		require.Empty(t, left)
		require.Len(t, l.filter, words, "for %d texts", n)
		require.Len(t, l.firsts, words)
		require.Equal(t, 12*words+n*(entry+5), l.memory())
	}
	const size = 8 * literalBytes // of two texts
	l, left := literalsOf(size, "abcd", "efgh")
	require.Nil(t, l, "an automaton is good enough")
	require.Equal(t, []string{"abcd", "efgh"}, left)
	l, left = literalsOf(size-1, "abcd", "efgh")
	require.NotNil(t, l)
	require.Empty(t, left)

	var same []string
	for range maxQuad + 2 {
		same = append(same, "abcd")
	}
	l, left = literalsOf(0, same...)
	require.Len(t, l.entries, maxQuad)
	require.Equal(t, same[maxQuad:], left)
}
