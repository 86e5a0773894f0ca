package pcre_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// apache are the flags Apache compiles with.
const apache = pcre.DotAll | pcre.DollarEndOnly

// TestParse checks the tree, as the pattern it prints as.
func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern string
		flags   pcre.Flags
		want    string // without the leading (?^)
	}{
		{"", 0, `(?:)`},
		{"abc", 0, `abc`},
		{"a.c", 0, `a\Cc`},
		{"(?-s).", 0, `[^\x0a]`},
		{"^a$", 0, `\Aa\z`},
		{"^a$", pcre.Multiline, `(?m:^)a(?m:$)`},
		{`\Aa\z\Z\G`, 0, `\Aa\z\Z\A`},
		{"a|b|", 0, `(?:a|b|(?:))`},
		{"ab*", 0, `a(?:b){0,}`},
		{"ab+?c??", 0, `a(?:b){1,}?(?:c){0,1}?`},
		{"a{2,3}+", 0, `(?:a){2,3}+`},
		{"a{2}+", 0, `(?:a){2,2}`},
		{"a{1}b{0}", 0, `a(?:b){0,0}`},
		{"(?U)a*b*?", 0, `(?:a){0,}?(?:b){0,}`},
		{"(?:ab)*", 0, `(?:ab){0,}`},
		{"(a)(?<n>b)", 0, `(a)(b)`},
		{"a{,2}b{x}c{ 1 }", 0, `a\x7b\x2c2\x7db\x7bx\x7dc\x7b\x201\x20\x7d`},
		{`\.\-\<\é`, 0, `\x2e\x2d\x3c\xc3\xa9`},
		{`\x41\101\o{101}\x{41}\cA\e\a`, 0, `AAAA\x01\x1b\x07`},
		{`\x\x4g\0\08`, 0, `\x00\x04g\x00\x008`},
		{`\18\81`, 0, ``},
		{`\Qa.b\E.*\E`, 0, `a\x2eb(?:\C){0,}`},
		{`\Qab\E*`, 0, `a(?:b){0,}`},
		{"a\\Q\\E*", 0, `(?:a){0,}`},
		{"a(?#no)*", 0, `(?:a){0,}`},
		{"(?x)a b # c\n d", 0, `abd`},
		{"(?xx)[a b]", 0, `[a-b]`},
		{"(?i)aB1", 0, `(?i:aB1)`},
		{"a(?i)b|c", 0, `(?:a(?i:b)|(?i:c))`},
		{"(?i:a)b", 0, `(?i:a)b`},
		{"aB", pcre.Caseless, `(?i:aB)`},
		{"(?^)aB", pcre.Caseless, `aB`},
		{"[Aa][1]", 0, `(?i:A1)`},
		{"[]a]", 0, `[\x5da]`},
		{"[^]]", 0, `[^\x5d]`},
		{"[a-]", 0, `[\x2da]`},
		{"[a-c-e]", 0, `[\x2da-ce]`},
		{"[a-z-[b]]", 0, `[\x2d\x5ba-z]\x5d`},
		{`[\b\]\1\8]`, 0, `[\x01\x088\x5d]`},
		{`[\Qa-z\E]`, 0, `[\x2daz]`},
		{`\d\s\w`, 0, `[0-9][\x09-\x0d\x20][0-9A-Z_a-z]`},
		{`\h\v\N`, 0, `[\x09\x20\xa0][\x0a-\x0d\x85][^\x0a]`},
		{"[[:upper:]]", 0, `[A-Z]`},
		{"[[:upper:]]", pcre.Caseless, `[A-Za-z]`},
		{"[[:^space:]_]", 0, `[^\x09-\x0d\x20]`},
		{`\p{Lu}\p{^Ll}\pN`, 0, `[A-Z\xc0-\xd6\xd8-\xde][^a-z\xb5\xdf-\xf6\xf8-\xff][0-9\xb2-\xb3\xb9\xbc-\xbe]`},
		{`\R`, 0, `(?>(?:\x0d\x0a|[\x0a-\x0d\x85]))`},
		{"(?=a)(?!b)(?<=c)(?<!d|ef)", 0, `(?=a)(?!b)(?<=c)(?<!d|ef)`},
		{"(*pla:a)(*nlb:b)(*atomic:c)", 0, `(?=a)(?<!b)(?>c)`},
		{"(?=a)*", 0, `(?:(?=a)){0,1}`},
		{"[[:<:]]a[[:>:]]", 0, `\b(?=[0-9A-Z_a-z])a\b(?<=[0-9A-Z_a-z])`},
		{"(?>a)", 0, `(?>a)`},
		{`(a)\1\g1\g{1}\g{-1}\k<n>(?<n>)`, 0, `(a)(?:\g{1})(?:\g{1})(?:\g{1})(?:\g{1})(?:\g{2})((?:))`},
		{`(?i)(?P<n>a)(?P=n)`, 0, `((?i:a))(?i:\g{1})`},
		{`()()()()()()()()()()\10`, 0, strings.Repeat("((?:))", 10) + `(?:\g{10})`},
		{`\10`, 0, `\x08`},
		{"(a)?(?(1)b|c)", 0, `(?:(a)){0,1}(?(1)b|c)`},
		{"(?<n>a)?(?(<n>)b)", 0, `(?:(a)){0,1}(?(1)b|(?:))`},
		{"(?(?=a)b|c)", 0, `(?(?=a)b|c)`},
		{"(?(DEFINE)(?<o>a))(?&o)+", 0, `(?(VERSION=0.0)(a)|(?:))(?:a){1,}`},
		{"(?(VERSION>=10.0)a|b)", 0, `(?(VERSION>=0.0)a|b)`},
		{"(?(VERSION>=10.42)a|b)", 0, `(?(VERSION>=0.0)a|b)`},
		{"(?(VERSION>=10.43)a|b)", 0, `(?(VERSION=0.0)a|b)`},
		{"(?(VERSION>=9.99)a|b)", 0, `(?(VERSION>=0.0)a|b)`},
		{"(?(VERSION=10.42)a|b)", 0, `(?(VERSION>=0.0)a|b)`},
		{"(?(VERSION=10.4)a|b)", 0, `(?(VERSION=0.0)a|b)`},
		{"(?(VERSION=9.42)a|b)", 0, `(?(VERSION=0.0)a|b)`},
		{`\ca\cz\cA\c@`, 0, `\x01\x1a\x01\x00`},
		{"(?(R)a|b)", 0, `(?(VERSION=0.0)a|b)`},
		{"(?|(a)|(b))(c)", 0, `(?:(a)|(b))(c)`},
		{"(?n)(a)(?<n>b)", 0, `a(b)`},
		{"a(?C1)b(*MARK:x)c", 0, `abc`},
		{"(*LIMIT_MATCH=9)(*NO_JIT)a", 0, `a`},
		{"(*FAIL)|(*F)", 0, `(?:(*FAIL)|(*FAIL))`},
		{"(?1)(a)", 0, `a(a)`},
		{"(?+1)(a)(?-1)", 0, `a(a)a`},
	}
	for _, tt := range tests {
		re, err := pcre.Parse(tt.pattern, apache|tt.flags)
		if tt.want == "" {
			if err == nil {
				t.Errorf("Parse(%q) succeeds", tt.pattern)
			}
			continue
		}
		require.NoError(t, err, tt.pattern)
		got := strings.TrimPrefix(re.Root.String(), "(?^)")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Parse(%q) mismatch (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern string
		code    pcre.Code
		offset  int
	}{
		{`a\`, pcre.CodeTrailingBackslash, 2},
		{`\c`, pcre.CodeTrailingControl, 2},
		{`\y`, pcre.CodeUnknownEscape, 1},
		{`\u0041`, pcre.CodePerlEscape, 2},
		{"a{3,2}", pcre.CodeQuantifierOrder, 5},
		{"a{65536}", pcre.CodeQuantifierTooBig, 6},
		{"[a", pcre.CodeUnclosedClass, 2},
		{"[]", pcre.CodeUnclosedClass, 2},
		{"[^]", pcre.CodeUnclosedClass, 3},
		{`[\B]`, pcre.CodeEscapeInClass, 2},
		{`[\R]`, pcre.CodeEscapeInClass, 2},
		{`[\z]`, pcre.CodeEscapeInClass, 2},
		{"[z-a]", pcre.CodeRangeOrder, 3},
		{"*a", pcre.CodeNothingToRepeat, 0},
		{"*/*", pcre.CodeNothingToRepeat, 0},
		{"a**", pcre.CodeNothingToRepeat, 2},
		{"a+*", pcre.CodeNothingToRepeat, 2},
		{"a{2}{3}", pcre.CodeNothingToRepeat, 4},
		{"^*", pcre.CodeNothingToRepeat, 1},
		{"$+", pcre.CodeNothingToRepeat, 1},
		{`\b*`, pcre.CodeNothingToRepeat, 2},
		{"^${1}", pcre.CodeNothingToRepeat, 2},
		{"(*)", pcre.CodeNothingToRepeat, 1},
		{"|*", pcre.CodeNothingToRepeat, 1},
		{"{1}", pcre.CodeNothingToRepeat, 0},
		{"(?i)*", pcre.CodeNothingToRepeat, 4},
		{"(?z)", pcre.CodeUnknownGroup, 2},
		{"[:alpha:]", pcre.CodePosixOutsideClass, 0},
		{"[[.a.]]", pcre.CodeCollatingElement, 1},
		{"[[=a=]]", pcre.CodeCollatingElement, 1},
		{"[[:foo:]]", pcre.CodeUnknownPosixClass, 1},
		{"(a", pcre.CodeUnclosedGroup, 2},
		{"a)", pcre.CodeUnmatchedParen, 1},
		{`(a)\2`, pcre.CodeNoSuchGroup, 3},
		{`\k<n>`, pcre.CodeNoSuchGroup, 3},
		{"(?1)", pcre.CodeNoSuchGroup, 0},
		{"(?(2)a)(b)", pcre.CodeNoSuchGroup, 3},
		{"(?#a", pcre.CodeUnclosedComment, 4},
		{"(?(1a)", pcre.CodeUnclosedCondition, 4},
		{"(?<=a+)b", pcre.CodeLookbehindLength, 4},
		{"(?<=a{1,3})b", pcre.CodeLookbehindLength, 4},
		{"(?<=(?:a|bc))d", pcre.CodeLookbehindLength, 7},
		{`(?<=\R)`, pcre.CodeLookbehindLength, 4},
		{`\g{-0}`, pcre.CodeRelativeZero, 5},
		{"(a)(?(1)b|c|d)", pcre.CodeConditionBranches, 3},
		{"(?(DEFINE)a|b)", pcre.CodeDefineBranches, 0},
		{"(?(?a)b)", pcre.CodeAssertionExpected, 2},
		{`\x{100}`, pcre.CodeCodePointTooLarge, 6},
		{`\400`, pcre.CodeOctalTooLarge, 4},
		{"(?P>", pcre.CodeNameExpected, 4},
		{"(?Pn)", pcre.CodeUnknownPythonGroup, 3},
		{"(?<n)", pcre.CodeNameTerminator, 4},
		{"(?<1a>b)", pcre.CodeNameStartsWithDigit, 3},
		{"(?<\xc3\xa9>b)", pcre.CodeNameExpected, 3},
		{"(?<" + strings.Repeat("n", 33) + ">a)", pcre.CodeNameTooLong, 36},
		{"(?<a-1>b)", pcre.CodeNameTerminator, 4},
		{"(?|(?<a>x)|(?<b>y))", pcre.CodeNumberNameConflict, 16},
		{"(?-J)(?<a>x)(?<a>y)", pcre.CodeDuplicateName, 17},
		{`\p{Foo}`, pcre.CodeUnknownProperty, 7},
		{`\p1`, pcre.CodeMalformedProperty, 3},
		{`[\w-.]`, pcre.CodeInvalidRange, 3},
		{`[\d-z]`, pcre.CodeInvalidRange, 3},
		{`[a-\d]`, pcre.CodeInvalidRange, 4},
		{`[.-\w]`, pcre.CodeInvalidRange, 4},
		{`\g`, pcre.CodeReferenceSyntax, 2},
		{`\k1`, pcre.CodeNamedReference, 2},
		{"(?R", pcre.CodeRecursionSyntax, 3},
		{"(*FOO)", pcre.CodeUnknownVerb, 5},
		{"(*MARK)", pcre.CodeMarkArgument, 6},
		{"(*foo:a)", pcre.CodeUnknownAssertion, 5},
		{`(?=\K)`, pcre.CodeKeepInLook, 3},
		{"(?^-i)", pcre.CodeOptionHyphen, 3},
		{"(*UTF)a\xe9", pcre.CodeInvalidUTF, 7},
		{`(*UTF)\x{d800}`, pcre.CodeSurrogate, 13},
		{`(*UTF)\x{110000}`, pcre.CodeCodePointTooLarge, 15},
		{`(*UTF)[я-а]`, pcre.CodeRangeOrder, 10},
		{`(*UTF)(?<=\X)`, pcre.CodeLookbehindLength, 10},
		{`(*UCP)\x{100}`, pcre.CodeCodePointTooLarge, 12},
	}
	for _, tt := range tests {
		_, err := pcre.Parse(tt.pattern, apache)
		var got *pcre.Error
		require.ErrorAs(t, err, &got, tt.pattern)
		want := &pcre.Error{Code: tt.code, Offset: tt.offset}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(pcre.Error{}, "Msg")); diff != "" {
			t.Errorf("Parse(%q) mismatch (-want +got):\n%s", tt.pattern, diff)
		}
		if got.Msg == "" || got.Code != pcre.CodeUnsupported && strings.Contains(got.Msg, "unsupported") {
			t.Errorf("Parse(%q) has no message for code %d", tt.pattern, got.Code)
		}
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	_, err := pcre.Parse("^(a|b", apache)
	if got, want := fmt.Sprint(err), "missing closing parenthesis at offset 5"; got != want {
		t.Errorf("error is %q, want %q", got, want)
	}
}

func TestClass(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern   string
		class     pcre.Class
		construct string
		offset    int
	}{
		{"^(.*)$", pcre.Regular, "", 0},
		{`a\b{1}`, pcre.Regular, "", 0}, // Refused; see below.
		{"(a|b)*?", pcre.Regular, "", 0},
		{`a\Z`, pcre.Regular, "", 0},
		{"(?|(a)|(b))", pcre.Regular, "", 0},
		{"(?<o>[0-9]+)(?&o)", pcre.Regular, "", 0},
		{"^(?!a)", pcre.Backtracking, "lookahead", 1},
		{"a(?<=b)", pcre.Backtracking, "lookbehind", 1},
		{`(a)\1`, pcre.Backtracking, "back-reference", 3},
		{"a*+", pcre.Backtracking, "possessive quantifier", 0},
		{"a(?>b)", pcre.Backtracking, "atomic group", 1},
		{`a\R`, pcre.Backtracking, "atomic group", 1},
		{`a\Kb`, pcre.Backtracking, `\K`, 1},
		{"(a)?(?(1)b)", pcre.Backtracking, "conditional group", 4},
		{"(a(?1)?b)", pcre.Unsupported, "recursion", 2},
		{"(?R)?", pcre.Unsupported, "recursion", 0},
		{"a(*COMMIT)b", pcre.Unsupported, "backtracking verb (*COMMIT)", 1},
		{"a(*ACCEPT)b", pcre.Unsupported, "backtracking verb (*ACCEPT)", 1},
		{"(*napla:a)", pcre.Unsupported, "non-atomic lookaround", 0},
		{"(*sr:a)", pcre.Unsupported, "script run (*sr:", 0},
		{"(*CRLF)^a$", pcre.Regular, "", 0},
		{"(*CRLF)(?-s)a.", pcre.Unsupported, "newline convention (*CRLF)", 0},
		{"(*NOTEMPTY)a", pcre.Unsupported, "(*NOTEMPTY)", 0},
		{"(*UTF)^é.*$", pcre.Regular, "", 0},
		{`(*UTF)a\X`, pcre.Backtracking, `\X`, 7},
		{`(*UTF)a\C`, pcre.Unsupported, `\C in UTF mode`, 7},
	}
	for _, tt := range tests {
		re, err := pcre.Parse(tt.pattern, apache)
		if tt.pattern == `a\b{1}` {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err, tt.pattern)
		got := []any{re.Class, re.Construct, re.Offset}
		if diff := cmp.Diff([]any{tt.class, tt.construct, tt.offset}, got); diff != "" {
			t.Errorf("class of %q mismatch (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	re, err := pcre.Parse("(a)(?<x>b)(?'y'c)(?P<x>d)(?|(?<z>e)|(?<z>f))", apache)
	require.NoError(t, err)
	if diff := cmp.Diff([]string{"", "", "x", "y", "x", "z"}, re.Names); diff != "" {
		t.Errorf("Names mismatch (-want +got):\n%s", diff)
	}
	if re.NumGroups() != 5 {
		t.Errorf("NumGroups() = %d, want 5", re.NumGroups())
	}
}

// TestLimits checks the limits on both sides.
func TestLimits(t *testing.T) {
	t.Parallel()
	nest := func(n int) string { return strings.Repeat("(", n) + "a" + strings.Repeat(")", n) }
	tests := []struct {
		name, fits, exceeds string
		code                pcre.Code
	}{
		{"nesting", nest(250), nest(251), pcre.CodeNesting},
		{"literal", strings.Repeat("a", 32764), strings.Repeat("a", 32765), pcre.CodeTooLarge},
		{"classes", strings.Repeat("[a-c]", 1985), strings.Repeat("[a-c]", 1986), pcre.CodeTooLarge},
		{"groups", strings.Repeat("()", 8191), strings.Repeat("()", 8192), pcre.CodeTooLarge},
		{"repeat", "(?:abc){5460}", "(?:abc){5461}", pcre.CodeTooLarge},
		{"names", "(?<" + strings.Repeat("n", 32) + ">a)", "(?<" + strings.Repeat("n", 33) + ">a)", pcre.CodeNameTooLong},
		{"lookbehind", "(?<=a{65535})", "(?<=a{65535}b)", pcre.CodeLookbehindTooLong},
	}
	for _, tt := range tests {
		_, err := pcre.Parse(tt.fits, apache)
		require.NoError(t, err, tt.name)
		_, err = pcre.Parse(tt.exceeds, apache)
		var got *pcre.Error
		require.ErrorAs(t, err, &got, tt.name)
		if got.Code != tt.code {
			t.Errorf("%s: code %d, want %d", tt.name, got.Code, tt.code)
		}
	}
}

// sameTree reports whether two trees are equal, positions aside. (cmp takes
// exponential time on deep trees.)
func sameTree(a, b *pcre.Node) bool {
	if len(a.Subs) != len(b.Subs) {
		return false
	}
	for i := range a.Subs {
		if !sameTree(a.Subs[i], b.Subs[i]) {
			return false
		}
	}
	x, y := *a, *b
	x.Subs, y.Subs, x.Pos, y.Pos = nil, nil, 0, 0
	return cmp.Equal(x, y, cmpopts.IgnoreUnexported(pcre.Node{}), cmpopts.EquateEmpty())
}

// checkInvariants checks what holds for every parse.
func checkInvariants(t *testing.T, src string, flags pcre.Flags) {
	t.Helper()
	re, err := pcre.Parse(src, flags)
	if err != nil {
		var bad *pcre.Error
		if !errors.As(err, &bad) || bad.Offset < 0 || bad.Offset > len(src) || bad.Msg == "" {
			t.Errorf("Parse(%q): bad error %#v", src, err)
		}
		return
	}
	if (re.Class == pcre.Regular) != (re.Construct == "") || re.Offset < 0 || re.Offset > len(src) {
		t.Errorf("Parse(%q): class %d, construct %q, offset %d", src, re.Class, re.Construct, re.Offset)
	}
	if re.Class == pcre.Unsupported || re.UTF || re.UCP || strings.Contains(src, "(?|") || strings.Contains(src, "(?") && hasDuplicates(re.Names) {
		return
	}
	again, err := pcre.Parse(re.Root.String(), flags)
	if err != nil {
		var bad *pcre.Error
		if errors.As(err, &bad) && (bad.Code == pcre.CodeTooLarge || bad.Code == pcre.CodeNesting) {
			return // The printed form has more brackets.
		}
		t.Errorf("Parse(%q) prints as %q, which fails: %v", src, re.Root, err)
		return
	}
	if !sameTree(re.Root, again.Root) && !hasCalls(src) {
		t.Errorf("Parse(%q) prints as %q, which gives another tree, %q", src, re.Root, again.Root)
	}
}

// hasCalls reports whether src may have subroutine calls.
func hasCalls(src string) bool {
	for _, s := range []string{"(?R", "(?+", "(?-", "(?0", "(?1", "(?2", "(?3", "(?4", "(?5", "(?6", "(?7", "(?8", "(?9", "(?P>", "(?&", `\g`} {
		if strings.Contains(src, s) {
			return true
		}
	}
	return false
}

func hasDuplicates(names []string) bool {
	seen := map[string]bool{}
	for _, name := range names {
		if name != "" && seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"^(.*)/([^/]+)\\.(php|html?)$", "(?i)a(?<n>b)\\k<n>", "[[:alpha:]\\d-]", "(?<=a|bc)d", "a{2,3}+", "(?(1)a|b)()",
		"(*UTF)(*UCP)[é-я]\\b", "(*UTF8)(?i)k\\X", "\\Qa\\E*", "(?x) a # b\n", "(*FAIL)", "(?|(a)|(b))", "(?1)(a)", "\\p{L}", "[a-\\x{ff}]", "(?^i:a)",
	} {
		f.Add(src, uint16(apache))
	}
	f.Fuzz(func(t *testing.T, src string, flags uint16) {
		checkInvariants(t, src, pcre.Flags(flags))
	})
}
