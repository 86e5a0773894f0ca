package expr

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// TestWork says what expressions take of a request. With less than that, whatever is
// missing, nothing comes of the evaluation but the error.
func TestWork(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100*textSteps)
	tests := []struct {
		src          string
		steps, bytes int
	}{
		{"true", 0, 0},
		{"%{HTTP_REFERER} == 'a'", 16, 7},
		{"req('Long') == 'a'", 16, 4},
		{"req('X') . 'b' == 'xb'", 16, 3},
		{"req('Long') . req('Long') == 'x'", 216, 6408},
		{"'%{REQUEST_URI}-%{REQUEST_URI}' == 'x'", 216, 6403},
		{"tolower(req('Long')) == 'x'", 316, 9604},
		{"toupper(req('X')) == 'X'", 16, 4},
		{"escape(req('Long')) == ''", 316, 9604},
		{"unescape(req('Long')) == ''", 316, 9604},
		{"base64(req('Long')) == ''", 316, 9604},
		{"unbase64(req('Long')) == ''", 316, 9604},
		{"md5(req('Long')) == ''", 316, 9604},
		{"sha1(req('Long')) == ''", 316, 9604},
		{"ldap(req('Long')) == ''", 316, 9604},
		{"env('A') == note('B')", 48, 0},
		{"osenv(req('X')) == reqenv('x')", 48, 1},
		{"file('/docroot/file.txt') == 'text'", 16, 5},
		{"filesize(tolower('/docroot/file.txt')) -eq 5", 32, 0},
		{"-f req('X') || -F req('X') || -U req('X')", 0, 2},
		{"req('X') =~ /^(x)$/", 0, 1},
		{"req('Long') =~ /b/", 0, 4},
		{"req('X') in {'a', 'b', req('X')}", 16, 2},
		{"req('X') in PeerExtList(req('X'))", 0, 2},
		{"req('Long') -strmatch 'a*b'", 316, 4},
		{"req('Long') -fnmatch '*b' || req('Long') -strcmatch req('X')", 332, 9 + elementBytes},
		{"req('X') -ipmatch '10.0.0.0/8' || -R '10.0.0.1'", 0, 1},
		{"-n req('Long') && -z $1 && -T req('X')", 0, 5},
		{"%{SSL:SSL_CIPHER} == %{SSL_PROTOCOL}", 16, 0},
		{"req('X') -lt req('Long') && req('X') == req('Long')", 16, 5},
		{"!(req(req('X')) == 'y')", 16, 2},
		{"http(req(req('X'))) != req_novary(req('X'))", 16, 5},
		{"%{TIME} == 1 || %{TIME_YEAR} -gt 2000", 32, 0},
	}
	for _, test := range tests {
		newRequest := func() *request {
			return &request{Target: "/" + long, Headers: [][2]string{{"X", "x"}, {"Long", long}}, files: tree()}
		}
		p := program(t, test.src)
		req := newRequest()
		_, err := p.Bool(req)
		require.NoError(t, err, test.src)
		if req.spent != test.steps || req.bytes != test.bytes {
			t.Errorf("%s takes %d steps and %d bytes, want %d and %d", test.src, req.spent, req.bytes, test.steps, test.bytes)
		}
		for work := 1; work < req.spent; work = max(work+1, work*5/4) {
			less := newRequest()
			less.work = work
			lacks(t, p, less, errSteps)
		}
		for most := 1; most < req.bytes; most = max(most+1, most*5/4) {
			less := newRequest()
			less.most = most
			lacks(t, p, less, errBytes)
		}
	}
}

// lacks has an evaluation fail with want.
func lacks(t *testing.T, p *Program, req *request, want error) {
	t.Helper()
	res, err := p.Bool(req)
	require.ErrorIs(t, err, want)
	if d := cmp.Diff(Result{}, res); d != "" {
		t.Errorf("mismatch (-want +got)\n%s", d)
	}
}
