package set

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// TestShape shows what patterns come down to.
func TestShape(t *testing.T) {
	t.Parallel()
	tests := []struct{ pattern, want string }{
		{"", "everything"},
		{"^", "everything"},
		{"(.*)", "everything"},
		{"^(.*)$", "everything"},
		{"a*$", "everything"},
		{"x?", "everything"},
		{"^$", "^$"},
		{"^.+$", "^."},
		{"..", ".."},
		{"^old/(.*)$", "^old/"},
		{"^old/(.+)$", "^old/."},
		{"^(.*)\\.html$", ".html$"},
		{"a{2,5}", "a{2}"},
		{"(ab?)+", "a"},
		{"x*foo", "foo"},
		{"(?:ab){2,}c", "(ab){2}c"},
		{"(a|b|c)x", "[a-c]x"},
		{"(?:a*)*b", "b"},
		{"(^|/)x($|/)", "^x$ | ^x/ | /x$ | /x/"},
		{"^foo$|bar", "^foo$ | bar"},
		{"^(?:foo|bar)$", "^foo$ | ^bar$"},
		{"^(^a|.*b)c", "^ac | bc"},
		{"(?i)Foo/Bar", "(?i:foo/bar)"},
		{"(?i)[x]1", "(?i:x1)"},
		{"[a]b", "ab"},
		{"\\bcat\\b", "<word>cat<word>"},
		{"(?m)^a$", "<line>a<eol>"},
		{"(?m)\\A^a$\\z", "^a$"},
		{"^a\\Z", "^a(\n)?$"},
		{"a\\Zb", "a<eol>b (inexact)"},
		{"a{0}b", "b"},
		{"(*FAIL)", "nothing"},
		{"a(*FAIL)|b", "b"},
		{"^(?!index)(.*)$", "everything (inexact)"},
		{"^(?!index)x", "^x (inexact)"},
		{"^(.+)/\\1$", "./ (inexact)"},
		{"xa++b", "xa+b (inexact)"},
		{"a\\Kb", "ab (inexact)"},
		{"(a)?b(?(1)c|d)", "b[c-d] (inexact)"},
		{"a(?R)?b", "hopeless"},
	}
	for _, tt := range tests {
		sh := shapeOf(parse(t, tt.pattern)[0], new(memory))
		var parts []string
		for i := range sh.branches {
			br := &sh.branches[i]
			parts = append(parts, showEnds(br.items, br.begin, br.end))
		}
		got := strings.ReplaceAll(strings.Join(parts, " | "), `\n`, "\n")
		switch {
		case sh.hopeless:
			got = "hopeless"
		case sh.everything:
			got = "everything"
		case len(parts) == 0:
			got = "nothing"
		}
		if !sh.exact && !sh.hopeless {
			got += " (inexact)"
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("shape of %q mismatch (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

// TestCut shows into which pieces branches are cut.
func TestCut(t *testing.T) {
	t.Parallel()
	tests := []struct{ pattern, want string }{
		{"/shoes-tag-1/", "/shoes-tag-1/ whole"},
		{"\\.(gif|jpe?g)$", ".(gif|jpe?g)$ whole"},
		{"(?i)item([0-9]+)-v7", "(?i:item)[0-9]+(?i:-v7) whole"},
		{"first.*second", "first second"},
		{"^Mozilla.*Robot", "^Mozilla Robot"},
		{"first[a-z]+second", "first second"},
		{"first-[0-9]+second", "first-[0-9]+second whole"},
		{"first1[0-9]+second", "first1 second"},
		{"^([a-z]{2})/shop/(.+)$", "^[a-z]{2}/shop/"},
		{"^([^/]+)/([^/]+)/?$", ""},
		{"a.{20}b", "explosive"},
		{"^a.{20}b", "^a.{20}b whole"},
		{"abc.{20}defg", "abc defg explosive"},
		{"one.*two.*three.*four.*five", "three four five"},
		{"(a|b)*a(a|b){12}$", "explosive"},
	}
	for _, tt := range tests {
		sh := shapeOf(parse(t, tt.pattern)[0], new(memory))
		c := cut(&sh.branches[0])
		whole := c.whole()
		var parts []string
		for _, p := range c.useful() {
			parts = append(parts, showEnds(p.items, p.begin, p.end))
		}
		if whole {
			parts = append(parts, "whole")
		}
		if c.explosive {
			parts = append(parts, "explosive")
		}
		if diff := cmp.Diff(tt.want, strings.Join(parts, " ")); diff != "" {
			t.Errorf("pieces of %q mismatch (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

func TestFinite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern string
		want    string
		ok      bool
	}{
		{"^old/?$", "old old/", true},
		{"^a(b|c)?$", "a ab ac", true},
		{"^[0-9]{2}$", "", false},
		{"^x[0-9]$", "x0 x1 x2 x3 x4 x5 x6 x7 x8 x9", true},
		{"(?i)^A/?$", "a a/ (either case)", true},
		{"(?i)^a(?-i)b$", "", false},
		{"^a*$", "", false},
		{"^(?:ab){1,2}$", "ab abab", true},
	}
	for _, tt := range tests {
		sh := shapeOf(parse(t, tt.pattern)[0], new(memory))
		list, ok := finite(sh.branches[0].items)
		got := strings.Join(list.list, " ")
		if list.fold {
			got += " (either case)"
		}
		if ok != tt.ok || got != tt.want {
			t.Errorf("finite(%q) = %q, %v, want %q, %v", tt.pattern, got, ok, tt.want, tt.ok)
		}
	}
}

// TestHuge sees that patterns that stand for a lot are given up in time.
func TestHuge(t *testing.T) {
	t.Parallel()
	patterns := []string{
		strings.Repeat("(?:a|", 60) + strings.Repeat(")", 60),
		"(((a{9}){9}){9}){9}",
		"x" + strings.Repeat("[ab]", 5000),
		strings.Repeat("a", 9000),
		strings.Repeat("(x|y)?", 900),
	}
	var parsed []*pcre.Regexp
	for _, src := range patterns {
		re, err := pcre.Parse(src, apache)
		if err != nil {
			t.Logf("%.20s: %v", src, err)
			continue
		}
		parsed = append(parsed, re)
	}
	s := New(parsed, nil)
	for id := range parsed {
		if got := s.Candidates(nil, strings.Repeat("a", 10000)); len(got) == 0 {
			t.Errorf("pattern %d is not a candidate", id)
		}
	}
}
