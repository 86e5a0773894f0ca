package language

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEmpty(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`^/about$`, `^[^/]`, true},
		{`^/?about$`, `^[^/]`, false},
		{`^(/|)about$`, `^[^/]`, false},
		{`/edit$`, `^[^/]`, false},
		{`^(?:a|b)$`, `^c$`, true},
		{`^www\.a\.com$`, `^www.a.com$`, false},
		{`^(?!index)`, `^index\.php$`, true},
		{`^(?!index)`, `^in$`, false},
		{`^(?=ab)`, `^a[^b]`, true},
		{`\bfoo\b`, `^afoo$`, true},
		{`\bfoo\b`, `^a foo$`, false},
		{`a\?b`, `^[^?]*$`, true},
		{`^(a)\1$`, `^aa$`, false},
		{`^a++$`, `^b`, true},
	} {
		a, err := Parse(c.a, false)
		require.NoError(t, err, c.a)
		b, err := Parse(c.b, false)
		require.NoError(t, err, c.b)
		require.Equal(t, c.want, Empty(In(a), In(b)), "%s and %s", c.a, c.b)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	fold, err := Parse(`^BLOG/`, true)
	require.NoError(t, err)
	s, v := Find([]Constraint{{Pattern: fold, After: "/x/"}}, []Constraint{NotIn(Must(`^/x/blog/$`)), In(Must(`never`))})
	require.Equal(t, Found, v)
	require.True(t, fold.Match(s[len("/x/"):]), s)
	require.NotEqual(t, "/x/blog/", s)
	_, v = Find([]Constraint{In(Must(`^a*$`))}, []Constraint{NotIn(Must(`^a*$`))})
	require.Equal(t, None, v)
	_, v = Find([]Constraint{In(Must(`^(?:a|b)*a(?:a|b){14}$`))}, []Constraint{In(Must(`^(?:a|b)*b(?:a|b){14}$`))})
	require.Equal(t, Unknown, v, "the search has an end")
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, src := range []string{`(`, `a\`, `(?R)`, `\p{Lu}`, `(*UTF)a`, string(make([]byte, maxPattern+1))} {
		_, err := Parse(src, false)
		require.Error(t, err, src)
	}
}

func TestSamples(t *testing.T) {
	t.Parallel()
	for _, src := range []string{`^a(b|c)d?(.*)$`, `^([^/.]+)/(\d{2,4})\.html?$`, `foo|bar`, `^$`, `.`} {
		p, err := Parse(src, false)
		require.NoError(t, err)
		require.NotEmpty(t, p.Samples())
		for _, s := range p.Samples() {
			require.True(t, p.Match(s), "%s on %q", src, s)
		}
	}
	p := Must(`^name=([^&]*)(&|$)`)
	s, ok := p.With(1, "a%20b")
	require.True(t, ok)
	require.Equal(t, "a%20b", p.Submatch(s)[1])
	_, ok = p.With(1, "a&b")
	require.False(t, ok)
}

func TestSlow(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]bool{
		`^(a+)+$`: true, `^(\w+\s?)*$`: true, `^(.*)*x$`: true, `([a-z]+-?)+\.html$`: true,
		`^(a+)+`: false, `^(/[^/]+)+$`: false, `^([^/]*/)*$`: false, `^(a|b)*$`: false, `^(?:\d{1,3}\.){3}$`: false,
	} {
		p, err := Parse(src, false)
		require.NoError(t, err)
		text, got := p.Slow()
		require.Equal(t, want, got, src)
		if got {
			require.False(t, p.Match(text), "%s on %q", src, text)
		}
	}
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	got, ok := Must(`^(?:www\.)?example.com$`).Literals()
	require.True(t, ok)
	require.Equal(t, []Literal{{"www.example.com", true, true}, {"example.com", true, true}}, got)
	_, ok = Must(`a+`).Literals()
	require.False(t, ok)
}

func FuzzFind(f *testing.F) {
	f.Add(`^a(b|c)`, `[^b]$`, "ac")
	f.Add(`^(?!x)y*`, `\bz`, "y z")
	f.Fuzz(func(t *testing.T, a, b, text string) {
		p, err := Parse(a, false)
		if err != nil {
			return
		}
		q, err := Parse(b, false)
		if err != nil {
			return
		}
		s, v := Find([]Constraint{In(p)}, []Constraint{NotIn(q)})
		if v == Found && p.Exact && q.Exact && (!p.Match(s) || q.Match(s)) {
			t.Errorf("%q is not in %q without %q", s, a, b)
		}
		if v == None && p.Exact && q.Exact && p.Match(text) && !q.Match(text) {
			t.Errorf("%q is in %q without %q", text, a, b)
		}
	})
}
