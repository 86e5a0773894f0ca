package rewrite_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// upstream starts the server that requests are forwarded to.
func upstream(t *testing.T, h http.HandlerFunc) (base string) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func readBody(tb testing.TB, resp *http.Response) string {
	tb.Helper()
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	return string(body)
}

// echo tells what request the upstream server got.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s host=%s body=%s", r.Method, r.RequestURI, r.Host, body)
}

// An error document that another server gives has that server's status, as with
// httpd where ProxyErrorOverride is off.
func TestProxiedErrorDocument(t *testing.T) {
	t.Parallel()
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusTeapot)
		}
		fmt.Fprintf(w, "%s %s", r.Method, r.URL.Path)
	})
	srv := start(t, lines(
		`ErrorDocument 403 /errors/denied`,
		`ErrorDocument 410 /errors/gone`,
		`RewriteRule ^/errors/(.*)$ `+up+`/$1 [P]`,
		`RewriteRule ^/secret - [F]`,
		`RewriteRule ^/old - [G]`,
	), nil, unreachable(t))
	for target, want := range map[string]struct {
		status int
		body   string
	}{
		"/secret": {http.StatusOK, "GET /denied"},
		"/old":    {http.StatusTeapot, "GET /gone"},
	} {
		resp := raw(t, srv, target)
		require.Equal(t, want.status, resp.StatusCode, target)
		require.Equal(t, want.body, readBody(t, resp), target)
	}
}

func TestProxy(t *testing.T) {
	t.Parallel()
	up := upstream(t, echo)
	host := strings.TrimPrefix(up, "http://")
	srv := start(t, lines(
		`RewriteRule ^/plain/(.*)$ `+up+`/to/$1 [P]`,
		`RewriteRule ^/q$ `+up+`/to?x=1 [P,QSA]`,
		`RewriteRule ^/bare$ `+up+` [P]`,
		`RewriteRule ^/user$ http://u:p@`+host+`/to [P]`,
		`RewriteRule ^/ne/(.*)$ `+up+`/\%2541/$1 [P,NE]`,
	), nil, unreachable(t))
	tests := []struct{ target, want string }{
		{"/plain/a", "GET /to/a"},
		{"/plain/a%20b?c=%2f", "GET /to/a%20b?c=%2f"},
		{"/q?y=2", "GET /to?x=1&y=2"},
		{"/bare", "GET /"},
		{"/user", "GET /to"},
		{"/ne/x", "GET /%2541/x"},
	}
	for _, tt := range tests {
		got := readBody(t, raw(t, srv, tt.target))
		if diff := cmp.Diff(tt.want+" host="+host+" body=", got); diff != "" {
			t.Errorf("GET %s mismatch (-want +got):\n%s", tt.target, diff)
		}
	}
	resp, err := http.Post(srv.URL+"/plain/post", "text/plain", strings.NewReader("hello"))
	require.NoError(t, err)
	require.Equal(t, "POST /to/post host="+host+" body=hello", readBody(t, resp))
	_ = resp.Body.Close()
}

func TestProxyHeaders(t *testing.T) {
	t.Parallel()
	var got http.Header
	var host string
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		got, host = r.Header.Clone(), r.Host
		w.Header().Set("Content-Type", "text/upstream")
		w.Header().Set("Connection", "X-Hop")
		w.Header().Set("X-Hop", "1")
		w.Header().Set("Vary", "Cookie")
		w.WriteHeader(http.StatusNotFound)
	})
	rules := lines(
		`RewriteCond %{HTTP:X-Want} 1`,
		`RewriteRule ^/x - [T=text/forced,CO=a:b:.example.org]`,
		`RewriteRule ^/x `+up+`/ [P]`,
	)
	sent := http.Header{
		"Host": {"www.example.com"}, "X-Want": {"1"}, "Connection": {"X-Gone"}, "X-Gone": {"1"}, "Te": {"gzip"},
		"X-Forwarded-For": {"192.0.2.7"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"shop.example"}, "Forwarded": {"for=x"},
	}
	pick := func() map[string]string {
		m := map[string]string{"Host": host}
		for _, name := range []string{"X-Want", "X-Gone", "Te", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Accept-Encoding", "Connection"} {
			if got[name] != nil {
				m[name] = strings.Join(got[name], "; ")
			}
		}
		return m
	}
	srv := start(t, rules, nil, unreachable(t))
	res := do(t, http.MethodGet, srv.URL+"/x", sent)
	want := map[string]string{
		"Host": strings.TrimPrefix(up, "http://"), "X-Want": "1", "X-Forwarded-For": "127.0.0.1",
		"X-Forwarded-Proto": "http", "X-Forwarded-Host": "www.example.com", "Accept-Encoding": "gzip",
	}
	if diff := cmp.Diff(want, pick()); diff != "" {
		t.Errorf("request of a stranger mismatch (-want +got):\n%s", diff)
	}
	wantReply := reply{
		Status: 404, Type: "text/upstream", Vary: []string{"Cookie,X-Want"},
		Cookies: []string{"a=b; path=/; domain=.example.org"},
	}
	if diff := cmp.Diff(wantReply, res); diff != "" {
		t.Errorf("response mismatch (-want +got):\n%s", diff)
	}

	srv = start(t, rules, &rewrite.Options{
		PreserveHost:   true,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}, unreachable(t))
	do(t, http.MethodGet, srv.URL+"/x", sent)
	want = map[string]string{
		"Host": "www.example.com", "X-Want": "1", "X-Forwarded-For": "192.0.2.7, 127.0.0.1", "Forwarded": "for=x, for=127.0.0.1",
		"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example", "Accept-Encoding": "gzip",
	}
	if diff := cmp.Diff(want, pick()); diff != "" {
		t.Errorf("request of a trusted proxy mismatch (-want +got):\n%s", diff)
	}
}

func TestProxyFailures(t *testing.T) {
	t.Parallel()
	slow := upstream(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	broken := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	dead := "http://" + freeAddr(t)
	transport := rewrite.NewTransport()
	transport.ResponseHeaderTimeout = 100 * time.Millisecond
	t.Cleanup(transport.CloseIdleConnections)
	var log journal
	srv := start(t, lines(
		`RewriteRule ^/dead `+dead+`/ [P]`,
		`RewriteRule ^/slow `+slow+`/ [P]`,
		`RewriteRule ^/broken `+broken+`/ [P]`,
		`RewriteRule ^/ajp ajp://127.0.0.1:1/ [P]`,
		`RewriteRule ^/fcgi fcgi://127.0.0.1:1/ [P]`,
		`RewriteRule ^/port http://127.0.0.1:99999/ [P]`,
	), &rewrite.Options{Transport: transport, Logger: log.logger()}, unreachable(t))
	for path, want := range map[string]int{
		"/dead": 502, "/broken": 502, "/slow": 504, "/ajp": 500, "/fcgi": 500, "/port": 400,
	} {
		got := get(t, srv.URL+path)
		if got.Status != want {
			t.Errorf("GET %s = %d, want %d", path, got.Status, want)
		}
		require.NotContains(t, got.Body, "127.0.0.1", "the client does not learn where the upstream is")
	}
	require.Contains(t, log.String(), dead)
	require.Contains(t, log.String(), "no support for scheme ajp")
	require.Contains(t, log.String(), "test.conf:5")
}

// freeAddr returns an address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

func TestProxyClientDisconnects(t *testing.T) {
	t.Parallel()
	began, ended := make(chan struct{}), make(chan struct{})
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "first")
		_ = http.NewResponseController(w).Flush()
		close(began)
		<-r.Context().Done()
		close(ended)
	})
	var log journal
	srv := start(t, "RewriteRule ^ "+up+"/ [P]\n", &rewrite.Options{Logger: log.logger()}, unreachable(t))
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	first := make([]byte, 5)
	_, err = io.ReadFull(resp.Body, first)
	require.NoError(t, err, "the response is streamed")
	<-began
	cancel()
	_ = resp.Body.Close()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the upstream server was not told that the client is gone")
	}
}

func TestProxyClientDisconnectsBeforeResponse(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	began := make(chan struct{})
	up := upstream(t, func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		close(ended)
	})
	var log journal
	srv := start(t, "RewriteRule ^ "+up+"/ [P]\n", &rewrite.Options{Logger: log.logger()}, unreachable(t))
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	require.NoError(t, err)
	<-began
	require.NoError(t, conn.Close())
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the upstream server was not told that the client is gone")
	}
	srv.Close() // waits for the handler
	require.Empty(t, log.String(), "a client that leaves is not a failure")
}

func TestProxyToUnixSocket(t *testing.T) {
	t.Parallel()
	names := []string{filepath.Join(t.TempDir(), "a.sock"), filepath.Join(t.TempDir(), "b.sock")}
	for i, name := range names {
		ln, err := net.Listen("unix", name)
		if err != nil {
			t.Skip("no Unix sockets here: ", err)
		}
		srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%d %s host=%s", i, r.RequestURI, r.Host)
		})}
		go func() { _ = srv.Serve(ln) }()
		t.Cleanup(func() { _ = srv.Close() })
	}
	srv := start(t, lines(
		`RewriteRule ^/a/(.*) unix:`+names[0]+`|http://backend/to/$1 [P]`,
		`RewriteRule ^/b/(.*) unix:`+names[1]+`|http://backend/to/$1 [P]`,
		`RewriteRule ^/s/(.*) unix:`+names[1]+`|https://backend/to/$1 [P]`,
		`RewriteRule ^/gone/(.*) unix:`+names[1]+`x|http://backend/to/$1 [P]`,
	), &rewrite.Options{Logger: quiet()}, unreachable(t))
	for range 2 { // connections are kept, and kept apart
		require.Equal(t, "0 /to/x?q host=backend", get(t, srv.URL+"/a/x?q").Body)
		require.Equal(t, "1 /to/x host=backend", get(t, srv.URL+"/b/x").Body)
	}
	require.Equal(t, http.StatusInternalServerError, get(t, srv.URL+"/s/x").Status)
	require.Equal(t, http.StatusBadGateway, get(t, srv.URL+"/gone/x").Status)
}

// wsUpstream upgrades every request and then sends back what it gets.
func wsUpstream(t *testing.T) string {
	t.Helper()
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "websocket" || !strings.EqualFold(r.Header.Get("Connection"), "upgrade") {
			http.Error(w, "upgrade required", http.StatusUpgradeRequired)
			return
		}
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprintf(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			r.Header.Get("Sec-WebSocket-Key"))
		_ = rw.Flush()
		_, _ = io.Copy(conn, rw)
	})
}

func TestProxyUpgrade(t *testing.T) {
	t.Parallel()
	up := strings.TrimPrefix(wsUpstream(t), "http://")
	for _, scheme := range []string{"ws", "http"} {
		srv := start(t, "RewriteRule ^/chat "+scheme+"://"+up+"/sock [P,CO=a:b:.example.org]\n", nil, unreachable(t))
		conn, err := net.Dial("tcp", srv.Listener.Addr().String())
		require.NoError(t, err)
		require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
		_, err = io.WriteString(conn, "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n")
		require.NoError(t, err)
		br := bufio.NewReader(conn)
		resp, err := http.ReadResponse(br, nil)
		require.NoError(t, err)
		_ = resp.Body.Close()
		require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode, scheme)
		require.Equal(t, "k", resp.Header.Get("Sec-WebSocket-Accept"))
		require.Equal(t, []string{"a=b; path=/; domain=.example.org"}, resp.Header["Set-Cookie"])
		for _, msg := range []string{"ping\n", "\x81\x00\xff binary\n"} {
			_, err = io.WriteString(conn, msg)
			require.NoError(t, err)
			got, err := br.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, msg, got)
		}
		require.NoError(t, conn.Close())
	}
}

func TestNewProxy(t *testing.T) {
	t.Parallel()
	up := upstream(t, echo)
	target, err := url.Parse(up + "/base/")
	require.NoError(t, err)
	m := rewrite.New(compile(t, "RewriteRule ^/old/(.*)$ /new/$1\n", nil), nil)
	srv := httptest.NewServer(m.Handler(rewrite.NewProxy(target, nil)))
	defer srv.Close()
	for in, want := range map[string]string{
		"/old/a%20b?c": "/base/new/a%20b?c",
		"/x%2Dy":       "/base/x%2Dy",
		"/":            "/base/",
		"/?":           "/base/?",
	} {
		got := readBody(t, raw(t, srv, in))
		if diff := cmp.Diff("GET "+want+" host="+target.Host+" body=", got); diff != "" {
			t.Errorf("GET %s mismatch (-want +got):\n%s", in, diff)
		}
	}
}
