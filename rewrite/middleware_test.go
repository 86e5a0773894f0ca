package rewrite_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// seen tells what URL a handler got.
func seen(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s|%s|%s|%s", r.URL.Path, r.URL.EscapedPath(), r.URL.RawQuery, r.RequestURI)
}

func TestPassAndRewrite(t *testing.T) {
	t.Parallel()
	srv := start(t, lines(
		`RewriteRule ^/old$ /new`,
		`RewriteRule ^/q$ /n?a=b`,
		`RewriteRule ^/noq$ /n?`,
		`RewriteRule ^/same$ /same?added=1`,
		`RewriteRule ^/enc/(.*)$ /to/$1`,
		`RewriteRule ^/tilde/ - [E=x:y]`,
		`RewriteRule ^/pt$ /through?p=1 [PT]`,
	), nil, seen)
	tests := []struct{ target, want string }{
		{"/", "/|/||/"},
		{"/untouched?a=%20&b", "/untouched|/untouched|a=%20&b|/untouched?a=%20&b"},
		{"/old", "/new|/new||/old"},
		{"/old?keep=1", "/new|/new|keep=1|/old?keep=1"},
		{"/q?x", "/n|/n|a=b|/q?x"},
		{"/noq?x", "/n|/n||/noq?x"},
		{"/same", "/same|/same|added=1|/same"},
		{"/enc/a%20b%25c", "/to/a b%c|/to/a%20b%25c||/enc/a%20b%25c"},
		{"/tilde/%7Ea%21", "/tilde/~a!|/tilde/%7Ea%21||/tilde/%7Ea%21"},
		{"/pt", "/through|/through|p=1|/pt"},
		// What the rules saw is what the handler sees.
		{"//a//./b/../c", "/a/c|/a/c||//a//./b/../c"},
		{"/x/%2e%2e/old", "/new|/new||/x/%2e%2e/old"},
	}
	for _, tt := range tests {
		body := readBody(t, raw(t, srv, tt.target))
		if diff := cmp.Diff(tt.want, body); diff != "" {
			t.Errorf("GET %s mismatch (-want +got):\n%s", tt.target, diff)
		}
	}
}

func TestRequestIsNotChanged(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, "RewriteRule ^/old$ /new?x=1 [E=a:b,CO=c:d:.example.com,T=text/plain]\n", nil), nil)
	var inner *http.Request
	h := m.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inner = r }))
	r := httptest.NewRequest(http.MethodGet, "/old?y", http.NoBody)
	u, header := *r.URL, r.Header.Clone()
	before := *r
	h.ServeHTTP(httptest.NewRecorder(), r)
	require.NotNil(t, inner)
	require.Equal(t, "/new", inner.URL.Path)
	require.Equal(t, before, *r)
	if diff := cmp.Diff(u, *r.URL); diff != "" {
		t.Errorf("URL was changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(header, r.Header); diff != "" {
		t.Errorf("header was changed (-before +after):\n%s", diff)
	}
}

func TestInfo(t *testing.T) {
	t.Parallel()
	type told struct {
		Original, Client, Handler, Type, Path string
		Rule                                  uint32
		Env                                   map[string]string
	}
	var got told
	srv := start(t, lines(
		`RewriteRule ^/old$ /new [E=color:blue,H=my-handler,T=text/x-mine]`,
	), nil, func(_ http.ResponseWriter, r *http.Request) {
		info, ok := rewrite.FromContext(r.Context())
		if !ok {
			t.Error("no Info in the context")
			return
		}
		got = told{
			Original: info.Original.String(), Client: info.Client, Handler: info.Handler, Type: info.ContentType,
			Path: info.Path, Rule: info.Rule.From.Line, Env: map[string]string{"color": info.Env["color"]},
		}
	})
	get(t, srv.URL+"/old?a=b")
	want := told{
		Original: "/old?a=b", Client: "127.0.0.1", Handler: "my-handler", Type: "text/x-mine",
		Path: "/new", Rule: 2, Env: map[string]string{"color": "blue"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Info mismatch (-want +got):\n%s", diff)
	}
}

func TestFromContextWithoutMiddleware(t *testing.T) {
	t.Parallel()
	if info, ok := rewrite.FromContext(t.Context()); ok || info != nil {
		t.Errorf("FromContext = %v, %v in a context of no request", info, ok)
	}
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	srv := start(t, lines(
		`RewriteRule ^/a$ https://example.org/x?y=1 [R=301]`,
		`RewriteRule ^/b/(.*)$ http://example.org/$1 [R]`,
		`RewriteRule ^/raw/(.*)$ http://example.org/\%25$1 [R=307,NE]`,
		`RewriteRule ^/rel$ /here [R=303]`,
		`RewriteRule ^/n304$ http://example.org/ [R=304]`,
		`RewriteRule ^/c$ http://example.org/ [R,CO=a:b:.example.org]`,
	), nil, unreachable(t))
	tests := []struct {
		target string
		want   reply
	}{
		{"/a", reply{Status: 301, Location: "https://example.org/x?y=1"}},
		{"/b/p%20q", reply{Status: 302, Location: "http://example.org/p%20q"}},
		{"/raw/%22%5b", reply{Status: 307, Location: `http://example.org/%25"[`}},
		{"/rel", reply{Status: 303, Location: srv.URL + "/here"}},
		{"/n304", reply{Status: 304, Location: "http://example.org/"}},
		{"/c", reply{Status: 302, Location: "http://example.org/", Cookies: []string{"a=b; path=/; domain=.example.org"}}},
	}
	for _, tt := range tests {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := do(t, method, srv.URL+tt.target, nil)
			want := tt.want
			if want.Status != http.StatusNotModified {
				want.Type = "text/html; charset=utf-8"
				if method == http.MethodGet {
					want.Body = got.Body // looked at below
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s mismatch (-want +got):\n%s", method, tt.target, diff)
			}
		}
	}
	body := get(t, srv.URL+"/raw/%22%3e%3cscript%3e").Body
	require.Contains(t, body, "307 Temporary Redirect")
	require.Contains(t, body, "example.org/%25&#34;&gt;&lt;script&gt;")
	require.NotContains(t, body, "<script>")
}

func TestRespond(t *testing.T) {
	t.Parallel()
	var log journal
	srv := start(t, lines(
		`RewriteRule ^/f$ - [F,CO=a:b:.example.org]`,
		`RewriteRule ^/g$ - [G]`,
		`RewriteRule ^/r100 - [R=100]`,
		`RewriteRule ^/r200 - [R=200]`,
		`RewriteRule ^/r204 - [R=204]`,
		`RewriteRule ^/r205 - [R=205]`,
		`RewriteRule ^/r404 - [R=404]`,
		`RewriteRule ^/r503 - [R=503]`,
	), &rewrite.Options{Logger: log.logger()}, unreachable(t))
	html := "text/html; charset=utf-8"
	tests := []struct {
		target string
		want   reply
	}{
		{"/f", reply{Status: 403, Type: html, Cookies: []string{"a=b; path=/; domain=.example.org"}}},
		{"/g", reply{Status: 410, Type: html}},
		{"/r100", reply{Status: 500, Type: html}}, // no status to end with
		{"/r200", reply{Status: 200, Type: html}},
		{"/r204", reply{Status: 204}},
		{"/r205", reply{Status: 205}},
		{"/r404", reply{Status: 404, Type: html}},
		{"/r503", reply{Status: 503, Type: html}},
	}
	for _, tt := range tests {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			got := do(t, method, srv.URL+tt.target, nil)
			body := got.Body
			got.Body = ""
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s %s mismatch (-want +got):\n%s", method, tt.target, diff)
			}
			if tt.want.Type != "" && method != http.MethodHead {
				require.Contains(t, body, fmt.Sprintf("<h1>%d ", tt.want.Status))
			} else {
				require.Empty(t, body)
			}
		}
	}
	require.Empty(t, log.String())
}

// A request whose evaluation fails is denied and reported, never passed on.
func TestEvaluationError(t *testing.T) {
	t.Parallel()
	var log journal
	srv := start(t, "RewriteRule ^/loop - [N]\n", &rewrite.Options{Logger: log.logger()}, unreachable(t))
	got := get(t, srv.URL+"/loop?"+strings.Repeat("x", 1000))
	require.Equal(t, http.StatusInternalServerError, got.Status)
	require.NotContains(t, got.Body, "test.conf", "the client learns nothing of the rules")
	require.Contains(t, log.String(), "test.conf:2")
	require.Contains(t, log.String(), "target=/loop?xxx")
	require.NotContains(t, log.String(), strings.Repeat("x", 300))
}

func TestNoEngine(t *testing.T) {
	t.Parallel()
	m := rewrite.New(nil, &rewrite.Options{Logger: quiet()})
	srv := httptest.NewServer(m.Handler(unreachable(t)))
	defer srv.Close()
	require.Equal(t, http.StatusInternalServerError, get(t, srv.URL).Status)
	require.Nil(t, m.Swap(compile(t, "RewriteRule ^ - [G]\n", nil)))
	require.Equal(t, http.StatusGone, get(t, srv.URL).Status)
	require.NotNil(t, m.Engine())
}

func TestCookiesAndVary(t *testing.T) {
	t.Parallel()
	srv := start(t, lines(
		`RewriteCond %{HTTP:Accept-Language} de`,
		`RewriteRule ^/x - [CO=lang:de:.example.org]`,
		`RewriteCond %{HTTP:X-Other} y`,
		`RewriteRule ^/x - [CO=other:y:.example.org]`,
	), nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "own=1")
		switch r.URL.RawQuery {
		case "has":
			w.Header().Set("Vary", "accept-language, Cookie")
		case "star":
			w.Header().Set("Vary", "*")
		case "none":
			return
		case "flush":
			w.(http.Flusher).Flush()
		}
		_, _ = w.Write([]byte("ok"))
	})
	header := http.Header{"Accept-Language": {"de"}, "X-Other": {"y"}}
	cookies := []string{"lang=de; path=/; domain=.example.org", "other=y; path=/; domain=.example.org", "own=1"}
	tests := []struct {
		query string
		vary  string
	}{
		{"", "Accept-Language,X-Other"},
		{"has", "accept-language,Cookie,X-Other"},
		{"star", "*,Accept-Language,X-Other"},
		{"none", "Accept-Language,X-Other"},
		{"flush", "Accept-Language,X-Other"},
	}
	for _, tt := range tests {
		got := do(t, http.MethodGet, srv.URL+"/x?"+tt.query, header)
		if diff := cmp.Diff([]string{tt.vary}, got.Vary); diff != "" {
			t.Errorf("Vary after %q mismatch (-want +got):\n%s", tt.query, diff)
		}
		if diff := cmp.Diff(cookies, got.Cookies); diff != "" {
			t.Errorf("cookies after %q mismatch (-want +got):\n%s", tt.query, diff)
		}
	}
}

func TestForcedType(t *testing.T) {
	t.Parallel()
	srv := start(t, "RewriteRule ^/x - [T=text/x-forced]\n", nil, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/x/served":
			http.ServeContent(w, r, "a.css", time.Time{}, strings.NewReader("body"))
		case "/x/own", "/y":
			w.Header().Set("Content-Type", "text/own")
		case "/x/error":
			http.Error(w, "no", http.StatusNotFound)
		}
	})
	for path, want := range map[string]string{
		"/x":        "text/x-forced",
		"/x/served": "text/x-forced",
		"/x/own":    "text/x-forced",
		"/x/error":  "text/plain; charset=utf-8",
		"/y":        "text/own",
	} {
		if got := get(t, srv.URL+path).Type; got != want {
			t.Errorf("type of %s = %q, want %q", path, got, want)
		}
	}
}

// httpd keeps the status of a redirect that a later rule made local again.
func TestStatusLeftBehind(t *testing.T) {
	t.Parallel()
	srv := start(t, lines(
		`RewriteRule ^/x http://example.org/ [R=301]`,
		`RewriteRule ^http: /local [L]`,
	), nil, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "missing" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(r.URL.Path))
	})
	if diff := cmp.Diff(reply{Status: 301, Body: "/local", Type: "text/plain; charset=utf-8"}, get(t, srv.URL+"/x")); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	require.Equal(t, http.StatusNotFound, get(t, srv.URL+"/x?missing").Status)
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	srv := start(t, "RewriteRule ^ http://example.org/%{ENV:tier}/%{REMOTE_HOST} [R]\n", &rewrite.Options{
		Prepare: func(r *http.Request, q *matcher.Request) {
			q.Env = map[string]string{"tier": r.Header.Get("X-Tier")}
			q.RemoteHost = "client.example"
		},
	}, unreachable(t))
	got := do(t, http.MethodGet, srv.URL, http.Header{"X-Tier": {"gold"}})
	require.Equal(t, "http://example.org/gold/client.example", got.Location)
}

// Rules behind another handler see the URL that it made.
func TestBehindOtherHandlers(t *testing.T) {
	t.Parallel()
	first := rewrite.New(compile(t, "RewriteRule ^/a/(.*) /b/$1?from=first\n", nil), nil)
	second := rewrite.New(compile(t, "RewriteRule ^/b/(.*) /c/$1 [QSA]\nRewriteRule ^/in$ /out\n", nil), nil)
	mux := http.NewServeMux()
	mux.Handle("/app/", http.StripPrefix("/app", second.Handler(http.HandlerFunc(seen))))
	mux.Handle("/", first.Handler(second.Handler(http.HandlerFunc(seen))))
	srv := httptest.NewServer(mux)
	defer srv.Close()
	for target, want := range map[string]string{
		"/a/x%20y":     "/c/x y|/c/x%20y|from=first|/a/x%20y",
		"/in":          "/out|/out||/in",
		"/app/in?q":    "/out|/out|q|/app/in?q",
		"/app/other?q": "/other|/other|q|/app/other?q",
	} {
		if diff := cmp.Diff(want, get(t, srv.URL+target).Body); diff != "" {
			t.Errorf("GET %s mismatch (-want +got):\n%s", target, diff)
		}
	}
}

// The target is the client's own as long as nobody has changed the URL.
func TestTargetIsTheClientsOwn(t *testing.T) {
	t.Parallel()
	srv := start(t, "RewriteRule ^ http://example.org/ [R,E=x:%{THE_REQUEST},CO=;t;%{THE_REQUEST};.example.org]\n", nil, unreachable(t))
	for _, target := range []string{"/a%2Db?x=%zz", "/?", "/a[b]", "/%E9?\xe9", "http://other.example/p%21?q", "/a?b?c"} {
		resp := raw(t, srv, target)
		require.Equal(t, http.StatusFound, resp.StatusCode, target)
		want := "t=GET " + target + " HTTP/1.1; path=/; domain=.example.org"
		if diff := cmp.Diff(want, resp.Header.Get("Set-Cookie")); diff != "" {
			t.Errorf("THE_REQUEST of %q mismatch (-want +got):\n%s", target, diff)
		}
	}
}

// A handler that makes a request by hand need not set RequestURI.
func TestRequestWithoutTarget(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, "RewriteRule ^/a$ /b\n", nil), nil)
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/a", RawQuery: "q"}, Host: "www.example.com"}
	w := httptest.NewRecorder()
	m.Handler(http.HandlerFunc(seen)).ServeHTTP(w, r)
	require.Equal(t, "/b|/b|q|", w.Body.String())
}

// With AllowEncodedSlashes NoDecode httpd keeps %2F in the path; net/http's
// handlers find it in EscapedPath.
func TestEncodedSlashes(t *testing.T) {
	t.Parallel()
	srv := start(t, "AllowEncodedSlashes NoDecode\nRewriteRule ^/old/(.*) /new/$1\n", nil, seen)
	for target, want := range map[string]string{
		"/a%2Fb":     "/a/b|/a%2Fb||/a%2Fb",
		"/a%2fb//c":  "/a%2fb/c|/a%252fb/c||/a%2fb//c",
		"/old/a%2Fb": "/new/a%2Fb|/new/a%252Fb||/old/a%2Fb",
	} {
		if diff := cmp.Diff(want, readBody(t, raw(t, srv, target))); diff != "" {
			t.Errorf("GET %s mismatch (-want +got):\n%s", target, diff)
		}
	}
}

// What handlers expect of a response writer works through the one that adds
// the rules' header fields.
func TestResponseWriterIsComplete(t *testing.T) {
	t.Parallel()
	srv := start(t, "RewriteRule ^ - [CO=a:b:.example.org]\n", nil, func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Error(err)
		}
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		if r.URL.Path == "/hijack" {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = conn.Write([]byte("HTTP/1.1 218 Taken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
			_ = conn.Close()
			return
		}
		_, _ = w.(io.ReaderFrom).ReadFrom(strings.NewReader("from a reader"))
		w.WriteHeader(http.StatusTeapot) // too late, net/http ignores and logs it
	})
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	got := get(t, srv.URL)
	if diff := cmp.Diff(reply{
		Status: 200, Body: "from a reader", Type: "text/plain; charset=utf-8", Cookies: []string{"a=b; path=/; domain=.example.org"},
	}, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	require.Equal(t, 218, get(t, srv.URL+"/hijack").Status)
}

func TestHTTP2(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, lines(
		`RewriteRule ^/to$ https://%{HTTP_HOST}/%{SERVER_PROTOCOL} [R]`,
		`RewriteRule ^/in$ /out [CO=a:b:.example.org,T=text/x-t]`,
	), nil), nil)
	srv := httptest.NewUnstartedServer(m.Handler(http.HandlerFunc(seen)))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	client := srv.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := client.Get(srv.URL + "/to")
	require.NoError(t, err)
	_ = resp.Body.Close()
	require.Equal(t, "HTTP/2.0", resp.Proto)
	require.Equal(t, srv.URL+"/HTTP/2.0", resp.Header.Get("Location"))
	resp, err = client.Get(srv.URL + "/in")
	require.NoError(t, err)
	require.Equal(t, "/out|/out||/in", readBody(t, resp))
	_ = resp.Body.Close()
	require.Equal(t, "text/x-t", resp.Header.Get("Content-Type"))
	require.Equal(t, []string{"a=b; path=/; domain=.example.org"}, resp.Header["Set-Cookie"])
}
