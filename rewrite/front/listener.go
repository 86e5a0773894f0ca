package front

import (
	"net"
	"sync"
)

// limitedListener accepts no more connections while there are as many as slots
// has room for.
type limitedListener struct {
	net.Listener
	slots  chan struct{}
	closed chan struct{}
	once   sync.Once
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
	release := sync.OnceFunc(func() { <-l.slots })
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &limitedTCP{TCPConn: tcp, release: release}, nil
	}
	return &limitedConn{Conn: conn, release: release}, nil
}

// Close ends Accept.
func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// limitedTCP is a connection that holds a slot. It has what net/http
// looks for in one: sendfile, and closing one direction.
type limitedTCP struct {
	*net.TCPConn
	release func()
}

// Close closes the connection and frees its slot.
func (c *limitedTCP) Close() error {
	defer c.release()
	return c.TCPConn.Close()
}

// limitedConn is another connection that holds a slot.
type limitedConn struct {
	net.Conn
	release func()
}

// Close closes the connection and frees its slot.
func (c *limitedConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
