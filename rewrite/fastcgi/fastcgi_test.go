package fastcgi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// listen listens on a socket of its own.
func listen(tb testing.TB) net.Listener {
	tb.Helper()
	l, err := net.Listen("unix", filepath.Join(tb.TempDir(), "s"))
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = l.Close() })
	return l
}

// client returns a client of the server that listens on l.
func client(l net.Listener) *Client {
	return &Client{Network: "unix", Address: l.Addr().String(), Timeout: 5 * time.Second, Pause: 5 * time.Second}
}

// params are the variables of a request, as the server of net/http needs them.
func params(method string, more ...string) []Param {
	p := []Param{
		{"REQUEST_METHOD", method},
		{"SERVER_PROTOCOL", "HTTP/1.1"},
		{"REQUEST_URI", "/x?a=b"},
		{"HTTP_HOST", "www.example"},
		{"REMOTE_ADDR", "192.0.2.1"},
		{"REMOTE_PORT", "1234"},
	}
	for i := 0; i < len(more); i += 2 {
		p = append(p, Param{more[i], more[i+1]})
	}
	return p
}

// handle serves h by the FastCGI server of the standard library.
func handle(tb testing.TB, h http.HandlerFunc) *Client {
	tb.Helper()
	l := listen(tb)
	go func() { _ = fcgi.Serve(l, h) }()
	return client(l)
}

func body(tb testing.TB, resp *Response) string {
	tb.Helper()
	text, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	require.NoError(tb, resp.Body.Close())
	return string(text)
}

// A request and its response, against a server that is not ours.
func TestDo(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("v", 70_000)
	c := handle(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("X-Env", fcgi.ProcessEnv(r)["OWN"])
		w.WriteHeader(http.StatusTeapot)
		text, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %d %x", r.Method, r.URL.RequestURI(), len(text), sha256.Sum256(text))
	})
	for _, size := range []int{-1, 0, 1, 65535, 65536, 3 << 20} {
		req := &Request{Params: params("POST", "OWN", "yes", "LONG", long)}
		text := make([]byte, max(size, 0))
		if size >= 0 {
			req.Body = bytes.NewReader(text)
			req.Params = append(req.Params, Param{"CONTENT_LENGTH", fmt.Sprint(size)})
		}
		resp, err := c.Do(t.Context(), req)
		require.NoError(t, err)
		require.Equal(t, http.StatusTeapot, resp.Status)
		want := http.Header{"Set-Cookie": {"a=1", "b=2"}, "X-Env": {"yes"}, "Content-Type": {"text/plain; charset=utf-8"}}
		delete(resp.Header, "Date")
		if diff := cmp.Diff(want, resp.Header); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
		require.Equal(t, fmt.Sprintf("POST /x?a=b %d %x", len(text), sha256.Sum256(text)), body(t, resp))
	}
}

// Both bodies stream at the same time.
func TestStreaming(t *testing.T) {
	t.Parallel()
	c := handle(t, func(w http.ResponseWriter, r *http.Request) {
		buf := make([]byte, 100)
		for {
			n, err := r.Body.Read(buf)
			_, _ = w.Write(buf[:n])
			_ = http.NewResponseController(w).Flush()
			if err != nil {
				return
			}
		}
	})
	pr, pw := io.Pipe()
	go func() { _, _ = io.WriteString(pw, "one") }()
	resp, err := c.Do(t.Context(), &Request{Params: params("POST", "CONTENT_LENGTH", "6"), Body: pr})
	require.NoError(t, err)
	buf := make([]byte, 3)
	for _, word := range []string{"one", "two"} {
		_, err := io.ReadFull(resp.Body, buf)
		require.NoError(t, err)
		require.Equal(t, word, string(buf))
		if word == "one" {
			_, err := io.WriteString(pw, "two")
			require.NoError(t, err)
			require.NoError(t, pw.Close())
		}
	}
	require.Empty(t, body(t, resp))
}

// counted is a listener that counts its connections.
type counted struct {
	net.Listener
	n atomic.Int32
}

func (c *counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.n.Add(1)
	}
	return conn, err
}

// Connections are used again if that is asked for, up to a number and for a time.
func TestKeep(t *testing.T) {
	t.Parallel()
	for keep, want := range map[int]int32{0: 5, 2: 1} {
		l := &counted{Listener: listen(t)}
		go func() {
			_ = fcgi.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20)) }))
		}()
		c := client(l)
		c.Keep, c.KeepTime = keep, time.Hour
		for range 5 {
			resp, err := c.Do(t.Context(), &Request{Params: params("GET")})
			require.NoError(t, err)
			body(t, resp)
		}
		require.Equal(t, want, l.n.Load(), "keep %d", keep)
		require.LessOrEqual(t, len(c.idle), keep)
		resp, err := c.Do(t.Context(), &Request{Params: params("GET")}) // one that is not read to its end
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Empty(t, c.idle)
		c.CloseIdleConnections()
	}
}

// A kept connection that the server closes meanwhile costs nothing, and one is
// closed after some time.
func TestKeepClosed(t *testing.T) {
	t.Parallel()
	l := listen(t)
	c := client(l)
	c.Keep, c.KeepTime = 1, 50*time.Millisecond
	go serveRaw(l, func(conn net.Conn, _ []byte) { // ends after one request
		_, _ = conn.Write(answer("X: 1\n\nok"))
		time.Sleep(10 * time.Millisecond)
	})
	for range 3 {
		resp, err := c.Do(t.Context(), &Request{Params: params("GET")})
		require.NoError(t, err)
		require.Equal(t, "ok", body(t, resp))
		time.Sleep(20 * time.Millisecond)
	}
	require.Eventually(t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.idle) == 0
	}, 5*time.Second, 10*time.Millisecond)
}

// A request that the server is silent about on a kept connection is not sent again: the
// script may have run for it.
func TestKeepSilent(t *testing.T) {
	t.Parallel()
	l := listen(t)
	var asked atomic.Int32
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				buf := make([]byte, 1<<16)
				for {
					if _, err := conn.Read(buf); err != nil {
						return
					}
					if asked.Add(1) == 1 {
						_, _ = conn.Write(answer("X: 1\n\nok"))
					}
				}
			}()
		}
	}()
	c := client(l)
	c.Keep, c.KeepTime = 1, time.Hour
	resp, err := c.Do(t.Context(), &Request{Params: params("GET")})
	require.NoError(t, err)
	require.Equal(t, "ok", body(t, resp))
	require.Len(t, c.idle, 1)
	c.Timeout = 100 * time.Millisecond
	_, err = c.Do(t.Context(), &Request{Params: params("GET")})
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.EqualValues(t, 2, asked.Load())
}

// A request that can't be sent again gets a connection of its own.
func TestKeepRepeatable(t *testing.T) {
	t.Parallel()
	l := &counted{Listener: listen(t)}
	go func() { _ = fcgi.Serve(l, http.NotFoundHandler()) }()
	c := client(l)
	c.Keep, c.KeepTime = 1, time.Hour
	for _, tt := range []struct {
		method string
		body   io.Reader
		conns  int32 // by then
	}{
		{"GET", nil, 1},
		{"HEAD", nil, 1},
		{"POST", nil, 2},
		{"GET", strings.NewReader(""), 3},
	} {
		resp, err := c.Do(t.Context(), &Request{Params: params(tt.method), Body: tt.body})
		require.NoError(t, err)
		body(t, resp)
		require.Equal(t, tt.conns, l.n.Load(), "%s %v", tt.method, tt.body)
	}
	c.CloseIdleConnections()
}

// A kept connection does not occupy the process that a request needs which can't use it.
func TestKeepYields(t *testing.T) {
	t.Parallel()
	l := listen(t)
	go serveRaw(l, func(conn net.Conn, _ []byte) { // one connection at a time
		_, _ = conn.Write(answer("X: 1\n\nok"))
		_, _ = io.Copy(io.Discard, conn)
	})
	c := client(l)
	c.Keep, c.KeepTime = 1, time.Hour
	for _, method := range []string{"GET", "POST", "POST"} {
		resp, err := c.Do(t.Context(), &Request{Params: params(method)})
		require.NoError(t, err, method)
		require.Equal(t, "ok", body(t, resp))
		require.Len(t, c.idle, 1)
	}
	c.CloseIdleConnections()
}

// The length of a response is known if the server has sent all of it.
func TestLength(t *testing.T) {
	t.Parallel()
	l := listen(t)
	more := make(chan bool)
	texts := []string{"", "ok", strings.Repeat("x", 4<<10), strings.Repeat("y", 20<<10)}
	c := client(l)
	for _, text := range texts {
		for _, parts := range []int{1, 2} {
			go func() {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				defer func() { _ = conn.Close() }()
				all := answer("X: 1\n\n" + text)
				if parts == 2 { // all but a byte of the record of the end
					_, _ = conn.Write(all[:len(all)-1])
					<-more
					all = all[len(all)-1:]
				}
				_, _ = conn.Write(all)
				<-more
			}()
			resp, err := c.Do(t.Context(), &Request{Params: params("GET")})
			require.NoError(t, err)
			if parts == 2 || len(text) > readBuffer {
				require.EqualValues(t, -1, resp.Length)
			} else {
				require.EqualValues(t, len(text), resp.Length)
			}
			if parts == 2 {
				more <- true
			}
			var out strings.Builder
			if len(text)%2 == 0 {
				_, err = io.Copy(&out, resp.Body)
			} else {
				_, err = io.Copy(&out, struct{ io.Reader }{resp.Body})
			}
			require.NoError(t, err)
			require.Equal(t, text, out.String())
			require.NoError(t, resp.Body.Close())
			more <- true
		}
	}
}

// A body that was not sent to its end is not taken for one that was, so that its
// connection is not kept.
func TestStoppedBody(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	defer func() { _, _ = ours.Close(), theirs.Close() }()
	in := &input{r: strings.NewReader("body")}
	s := &stream{ctx: t.Context(), conn: newConn(&Client{}, ours), body: in}
	in.stopped.Store(true)
	require.ErrorIs(t, s.copyBody(), net.ErrClosed)
}

// serveRaw accepts connections, reads the head of a request and has f answer.
func serveRaw(l net.Listener, f func(conn net.Conn, request []byte)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			buf := make([]byte, 1<<20)
			n, _ := conn.Read(buf)
			f(conn, buf[:n])
		}()
	}
}

// answer returns the records of a whole response with the given output.
func answer(text string) []byte {
	b := appendStream(nil, stdoutRecord, []byte(text))
	b = appendRecord(b, stdoutRecord, nil)
	return appendRecord(b, endRequest, make([]byte, 8))
}

// What servers answer that is not as it should be, and what is, in spite of its
// looks.
func TestAnswers(t *testing.T) {
	t.Parallel()
	padded := []byte{version, byte(stdoutRecord), 0, 1, 0, 6, 3, 0, 'X', ':', '1', '\n', '\n', 'a', 0, 0, 0}
	end := appendRecord(nil, endRequest, make([]byte, 8))
	for name, tt := range map[string]struct {
		answer []byte
		status int
		body   string
		err    error // of Do
		broken error // of reading the body
	}{
		"plain":            {answer: answer("X: 1\r\n\r\nbody"), body: "body"},
		"status":           {answer: answer("Status: 404 Not Found\nX: 1\n\nbody"), status: 404, body: "body"},
		"no fields":        {answer: answer("\nbody"), body: "body"},
		"no fields, CRLF":  {answer: answer("\r\nbody"), body: "body"},
		"padding":          {answer: append(bytes.Clone(padded), end...), body: "a"},
		"messages":         {answer: append(appendRecord(nil, stderrRecord, []byte("oops")), answer("X: 1\n\nbody")...), body: "body"},
		"empty records":    {answer: append(appendRecord(nil, stdoutRecord, nil), answer("X: 1\n\nb")...), body: "b"},
		"nothing":          {err: io.ErrUnexpectedEOF},
		"end at once":      {answer: end, err: ErrHeader},
		"no end of header": {answer: answer("X: 1\n"), err: ErrHeader},
		"no header":        {answer: answer("hello world\n\n"), err: ErrHeader},
		"bad name":         {answer: answer("X Y: 1\n\n"), err: ErrHeader},
		"control byte":     {answer: answer("X: \x01\n\n"), err: ErrHeader},
		"unknown status":   {answer: answer("Status: 999 Own\n\n"), status: 999},
		"long status":      {answer: answer("Status: 1000\n\n"), err: ErrHeader},
		"bad status":       {answer: answer("Status: 99\n\n"), err: ErrHeader},
		"no status":        {answer: answer("Status: x\n\n"), err: ErrHeader},
		"long header":      {answer: answer("X: " + strings.Repeat("x", 70_000) + "\n\n"), err: ErrHeader},
		"cut header":       {answer: appendRecord(nil, stdoutRecord, []byte("X: 1")), err: io.ErrUnexpectedEOF},
		"cut record":       {answer: answer("X: 1\n\nbody")[:12], err: io.ErrUnexpectedEOF},
		"HTTP":             {answer: []byte("HTTP/1.1 200 OK\r\n\r\n"), err: ErrProtocol},
		"another request":  {answer: []byte{version, byte(stdoutRecord), 0, 2, 0, 0, 0, 0}, err: ErrProtocol},
		"unknown record":   {answer: appendRecord(nil, 99, nil), err: ErrProtocol},
		"own record":       {answer: appendRecord(nil, stdinRecord, nil), err: ErrProtocol},
		"overloaded":       {answer: appendRecord(nil, endRequest, []byte{0, 0, 0, 0, 2, 0, 0, 0}), err: ErrOverloaded},
		"refused":          {answer: appendRecord(nil, endRequest, []byte{0, 0, 0, 0, 1, 0, 0, 0}), err: ErrProtocol},
		"short end":        {answer: appendRecord(nil, endRequest, []byte{0}), err: ErrProtocol},
		"no end":           {answer: appendRecord(nil, stdoutRecord, []byte("X: 1\n\nbody")), body: "body", broken: io.ErrUnexpectedEOF},
		"cut body":         {answer: appendRecord(nil, stdoutRecord, []byte("X: 1\n\nbody"))[:16], body: "bo", broken: io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			go serveRaw(l, func(conn net.Conn, _ []byte) { _, _ = conn.Write(tt.answer) })
			var said []byte
			c := client(l)
			c.Stderr = func(_ context.Context, text []byte) { said = append(said, text...) }
			resp, err := c.Do(t.Context(), &Request{Params: params("GET")})
			require.ErrorIs(t, err, tt.err)
			if tt.err != nil {
				return
			}
			require.Equal(t, tt.status, resp.Status)
			text, err := io.ReadAll(resp.Body)
			require.ErrorIs(t, err, tt.broken)
			require.Equal(t, tt.body, string(text))
			require.NoError(t, resp.Body.Close())
			require.Equal(t, name == "messages", string(said) == "oops")
		})
	}
}

// Limits of time, of variables, and of what can't be reached.
func TestLimits(t *testing.T) {
	t.Parallel()
	l := listen(t)
	gone := make(chan struct{}, 10)
	go serveRaw(l, func(conn net.Conn, request []byte) {
		if bytes.Contains(request, []byte("begins")) {
			_, _ = conn.Write(appendRecord(nil, stdoutRecord, []byte("X: 1\n\nbody")))
		}
		_, _ = io.Copy(io.Discard, conn)
		gone <- struct{}{}
	})
	c := client(l)
	c.Timeout, c.Pause = 100*time.Millisecond, 100*time.Millisecond
	_, err := c.Do(t.Context(), &Request{Params: params("GET")})
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	<-gone
	resp, err := c.Do(t.Context(), &Request{Params: params("GET", "X", "begins")})
	require.NoError(t, err)
	_, err = io.ReadAll(resp.Body)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.NoError(t, resp.Body.Close())
	<-gone

	// The client's own time does not count, and its failure is told apart.
	c.Timeout = 200 * time.Millisecond
	_, err = c.Do(t.Context(), &Request{Params: params("POST"), Body: slow{500 * time.Millisecond}})
	require.ErrorIs(t, err, ErrBody)
	require.ErrorIs(t, err, errSlow)
	<-gone

	ctx, cancel := context.WithCancel(t.Context())
	c.Timeout = time.Hour
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err = c.Do(ctx, &Request{Params: params("GET")})
	require.ErrorIs(t, err, context.Canceled)
	<-gone
	_, err = c.Do(ctx, &Request{Params: params("GET")})
	require.ErrorIs(t, err, context.Canceled)

	c.MaxParams = 100
	_, err = c.Do(t.Context(), &Request{Params: params("GET", "X", strings.Repeat("x", 100))})
	require.ErrorIs(t, err, ErrParams)
	_, err = (&Client{Network: "unix", Address: filepath.Join(t.TempDir(), "none")}).Do(t.Context(), &Request{})
	require.ErrorIs(t, err, ErrConnect)
}

var errSlow = errors.New("slow client")

// slow is a body that fails after some time.
type slow struct{ after time.Duration }

func (s slow) Read([]byte) (int, error) {
	time.Sleep(s.after)
	return 0, errSlow
}

// Many requests at once, on kept connections.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	c := handle(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	c.Keep = 4
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 20 {
				text := fmt.Sprint(i, j)
				resp, err := c.Do(t.Context(), &Request{
					Params: params("POST", "CONTENT_LENGTH", fmt.Sprint(len(text))), Body: strings.NewReader(text),
				})
				if err != nil {
					t.Error(err)
					return
				}
				if got := body(t, resp); got != text {
					t.Errorf("%q, want %q", got, text)
				}
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, len(c.idle), 4)
}

// FuzzAnswer has a server send any bytes: Do returns, and what it returns is proper.
func FuzzAnswer(f *testing.F) {
	f.Add(answer("Status: 404\r\nX: 1\r\n\r\nbody"))
	f.Add(append(appendRecord(nil, stderrRecord, []byte("oops")), answer("\n")...))
	f.Add([]byte("HTTP/1.1 200 OK"))
	f.Add(appendRecord(nil, endRequest, []byte{0, 0, 0, 0, 2, 0, 0, 0}))
	f.Fuzz(func(t *testing.T, text []byte) {
		ours, theirs := net.Pipe()
		c := &Client{Timeout: time.Second, Pause: time.Second, MaxHeader: 200}
		go func() {
			_, _ = io.ReadFull(theirs, make([]byte, headerLength))
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			_, _ = theirs.Write(text)
			_ = theirs.Close()
		}()
		head, err := c.head(&Request{Params: params("GET")})
		if err != nil {
			t.Fatal(err)
		}
		resp, err := newConn(c, ours).exchange(t.Context(), head, &input{})
		if err != nil {
			return
		}
		if resp.Status != 0 && (resp.Status < 200 || resp.Status > 999) {
			t.Errorf("status %d", resp.Status)
		}
		for name, values := range resp.Header {
			if !isToken(name) || !isValue(strings.Join(values, "")) {
				t.Errorf("field %q: %q", name, values)
			}
		}
		got, err := io.ReadAll(resp.Body)
		if len(got) > len(text) || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%d bytes of %d: %v", len(got), len(text), err)
		}
		_ = resp.Body.Close()
	})
}

// FuzzParams checks that variables come out as they went in.
func FuzzParams(f *testing.F) {
	f.Add("NAME", "value", "", strings.Repeat("x", 200))
	f.Fuzz(func(t *testing.T, name, value, name2, value2 string) {
		b := appendParam(appendParam(nil, Param{name, value}), Param{name2, value2})
		var got []string
		for len(b) > 0 {
			n, rest := cutLength(b)
			m, rest := cutLength(rest)
			b = rest
			got = append(got, string(b[:n]), string(b[n:n+m]))
			b = b[n+m:]
		}
		if diff := cmp.Diff([]string{name, value, name2, value2}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func cutLength(b []byte) (int, []byte) {
	if b[0] < 0x80 {
		return int(b[0]), b[1:]
	}
	return int(b[0]&0x7f)<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3]), b[4:]
}

func TestParseAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"unix:/run/php.sock": "unix /run/php.sock", "unix:/run//x/../php.sock": "unix /run/php.sock", "Local:9000": "tcp local:9000",
		"[::1]:9000": "tcp [::1]:9000", "127.0.0.1:1": "tcp 127.0.0.1:1",
		"": "", "unix:": "", "unix:run/php.sock": "", "/run/php.sock": "", "unix:/a\x00b": "", "host": "", ":9000": "", "host:0": "",
		"host:70000": "", "host:x": "", "fcgi://host:9000": "",
	} {
		network, address, err := ParseAddress(text)
		if got := strings.TrimSpace(network + " " + address); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseAddress(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
}
