package httpdtest

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// stateType is the media type of what mod_state answers.
const stateType = "application/x-oracle"

// patience is how long a request may take.
const patience = 10 * time.Second

// client sends the requests of one case, over one connection for each kind of
// request as long as the server keeps it open.
type client struct {
	server *server
	place  replay.Place
	conns  map[kind]*conn
}

// kind is what requests on one connection have in common.
type kind struct {
	remote string
	tls    bool
}

type conn struct {
	net.Conn
	r *bufio.Reader
}

// send sets the results of c.
func (s *server) send(ctx context.Context, c *replay.Case) {
	cl := &client{server: s, place: c.Place, conns: map[kind]*conn{}}
	defer func() {
		for k := range cl.conns {
			cl.drop(k)
		}
	}()
	c.Results = make([]replay.Result, len(c.Requests))
	for i := range c.Requests {
		q := &c.Requests[i]
		var err error
		// The server may have closed the connection since the last request.
		for range 3 {
			if c.Results[i], err = cl.exchange(ctx, q); err == nil {
				break
			}
			cl.drop(kind{q.Remote, q.TLS})
			if ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
				break
			}
		}
		if err != nil {
			c.Results[i] = replay.Result{Error: err.Error()}
		}
	}
}

// exchange sends q and reads the answer.
func (cl *client) exchange(ctx context.Context, q *replay.Request) (replay.Result, error) {
	k := kind{q.Remote, q.TLS}
	conn, err := cl.connect(ctx, k)
	if err != nil {
		return replay.Result{}, err
	}
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return replay.Result{}, err
	}
	if _, err := io.WriteString(conn, requestText(q, cl.place.Root)); err != nil {
		return replay.Result{}, err
	}
	method := q.Method
	if method == "" {
		method = http.MethodGet
	}
	resp, err := http.ReadResponse(conn.r, &http.Request{Method: method})
	if err != nil {
		return replay.Result{}, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return replay.Result{}, err
	}
	if resp.Close {
		cl.drop(k)
	}
	return cl.result(resp, body)
}

// result turns an answer of the server into a recorded one.
func (cl *client) result(resp *http.Response, body []byte) (replay.Result, error) {
	r := replay.Result{
		Status:   resp.StatusCode,
		Location: replay.Encode(resp.Header.Get("Location"), cl.place.Root),
		Vary:     resp.Header.Get("Vary"),
		Header:   http.Header{},
	}
	for name, values := range resp.Header {
		for _, v := range values {
			r.Header[name] = append(r.Header[name], replay.Encode(v, cl.place.Root))
		}
	}
	for _, v := range resp.Header.Values("Set-Cookie") {
		r.SetCookie = append(r.SetCookie, replay.Encode(v, ""))
	}
	if resp.Header.Get("Content-Type") != stateType || len(body) == 0 {
		r.Page = replay.Encode(string(body), cl.place.Root)
		return r, nil
	}
	// The object's strings have one code point a byte already.
	text := replay.Encode(string(body), cl.place.Root)
	r.Final = new(replay.Final)
	if err := json.Unmarshal([]byte(text), r.Final); err != nil {
		return r, fmt.Errorf("%w in %q", err, body)
	}
	// Recordings leave out a variable without a name.
	delete(r.Final.Env, "")
	return r, nil
}

// requestText is q as it is sent.
func requestText(q *replay.Request, root string) string {
	method, host := http.MethodGet, replay.DefaultHost
	if q.Method != "" {
		method = replay.Decode(q.Method, "")
	}
	if q.Host != nil {
		host = replay.Decode(*q.Host, "")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, replay.Decode(q.Target, root))
	if host != "" {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	for _, h := range q.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", replay.Decode(h[0], ""), replay.Decode(h[1], ""))
	}
	b.WriteString("\r\n")
	return b.String()
}

// connect returns an open connection for requests of kind k.
func (cl *client) connect(ctx context.Context, k kind) (*conn, error) {
	if c := cl.conns[k]; c != nil {
		return c, nil
	}
	d := net.Dialer{Timeout: patience}
	if k.remote != "" {
		ip := net.ParseIP(k.remote)
		if ip == nil {
			return nil, fmt.Errorf("bad client address %q", k.remote)
		}
		d.LocalAddr = &net.TCPAddr{IP: ip}
	}
	port := cl.server.ports[0]
	if k.tls {
		port = cl.server.ports[1]
	}
	raw, err := d.DialContext(ctx, "tcp", net.JoinHostPort(cl.place.Addr, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	if k.tls {
		// The certificate is our own and proves nothing.
		raw = tls.Client(raw, &tls.Config{InsecureSkipVerify: true, ServerName: replay.DefaultHost})
	}
	c := &conn{raw, bufio.NewReader(raw)}
	cl.conns[k] = c
	return c, nil
}

// drop closes the connection for requests of kind k. That it does not close
// well doesn't matter, as nothing is under way on it.
func (cl *client) drop(k kind) {
	if c := cl.conns[k]; c != nil {
		_ = c.Close()
		delete(cl.conns, k)
	}
}
