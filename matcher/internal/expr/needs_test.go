package expr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// text returns a need as a test writes it: pieces, and "= text" or "~ pattern".
func (n Need) text() string {
	var b strings.Builder
	for _, in := range n.Input {
		switch {
		case in.Header != "":
			fmt.Fprintf(&b, "{%s}", in.Header)
		case in.Env != "":
			fmt.Fprintf(&b, "{env %s}", in.Env)
		case in.TLS != "":
			fmt.Fprintf(&b, "{tls %s}", in.TLS)
		case in.Client:
			b.WriteString("{client}")
		case in.IsVar && in.Var == syntax.VarRequestURI:
			b.WriteString("{uri}")
		case in.IsVar:
			fmt.Fprintf(&b, "{%d}", in.Var)
		default:
			b.WriteString(in.Text)
		}
	}
	op := map[bool]string{true: "i"}[n.Fold]
	switch {
	case n.Pattern != nil:
		return b.String() + " ~ " + n.Pattern.String()
	case n.Glob != "":
		return b.String() + " " + op + "* " + n.Glob
	case n.FileGlob != "":
		return b.String() + " /* " + n.FileGlob
	case n.Subnet != nil:
		return b.String() + fmt.Sprintf(" in %d %d", n.Subnet.addr, n.Subnet.mask)
	case n.Number:
		return b.String() + " -eq " + n.Text
	}
	return b.String() + " " + op + "= " + n.Text
}

// quiet says that looking at variables does not show, REMOTE_HOST aside, which may be
// looked up.
func quiet(anyHeader bool) *Quiet {
	return &Quiet{AnyHeader: anyHeader, Variable: func(v syntax.Var) bool { return v != syntax.VarRemoteHost }}
}

// TestNeeds tells what expressions need, and whether evaluating them is silent where
// looking at headers shows.
func TestNeeds(t *testing.T) {
	t.Parallel()
	const some, none = "", "?" // none: nothing that can be told
	tests := []struct {
		src, want string
		silent    bool
	}{
		{"true", none, true},
		{"false", some, true},
		{"%{REQUEST_URI} == '/a'", "{uri} = /a", true},
		{"'/a' == %{REQUEST_URI}", "{uri} = /a", true},
		{"'x%{REQUEST_URI}y' == '/a'", "x{uri}y = /a", true},
		{"%{REQUEST_URI} == %{REQUEST_URI}", none, true},
		{"%{REQUEST_URI} != '/a'", none, true},
		{"%{REQUEST_URI} -eq 1", "{uri} -eq 1", true},
		{"'0x7' -eq %{REQUEST_URI}", "{uri} -eq 0", true},
		{"'-12a' -eq %{REQUEST_URI}", "{uri} -eq -12", true},
		{"%{REQUEST_URI} -eq 2147483648", none, true},
		{"%{REQUEST_URI} -eq -2147483648", "{uri} -eq -2147483648", true},
		{"%{REQUEST_URI} -ne 1", none, true},
		{"%{REQUEST_URI} -gt 1", none, true},
		{"tolower(%{REQUEST_URI}) == '/a'", "{uri} i= /a", true},
		{"'/A' == toupper(%{REQUEST_URI})", "{uri} i= /A", true},
		{"md5(%{REQUEST_URI}) == '/a'", none, false},
		{"tolower(req('X')) == '/a'", "{X} i= /a, looks at X", false},
		{"%{REQUEST_URI} -strmatch '/a*b?c'", "{uri} * /a*b?c", true},
		{"%{REQUEST_URI} -strcmatch '/a*'", "{uri} i* /a*", true},
		{`%{REQUEST_URI} -strmatch '/[a-c]\\x\\*['`, "{uri} * /?x?[", true},
		{"%{REQUEST_URI} -fnmatch '/[a-c]*'", "{uri} /* /[a-c]*", true},
		{"'/a' -strmatch %{REQUEST_URI}", none, false},
		{"tolower(%{REQUEST_URI}) -strmatch '/a*'", none, true},
		{"req('X') -strmatch 'a*'", "{X} * a*, looks at X", false},
		{"%{REQUEST_URI} -strmatch ''", none, true},
		{"%{REQUEST_URI} -strmatch '" + strings.Repeat("a", 256) + "'", "{uri} * " + strings.Repeat("a", 256), true},
		{"%{REQUEST_URI} -strmatch '" + strings.Repeat("a", 257) + "'", none, false},
		{"-R '10.1.0.0/16'", "{client} in [10 1 0 0] [255 255 0 0]", true},
		{"%{REMOTE_ADDR} -ipmatch '10.1'", "{client} in [10 1 0 0] [255 255 0 0]", true},
		{"%{REMOTE_USER} -ipmatch '10.1'", none, false},
		{"%{SSL_CIPHER} == 'a'", "{tls SSL_CIPHER} = a", true},
		{"reqenv('A') == 'b'", "{env A} = b", true},
		{"reqenv('A') =~ /b/", "{env A} ~ b", true},
		{"reqenv('Script_Url') == 'b'", none, false},
		{"reqenv('') == 'b'", none, false},
		{"reqenv(%{REQUEST_URI}) == 'b'", none, false},
		{"%{REQUEST_URI} =~ /^a/", "{uri} ~ ^a", true},
		{"%{REQUEST_URI} !~ /^a/", none, true},
		{"%{REQUEST_URI} in {'a', 'b'}", "{uri} = a | {uri} = b", true},
		{"%{REQUEST_URI} in {'a', %{REQUEST_URI}}", none, true},
		{"%{REMOTE_HOST} == 'a'", none, false},
		{"%{REMOTE_HOST} =~ /a/", none, false},
		{"%{REMOTE_HOST} in {'a'}", none, false},
		{"'a' in {%{REMOTE_HOST}, 'b'}", none, false},
		{"'a%{REMOTE_HOST}' == 'a'", none, false},
		{"%{HTTP_HOST} == 'a'", "{Host} = a", true},
		{"req_novary('X') == 'a'", "{X} = a", true},
		{"req('X') == 'a'", "{X} = a, looks at X", false},
		{"%{HTTP_REFERER} =~ /a/", "{Referer} ~ a, looks at Referer", false},
		{"'a' == req('X')", "{X} = a, looks at X", false},
		{"req('X') in {'a', 'b'}", "{X} = a | {X} = b, looks at X", false},
		{"req('X') in {'a', req('Y')}", none, false},
		{"'%{HTTP_REFERER}%{HTTP_HOST}%{HTTP_COOKIE}' == 'a'", "{Referer}{Host}{Cookie} = a, looks at Cookie, Referer", false},
		{"req('X') == 'a' || %{HTTP_HOST} == 'b' || req('Y') == 'c'", "{X} = a | {Host} = b | {Y} = c, looks at X, Y", false},
		{"req('X') == 'a' && req('Y') == 'b'", "{X} = a, looks at X", false},
		{"req('X') != 'a' && %{HTTP_HOST} == 'b'", "{Host} = b, looks at X", false},
		{"!(req('X') == 'a' && %{HTTP_HOST} == 'b') && %{HTTP_HOST} == 'c'", "{Host} = c, looks at X", false},
		{"!(%{HTTP_HOST} == 'b' && req('X') == 'a') && %{HTTP_HOST} == 'c'", none, false},
		{"-n req('X') && req('Y') == 'b'", none, false},
		{"-n req('X') && -z req('Y') && %{HTTP_HOST} == 'b'", none, false},
		{"%{HTTP_HOST} != 'a' && req('X') == 'b'", none, false},
		{"(req('X') == 'a' || req('Y') == 'b') && req('Z') == 'c'", "{X} = a | {Y} = b, looks at X, Y", false},
		{"req('X') == req('Y')", none, false},
		{"req('HOST') == 'a'", "{HOST} = a", true},
		{"req_novary('') == 'a'", none, false},
		{"req_novary(%{REQUEST_URI}) == 'a'", none, false},
		{"env('X') == 'a'", none, false},
		{"-n %{REQUEST_URI}", none, true},
		{"-z %{REQUEST_URI}", none, true},
		{"-T %{REQUEST_URI}", none, true},
		{"-T req('X')", none, false},
		{"-z req('X')", none, false},
		{"!(%{REQUEST_URI} == 'a')", none, true},
		{"!(req('X') == 'a')", none, false},
		{"-n $1", none, true},
		{"$1 == 'a'", none, true},
		{"-n '$1%{REQUEST_URI}'", none, false},
		{"-f %{REQUEST_URI}", none, false},
		{"-U %{REQUEST_URI}", none, false},
		{"%{REQUEST_URI} == 'a' || %{HTTP_HOST} == 'b'", "{uri} = a | {Host} = b", true},
		{"%{REQUEST_URI} == 'a' || -n %{REQUEST_URI}", none, true},
		{"-f '/x' || %{REQUEST_URI} == 'a'", none, false},
		{"%{REQUEST_URI} == 'a' && -f '/x'", "{uri} = a", false},
		{"-n %{REQUEST_URI} && %{REQUEST_URI} == 'a' && -f '/x'", "{uri} = a", false},
		{"-f '/x' && %{REQUEST_URI} == 'a'", none, false},
		{"-n %{REQUEST_URI} && -n $1", none, true},
		{"(%{REQUEST_URI} == 'a' || %{REQUEST_URI} == 'b') && req('X') == 'c'", "{uri} = a | {uri} = b", false},
		{"%{REQUEST_URI} == 'a' && %{HTTP_HOST} == 'b'", "{uri} = a & {Host} = b", true},
		{"%{REQUEST_URI} == 'a' && (%{HTTP_HOST} == 'b' || %{HTTP_HOST} == 'c') && -f '/x'", "{uri} = a & {Host} = b | {Host} = c", false},
		{"(%{REQUEST_URI} == 'a' && %{HTTP_HOST} == 'b') || %{HTTP_HOST} == 'c'", "{uri} = a | {Host} = c", true},
		{"%{REQUEST_URI} == 'a' && -f '/x' && %{HTTP_HOST} == 'b'", "{uri} = a", false},
		{"%{REQUEST_URI} == 'a' && req('X') == 'b' && %{HTTP_HOST} == 'c'", "{uri} = a", false},
		{"req('X') == 'a' && %{HTTP_HOST} == 'b'", "{X} = a & {Host} = b, looks at X", false},
		{"(%{REQUEST_URI} == 'a' || req('X') == 'b') && %{HTTP_HOST} == 'c'", "{uri} = a | {X} = b, looks at X", false},
		{"%{REQUEST_URI} == 'a' && %{HTTP_HOST} =~ /b/ && %{HTTP_HOST} =~ /c/", "{uri} = a & {Host} ~ b", true},
		{"(%{REQUEST_URI} == 'a' || !(%{HTTP_HOST} !~ /b/)) && %{HTTP_HOST} == 'c'", "{Host} = c", true},
	}
	for _, test := range tests {
		p := program(t, test.src)
		got := none
		if lists, looks, ok := p.Needs(quiet(false)); ok {
			var all []string
			for _, needs := range lists {
				var list []string
				for _, n := range needs {
					list = append(list, n.text())
				}
				all = append(all, strings.Join(list, " | "))
			}
			got = strings.Join(all, " & ")
			if looks != "" {
				got += ", looks at " + looks
			}
		}
		if got != test.want {
			t.Errorf("%s needs %q, want %q", test.src, got, test.want)
		}
		if silent := p.Silent(quiet(false)); silent != test.silent {
			t.Errorf("%s is silent: %v", test.src, silent)
		}
	}
}

// TestNeedsOfHeaders has a server where headers that are looked at do not show.
func TestNeedsOfHeaders(t *testing.T) {
	t.Parallel()
	p := program(t, "req('X') == 'a'")
	needs, looks, ok := p.Needs(quiet(true))
	require.True(t, ok)
	require.Empty(t, looks)
	if d := cmp.Diff([][]Need{{{Input: []Input{{Header: "X"}}, Text: "a"}}}, needs); d != "" {
		t.Errorf("mismatch (-want +got)\n%s", d)
	}
	require.True(t, p.Silent(quiet(true)))
	require.False(t, program(t, "req(%{REQUEST_URI}) == 'a'").Silent(quiet(true)))
}

// TestNeedVariable names the variables of the environment that have to be set for needs to hold.
func TestNeedVariable(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"reqenv('A') == 'b'":                "A",
		"tolower(reqenv('A')) == 'b'":       "A",
		"reqenv('A') =~ /b/":                "A",
		"reqenv('A') -strmatch 'b*'":        "A",
		"reqenv('A') -fnmatch 'b*'":         "A",
		"reqenv('A') == ''":                 "",
		"reqenv('A') =~ /b?/":               "",
		"reqenv('A') -strmatch '*'":         "",
		"reqenv('A') -eq 1":                 "",
		"'x' . reqenv('A') == 'xb'":         "",
		"reqenv('A') . reqenv('B') == 'ab'": "",
		"%{REQUEST_URI} == 'b'":             "",
		"-R '10.1.0.0/16'":                  "",
	} {
		lists, _, ok := program(t, src).Needs(quiet(false))
		require.True(t, ok, src)
		require.Len(t, lists, 1, src)
		needs := lists[0]
		require.Len(t, needs, 1, src)
		name, ok := needs[0].Variable()
		require.Equal(t, want != "", ok, src)
		if ok {
			require.Equal(t, want, name, src)
		}
	}
}
