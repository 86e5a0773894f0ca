package expr

import (
	"errors"
	"math"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// program compiles a boolean expression.
func program(tb testing.TB, src string) *Program {
	tb.Helper()
	_, p, err := compileSource(src, false, false)
	require.NoError(tb, err, src)
	return p
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, want string }{
		{"'a' =~ /(/ || 'a' =~ m#[#", "test:1:8: cannot compile regular expression \"(\": "},
		{"-R %{REMOTE_ADDR}", "test:1:4: -R wants a quoted subnet without variables"},
		{"-R '1' . '2'", "test:1:4: -R wants a quoted subnet without variables"},
		{"-R 127", "test:1:4: -R wants a quoted subnet without variables"},
		{"'a' -ipmatch '%{HTTPS}'", "test:1:15: -ipmatch wants a quoted subnet without variables"},
		{"-R 'x'", "test:1:5: \"x\" is not a subnet"},
		{"-R ''", "test:1:5: \"\" is not a subnet"},
		{"false && -R '1/0'", "test:1:14: \"1/0\" is not a subnet"},
	}
	for _, test := range tests {
		_, _, err := compileSource(test.src, false, false)
		require.Error(t, err, test.src)
		found := parser.Findings(err)
		if got := found[0].Error(); !strings.HasPrefix(got, test.want) {
			t.Errorf("Compile(%q) says %q, want %q", test.src, got, test.want)
		}
		require.Len(t, found, strings.Count(test.src, "=~")+strings.Count(test.src, "-R")+strings.Count(test.src, "-ip"))
	}
}

// What went wrong is told with its place; nothing else comes of an evaluation
// then.
func TestErrors(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("tolower(", 19) + "'a'" + strings.Repeat(")", 19) + " == 'a'"
	tests := []struct{ src, want string }{
		{deep, "test:1:154: recursion limit reached"},
		{"req('A') == '' && -n file('/none')", "test:1:22: cannot read file \"/none\""},
		{"-n file('')", "test:1:4: cannot read file \"\""},
		{"-n file('/large')", "test:1:4: file \"/large\" is too large"},
		{"-n base64(file('/largest'))", "too many bytes"},
		{"-n file('/largest') . file('/largest')", "too many bytes"},
		{"file('/large-pattern') -strmatch file('/large-pattern')", "test:1:1: string too long for wildcards"},
		{"'" + strings.Repeat("a", 100) + "%{QUERY_STRING}' =~ /^(a+)+$/", "too many steps"},
	}
	large := &fstest.MapFile{Data: make([]byte, maxFile+1), Mode: 0o644}
	pattern := &fstest.MapFile{Data: []byte(strings.Repeat("a", 1<<14)), Mode: 0o644}
	largest := &fstest.MapFile{Data: []byte(strings.Repeat("a", maxFile)), Mode: 0o644}
	for _, test := range tests {
		req := &request{Target: "/?b", files: fstest.MapFS{"large": large, "largest": largest, "large-pattern": pattern}, steps: 1000}
		res, err := program(t, test.src).Bool(req)
		require.EqualError(t, err, test.want)
		if d := cmp.Diff(Result{}, res); d != "" {
			t.Errorf("Bool of %q mismatch (-want +got)\n%s", test.src, d)
		}
		if errors.Is(err, errSteps) || errors.Is(err, errBytes) {
			continue
		}
		var d *parser.Diagnostic
		require.ErrorAs(t, err, &d)
		require.Equal(t, CodeFailed, d.Code)
	}
}

func TestString(t *testing.T) {
	t.Parallel()
	_, p, err := compileSource("/%{tolower:%{REQUEST_METHOD}}$1\\n", true, false)
	require.NoError(t, err)
	s, err := p.String(&request{})
	require.NoError(t, err)
	require.Equal(t, "/get\n", s)
	_, constant := p.Constant()
	require.False(t, constant)
	require.Equal(t, "test:1:1", p.Extent().String())

	_, p, err = compileSource("/a%{md5:b}", true, false)
	require.NoError(t, err)
	s, constant = p.Constant()
	require.True(t, constant)
	require.Equal(t, "/a92eb5ffee6ae2fec3ad71c777531578f", s)

	_, p, err = compileSource("a%{file:/none}", true, false)
	require.NoError(t, err)
	s, err = p.String(&request{files: tree()})
	require.Error(t, err)
	require.Empty(t, s)
}

// What is constant is computed while compiling.
func TestFolding(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src  string
		want test
	}{
		{"'a' . 'b' == tolower('AB')", truth(true)},
		{"!-n ''", truth(true)},
		{"-T 'off' || 1 -gt 2 || 'x' in {'y', 'z'}", truth(false)},
		{"true && 'a/b' -strmatch '*b' && %{TIME_WDAY} == %{API_VERSION}", &comparison{x: timeWord(syntax.VarTimeWday), y: constant("20120211")}},
		{"false && -U '/x'", truth(false)},
		{"-U '/x' && false", &junction{operands: []test{subURL{constant("/x")}, truth(false)}}},
		{"-U '/x' && true", subURL{constant("/x")}},
		{"-U '/x' || true || -U '/y'", &junction{or: true, operands: []test{subURL{constant("/x")}, truth(true)}}},
		{"!!-U '/x'", subURL{constant("/x")}},
		{"!-n $1", isEmpty{group(1)}},
		{"-n '%{unescape:%41}$1'", negation{isEmpty{&concat{words: []word{constant("A"), group(1)}}}}},
	}
	for _, c := range tests {
		opts := cmp.Options{
			cmp.AllowUnexported(comparison{}, junction{}, subURL{}, isEmpty{}, negation{}, concat{}),
			cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".at" }, cmp.Ignore()),
		}
		if d := cmp.Diff(c.want, program(t, c.src).test, opts); d != "" {
			t.Errorf("Compile(%q) mismatch (-want +got)\n%s", c.src, d)
		}
	}
}

// What the server is asked for, and how it answers.
func TestEnv(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src  string
		want bool
	}{
		{"%{TIME} == '20240204150607' && %{TIME_YEAR} . %{TIME_MON} == 1", false},
		{"%{TIME} == '20240204150607' && '%{TIME_YEAR}%{TIME_MON}%{TIME_DAY}%{TIME_HOUR}%{TIME_MIN}%{TIME_SEC}' == %{TIME}", true},
		{"%{TIME_WDAY} == 0", true},
		{"reqenv('A') == '1' && env('A') == '1' && note('A') == 'n' || osenv('A') == 'x'", false},
		{"reqenv('A') == '1' && env('A') == '1' && note('A') == ''", true},
		{"resp('A') == '' && osenv('A') == ''", true},
		{"'v' in PeerExtList('1.2.3')", false},
		{"'10.0.0.1' -ipmatch '10' && 'localhost' -ipmatch '127.0.0.1'", true},
	}
	for _, test := range tests {
		req := &request{env: map[string]string{"A": "1"}}
		p, err := program(t, test.src).Bool(req)
		if test.want != p.True {
			require.NoError(t, err)
			t.Errorf("%s is %v", test.src, p.True)
		}
	}
	req := &request{}
	res, err := program(t, "-U '/a' && -A '/b' && -F '/c' && -n req('X')").Bool(req)
	require.NoError(t, err)
	require.False(t, res.True)
	require.Equal(t, "X", res.Vary)
	require.Equal(t, []string{"url /a", "url /b", "file /c"}, req.asked)
}

func TestBoolAfter(t *testing.T) {
	t.Parallel()
	req := &request{}
	first, err := program(t, "'ab' =~ /(b)/").Bool(req)
	require.NoError(t, err)
	for src, want := range map[string]string{"true": "b", "'x' =~ /x/ && $1 == 'b'": "b", "'x' !~ /(b)/": "", "'c' =~ /(.)/": "c"} {
		res, err := program(t, src).BoolAfter(req, first.Captures)
		require.NoError(t, err)
		require.True(t, res.True, src)
		require.Equal(t, want, res.Captures.Group(1), src)
	}
	require.Equal(t, "b", first.Captures.Group(0))
	require.Empty(t, first.Captures.Group(2))
	require.Empty(t, first.Captures.Group(10))
}

func TestInteger(t *testing.T) {
	t.Parallel()
	tests := map[string]int64{
		"": 0, "x": 0, "-": 0, "+": 0, "12": 12, "-12": -12, "+12": 12, " \t\n\v\f\r12x": 12, "--1": 0, "- 1": 0, "0x1": 0,
		"9223372036854775807": math.MaxInt64, "9223372036854775808": math.MaxInt64, "-9223372036854775808": math.MinInt64,
		"-9223372036854775809": math.MinInt64, "99999999999999999999999": math.MaxInt64, "-9223372036854775807": -math.MaxInt64,
	}
	for s, want := range tests {
		if got := integer(s); got != want {
			t.Errorf("integer(%q) is %d, want %d", s, got, want)
		}
	}
}

func TestParseAddr(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"1.2.3.4": "1.2.3.4", "1.2.3": "1.2.0.3", "1.2": "1.0.0.2", "1": "0.0.0.1", "0x7f.1": "127.0.0.1", "010.0X10.1": "8.16.0.1",
		"4294967295": "255.255.255.255", "1.65536.1": "", "1.16777216": "", "4294967296": "", "1.2.3.4.5": "", "": "", ".": "",
		"0x": "", "08": "", "-1": "", "+1": "", "1_0": "", "0x-1": "", "::1": "::1", "fe80::1%lo": "", "a": "", "1.2.3.4:80": "",
	}
	for s, want := range tests {
		got := ""
		if addr, ok := parseAddr(s); ok {
			got = addr.String()
		}
		if got != want {
			t.Errorf("parseAddr(%q) is %q, want %q", s, got, want)
		}
	}
	require.False(t, subnet{}.contains(netip.Addr{}))
	require.False(t, subnet{}.contains(netip.MustParseAddr("::")))
}

// No subject and no pattern takes long.
func TestHostile(t *testing.T) {
	t.Parallel()
	const n = 3000
	patterns := []string{
		"*" + strings.Repeat("[", n) + "x", "*" + strings.Repeat("[", n) + `\]`, strings.Repeat("*a", n/2) + "b",
		strings.Repeat("[a-", n/3), "*[" + strings.Repeat("a", n-3) + "]b", strings.Repeat("*?", n/2) + "b", strings.Repeat("[!a]*", n/5),
	}
	start := time.Now()
	for _, p := range patterns {
		for _, s := range []string{strings.Repeat("a", n), strings.Repeat("[", n)} {
			req := &request{Target: "/", Headers: [][2]string{{"P", p}, {"S", s}}}
			_, err := program(t, "req('S') -strmatch req('P') || req('S') -fnmatch req('P')").Bool(req)
			require.NoError(t, err)
		}
	}
	require.Less(t, time.Since(start), 30*time.Second)
}

func FuzzProgram(f *testing.F) {
	for _, src := range []string{
		"true", "%{REQUEST_URI} =~ m#^/(.*)$#i && $1 -strmatch '*'", "req('A') in {'a', file('/docroot/file.txt')}",
		"'a' -ipmatch '10.0.0.0/8' || -R '::1' || -f '/docroot/file.txt'", "unbase64(escape('%')) -gt unescape('%41')",
		"'x' . 'y%{HTTP_HOST}$1' <= md5(ldap('a'))", "-T 'no' || !('a' -fnmatch 'b/[!a-c]')",
	} {
		f.Add(src, "a")
	}
	f.Fuzz(func(t *testing.T, src, header string) {
		_, p, err := compileSource(src, false, false)
		if err != nil {
			return
		}
		newRequest := func() *request {
			return &request{Target: "/a?b", Headers: [][2]string{{"A", header}}, files: tree(), steps: 1000}
		}
		res, err := p.Bool(newRequest())
		again, errAgain := p.Bool(newRequest())
		require.Equal(t, err, errAgain)
		if d := cmp.Diff(res, again); d != "" {
			t.Errorf("%q gives another result the second time (-first +second)\n%s", src, d)
		}
		_, not, errNot := compileSource("!("+src+")", false, false)
		if err != nil || errNot != nil {
			return
		}
		opposite, err := not.Bool(newRequest())
		require.NoError(t, err)
		res.True = !res.True
		if d := cmp.Diff(res, opposite); d != "" {
			t.Errorf("%q is not the opposite of its negation (-want +got)\n%s", src, d)
		}
	})
}

func BenchmarkBool(b *testing.B) {
	req := &request{Target: "/dir/page?a=1", Headers: [][2]string{{"User-Agent", "agent/1.0"}}}
	for _, src := range []string{
		"%{REQUEST_METHOD} == 'GET'",
		"%{REQUEST_URI} =~ m#^/dir/# && %{HTTP_USER_AGENT} -strmatch 'agent*'",
		"%{REQUEST_METHOD} in {'GET', 'HEAD'} && '%{REQUEST_URI}?%{QUERY_STRING}' =~ /^(.*)a=(.)/ && $2 -lt 5",
	} {
		p := program(b, src)
		b.Run(src, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if res, err := p.Bool(req); err != nil || !res.True {
					b.Fatal(res, err)
				}
			}
		})
	}
}
