package pattern_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// apache are the flags Apache compiles with; NC adds pcre.Caseless.
const apache = pcre.DotAll | pcre.DollarEndOnly

// groups writes the groups of a match as one line; - is an unset one.
func groups(p *pattern.Pattern, s string, caps *pattern.Captures) string {
	var out []string
	for g := range min(p.NumGroups(), pattern.MaxGroup) + 1 {
		text := "-"
		if t, ok := caps.Group(s, g); ok {
			text = fmt.Sprintf("%q", t)
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

const nc = pcre.Caseless

// TestMatch checks matches one by one; all answers are PCRE2's.
func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, subject string
		flags            pcre.Flags
		want             string // "" where there is no match
	}{
		// What rules are made of.
		{"", "abc", 0, `""`},
		{"abc", "xabcx", 0, `"abc"`},
		{"ABC", "xabcx", nc, `"abc"`},
		{"^old/page-1/?$", "old/page-1/", 0, `"old/page-1/"`},
		{"^old/page-1/?$", "old/page-12", 0, ""},
		{"^([^/]+)/([^/]+)/([0-9]+)$", "a/bc/12", 0, `"a/bc/12" "a" "bc" "12"`},
		{"(.*)/index\\.(php|html?)$", "a/b/index.html", 0, `"a/b/index.html" "a/b" "html"`},
		{"(^|&)id=([0-9]+)(&|$)", "a=b&id=12", 0, `"&id=12" "&" "12" ""`},
		{"\\.(gif|jpe?g|png)$", "a.gif.jpeg", 0, `".jpeg" "jpeg"`},
		{"\\.(gif|jpe?g|png)$", "a.gif.jpeg/", 0, ""},
		{"^(.+?)/?$", "a/b/", 0, `"a/b/" "a/b"`},
		{"(iphone|ipad)", "Mozilla/5.0 (iPad; U)", nc, `"iPad" "iPad"`},
		{"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)", "abcdefghij", 0, `"abcdefghij" "a" "b" "c" "d" "e" "f" "g" "h" "i"`},

		// Ends and lines.
		{"a$", "a\n", 0, ""},
		{"a$", "a\n", pcre.DollarEndOnly, `"a"`}, // Taken away; see below.
		{"a\\Z", "a\n", 0, `"a"`},
		{"a\\z", "a\n", 0, ""},
		{"(?m)\\n^", "a\n", 0, ""},
		{"(?m)^b$", "a\nb\nc", 0, `"b"`},
		{"a.b", "a\nb", 0, `"a\nb"`},
		{"(?-s)a.b", "a\nb", 0, ""},
		{"\\Gb", "ab", 0, ""},

		// Bytes, not characters.
		{"^.$", "\xc3\xa9", 0, ""},
		{"^..$", "\xc3\xa9", 0, `"é"`},
		{"[é]", "\xa9", 0, `"\xa9"`},
		{"é+", "é\xa9", 0, `"é\xa9"`},
		{"\\xe9", "é", 0, ""},
		{"É", "é", nc, ""},
		{"k", "\u212a", nc, ""},
		{"a\\bé", "aé", 0, `"aé"`},
		{"^(?:\\b.\\b,?)+$", "0,9,A,Z,_,a,z", 0, `"0,9,A,Z,_,a,z"`},
		{"\\b", "/:@[^`{", 0, ""},
		{"\\s", "\v", 0, `"\v"`},
		{"\\s", "\x85\xa0", 0, ""},
		{"\\w", "é", 0, ""},
		{"[[:upper:]]", "a", nc, `"a"`},
		{"\\p{Ll}", "A", nc, ""},

		// Captures of loops.
		{"(a*)*", "aa", 0, `"aa" ""`},
		{"(a*)+", "aa", 0, `"aa" ""`},
		{"(a|)+", "aa", 0, `"aa" ""`},
		{"(a|b?)*c", "abc", 0, `"abc" ""`},
		{"((a|b)*|c)*", "abc", 0, `"ab" "" "b"`},
		{"(?:(?:ab)*?|[^a])+a", "aba", 0, `"a"`},
		{"(?:(a)|b)*", "ab", 0, `"ab" "a"`},
		{"(?:(a)|(b))+", "ab", 0, `"ab" "a" "b"`},
		{"(|x){1,2}$", "x", 0, `"x" "x"`},
		{"(?:ab)()+?", "ab", 0, `"ab" ""`},
		{"(a{2}){2}", "aaaaa", 0, `"aaaa" "aa"`},
		{"(a|ab)(c|bcd)(d*)", "abcd", 0, `"abcd" "a" "bcd" ""`},
		{"x{1001}", strings.Repeat("x", 1001), 0, fmt.Sprintf("%q", strings.Repeat("x", 1001))},

		// Names and numbers.
		{"(?<n>a)(b)", "ab", 0, `"ab" "a" "b"`},
		{"(?|(a)|(b))c", "bc", 0, `"bc" "b"`},
		{"^(?:(?<o>[0-9]+)\\.)(?&o)$", "12.34", 0, `"12.34" "12"`},
		{"(?(DEFINE)(?<o>[a-c]))^(?&o)+$", "abc", 0, `"abc" -`},

		// Lookaround, atomic groups, conditions on what is around.
		{"^(?!index\\.php)(.+)$", "home", 0, `"home" "home"`},
		{"^(?!index\\.php)(.+)$", "index.php", 0, ""},
		{"^(?!.*\\.(?:css|js)$)(.*)$", "a.js", 0, ""},
		{"(?=(a+))a*b\\z", "aab", 0, `"aab" "aa"`},
		{"(?=(a))(?!(b))a", "ab", 0, `"a" "a" -`},
		{"(?<!b)a", "baa", 0, `"a"`},
		{"(?<=(b)|(cd))a", "cda", 0, `"a" - "cd"`},
		{"a++b", "aab", 0, `"aab"`},
		{"a++ab", "aab", 0, ""},
		{"(?>a+)ab", "aab", 0, ""},
		{"(?>a{1,2})?a", "a", 0, `"a"`},
		{"(?:a|ab)*+c", "abc", 0, `"c"`},
		{"a\\Kb", "ab", 0, `"b"`},
		{"(?:x\\Ky|z)+", "xyz", 0, `"yz"`},
		{"(?(?=a)ab|c)", "xc", 0, `"c"`},
		{"(?(?!(a))b|a)", "a", 0, `"a" "a"`},
		{"a\\Rb", "a\r\nb", 0, `"a\r\nb"`},
		{"a\\R\\nb", "a\r\nb", 0, ""},
		{"[[:<:]]cat[[:>:]]", "a cat.", 0, `"cat"`},

		// Back-references and conditions on groups.
		{"(a)\\1", "xaa", 0, `"aa" "a"`},
		{"(a)\\1", "xaA", nc, `"aA" "a"`},
		{"(é)\\1", "éÉ", nc, ""},
		{"(*UTF)(é)\\1x", "éÉx", nc, `"éÉx" "é"`},
		{"(*UTF)(k)\\1x", "k\u212ax", nc, "\"k\u212ax\" \"k\""},
		{"^(.+)/\\1$", "some/some", 0, `"some/some" "some"`},
		{"(?:(a)|b)\\1", "b", 0, ""},
		{"(?<n>a)|(?<n>b)\\k<n>", "bb", 0, `"bb" - "b"`},
		{"(?<=(a)\\1)b", "aab", 0, `"b" "a"`},
		{"(a)?(?(1)b|c)", "ab", 0, `"ab" "a"`},
		{"^(a)?(?(1)b|c)$", "ac", 0, ""},
		{"(?<n>a)?(?(<n>)b|c)\\K.", "abx", 0, `"x" "a"`},
		{"(x)\\1{2}\\Z", "xxx\n", 0, `"xxx" "x"`},
		{"(a)\\1\\b.$", "aa\xe9", 0, `"aa\xe9" "a"`},
	}
	for _, tt := range tests {
		flags := apache | tt.flags
		if tt.flags == pcre.DollarEndOnly {
			flags = pcre.DotAll
		}
		p, err := pattern.Compile(tt.pattern, flags)
		require.NoError(t, err, tt.pattern)
		var caps pattern.Captures
		ok, err := p.Match(tt.subject, &caps, 0)
		require.NoError(t, err, tt.pattern)
		got := ""
		if ok {
			got = groups(p, tt.subject, &caps)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Match(%q, %q) mismatch (-want +got):\n%s", tt.pattern, tt.subject, diff)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ pattern, want string }{
		{"^(a", "missing closing parenthesis at offset 3"},
		{"a(?R)?", "unsupported: recursion at offset 1"},
		{"a(*COMMIT)b", "unsupported: backtracking verb (*COMMIT) at offset 1"},
		{"(*UTF)a(?R)?", "unsupported: recursion at offset 7"},
		{"(*NOTEMPTY)a", "unsupported: (*NOTEMPTY) at offset 0"},
		{"(*LIMIT_MATCH=1000)a", "unsupported: limit (*LIMIT_MATCH=…) at offset 0"},
		{"(a)(?1)\\1(?2)((b)\\2)", "unsupported: subroutine call of a group with back-references, conditions or \\K at offset 17"},
		{"\\R{65535}", "unsupported: too large once compiled at offset 0"},
		{"(a)(?:|\\1b?){2500}", "unsupported: back-reference: too large once written for the backtracking engine at offset 7"},
	}
	for _, tt := range tests {
		_, err := pattern.Compile(tt.pattern, apache)
		var bad *pcre.Error
		require.ErrorAs(t, err, &bad, tt.pattern)
		if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
			t.Errorf("Compile(%q) mismatch (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

func TestMatchesAll(t *testing.T) {
	t.Parallel()
	subjects := []string{"", "a", "abc", "\n", "a\nb", "x\n", "\xe9"}
	tests := map[string]bool{
		"": true, "^": true, "$": true, ".*": true, "(.*)": true, "^(.*)$": true, "^.*": true, "a*": true, "^a?": true,
		"^|x": true, "(?:^(.*)|b)$": true, "\\A(?:.*)\\z": true, ".*?$": true, "^(.*)(/?)$": true, "$^|^": true,
		".": false, ".+": false, "^$": false, "a": false, "^a*$": false, "\\b": false, "(?-s)^.*$": false, "^(?!a)": false,
	}
	for src, want := range tests {
		p, err := pattern.Compile(src, apache)
		require.NoError(t, err, src)
		if got := p.MatchesAll(); got != want {
			t.Errorf("%q: MatchesAll() = %v, want %v", src, got, want)
		}
		all := true
		for _, s := range subjects {
			ok, err := p.Match(s, nil, 0)
			require.NoError(t, err)
			all = all && ok
		}
		if all != want {
			t.Errorf("%q: matches all of the subjects: %v, want %v", src, all, want)
		}
	}
}

func TestPatternDescribesItself(t *testing.T) {
	t.Parallel()
	p, err := pattern.Compile("(a)(?<n>b)", apache|nc)
	require.NoError(t, err)
	got := fmt.Sprintf("%s %v %q %d %v", p, p.Flags() == apache|nc, p.Names(), p.NumGroups(), p.Regexp().Root)
	if want := `(a)(?<n>b) true ["" "" "n"] 2 (?^)((?i:a))((?i:b))`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	p, err = pattern.Compile("(a)", apache)
	require.NoError(t, err)
	if diff := cmp.Diff([]string{"", ""}, p.Names()); diff != "" {
		t.Errorf("Names mismatch (-want +got):\n%s", diff)
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	c := pattern.Captures{0, 3, 1, 2, -1, -1}
	for g, want := range map[int]string{0: "abc true", 1: "b true", 2: " false", -1: " false", 10: " false"} {
		text, ok := c.Group("abc", g)
		if got := fmt.Sprint(text, " ", ok); got != want {
			t.Errorf("Group(%d) = %s, want %s", g, got, want)
		}
	}
}

// TestBudget checks that a match is given up in time, and only then.
func TestBudget(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, subject string
		steps            int
		want             error
	}{
		{"a*?b|(?:a|aa)+c", strings.Repeat("a", 1000), 100, pattern.ErrBudget},
		{"^a*b", strings.Repeat("a", 1000) + "b", 2000, nil},
		{"(?:a|b|ab)*c", strings.Repeat("ab", 5000), 3000, pattern.ErrBudget},
		{"(?!(?:a|aa)*c)a[xy]", strings.Repeat("a", 5000) + "b", 500, pattern.ErrBudget},
		{"^(a|aa)+\\1?$", strings.Repeat("a", 60) + "!", 0, pattern.ErrBudget},
		{"(a)\\1", strings.Repeat("b", 16<<10), 0, nil},
		{"(a)\\1", strings.Repeat("b", 16<<10+1), 0, pattern.ErrBudget},
	}
	for _, tt := range tests {
		p, err := pattern.Compile(tt.pattern, apache)
		require.NoError(t, err, tt.pattern)
		for _, caps := range []*pattern.Captures{nil, new(pattern.Captures)} {
			if _, err := p.Match(tt.subject, caps, tt.steps); !errors.Is(err, tt.want) {
				t.Errorf("%q with %d steps: error %v, want %v", tt.pattern, tt.steps, err, tt.want)
			}
		}
	}
}

// TestReferenceOutOfSteps checks that a pattern whose references keep it from
// remembering what has failed is given up without harm, wherever its steps end.
func TestReferenceOutOfSteps(t *testing.T) {
	t.Parallel()
	p, err := pattern.Compile(`(*UTF)(?i)^(я+|.*?)*(\w*)(\pL*)\1\2?x`, apache)
	require.NoError(t, err)
	subject := strings.Repeat("яЯk", 12)
	every := 7
	if testing.Short() {
		every = 101
	}
	for steps := 1; steps < 12000; steps += every {
		if ok, err := p.Match(subject, nil, steps); ok || err != nil && !errors.Is(err, pattern.ErrBudget) {
			t.Fatalf("with %d steps: %v, %v", steps, ok, err)
		}
	}
}

// TestNamesAreKept checks that a pattern has its names also when its parser has gone on.
func TestNamesAreKept(t *testing.T) {
	t.Parallel()
	var parser pcre.Parser
	p, err := compileBy(&parser, "(?<year>[0-9]+)-(..)", apache)
	require.NoError(t, err)
	_, err = parser.Parse("(a)(?<other>b)(?<third>c)", apache)
	require.NoError(t, err)
	require.Equal(t, []string{"", "year", ""}, p.Names())
}
