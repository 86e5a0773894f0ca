package rewrite_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// A body longer than LimitRequestBody is refused before any handler where its
// length is announced, and ends early where it is not.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			rewrite.Fail(w, r, http.StatusRequestEntityTooLarge)
			return
		}
		fmt.Fprintf(w, "%q %v", body, err)
	}
	backend := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(backend.Close)
	target, err := url.Parse(backend.URL)
	require.NoError(t, err)
	upstream := rewrite.NewProxy(target, &rewrite.Options{Logger: quiet()})
	rules := "LimitRequestBody 5\nErrorDocument 413 long\nRewriteRule ^/elsewhere " + backend.URL + "/ [P]"
	for name, next := range map[string]http.Handler{"handler": http.HandlerFunc(echo), "upstream": upstream} {
		srv := start(t, rules, &rewrite.Options{Logger: quiet()}, next.ServeHTTP)
		for _, test := range []struct {
			path, body string
			chunked    bool
			status     int
			want       string
		}{
			{"/", "12345", false, 200, `"12345" <nil>`},
			{"/", "12345", true, 200, `"12345" <nil>`},
			{"/", "123456", false, 413, "long"},
			{"/", "123456", true, 413, "long"},
			{"/elsewhere", "123456", false, 200, `"123456" <nil>`}, // as in httpd
			{"/elsewhere", "123456", true, 200, `"123456" <nil>`},
		} {
			text := "POST " + test.path + " HTTP/1.1\r\nHost: a.example\r\n"
			if test.chunked {
				text += fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(test.body), test.body)
			} else {
				text += fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(test.body), test.body)
			}
			resp, body := exchange(t, srv, text)
			if resp.StatusCode != test.status || body != test.want {
				t.Errorf("%s: %s %q chunked %v: status %d, %q, want %d, %q",
					name, test.path, test.body, test.chunked, resp.StatusCode, body, test.status, test.want)
			}
		}
	}
}

// A body that is longer than request filtering of IIS permits is refused where its length
// is announced, and ends early where it is not, forwarded or not.
func TestBodyLimitOfWebConfig(t *testing.T) {
	t.Parallel()
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			rewrite.Fail(w, r, http.StatusRequestEntityTooLarge)
			return
		}
		fmt.Fprintf(w, "%q %v", body, err)
	}
	backend := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(backend.Close)
	for limit, want := range map[string]map[string]int{
		"5": {"12345": 200, "123456": 413}, "0": {"1": 413},
	} {
		name := filepath.Join(t.TempDir(), "web.config")
		require.NoError(t, os.WriteFile(name, []byte(`<configuration><system.webServer><security><requestFiltering><requestLimits maxAllowedContentLength="`+limit+`"/></requestFiltering></security>`+
			`<rewrite><rules><rule name="a"><match url="^elsewhere"/><action type="Rewrite" url="`+backend.URL+`/"/></rule></rules></rewrite></system.webServer></configuration>`), 0o600))
		m, err := rewrite.Load(name, &rewrite.LoadOptions{Options: rewrite.Options{Logger: quiet()}})
		require.NoError(t, err)
		srv := httptest.NewServer(m.Handler(http.HandlerFunc(echo)))
		t.Cleanup(srv.Close)
		for body, status := range want {
			for _, path := range []string{"/", "/elsewhere"} {
				for _, text := range []string{
					fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body),
					fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
				} {
					resp, _ := exchange(t, srv, "POST "+path+" HTTP/1.1\r\nHost: a.example\r\n"+text)
					if resp.StatusCode != status {
						t.Errorf("limit %s: POST %s %q: status %d, want %d", limit, path, text, resp.StatusCode, status)
					}
				}
			}
		}
	}
}

// A client that announces a body in two ways may be about to smuggle a request:
// the chunks count, and the connection ends with the answer.
func TestTwoLengths(t *testing.T) {
	t.Parallel()
	srv := start(t, "RewriteRule ^/no - [F]", nil, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%q", body)
	})
	for path, status := range map[string]int{"/": 200, "/no": 403} {
		for _, lengths := range []string{"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"} {
			resp, body := exchange(t, srv, "POST "+path+" HTTP/1.1\r\nHost: a.example\r\n"+lengths+"\r\n3\r\nabc\r\n0\r\n\r\nGET /no HTTP/1.1\r\nHost: a.example\r\n\r\n")
			if resp.StatusCode != status || !resp.Close || status == 200 && body != `"abc"` {
				t.Errorf("%s with %q: status %d, closes %v, %q", path, lengths, resp.StatusCode, resp.Close, body)
			}
		}
	}
}

// More than 200 ranges are none.
func TestManyRanges(t *testing.T) {
	t.Parallel()
	srv := start(t, "", nil, func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%d", len(r.Header["Range"])) })
	for n, want := range map[int]string{1: "1", 200: "1", 201: "0", 1000: "0"} {
		got := do(t, http.MethodGet, srv.URL, http.Header{"Range": {"bytes=" + strings.Repeat("0-0,", n-1) + "0-0"}})
		if got.Body != want {
			t.Errorf("with %d ranges the handler sees %s headers, want %s", n, got.Body, want)
		}
	}
}
