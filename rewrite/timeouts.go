package rewrite

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// Timeouts end requests whose client has stopped sending or receiving, and
// leave alone those that only wait for an answer, however long. The zero value
// has httpd's defaults; a negative field turns its timeout off.
//
// [http.Server] has timeouts of its own, but ReadTimeout and WriteTimeout count
// from the start of a request and so cut large uploads, downloads and streams.
// Leave these two zero, and set ReadHeaderTimeout and IdleTimeout, which are
// about the time between requests.
type Timeouts struct {
	// Body is how long a handler may have waited for the request's body in all,
	// as "RequestReadTimeout body=20,MinRate=500"; default 20 seconds. BodyRate
	// adds a second for so many bytes that came; default 500.
	Body     time.Duration
	BodyRate int
	// Idle is how long a single read of the body, or the client's taking of the
	// next 64 KiB of the response, may last, as Timeout; default 60 seconds.
	Idle time.Duration
}

// bodyGrace is how long the body may still take to come once the response
// begins without it. Then the response is sent, and the connection closed.
const bodyGrace = 500 * time.Millisecond

// writeChunk is how much of a response the client has to take in one go.
const writeChunk = 64 << 10

// fresh is the part of Idle by which a deadline may come early, so that a short response
// needs no more than one.
const fresh = 64

func (t Timeouts) withDefaults() Timeouts {
	if t.Body == 0 {
		t.Body = 20 * time.Second
	}
	if t.BodyRate == 0 {
		t.BodyRate = 500
	}
	if t.Idle == 0 {
		t.Idle = time.Minute
	}
	return t
}

// Handler returns next with the timeouts. It has to be the outermost handler of
// the server. A body that comes too slowly gives the handler a read error for
// which errors.Is(err, os.ErrDeadlineExceeded) holds, and a response that is not
// taken an error of the same kind when it writes. A connection that a handler
// takes over, as for a WebSocket, has only the timeout for what it writes.
func (t Timeouts) Handler(next http.Handler) http.Handler {
	t = t.withDefaults()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &paced{ResponseWriter: w, t: t, http1: r.ProtoMajor == 1}
		if r.Body != nil && r.Body != http.NoBody {
			r2 := *r
			p.body = &pacedBody{ReadCloser: r.Body, p: p}
			r2.Body, r = p.body, &r2
		}
		defer p.finish()
		next.ServeHTTP(p, r)
	})
}

// paced is the response writer of a request with timeouts. It sets a deadline
// for each write: between writes the client owes nothing. With HTTP/2, where a deadline
// that passes ends the stream, it is lifted again; with HTTP/1 it has no effect between
// writes.
type paced struct {
	http.ResponseWriter
	t          Timeouts
	http1      bool
	body       *pacedBody // nil without
	fullDuplex bool
	hijacked   bool
	armed      time.Time // when the deadline of writes was set last, zero if it was lifted
}

// Unwrap gives http.ResponseController access to the writer below.
func (p *paced) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *paced) control() *http.ResponseController {
	return http.NewResponseController(p.ResponseWriter)
}

// setWriteDeadline sets the deadline where the writer knows deadlines. That of net/http is
// asked directly, as each response does.
func (p *paced) setWriteDeadline(t time.Time) {
	if w, ok := p.ResponseWriter.(interface{ SetWriteDeadline(t time.Time) error }); ok {
		_ = w.SetWriteDeadline(t)
		return
	}
	_ = p.control().SetWriteDeadline(t)
}

// EnableFullDuplex lets the handler read on after it has begun to write.
func (p *paced) EnableFullDuplex() error {
	p.fullDuplex = true
	return p.control().EnableFullDuplex()
}

// guard sets the deadlines for a write, which lift undoes. With HTTP/1 the first
// write of a response waits for the rest of a body that the handler has left,
// which it must not do for long.
func (p *paced) guard() (hurried bool) {
	hurried = p.body != nil && p.http1 && !p.fullDuplex && p.body.hurry(false)
	p.armWrite(hurried)
	return hurried
}

func (p *paced) lift(hurried bool) {
	if p.t.Idle > 0 && !p.http1 {
		p.armed = time.Time{}
		p.setWriteDeadline(time.Time{})
	}
	if hurried {
		p.body.resume()
	}
}

// armWrite sets the deadline for what is written next, which may have to wait
// for the body. Where the writer knows no deadlines, as in a test, there are
// none.
func (p *paced) armWrite(hurried bool) {
	if p.t.Idle <= 0 {
		return
	}
	now := time.Now()
	if hurried {
		p.setWriteDeadline(now.Add(p.t.Idle + bodyGrace))
		p.armed = time.Time{}
		return
	}
	// What was set a moment ago still holds.
	if now.Sub(p.armed) > p.t.Idle/fresh {
		p.armed = now
		p.setWriteDeadline(now.Add(p.t.Idle))
	}
}

// finish sets the deadlines for what net/http does after the handler: it writes
// what is buffered, and reads the rest of a short body.
func (p *paced) finish() {
	if !p.hijacked {
		p.armWrite(p.body != nil && p.http1 && p.body.hurry(true))
	}
}

// Write writes body in parts that have a deadline each.
func (p *paced) Write(body []byte) (n int, err error) {
	for {
		part := body[n:min(len(body), n+writeChunk)]
		m, err := p.write(part)
		n += m
		if err != nil || n >= len(body) {
			return n, err
		}
	}
}

func (p *paced) write(part []byte) (int, error) {
	hurried := p.guard()
	defer p.lift(hurried)
	return p.ResponseWriter.Write(part)
}

// ReadFrom copies src. A file is copied in parts that have a deadline each, for
// the writer below to use sendfile. What else there may be to read from can make
// the response wait, and the deadline must not run then.
func (p *paced) ReadFrom(src io.Reader) (n int64, err error) {
	rest, ok := src.(*io.LimitedReader)
	if !ok {
		rest = &io.LimitedReader{R: src, N: math.MaxInt64}
	}
	if !isRegular(rest.R) {
		return io.Copy(struct{ io.Writer }{p}, src)
	}
	for {
		part := io.LimitedReader{R: rest.R, N: min(rest.N, writeChunk)}
		size := part.N
		m, err := p.copyPart(&part)
		n, rest.N = n+m, rest.N-m
		if err != nil || m < size || m == 0 {
			return n, err
		}
	}
}

func isRegular(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode().IsRegular()
}

func (p *paced) copyPart(part *io.LimitedReader) (int64, error) {
	hurried := p.guard()
	defer p.lift(hurried)
	return io.Copy(p.ResponseWriter, part)
}

// Flush sends what is buffered, for handlers that ask for an http.Flusher.
func (p *paced) Flush() { _ = p.FlushError() }

// FlushError sends what is buffered.
func (p *paced) FlushError() error {
	hurried := p.guard()
	defer p.lift(hurried)
	return p.control().Flush()
}

// Hijack takes the connection over.
func (p *paced) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := p.control().Hijack()
	if err != nil {
		return conn, rw, err
	}
	p.hijacked = true
	if p.t.Idle <= 0 {
		return conn, rw, nil
	}
	own := &pacedConn{Conn: conn, idle: p.t.Idle}
	rw.Writer.Reset(own)
	return own, rw, nil
}

// pacedConn is a connection that a handler took over. Neither side has to say
// anything, but what is sent has to be taken.
type pacedConn struct {
	net.Conn
	idle time.Duration
}

// Write writes b in parts that have a deadline each.
func (c *pacedConn) Write(b []byte) (n int, err error) {
	for {
		if err := c.SetWriteDeadline(time.Now().Add(c.idle)); err != nil {
			return n, err
		}
		m, err := c.Conn.Write(b[n:min(len(b), n+writeChunk)])
		n += m
		if err != nil || n >= len(b) {
			return n, err
		}
	}
}

// CloseWrite ends what is sent, where the connection can do that.
func (c *pacedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// pacedBody is a request's body. The time that the handler takes between reads
// is not the client's.
type pacedBody struct {
	io.ReadCloser
	p *paced

	mu       sync.Mutex // a proxy reads and writes at the same time
	deadline time.Time  // of the read in progress; zero outside of one
	ended    bool       // there is nothing more to come
	over     bool       // the handler has returned: the connection is net/http's again

	waited time.Duration // for reads so far
	bytes  int64
}

var errSlowBody = errors.New("rewrite: the request's body comes too slowly")

// Read reads, within what is left of the time for the body.
func (b *pacedBody) Read(buf []byte) (int, error) {
	began := time.Now()
	if limit := b.limit(); limit > 0 {
		b.arm(began.Add(limit))
	}
	n, err := b.ReadCloser.Read(buf)
	b.bytes += int64(n)
	b.waited += time.Since(began)
	b.disarm(err)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("%w: %w", errSlowBody, err)
	}
	return n, err
}

// limit returns how long the next read may last, 0 for any time.
func (b *pacedBody) limit() time.Duration {
	t := &b.p.t
	limit := t.Idle
	if t.Body > 0 {
		left := t.Body - b.waited
		if t.BodyRate > 0 {
			left += time.Duration(min(b.bytes, math.MaxInt32)) * time.Second / time.Duration(t.BodyRate)
		}
		left = max(left, time.Nanosecond) // a deadline that has passed
		if limit <= 0 || left < limit {
			limit = left
		}
	}
	return max(limit, 0)
}

func (b *pacedBody) arm(deadline time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return
	}
	b.deadline = deadline
	_ = b.p.control().SetReadDeadline(deadline)
}

// disarm lifts the deadline, which would otherwise end the wait for the client
// to go away, and with it the request.
func (b *pacedBody) disarm(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = b.ended || errors.Is(err, io.EOF)
	if !b.deadline.IsZero() && !b.over {
		b.deadline = time.Time{}
		_ = b.p.control().SetReadDeadline(time.Time{})
	}
}

// hurry gives the body until bodyGrace from now and reports whether there may be
// more of it. over says that the handler is done.
func (b *pacedBody) hurry(over bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = over
	if b.ended {
		return false
	}
	_ = b.p.control().SetReadDeadline(time.Now().Add(bodyGrace))
	return true
}

// resume undoes hurry.
func (b *pacedBody) resume() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.p.control().SetReadDeadline(b.deadline)
}
