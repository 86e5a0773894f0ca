package rewrite_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// brief are timeouts that a test can wait for.
var brief = rewrite.Timeouts{Body: 300 * time.Millisecond, BodyRate: 1 << 20, Idle: 300 * time.Millisecond}

// paced serves h with timeouts.
func paced(tb testing.TB, t rewrite.Timeouts, h http.HandlerFunc) *httptest.Server {
	tb.Helper()
	srv := httptest.NewServer(t.Handler(h))
	tb.Cleanup(srv.Close)
	return srv
}

// dial connects to srv and sends text.
func dial(tb testing.TB, srv *httptest.Server, text string) net.Conn {
	tb.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = conn.Close() })
	require.NoError(tb, conn.SetDeadline(time.Now().Add(30*time.Second)))
	_, err = io.WriteString(conn, text)
	require.NoError(tb, err)
	return conn
}

const upload = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100\r\n\r\n"

// Without a body that was announced a refusal goes out all the same, and the
// connection ends.
func TestRefusalWithoutBody(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, "RewriteRule ^ - [F]", nil), nil)
	srv := paced(t, rewrite.Timeouts{}, m.Handler(unreachable(t)).ServeHTTP)
	for _, text := range []string{upload, strings.Replace(upload, "Content-Length: 100", "Transfer-Encoding: chunked", 1)} {
		began := time.Now()
		answer, err := io.ReadAll(dial(t, srv, text))
		require.NoError(t, err)
		if took := time.Since(began); took > 5*time.Second || !strings.HasPrefix(string(answer), "HTTP/1.1 403 ") {
			t.Errorf("after %v: %.40q", took, answer)
		}
	}
}

// A connection whose body came in time lives on.
func TestRefusalWithBody(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, "RewriteRule ^ - [F]", nil), nil)
	srv := paced(t, brief, m.Handler(unreachable(t)).ServeHTTP)
	conn := dial(t, srv, upload+strings.Repeat("a", 100)+upload+strings.Repeat("a", 100))
	r := bufio.NewReader(conn)
	for range 2 {
		resp, err := http.ReadResponse(r, nil)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.Equal(t, 403, resp.StatusCode)
		require.False(t, resp.Close)
	}
}

// A handler that waits for a body gets an error when it does not come, or comes
// in drops.
func TestSlowBody(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 1)
	srv := paced(t, brief, func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		failed <- err
	})
	for _, drops := range []int{0, 50} {
		conn := dial(t, srv, upload)
		go func() {
			for range drops {
				time.Sleep(20 * time.Millisecond)
				_, _ = conn.Write([]byte("a"))
			}
		}()
		select {
		case err := <-failed:
			require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		case <-time.After(10 * time.Second):
			t.Fatal("the handler still waits")
		}
	}
}

// A body may take as long as it needs while it comes fast enough, and a handler
// as long as it likes to read it.
func TestLongBody(t *testing.T) {
	t.Parallel()
	timeouts := brief
	timeouts.BodyRate = 20 // a fifth of what comes, as a busy machine sends late
	srv := paced(t, timeouts, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2 * brief.Idle)
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d %v", len(body), err)
	})
	conn := dial(t, srv, upload)
	for range 10 {
		time.Sleep(100 * time.Millisecond)
		_, err := io.WriteString(conn, "aaaaaaaaaa")
		require.NoError(t, err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, "100 <nil>", string(got))
}

// A response that is not taken makes the handler's write fail, that of a file
// included.
func TestUnreadResponse(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "big")
	require.NoError(t, os.WriteFile(name, nil, 0o600))
	require.NoError(t, os.Truncate(name, 1<<30))
	ended := make(chan struct{}, 1)
	srv := paced(t, brief, func(w http.ResponseWriter, r *http.Request) {
		defer func() { ended <- struct{}{} }()
		if r.URL.Path == "/file" {
			http.ServeFile(w, r, name)
			return
		}
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})
	for _, path := range []string{"/", "/file"} {
		dial(t, srv, "GET "+path+" HTTP/1.1\r\nHost: a.example\r\n\r\n")
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Errorf("%s is still being written", path)
		}
	}
}

// A file gets through whole in the parts that it is sent in.
func TestPacedFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "file")
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	require.NoError(t, os.WriteFile(name, want, 0o600))
	srv := paced(t, rewrite.Timeouts{}, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, name) })
	if got := get(t, srv.URL); got.Body != string(want) {
		t.Errorf("%d bytes of %d, or others", len(got.Body), len(want))
	}
	got := do(t, http.MethodGet, srv.URL, http.Header{"Range": {"bytes=100000-233333"}})
	if got.Body != string(want[100000:233334]) {
		t.Errorf("range: %d bytes", len(got.Body))
	}
}

// What waits for news is left alone, whatever the request looked like: a
// response that has not begun, a stream, a stream that is copied, and a
// connection that was taken over.
func TestQuietStreams(t *testing.T) {
	t.Parallel()
	const pause = 1500 * time.Millisecond // longer than all of brief, and bodyGrace
	gone := errors.New("the client is said to be gone")
	wait := func(r *http.Request) error {
		select {
		case <-r.Context().Done():
			return gone
		case <-time.After(pause):
			return nil
		}
	}
	srv := paced(t, brief, func(w http.ResponseWriter, r *http.Request) {
		err := wait(r)
		switch r.URL.Path {
		case "/events":
			_ = http.NewResponseController(w).Flush()
			err = errors.Join(err, wait(r))
			_, _ = io.WriteString(w, "one ")
			_ = http.NewResponseController(w).Flush()
			err = errors.Join(err, wait(r))
		case "/copy":
			pr, pw := io.Pipe()
			go func() {
				for range 2 {
					time.Sleep(pause)
					_, _ = io.WriteString(pw, "part;")
				}
				_ = pw.Close()
			}()
			_, _ = io.Copy(w, pr)
		}
		fmt.Fprintf(w, "end %v", err)
	})
	for path, want := range map[string]string{"/": "end <nil>", "/events": "one end <nil>", "/copy": "part;part;end <nil>"} {
		for _, text := range []string{"GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n", strings.Replace(upload, "/", path, 1) + strings.Repeat("a", 100)} {
			t.Run(text[:4]+path, func(t *testing.T) {
				t.Parallel()
				resp, err := http.ReadResponse(bufio.NewReader(dial(t, srv, text)), nil)
				require.NoError(t, err)
				body, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				require.Equal(t, want, string(body), text)
			})
		}
	}
}

// A WebSocket may be silent in both directions.
func TestQuietSocket(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, err := rw.ReadString('\n')
		if err == nil {
			time.Sleep(2 * brief.Idle)
			_, _ = io.WriteString(conn, line)
		}
	}))
	t.Cleanup(backend.Close)
	target, err := url.Parse(backend.URL)
	require.NoError(t, err)
	srv := paced(t, brief, rewrite.NewProxy(target, &rewrite.Options{BackendPause: brief.Idle}).ServeHTTP)
	conn := dial(t, srv, "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
	time.Sleep(2 * brief.Idle)
	_, err = io.WriteString(conn, "hello\n")
	require.NoError(t, err)
	line, err := r.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "hello\n", line)
}

// Which side is late decides what a proxied request is answered with: 408 for
// the client, 504 for the other server. A response that pauses is cut off.
func TestProxiedTimeouts(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/upload":
			_, _ = io.Copy(io.Discard, r.Body)
		case "/pauses":
			_, _ = io.WriteString(w, "some")
			_ = http.NewResponseController(w).Flush()
			<-release
		default:
			<-release
		}
	}))
	t.Cleanup(backend.Close)
	t.Cleanup(func() { close(release) })
	target, err := url.Parse(backend.URL)
	require.NoError(t, err)
	transport := rewrite.NewTransport()
	transport.ResponseHeaderTimeout = 500 * time.Millisecond
	srv := paced(t, brief, rewrite.NewProxy(target, &rewrite.Options{
		Logger: quiet(), Transport: transport, BackendPause: 500 * time.Millisecond,
	}).ServeHTTP)
	for text, want := range map[string]string{
		strings.Replace(upload, "/", "/upload", 1):        "HTTP/1.1 408 ",
		"GET /silent HTTP/1.1\r\nHost: a.example\r\n\r\n": "HTTP/1.1 504 ",
		"GET /pauses HTTP/1.1\r\nHost: a.example\r\n\r\n": "HTTP/1.1 200 ",
	} {
		conn := dial(t, srv, text)
		resp, err := bufio.NewReader(conn).ReadString('\n')
		require.NoError(t, err, text)
		if !strings.HasPrefix(resp, want) {
			t.Errorf("%.20q: %q, want %q", text, resp, want)
		}
		if strings.HasPrefix(text, "GET /pauses") {
			_, err := io.Copy(io.Discard, conn)
			require.NoError(t, err, "the connection should have been closed")
		}
	}
}

// What net/http sends by itself, or at once, does not meet the deadline of the request before.
func TestInterimAfterAPause(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, field string
		send        http.HandlerFunc
		want        string
	}{
		{"continue", "Expect: 100-continue\r\n", func(_ http.ResponseWriter, r *http.Request) { _, _ = r.Body.Read(make([]byte, 1)) }, "HTTP/1.1 100 Continue"},
		{"early hints", "", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusEarlyHints) }, "HTTP/1.1 103 Early Hints"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := paced(t, brief, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					time.Sleep(2 * brief.Idle)
					tt.send(w, r)
				}
			})
			conn := dial(t, srv, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
			answers := bufio.NewReader(conn)
			first, err := http.ReadResponse(answers, nil)
			require.NoError(t, err)
			require.NoError(t, first.Body.Close())
			_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\n"+tt.field+"\r\n")
			require.NoError(t, err)
			line, err := answers.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, tt.want, strings.TrimSpace(line))
		})
	}
}
