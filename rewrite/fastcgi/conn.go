package fastcgi

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// conn is a connection to a server, which has one request at a time.
type conn struct {
	client *Client
	nc     net.Conn
	r      *bufio.Reader
	expiry *time.Timer // closes it, while it is kept

	used     bool // for a request before
	answered bool // something has come for the current one

	mu     sync.Mutex
	paused bool // the server waits for the client
}

// readBuffer is as long as what PHP-FPM sends at once.
const readBuffer = 8 << 10

func newConn(c *Client, nc net.Conn) *conn {
	r, ok := c.readers.Get().(*bufio.Reader)
	if !ok {
		r = bufio.NewReaderSize(nil, readBuffer)
	}
	r.Reset(nc)
	return &conn{client: c, nc: nc, r: r}
}

// close closes the connection. It may be read from meanwhile.
func (k *conn) close() { _ = k.nc.Close() }

// discard closes the connection. over says that it is not read from any more.
func (k *conn) discard(over bool) {
	k.close()
	if over {
		k.r.Reset(nil)
		k.client.readers.Put(k.r)
		k.r = nil
	}
}

// allow gives the server until limit from now for its next step, unless it waits for
// the client.
func (k *conn) allow(limit time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.setDeadline(limit)
}

// pause says whether the server waits for the client; if not, it has until limit
// from now.
func (k *conn) pause(waits bool, limit time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.paused = waits
	k.setDeadline(limit)
}

func (k *conn) setDeadline(limit time.Duration) {
	deadline := time.Time{}
	if limit > 0 && !k.paused {
		deadline = time.Now().Add(limit)
	}
	_ = k.nc.SetDeadline(deadline) // one that is closed fails at its next use
}

// input is the body of a request. No read of it begins once it is stopped.
type input struct {
	r       io.Reader
	stopped atomic.Bool
}

// exchange sends a request and reads the header of its response. With an error the
// connection is closed.
func (k *conn) exchange(ctx context.Context, head []byte, body *input) (*Response, error) {
	timeout := orDefault(k.client.Timeout, time.Minute)
	k.allow(timeout)
	s := &stream{ctx: ctx, conn: k, body: body, limit: timeout, sent: make(chan error, 1)}
	s.unwatch = context.AfterFunc(ctx, k.close)
	_, err := k.nc.Write(head)
	if err == nil {
		s.send()
		var resp *Response
		if resp, err = s.header(); err == nil {
			s.limit = orDefault(k.client.Pause, time.Minute)
			return resp, nil
		}
	}
	_ = s.Close()
	return nil, s.cause(err)
}

// stream is the output of a script. It is read by one goroutine at a time.
type stream struct {
	ctx     context.Context //nolint:containedctx // that of the request, which outlives Do
	conn    *conn
	body    *input
	limit   time.Duration
	unwatch func() bool // ends the wait for the context
	sent    chan error  // why the request's body was not sent, nil if it was; empty until then
	left    recordHeader
	err     error // of the last read, io.EOF at the end
	closed  bool
}

// send sends the request's body from another goroutine. The server need not read it
// before it answers.
func (s *stream) send() {
	if s.body.r == nil {
		s.sent <- nil
		return
	}
	go func() {
		err := s.copyBody()
		s.sent <- err
		if errors.Is(err, ErrBody) {
			s.conn.close() // there is nothing to wait for
		}
	}()
}

// copyBody sends the request's body. The time that the client takes for it is not
// the server's.
func (s *stream) copyBody() error {
	limit := orDefault(s.conn.client.Timeout, time.Minute)
	buf, record := make([]byte, 32<<10), make([]byte, 0, 32<<10+2*headerLength)
	for !s.body.stopped.Load() {
		s.conn.pause(true, 0)
		n, err := s.body.r.Read(buf)
		record = appendStream(record[:0], stdinRecord, buf[:n])
		end := errors.Is(err, io.EOF)
		if end {
			record = appendRecord(record, stdinRecord, nil)
		}
		if s.body.stopped.Load() {
			break
		}
		s.conn.pause(false, limit)
		if _, werr := s.conn.nc.Write(record); werr != nil {
			return werr
		}
		if end {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBody, err)
		}
	}
	return net.ErrClosed // the server still waits for the rest
}

// cause returns why a request failed: err, or what broke its body.
func (s *stream) cause(err error) error {
	select {
	case sent := <-s.sent:
		s.sent <- sent
		if errors.Is(sent, ErrBody) {
			return sent
		}
	default:
	}
	return err
}

// header reads the header of the response.
func (s *stream) header() (*Response, error) {
	most := orDefault(s.conn.client.MaxHeader, 64<<10)
	text := make([]byte, 0, 1<<10)
	for {
		from := max(0, len(text)-3) // the end may have come in parts
		var err error
		text, err = s.more(text)
		if end := headerEnd(text, from); end >= 0 && end <= most {
			return s.response(text, end)
		}
		switch {
		case len(text) > most:
			return nil, fmt.Errorf("%w: it has more than %d bytes", ErrHeader, most)
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("%w: its output ends before", ErrHeader)
		case err != nil:
			return nil, err
		}
	}
}

// more appends output to text.
func (s *stream) more(text []byte) ([]byte, error) {
	text = slices.Grow(text, 1)
	n, err := s.Read(text[len(text):cap(text)])
	return text[:len(text)+n], err
}

// response returns the response whose header is the first end bytes of text. What has
// come already goes with it if that is the rest.
func (s *stream) response(text []byte, end int) (*Response, error) {
	resp, err := parseHeader(text[:end])
	if err != nil {
		return nil, err
	}
	resp.Length = -1
	if s.whole() {
		for err == nil {
			text, err = s.more(text)
		}
		if errors.Is(err, io.EOF) {
			resp.Length = int64(len(text) - end)
		}
	}
	out := &output{s: s}
	out.head.Reset(text[end:])
	resp.Body = out
	return resp, nil
}

// whole reports whether the record that ends the response has been received.
func (s *stream) whole() bool {
	b, _ := s.conn.r.Peek(s.conn.r.Buffered())
	h := s.left
	for len(b) >= h.content+h.padding {
		if h.kind == endRequest {
			return true
		}
		b = b[h.content+h.padding:]
		if len(b) < headerLength {
			return false
		}
		h = parseRecordHeader(b)
		b = b[headerLength:]
	}
	return false
}

// output is the body of a response.
type output struct {
	head bytes.Reader // what came with the header
	s    *stream
}

// Read reads what came with the header and then from the server.
func (o *output) Read(p []byte) (int, error) {
	if o.head.Len() > 0 {
		return o.head.Read(p)
	}
	return o.s.Read(p)
}

// WriteTo writes what came with the header at once, and then the rest as it comes.
func (o *output) WriteTo(w io.Writer) (int64, error) {
	n, err := o.head.WriteTo(w)
	if err != nil || errors.Is(o.s.err, io.EOF) {
		return n, err
	}
	rest, err := io.Copy(w, o.s)
	return n + rest, err
}

// Close ends the request.
func (o *output) Close() error { return o.s.Close() }

// Read reads output of the script.
func (s *stream) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for s.err == nil {
		if s.left.content > 0 {
			n, err := s.conn.r.Read(p[:min(len(p), s.left.content)])
			s.left.content -= n
			if err != nil {
				s.fail(err)
			}
			if n > 0 {
				return n, nil
			}
			continue
		}
		s.next()
	}
	return 0, s.err
}

// next goes on to the next record that holds output, or notes the end.
func (s *stream) next() {
	k := s.conn
	if _, err := k.r.Discard(s.left.padding); err != nil {
		s.fail(err)
		return
	}
	if k.r.Buffered() == 0 {
		k.allow(s.limit)
	}
	h, err := readHeader(k.r)
	if err != nil {
		s.fail(err)
		return
	}
	k.answered, s.left = true, recordHeader{padding: h.padding}
	switch h.kind {
	case stdoutRecord:
		s.left = h
	case stderrRecord:
		s.stderr(h.content)
	case endRequest:
		s.end(h)
	case beginRequest, paramsRecord, stdinRecord:
		s.fail(fmt.Errorf("%w: record of type %d from a server", ErrProtocol, h.kind))
	default:
		s.fail(fmt.Errorf("%w: record of type %d", ErrProtocol, h.kind))
	}
}

// fail notes why nothing more can be read. The end of the connection is not that of
// the output.
func (s *stream) fail(err error) {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if cause := s.cause(err); s.ctx.Err() == nil {
		err = cause
	} else {
		err = s.ctx.Err()
	}
	s.err = err
}

// stderr passes on a record of messages.
func (s *stream) stderr(n int) {
	text := make([]byte, n)
	if _, err := io.ReadFull(s.conn.r, text); err != nil {
		s.fail(err)
		return
	}
	if s.conn.client.Stderr != nil && n > 0 {
		s.conn.client.Stderr(s.ctx, text)
	}
}

// end reads the record that ends a response.
func (s *stream) end(h recordHeader) {
	body := make([]byte, h.content+h.padding)
	if _, err := io.ReadFull(s.conn.r, body); err != nil {
		s.fail(err)
		return
	}
	s.left = recordHeader{}
	switch {
	case h.content < 8:
		s.fail(fmt.Errorf("%w: the record of the end has %d bytes", ErrProtocol, h.content))
	case body[4] == protocolOverloaded:
		s.err = ErrOverloaded
	case body[4] != 0:
		s.fail(fmt.Errorf("%w: the request was refused with status %d", ErrProtocol, body[4]))
	default:
		s.err = io.EOF
	}
}

// Close ends the request. The connection is kept if the response was read to its end
// and the request's body was sent.
func (s *stream) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	s.body.stopped.Store(true)
	keep := s.unwatch() && errors.Is(s.err, io.EOF) && s.conn.client.Keep > 0 && s.conn.r.Buffered() == 0
	if keep {
		select {
		case err := <-s.sent:
			keep = err == nil
		default:
			keep = false
		}
	}
	if keep {
		s.conn.client.give(s.conn)
	} else {
		s.conn.discard(s.err != nil)
	}
	if s.err == nil {
		s.err = net.ErrClosed
	}
	return nil
}
