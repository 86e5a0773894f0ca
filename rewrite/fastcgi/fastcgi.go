// Package fastcgi is a client for FastCGI responders, such as PHP-FPM: it has a
// server run a script for a request and streams what it writes.
//
// A [Client] stands for one server. [Client.Do] sends a request's variables and
// body and returns when the header of the response is complete; the body is read
// as it comes, while the request's body may still be on its way. It uses a
// connection for one request at a time.
package fastcgi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"
)

// The errors of a Client, beside those of connections and contexts.
var (
	// ErrConnect says that the server could not be reached.
	ErrConnect = errors.New("fastcgi: the server can't be reached")
	// ErrOverloaded says that the server does not take more requests.
	ErrOverloaded = errors.New("fastcgi: the server is overloaded")
	// ErrProtocol says that what came is not FastCGI.
	ErrProtocol = errors.New("fastcgi: protocol error")
	// ErrHeader says that the script's output has no header that could be read, or
	// one of more than MaxHeader bytes.
	ErrHeader = errors.New("fastcgi: the script sent no proper header")
	// ErrParams says that the variables of a request take more than MaxParams bytes.
	ErrParams = errors.New("fastcgi: the variables of the request are too long")
	// ErrBody says that the request's body could not be read.
	ErrBody = errors.New("fastcgi: the request's body can't be read")
)

// Param is a variable of a request.
type Param struct{ Name, Value string }

// Request is what a script is run for.
type Request struct {
	// Params are the variables, in the order in which they are sent. They decide
	// which script is run: SCRIPT_FILENAME for PHP-FPM.
	Params []Param
	// Body is the script's standard input; nil is an empty one. It is not closed. A
	// read of it may go on for as long as it lasts, even after Do has failed or the
	// response was closed; no other read follows then.
	Body io.Reader
}

// Response is what a script answers.
type Response struct {
	// Status is that of the header field "Status", 0 if there is none.
	Status int
	// Header holds the other fields, by their canonical names.
	Header http.Header
	// Length is how many bytes Body has, if the server had sent all of them when Do
	// returned, else -1.
	Length int64
	// Body is the rest of the script's output. It ends with io.EOF if the server
	// says that the script is done, and with another error if the connection ends
	// before. It must be closed; while the server has not sent all of it, that closes
	// the connection, which tells the server to stop.
	Body io.ReadCloser
}

// Client sends requests to a FastCGI server. Network and Address must be set, the
// fields must not be changed once it is used, and it must not be copied. It is safe
// for concurrent use.
type Client struct {
	Network string // "unix" or "tcp"
	Address string // path of the socket, or "host:port"

	// Timeout is how long the server may neither take nor send anything until the
	// header of its response is complete; default one minute. A negative value is
	// no limit.
	Timeout time.Duration
	// Pause is how long it may be silent later; default one minute. A negative
	// value is no limit.
	Pause time.Duration
	// DialTimeout is how long connecting by TCP may take; default 10 seconds. Connecting
	// to a socket of the machine does not wait.
	DialTimeout time.Duration
	// MaxHeader is how many bytes the header of a response may have; default 64 KiB.
	MaxHeader int
	// MaxParams is how many bytes the variables of a request may take; default 1 MiB.
	MaxParams int
	// Keep is how many connections are kept open for later requests; default 0. Each
	// of them occupies a process of PHP-FPM. One is closed after KeepTime, default 5
	// seconds, if it is not used. As the server may have closed one meanwhile, they are
	// for GET and HEAD without a body only, which are then sent again. Before any other
	// request connects, one is closed, for it may need the process.
	Keep     int
	KeepTime time.Duration
	// Stderr receives what scripts write to standard error, as it comes, from the
	// goroutine that reads the response. Nil drops it.
	Stderr func(ctx context.Context, text []byte)

	mu      sync.Mutex
	idle    []*conn   // the one used last at the end
	readers sync.Pool // of *bufio.Reader, those of connections that are closed
}

// Do has the server answer a request. ctx ends the request and the reading of its
// response. The error is one of those above, of the connection or of ctx.
func (c *Client) Do(ctx context.Context, req *Request) (*Response, error) {
	head, err := c.head(req)
	if err != nil {
		return nil, err
	}
	for {
		k, err := c.take(ctx, req.repeatable())
		if err != nil {
			return nil, err
		}
		resp, err := k.exchange(ctx, head, &input{r: req.Body})
		if err == nil {
			return resp, nil
		}
		if k.used && !k.answered && ctx.Err() == nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			continue // the server had closed the connection meanwhile
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, err
	}
}

// repeatable reports whether the request can be sent again where it is not known if
// the script has run for it: it has no body, and a method that changes nothing.
func (r *Request) repeatable() bool {
	return r.Body == nil && slices.ContainsFunc(r.Params, func(p Param) bool {
		return p.Name == "REQUEST_METHOD" && (p.Value == http.MethodGet || p.Value == http.MethodHead)
	})
}

// head returns the records that a request begins with.
func (c *Client) head(req *Request) ([]byte, error) {
	size, most := 0, orDefault(c.MaxParams, 1<<20)
	for _, p := range req.Params {
		if size += paramLength(p); size > most {
			return nil, ErrParams
		}
	}
	params := make([]byte, 0, size)
	for _, p := range req.Params {
		params = appendParam(params, p)
	}
	b := make([]byte, 0, len(params)+(len(params)/maxContent+5)*headerLength)
	b = appendBegin(b, c.Keep > 0)
	b = appendStream(b, paramsRecord, params)
	b = appendRecord(b, paramsRecord, nil)
	if req.Body == nil {
		b = appendRecord(b, stdinRecord, nil)
	}
	return b, nil
}

// orDefault returns v, or def if it is not set.
func orDefault[T int | time.Duration](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}

// take returns a connection. One that is kept may turn out to be closed by the
// server, so it is only for a request that can be sent again.
func (c *Client) take(ctx context.Context, again bool) (*conn, error) {
	if k := c.kept(); k != nil {
		if again {
			k.used, k.answered = true, false
			return k, nil
		}
		k.close() // the process that it occupies may be the only one left for this request
	}
	var dial net.Dialer
	if c.Network != "unix" { // where connecting does not wait
		dial.Timeout = orDefault(c.DialTimeout, 10*time.Second)
	}
	nc, err := dial.DialContext(ctx, c.Network, c.Address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", ErrConnect, err)
	}
	return newConn(c, nc), nil
}

// kept returns the connection that was used last, nil if none is kept.
func (c *Client) kept() *conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.idle) > 0 {
		last := len(c.idle) - 1
		k := c.idle[last]
		c.idle = c.idle[:last]
		if k.expiry.Stop() {
			return k
		}
	}
	return nil
}

// give takes a connection back whose request is over.
func (c *Client) give(k *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.idle) >= c.Keep || k.nc.SetDeadline(time.Time{}) != nil {
		k.close()
		return
	}
	k.expiry = time.AfterFunc(orDefault(c.KeepTime, 5*time.Second), func() { c.drop(k) })
	c.idle = append(c.idle, k)
}

// drop closes a connection that was not used for too long.
func (c *Client) drop(k *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, other := range c.idle {
		if other == k {
			c.idle = append(c.idle[:i], c.idle[i+1:]...)
			break
		}
	}
	k.close()
}

// CloseIdleConnections closes the connections that are kept for later requests.
func (c *Client) CloseIdleConnections() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.idle {
		if k.expiry.Stop() {
			k.close()
		}
	}
	c.idle = nil
}
