package rewrite_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// proxies starts a server that forwards to up, by [P] below /p and by NewProxy
// elsewhere.
func proxies(t *testing.T, rules, up string) string {
	t.Helper()
	target, err := url.Parse(up)
	require.NoError(t, err)
	return start(t, rules+"RewriteRule ^/p(/.*) "+up+"$1 [P]\n", nil, rewrite.NewProxy(target, nil).ServeHTTP).URL
}

// A response is sent on as it comes, its header before any of its body.
func TestProxyStreams(t *testing.T) {
	t.Parallel()
	next := make(chan string)
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/length" {
			w.Header().Set("Content-Length", "3")
		}
		if r.URL.Path == "/events" {
			w.Header().Set("Content-Type", "text/event-stream")
		}
		flush := http.NewResponseController(w).Flush
		_ = flush()
		for part := range next {
			if part == "" {
				return
			}
			_, _ = io.WriteString(w, part)
			_ = flush()
		}
	})
	base := proxies(t, "Header set X-Set 1\n", up)
	for _, path := range []string{"/p/length", "/length", "/p/chunked", "/chunked", "/p/events", "/events"} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, http.NoBody)
		require.NoError(t, err)
		resp, err := http.DefaultTransport.RoundTrip(req) // with nothing of the body there yet
		require.NoError(t, err, path)
		require.Equal(t, "1", resp.Header.Get("X-Set"), path)
		for _, part := range []string{"a", "b", "c"} {
			next <- part
			b := make([]byte, 1)
			_, err := io.ReadFull(resp.Body, b) // with nothing of what follows there yet
			require.NoError(t, err, path)
			require.Equal(t, part, string(b), path)
		}
		next <- ""
		require.NoError(t, resp.Body.Close())
		cancel()
	}
}

// The other server sees a body while the client still sends it.
func TestProxyStreamsUploads(t *testing.T) {
	t.Parallel()
	seen := make(chan string)
	up := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		b := make([]byte, 5)
		_, _ = io.ReadFull(r.Body, b)
		seen <- string(b)
		rest, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s%s %s", b, rest, r.Header.Get("Expect"))
	})
	base := proxies(t, "", up)
	for _, path := range []string{"/p/x", "/x"} {
		body, w := io.Pipe()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+path, body)
		require.NoError(t, err)
		req.Header.Set("Expect", "100-continue")
		answer := make(chan string, 1)
		go func() {
			resp, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				answer <- err.Error()
				return
			}
			defer func() { _ = resp.Body.Close() }()
			text, _ := io.ReadAll(resp.Body)
			answer <- string(text)
		}()
		_, err = io.WriteString(w, "begin")
		require.NoError(t, err)
		require.Equal(t, "begin", <-seen)
		_, err = io.WriteString(w, " and end")
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.Equal(t, "begin and end 100-continue", <-answer)
	}
}

// Early hints go to the client with the other server's fields only, and take
// nothing away from the response.
func TestProxyEarlyHints(t *testing.T) {
	t.Parallel()
	up := upstream(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</a.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Trailer", "X-After")
		_, _ = io.WriteString(w, "body")
		w.Header().Set("X-After", "1")
	})
	target, err := url.Parse(up)
	require.NoError(t, err)
	m := rewrite.New(compile(t, "Header always set X-Set 1\nRewriteRule ^/p(/.*) "+up+"$1 [P]\n", nil), nil)
	h := m.Handler(rewrite.NewProxy(target, nil))
	base := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Outer", "1")
		h.ServeHTTP(w, r)
	})
	for _, path := range []string{"/p/x", "/x"} {
		var hints textproto.MIMEHeader
		trace := &httptrace.ClientTrace{Got1xxResponse: func(_ int, header textproto.MIMEHeader) error {
			hints = header
			return nil
		}}
		req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodGet, base+path, http.NoBody)
		require.NoError(t, err)
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		require.Equal(t, "body", readBody(t, resp))
		require.Equal(t, textproto.MIMEHeader{"Link": {"</a.css>; rel=preload"}}, hints, path)
		require.Equal(t, "1", resp.Header.Get("X-Outer"), path)
		require.Equal(t, "1", resp.Header.Get("X-Set"), path)
		require.Equal(t, "1", resp.Trailer.Get("X-After"), path)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET /p/x HTTP/1.0\r\nHost: www.example.com\r\n\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.0 200 OK\r\n", line)
}
