package front

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/framing"
)

// limitedListener accepts no more connections while there are as many as slots
// has room for.
type limitedListener struct {
	net.Listener
	slots  chan struct{}
	closed chan struct{}
	once   sync.Once
	plain  bool // connections speak HTTP, and not TLS
}

// Accept waits for a slot, and for a connection.
func (l *limitedListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	c := &limitedConn{Conn: conn, release: sync.OnceFunc(func() { <-l.slots }), begins: opening{begun: !l.plain}}
	if tcp, ok := conn.(*net.TCPConn); ok {
		c.Conn = &lateTCP{TCPConn: tcp}
		return &limitedTCP{limitedConn: c, tcp: tcp}, nil
	}
	return c, nil
}

// Close ends Accept.
func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// opening is how a connection begins. One that ends within its first line gets no answer,
// as from httpd: net/http has 400 for it.
type opening struct {
	begun bool // the first line is there, or need not be
	lost  bool
}

// see notes what was read, and the error behind it.
func (o *opening) see(b []byte, err error) {
	if !o.begun {
		o.begun = bytes.IndexByte(b, '\n') >= 0
		o.lost = !o.begun && errors.Is(err, io.EOF)
	}
}

// limitedConn is a connection that holds a slot.
type limitedConn struct {
	net.Conn
	release func()
	sent    framing.Watch
	begins  opening
}

// Read reads what the client sends.
func (c *limitedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.sent.See(b[:n])
	c.begins.see(b[:n], err)
	return n, err
}

// Write sends b to the client.
func (c *limitedConn) Write(b []byte) (int, error) {
	if c.begins.lost {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

// Close closes the connection and frees its slot.
func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}

func (c *limitedConn) watch() *framing.Watch { return &c.sent }

// limitedTCP is a limitedConn with what net/http looks for in one: sendfile, and closing
// one direction.
type limitedTCP struct {
	*limitedConn

	tcp *net.TCPConn
}

// ReadFrom sends what r has to the client.
func (c *limitedTCP) ReadFrom(r io.Reader) (int64, error) { return c.tcp.ReadFrom(r) }

// CloseWrite ends what is sent to the client.
func (c *limitedTCP) CloseWrite() error { return c.tcp.CloseWrite() }

// watched is the context of the requests of a connection. What comes over TLS is not seen:
// net/http asks a tls.Conn for more than a net.Conn has, so none can stand in for it.
func watched(ctx context.Context, conn net.Conn) context.Context {
	if c, ok := conn.(interface{ watch() *framing.Watch }); ok {
		return framing.With(ctx, c.watch())
	}
	return ctx
}
