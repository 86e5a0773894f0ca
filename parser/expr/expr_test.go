package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// start is where the expressions of the tests begin.
var start = parser.Extent{Name: "f", From: parser.Pos{Offset: 100, Line: 3, Col: 11}}

// at is src as the text of a word that begins at start.
func at(src string) parser.Word { return parser.Word{Extent: start, Text: src} }

// ignorePlaces leaves out of a comparison where nodes stand.
var ignorePlaces = cmp.Options{cmpopts.IgnoreTypes(parser.Extent{}), cmpopts.IgnoreFields(Expr{}, "Source", "Warnings")}

func TestParse(t *testing.T) {
	t.Parallel()
	variable := func(name string, v Var) *Variable { return &Variable{Name: name, Var: v} }
	text := func(s string) *Text { return &Text{Parts: []Word{&Literal{Text: s}}} }
	yes, no := &Constant{Value: true}, &Constant{}
	tests := []struct {
		src  string
		want Test
	}{
		{"true", yes},
		{"not false and true or true", &Or{X: &And{X: &Not{X: no}, Y: yes}, Y: yes}},
		{"true || false || true", &Or{X: yes, Y: &Or{X: no, Y: yes}}},
		{"(true || false) || true", &Or{X: &Or{X: yes, Y: no}, Y: yes}},
		{"(true || false) && true", &And{X: &Or{X: yes, Y: no}, Y: yes}},
		{"!'a' == 1", &Not{X: &Compare{Op: Equal, X: text("a"), Y: &Number{Text: "1"}}}},
		{"-5 ge '\\n\\101\\x'", &Compare{Op: IntGreaterEqual, X: &Number{Text: "-5"}, Y: text("\nAx")}},
		{"-n ''", &Unary{Op: NonEmpty, X: &Text{}}},
		{"1<2&&3<=4&&5>6&&7>=8&&9!=0", chain(
			&Compare{Op: Less, X: &Number{Text: "1"}, Y: &Number{Text: "2"}},
			&Compare{Op: LessEqual, X: &Number{Text: "3"}, Y: &Number{Text: "4"}},
			&Compare{Op: Greater, X: &Number{Text: "5"}, Y: &Number{Text: "6"}},
			&Compare{Op: GreaterEqual, X: &Number{Text: "7"}, Y: &Number{Text: "8"}},
			&Compare{Op: NotEqual, X: &Number{Text: "9"}, Y: &Number{Text: "0"}},
		)},
		{"1 lt 2 and 3 -le 4 and 5 gt 6 and 7 -ne 8", chain(
			&Compare{Op: IntLess, X: &Number{Text: "1"}, Y: &Number{Text: "2"}},
			&Compare{Op: IntLessEqual, X: &Number{Text: "3"}, Y: &Number{Text: "4"}},
			&Compare{Op: IntGreater, X: &Number{Text: "5"}, Y: &Number{Text: "6"}},
			&Compare{Op: IntNotEqual, X: &Number{Text: "7"}, Y: &Number{Text: "8"}},
		)},
		{`-z '\r\t\b\f\\'`, &Unary{Op: Empty, X: text("\r\t\b\f\\")}},
		{"-h 'a\\0b'", &Unary{Op: Link, X: text("a")}},
		{"%{time} -StrCMatch '*'", &Binary{Op: StrCMatch, X: variable("time", VarTime), Y: text("*")}},
		{"$3 !~ m#/#i", &Match{Not: true, X: &Group{N: 3}, Regex: &Regex{Text: "/", Delim: '#', NoCase: true}}},
		{"1 . 2 . 3 in {4,5}", &In{
			X:    &Concat{X: &Number{Text: "1"}, Y: &Concat{X: &Number{Text: "2"}, Y: &Number{Text: "3"}}},
			List: &Words{Words: []Word{&Number{Text: "4"}, &Number{Text: "5"}}},
		}},
		{"'' in PeerExtList('1.2')", &In{X: &Text{}, List: &ListCall{Name: "PeerExtList", Arg: text("1.2")}}},
		{"-T \"a'%{HTTPS}$1\"", &Unary{Op: Truth, X: &Text{Parts: []Word{
			&Literal{Text: "a'"}, variable("HTTPS", VarHTTPS), &Group{N: 1},
		}}}},
		{"-T %{md5:%{sha1:a\\}}}", &Unary{Op: Truth, X: &Call{
			Name: "md5", Func: FuncMD5,
			Arg: &Text{Parts: []Word{&Call{Name: "sha1", Func: FuncSHA1, Arg: text("a}")}}},
		}}},
	}
	for _, test := range tests {
		e, err := Parse(at(test.src), nil)
		require.NoError(t, err, test.src)
		if d := cmp.Diff(test.want, e.Test, ignorePlaces); d != "" {
			t.Errorf("Parse(%q) mismatch (-want +got)\n%s", test.src, d)
		}
	}
}

// chain joins tests with "&&".
func chain(tests ...Test) Test {
	if len(tests) == 1 {
		return tests[0]
	}
	return &And{X: tests[0], Y: chain(tests[1:]...)}
}

func TestString(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want string }{
		{"not(true and(false or true))", "!(true && (false || true))"},
		{"(true or false) or (true or false)", "(true || false) || true || false"},
		{"(true and true) and true", "(true && true) && true"},
		{"(true and true) or true", "true && true || true"},
		{"!(!true)", "!!true"},
		{`"it's" eq 'a"b'`, `'it\'s' -eq 'a"b'`},
		{`'\$1\%{x}$$ % \\' = 1`, `'\$1\%{x}$$ % \\' == 1`},
		{`'\012\015\011\010\014\001' = 'é'`, "'\\n\\r\\t\\b\\f\x01' == 'é'"},
		{`'\0' = 'a\0'`, `'\0' == 'a'`},
		{`-n %{tolower:\'\}{%{HTTPS}$1}`, `-n tolower('\'}{%{HTTPS}$1')`},
		{`-n '%{tolower:\'\}{%{HTTPS}$1}'`, `-n '%{tolower:\'\}{%{HTTPS}$1}'`},
		{`'a'=~m#/#i&&'b'!~/c/`, `'a' =~ m#/#i && 'b' !~ /c/`},
		{`$1 -in{1,'a'.'b' , f}`, ``},
		{`$1 -in{1,'a'.'b' , md5( $2 )}`, `$1 in {1, 'a' . 'b', md5($2)}`},
		{`'a' in peerextlist( '1' )`, `'a' in peerextlist('1')`},
		{`-A '/' or -h '/'`, `-U '/' || -L '/'`},
		{`'a' -IPMATCH '1'`, `'a' -ipmatch '1'`},
	}
	for _, test := range tests {
		e, err := Parse(at(test.src), nil)
		if test.want == "" {
			require.Error(t, err, test.src)
			continue
		}
		require.NoError(t, err, test.src)
		if d := cmp.Diff(test.want, e.String()); d != "" {
			t.Errorf("String of %q mismatch (-want +got)\n%s", test.src, d)
		}
	}
}

func TestParseString(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want string }{
		{"", ""},
		{"plain 'text'", "plain 'text'"},
		{`/a%{HTTPS}\n\101$1\$2%`, `/a%{HTTPS}\nA$1\$2%`},
		{"%{tolower:a b}}", "%{tolower:a b}}"},
	}
	for _, test := range tests {
		e, err := ParseString(at(test.src), nil)
		require.NoError(t, err, test.src)
		if d := cmp.Diff(test.want, e.String()); d != "" {
			t.Errorf("String of %q mismatch (-want +got)\n%s", test.src, d)
		}
	}
	for src, want := range map[string]string{
		"a\nb":       "f:3:12: a string can't hold the end of a line",
		"a%{tolower": "f:3:21: no '}' closes the string",
		"a\\":        `f:3:12: bad escape "\\" in an expression`,
		"%{x}":       `f:3:13: unknown variable "x" in an expression`,
	} {
		_, err := ParseString(at(src), nil)
		require.EqualError(t, err, want)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxString+1)
	tests := []struct {
		src  string
		want string // the first finding: column from 0, code, message
		hint string
	}{
		{src: "", want: "0 expr-syntax the expression ends too early"},
		{src: "'a'", want: "0 expr-syntax a string alone is not a test", hint: "-n asks whether a string is not empty, -T whether it is true"},
		{src: "true && %{HTTPS}.1", want: "8 expr-syntax a string alone is not a test", hint: "-n asks whether a string is not empty, -T whether it is true"},
		{src: "true AND true", want: `5 expr-syntax unexpected "AND" in an expression`},
		{src: "AND", want: `0 expr-syntax unexpected "AND" in an expression`, hint: `write "and"`},
		{src: "https == 'on'", want: `0 expr-syntax unexpected "https" in an expression`, hint: "write %{https}"},
		{src: "'a' == b", want: `7 expr-syntax unexpected "b" in an expression`, hint: "a string stands in quotes"},
		{src: "'a' 'b'", want: `4 expr-syntax unexpected "'" in an expression`},
		{src: "true # no", want: `5 expr-syntax unexpected "#" in an expression`},
		{src: "'a' =~ 'b'", want: "7 expr-syntax a regular expression must follow =~ and !~", hint: "write /regex/ or m#regex#, without quotes"},
		{src: "'a' =~ /b", want: "7 expr-syntax nothing closes the regular expression"},
		{src: "'a' =~", want: "6 expr-syntax the expression ends too early"},
		{src: "'a' in {}", want: `8 expr-syntax unexpected "}" in an expression`},
		{src: "'a", want: `2 expr-syntax no '\'' closes the string`},
		{src: "-n %{tolower:a", want: "14 expr-syntax no '}' closes the string"},
		{src: "-n %{HTTPS", want: "10 expr-syntax no '}' closes the string"},
		{src: "-n 'a\nb'", want: `5 expr-syntax no '\'' closes the string`},
		{src: "-n %{tolower:'a'}", want: "13 expr-syntax no quote may stand in %{func:argument}", hint: "write func('argument')"},
		{src: "-n %{tolower:}", want: "13 expr-syntax tolower lacks its argument"},
		{src: "-n %{LA-U:HTTPS}", want: `7 expr-syntax unexpected "-" in the name of a variable`},
		{src: "-n '\\400'", want: `4 expr-syntax bad escape "\\400" in an expression`, hint: `octal escapes go from \0 to \377`},
		{src: "-n '\\18'", want: `4 expr-syntax bad escape "\\18" in an expression`, hint: `octal escapes go from \0 to \377`},
		{src: "-n 'a\\", want: `5 expr-syntax bad escape "\\" in an expression`, hint: `octal escapes go from \0 to \377`},
		{src: "-n %{HTTP_X_FOO}", want: `5 expr-variable unknown variable "HTTP_X_FOO" in an expression`, hint: "a request header is %{HTTP:X-FOO}"},
		{src: "-n %{REQUEST_URL}", want: `5 expr-variable unknown variable "REQUEST_URL" in an expression`, hint: `did you mean "REQUEST_URI"?`},
		{src: "-n tolowr('a')", want: `3 expr-function unknown function "tolowr" in an expression`, hint: `did you mean "tolower"?`},
		{src: "'a' in md5('a')", want: `7 expr-function unknown list function "md5" in an expression`, hint: "a list of words is {word, word}"},
		{src: "-q 'a'", want: `0 expr-operator unknown operator "-q" in an expression`},
		{src: "'a' -strmach 'b'", want: `4 expr-operator unknown operator "-strmach" in an expression`, hint: `did you mean "-strmatch"?`},
		{src: "-n file('a')", want: "3 not-allowed file is not available in access files"},
		{src: "-n '" + long + "'", want: "4 too-large a string in an expression is longer than 8191 bytes"},
		{src: "-n /" + long + "/", want: "3 too-large a regular expression in an expression is longer than 8191 bytes"},
		{src: strings.Repeat("!", 10000), want: "9998 nested-too-deep the expression is too long or nested too deep"},
	}
	for _, test := range tests {
		e, err := Parse(at(test.src), &Options{Restricted: true})
		require.Nil(t, e, test.src)
		found := parser.Findings(err)
		require.NotEmpty(t, found, test.src)
		got := fmt.Sprintf("%d %s %s", found[0].From.Col-start.From.Col, found[0].Code, found[0].Message)
		if got != test.want || found[0].Hint != test.hint {
			t.Errorf("Parse(%.40q) says %q, hint %q; want %q, hint %q", test.src, got, found[0].Hint, test.want, test.hint)
		}
	}
}

// All wrong names are found at once.
func TestNames(t *testing.T) {
	t.Parallel()
	_, err := Parse(at("%{A} == b('c') || -q %{D} && 'a' -e2 1"), nil)
	var codes []string
	for _, d := range parser.Findings(err) {
		codes = append(codes, fmt.Sprint(d.From.Col-start.From.Col, " ", d.Code))
	}
	want := []string{"2 expr-variable", "8 expr-function", "18 expr-operator", "23 expr-variable", "33 expr-operator"}
	if d := cmp.Diff(want, codes); d != "" {
		t.Errorf("findings mismatch (-want +got)\n%s", d)
	}
}

// What a module brings is not there without the module.
func TestModules(t *testing.T) {
	t.Parallel()
	without := &Options{HasModule: func(string) bool { return false }}
	for _, src := range []string{"-n %{ssl_protocol}", "-n SSL('HTTPS')", "'a' in PeerExtList('1')"} {
		_, err := Parse(at(src), nil)
		require.NoError(t, err, src)
		_, err = Parse(at(src), without)
		require.Error(t, err, src)
	}
}

// Each variable, function and operator has its name.
func TestTables(t *testing.T) {
	t.Parallel()
	vars := map[Var]bool{VarSSL: true}
	for _, v := range variables {
		vars[v.v] = true
	}
	require.Len(t, vars, int(VarTimeYear)+1)
	funcs := map[Func]bool{}
	for _, f := range functions {
		funcs[f.fn] = true
	}
	require.Len(t, funcs, int(FuncSSL)+1)
	for op := NonEmpty; op <= SubURL; op++ {
		require.Len(t, op.String(), 2)
	}
	for op := IPMatch; op <= FnMatch; op++ {
		require.Contains(t, op.String(), "match")
	}
	require.Equal(t, "-ge", IntGreaterEqual.String())
	require.Equal(t, "CompareOp(12)", (IntGreaterEqual + 1).String())
	require.Equal(t, "UnaryOp(12)", (SubURL + 1).String())
	require.Equal(t, "BinaryOp(4)", (FnMatch + 1).String())
}

// Rules know what expressions do not, and the other way round.
func TestRuleVar(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		inRule, inExpr bool
	}{
		{"SERVER_ADDR", true, false},
		{"server_name", true, true},
		{"Handler", false, true},
		{"SSL_PROTOCOL", false, true}, // by its prefix
		{"NONE", false, false},
		{"ſERVER_NAME", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		_, inRule := RuleVar(tt.name)
		_, err := Parse(at("%{"+tt.name+"} == ''"), nil)
		require.Equal(t, [2]bool{tt.inRule, tt.inExpr}, [2]bool{inRule, err == nil}, tt.name)
	}
	v, _ := RuleVar("script_filename")
	require.Equal(t, VarRequestFilename, v)
}

// An expression ends where a regular expression begins that nothing closes.
func TestOpenRegex(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"true /b", "'a' =~ //m#b", "(true)/", "true m'"} {
		e, err := Parse(at(src), nil)
		require.NoError(t, err, src)
		require.Len(t, e.Warnings, 1, src)
		require.Equal(t, parser.CodeIgnoredText, e.Warnings[0].Code)
		require.Equal(t, src, e.Source)
	}
	_, err := Parse(at("(true/"), nil)
	require.EqualError(t, err, "f:3:16: nothing closes the regular expression")
}

// An expression ends with the first NUL.
func TestNUL(t *testing.T) {
	t.Parallel()
	e, err := Parse(at("true\x00'"), nil)
	require.NoError(t, err)
	require.Equal(t, "true", e.Source)
}

// httpd gives up where its parser has too much on its stack; what counts was
// found by trying.
func TestDepth(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		src   func(n int) string
		limit int
	}{
		{"parentheses", func(n int) string { return strings.Repeat("(", n) + "true" + strings.Repeat(")", n) }, 9995},
		{"not", func(n int) string { return strings.Repeat("!", n) + "true" }, 9996},
		{"or", func(n int) string { return strings.Repeat("true||", n) + "true" }, 4998},
		{"and", func(n int) string { return strings.Repeat("true&&", n) + "true" }, 4998},
		{"dots", func(n int) string { return strings.Repeat("5.", n) + "5 != ''" }, 4998},
		{"calls", func(n int) string {
			return "false && " + strings.Repeat("tolower(", n) + "5" + strings.Repeat(")", n) + "!=''"
		}, 4996},
		{"variables", func(n int) string {
			return "false && " + strings.Repeat("%{tolower:", n) + "5" + strings.Repeat("}", n) + "!=''"
		}, 3331},
		{"text", func(n int) string {
			return "false && '" + strings.Repeat("%{tolower:a", n) + "5" + strings.Repeat("}", n) + "'!=''"
		}, 2498},
		{"or in parentheses", func(n int) string {
			return strings.Repeat("(true||", n) + "true" + strings.Repeat(")", n)
		}, 3332},
	}
	for _, test := range tests {
		_, err := Parse(at(test.src(test.limit)), nil)
		require.NoError(t, err, test.name)
		_, err = Parse(at(test.src(test.limit+1)), nil)
		require.Error(t, err, test.name)
		require.Equal(t, parser.CodeNestedTooDeep, parser.Findings(err)[0].Code, test.name)
	}
	for _, src := range []string{
		"5 in {" + strings.Repeat("5,", 40000) + "5}",
		"'" + strings.Repeat("%{HTTPS}", 20000) + "' != ''",
	} {
		_, err := Parse(at(src), nil)
		require.NoError(t, err)
	}
}

func TestAll(t *testing.T) {
	t.Parallel()
	e, err := Parse(at("!('a%{HTTPS}' =~ /x/) && 1 . '2' in {md5($1)} || -n '' || true || 1 < $2 || 1 -strmatch %{TIME} || 1 in PeerExtList(3)"), nil)
	require.NoError(t, err)
	var kinds []string
	for n := range e.All() {
		kinds = append(kinds, strings.TrimPrefix(fmt.Sprintf("%T", n), "*expr."))
	}
	want := strings.Fields(`Expr Or And Not Match Text Literal Variable Regex
		In Concat Number Text Literal Words Call Group Or Unary Text
		Or Constant Or Compare Number Group Or Binary Number Variable
		In Number ListCall Number`)
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("All mismatch (-want +got)\n%s", d)
	}
	for range e.All() {
		break
	}
}

// check checks where the nodes of e stand: within the text, nested, one
// after the other; and that it prints as it should.
func check(e *Expr, parse func(parser.Word, *Options) (*Expr, error)) error {
	src := e.Source
	base := start.From
	last := base.Offset
	for n := range e.All() {
		x := n.Span()
		switch {
		case x.Name != start.Name || x.From.Offset > x.To.Offset || x.From.Offset < last ||
			int(x.To.Offset-base.Offset) > len(src):
			return fmt.Errorf("%T of %q stands at %v", n, src, x)
		case x.From.Col-base.Col != x.From.Offset-base.Offset:
			return fmt.Errorf("%T of %q has a wrong column: %v", n, src, x)
		}
		last = x.From.Offset
		if err := checkSpelling(n, src[x.From.Offset-base.Offset:x.To.Offset-base.Offset]); err != nil {
			return err
		}
	}
	again, err := parse(at(e.String()), nil)
	if err != nil {
		return fmt.Errorf("%q prints as %q: %w", src, e, err)
	}
	if d := cmp.Diff(e, again, ignorePlaces); d != "" {
		return fmt.Errorf("%q prints as %q, which is another expression (-first +second)\n%s", src, e, d)
	}
	if again.String() != e.String() {
		return fmt.Errorf("%q prints as %q and then as %q", src, e, again)
	}
	return nil
}

// checkSpelling checks that a node whose spelling is known stands where text
// is.
func checkSpelling(n Node, text string) error {
	want := text
	switch n := n.(type) {
	case *Number:
		want = n.Text
	case *Variable:
		want = "%{" + n.Name + "}"
	case *Group:
		want = fmt.Sprintf("$%d", n.N)
	case *Regex:
		if !strings.Contains(text, n.Text) {
			want = n.Text
		}
	case *Call:
		if !strings.HasPrefix(strings.TrimPrefix(text, "%{"), n.Name) {
			want = n.Name
		}
	}
	if text != want {
		return fmt.Errorf("%T stands where %q is, not %q", n, text, want)
	}
	return nil
}

func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"true", "!(true && false) || 'a' == \"b\"", "%{REQUEST_URI} =~ m#^/(.*)$#i && $1 != ''",
		"-n %{tolower:a\\}%{HTTP_HOST}$1}", "1 -lt 2 and 'a' . md5('b') in {'c', -5}", "'\\101\\0' -strmatch '*'",
		"%{a:'b'}", "'\\", "m_a_", "'a' in PeerExtList('1')", "/a%{HTTPS}b$1\\n", "((((true",
	} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, parse := range []func(parser.Word, *Options) (*Expr, error){Parse, ParseString} {
			e, err := parse(at(src), nil)
			if err == nil {
				err = check(e, parse)
				require.NoError(t, err)
				continue
			}
			var ds parser.Diagnostics
			require.ErrorAs(t, err, &ds)
			for _, d := range ds {
				require.True(t, d.IsValid() && int(d.To.Offset-start.From.Offset) <= len(src), "%v", d)
			}
		}
	})
}
