package rewrite_test

import (
	"bufio"
	"bytes"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// compile makes an engine of rules, with the engine switched on.
func compile(tb testing.TB, rules string, opts *matcher.Options) *matcher.Engine {
	tb.Helper()
	f, err := parser.Parse("test.conf", []byte("RewriteEngine On\n"+rules), nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(f, opts)
	require.NoError(tb, err)
	return e
}

// quiet is a logger for tests that expect failures.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// journal is a log that tests can read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.Reset()
}

func (j *journal) logger() *slog.Logger { return slog.New(slog.NewTextHandler(j, nil)) }

// start serves next behind rules on a real listener.
func start(tb testing.TB, rules string, opts *rewrite.Options, next http.HandlerFunc) *httptest.Server {
	tb.Helper()
	m := rewrite.New(compile(tb, rules, nil), opts)
	srv := httptest.NewServer(m.Handler(next))
	tb.Cleanup(srv.Close)
	return srv
}

// unreachable is a next handler that no request may reach.
func unreachable(t *testing.T) http.HandlerFunc {
	t.Helper()
	return func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s reached the next handler", r.Method, r.RequestURI)
	}
}

// reply is what a test looks at in a response.
type reply struct {
	Status   int
	Location string
	Cookies  []string
	Vary     []string
	Type     string
	Body     string
}

// do sends a request and does not follow redirects.
func do(tb testing.TB, method, url string, header http.Header) reply {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, url, http.NoBody)
	require.NoError(tb, err)
	maps.Copy(req.Header, header)
	if host := header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(tb, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	return reply{
		Status: resp.StatusCode, Location: resp.Header.Get("Location"), Cookies: resp.Header["Set-Cookie"],
		Vary: resp.Header["Vary"], Type: resp.Header.Get("Content-Type"), Body: string(body),
	}
}

func get(tb testing.TB, url string) reply {
	tb.Helper()
	return do(tb, http.MethodGet, url, nil)
}

// later sends a request from another goroutine. What comes back is the status
// and the body, or the error.
func later(url string) <-chan string {
	c := make(chan string, 1)
	go func() {
		resp, err := http.Get(url)
		if err != nil {
			c <- err.Error()
			return
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			c <- err.Error()
			return
		}
		c <- resp.Status + " " + string(body)
	}()
	return c
}

// raw sends a request line with the given target, byte for byte, and returns
// the response.
func raw(tb testing.TB, srv *httptest.Server, target string) *http.Response {
	tb.Helper()
	resp, body := exchange(tb, srv, "GET "+target+" HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n")
	resp.Body = io.NopCloser(strings.NewReader(body))
	return resp
}

// exchange sends the text of a request, byte for byte, and returns the response
// and its body.
func exchange(tb testing.TB, srv *httptest.Server, text string) (*http.Response, string) {
	tb.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(tb, err)
	defer func() { _ = conn.Close() }()
	require.NoError(tb, conn.SetDeadline(time.Now().Add(30*time.Second)))
	go func() {
		// The server may answer and close before it has read all of it.
		_, _ = io.WriteString(conn, text)
	}()
	method, _, _ := strings.Cut(text, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	require.NoError(tb, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	return resp, string(body)
}

// eventually waits for a condition that another goroutine brings about.
func eventually(tb testing.TB, what string, cond func() bool) {
	tb.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !cond() {
		if time.Now().After(deadline) {
			tb.Fatalf("timed out waiting for %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// lines joins rules.
func lines(rules ...string) string { return strings.Join(rules, "\n") + "\n" }

// failingFS is a file system that answers everything with an error.
type failingFS struct{ err error }

// Open fails.
func (f failingFS) Open(string) (fs.File, error) { return nil, f.err }

// ask has h answer a request for target.
func ask(h http.Handler, method, target string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, http.NoBody)
	maps.Copy(r.Header, header)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// sub returns the file system of a directory.
func sub(tb testing.TB, fsys fs.FS, dir string) fs.FS {
	tb.Helper()
	below, err := fs.Sub(fsys, dir)
	require.NoError(tb, err)
	return below
}
