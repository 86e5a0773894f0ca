package rewrite_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// CONNECT reaches no handler and no other server but by a rule, whatever its
// target looks like.
func TestConnect(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(unreachable(t))
	t.Cleanup(backend.Close)
	target, err := url.Parse(backend.URL)
	require.NoError(t, err)
	rules := "RewriteRule ^/elsewhere " + backend.URL + "/ [P]\n"
	upstream := rewrite.NewProxy(target, nil)
	for name, next := range map[string]http.HandlerFunc{"handler": unreachable(t), "upstream": upstream.ServeHTTP} {
		srv := start(t, rules, &rewrite.Options{Logger: quiet()}, next)
		for target, want := range map[string]int{
			"/": 400, "/page": 400, "/elsewhere": 400, "*": 400, "http://a.example/page": 400, "a.example": 400,
			"a.example:80/page": 400, "u@a.example:80": 400, "a.example:x": 400, "a.example:": 400,
			"a.example:80": 405, "127.0.0.1:80": 405, "[::1]:443": 405,
		} {
			resp, _ := exchange(t, srv, "CONNECT "+target+" HTTP/1.1\r\nHost: a.example\r\n\r\n")
			if resp.StatusCode != want {
				t.Errorf("%s: CONNECT %s: status %d, want %d", name, target, resp.StatusCode, want)
			}
		}
	}
}

func TestTrace(t *testing.T) {
	t.Parallel()
	const request = "TRACE /page?q HTTP/1.1\r\nHost: a.example\r\nX-Two: 2\r\nX-One: 1\r\n"
	const chunked = request + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
	tests := []struct {
		rules, request string
		status         int
		body           string
	}{
		{"", request + "\r\n", 405, ""},
		{"TraceEnable Off", request + "\r\n", 405, ""},
		{"TraceEnable On", request + "\r\n", 200, "TRACE /page?q HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\nX-Two: 2\r\n\r\n"},
		{"TraceEnable On\nRewriteRule ^/page - [F]", request + "\r\n", 403, ""},
		{"TraceEnable On", request + "Content-Length: 3\r\n\r\nabc", 413, ""},
		{"TraceEnable On", chunked, 413, ""},
		{
			"TraceEnable extended", request + "Content-Length: 3\r\n\r\nabc", 200,
			"TRACE /page?q HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\nX-One: 1\r\nX-Two: 2\r\n\r\nabc",
		},
		{"TraceEnable extended", chunked, 200, "TRACE /page?q HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\nX-Two: 2\r\n\r\nabc"},
		{"TraceEnable extended", request + "Content-Length: 70000\r\n\r\n" + strings.Repeat("a", 70000), 413, ""},
	}
	for _, test := range tests {
		srv := start(t, test.rules, &rewrite.Options{Logger: quiet()}, unreachable(t))
		resp, body := exchange(t, srv, test.request)
		if resp.StatusCode != test.status || test.body != "" && body != test.body {
			t.Errorf("%s: %.90q: status %d, body %q, want %d, %q", test.rules, test.request, resp.StatusCode, body, test.status, test.body)
		}
		if test.status == 200 && resp.Header.Get("Content-Type") != "message/http" {
			t.Errorf("%s: Content-Type %q", test.rules, resp.Header.Get("Content-Type"))
		}
	}
}

// Max-Forwards is counted down, and a request that has used it up goes no
// further.
func TestMaxForwards(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %q", r.Method, r.Header["Max-Forwards"])
	}))
	t.Cleanup(backend.Close)
	srv := start(t, "TraceEnable On\nRewriteRule ^ "+backend.URL+"/ [P]", &rewrite.Options{Logger: quiet()}, unreachable(t))
	tests := []struct {
		method, value string
		status        int
		body          string
	}{
		{"GET", "", 200, `GET []`},
		{"GET", "5", 200, `GET ["4"]`},
		{"TRACE", "1", 200, `TRACE ["0"]`},
		{"TRACE", "0", 200, "TRACE / HTTP/1.1\r\nHost: a.example\r\nMax-Forwards: 0\r\n\r\n"},
		{"OPTIONS", "0", 200, ""},
		{"OPTIONS", "1", 200, `OPTIONS ["0"]`},
		{"GET", "0", 400, ""},
		{"GET", "-1", 400, ""},
		{"GET", "many", 400, ""},
		{"GET", "99999999999999999999", 400, ""},
	}
	for _, test := range tests {
		header := "Host: a.example\r\n"
		if test.value != "" {
			header += "Max-Forwards: " + test.value + "\r\n"
		}
		resp, body := exchange(t, srv, test.method+" / HTTP/1.1\r\n"+header+"\r\n")
		if resp.StatusCode != test.status || test.status == 200 && body != test.body {
			t.Errorf("%s with Max-Forwards %q: status %d, %q, want %d, %q", test.method, test.value, resp.StatusCode, body, test.status, test.body)
		}
	}
}
