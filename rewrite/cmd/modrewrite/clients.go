package main

import (
	"errors"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// clientLimits are the bounds on what clients hold.
type clientLimits struct {
	connections int
	timeout     time.Duration // to send or take the next part of a body
	backend     time.Duration // for the response of another server to begin
}

func (l *clientLimits) register(flags *flag.FlagSet) {
	flags.IntVar(&l.connections, "max-connections", 10000,
		"most `connections` at a time; more wait to be accepted")
	flags.DurationVar(&l.timeout, "timeout", time.Minute,
		"how long a client may take to send the next part of a body, or to take the next 64 KiB of a response")
	flags.DurationVar(&l.backend, "backend-timeout", time.Minute,
		"how long a server that requests are forwarded to may take to begin its response")
}

var errClientLimits = errors.New("-max-connections, -timeout and -backend-timeout must be positive")

func (l *clientLimits) check() error {
	if l.connections <= 0 || l.timeout <= 0 || l.backend <= 0 {
		return errClientLimits
	}
	return nil
}

// transport returns what forwards requests.
func (l *clientLimits) transport() http.RoundTripper {
	t := rewrite.NewTransport()
	t.ResponseHeaderTimeout = l.backend
	return t
}

// httpServer returns a server of h. A header must arrive within 20 seconds, httpd's
// first limit, and a connection is idle for at most a minute.
func (l *clientLimits) httpServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           rewrite.Timeouts{Idle: l.timeout}.Handler(h),
		ReadHeaderTimeout: 20 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    1 << 20,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// listener returns ln with the limit on connections.
func (l *clientLimits) listener(ln net.Listener) net.Listener {
	return &limitedListener{Listener: ln, slots: make(chan struct{}, l.connections), closed: make(chan struct{})}
}

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
