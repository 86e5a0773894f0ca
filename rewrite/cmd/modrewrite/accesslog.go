package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// accessLog writes a line for each request, in the combined format or as JSON.
type accessLog struct {
	out  io.Writer
	json bool
	now  func() time.Time

	mu sync.Mutex // for out
}

// visit is what is known of a request when it has been answered.
type visit struct {
	Time      time.Time `json:"time"`
	Client    string    `json:"client"`
	User      string    `json:"user,omitempty"`
	Method    string    `json:"method"`
	Target    string    `json:"target"`
	Proto     string    `json:"proto"`
	Host      string    `json:"host"`
	Status    int       `json:"status"`
	Bytes     int64     `json:"bytes"`
	Seconds   float64   `json:"seconds"`
	Referer   string    `json:"referer,omitempty"`
	UserAgent string    `json:"user_agent,omitempty"`
}

type visitKey struct{}

// visitOf returns the visit that ctx belongs to, nil outside of one.
func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// prepare is a rewrite.Options.Prepare that notes who the client is.
func (l *accessLog) prepare(r *http.Request, q *matcher.Request) {
	if v := visitOf(r.Context()); v != nil {
		v.Client, v.User = q.RemoteAddr, q.RemoteUser
	}
}

// handler returns next with a log line after each request, also where next
// panics to cut the response off.
func (l *accessLog) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{
			Time: l.now(), Method: r.Method, Target: r.RequestURI, Proto: r.Proto, Host: r.Host,
			Referer: r.Referer(), UserAgent: r.UserAgent(),
		}
		c := &counter{ResponseWriter: w}
		defer func() {
			v.Status, v.Bytes = c.status, c.bytes
			v.Seconds = l.now().Sub(v.Time).Seconds()
			l.write(v)
		}()
		next.ServeHTTP(c, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
		c.header(http.StatusOK)
	})
}

func (l *accessLog) write(v *visit) {
	var line []byte
	if l.json {
		// A struct of strings and numbers always has a JSON form.
		line, _ = json.Marshal(v)
	} else {
		line = v.appendCombined(make([]byte, 0, 256))
	}
	line = append(line, '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = l.out.Write(line)
}

// appendCombined appends the line in the combined log format of httpd. Quoting
// keeps what a client sent from looking like another line.
func (v *visit) appendCombined(b []byte) []byte {
	b = append(b, orDash(v.Client)...)
	b = append(b, " - "...)
	b = append(b, orDash(bare(v.User))...)
	b = v.Time.AppendFormat(append(b, " ["...), "02/Jan/2006:15:04:05 -0700")
	b = appendQuoted(append(b, "] "...), v.Method+" "+v.Target+" "+v.Proto)
	b = strconv.AppendInt(append(b, ' '), int64(v.Status), 10)
	if b = append(b, ' '); v.Bytes > 0 {
		b = strconv.AppendInt(b, v.Bytes, 10)
	} else {
		b = append(b, '-')
	}
	b = appendQuoted(append(b, ' '), orDash(v.Referer))
	return appendQuoted(append(b, ' '), orDash(v.UserAgent))
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// appendQuoted appends s between quotes, with escapes for whatever is not
// printable ASCII, and cut where it is longer than a log line should be.
func appendQuoted(b []byte, s string) []byte {
	const most = 2048
	if len(s) > most {
		s = s[:most] + "..."
	}
	return strconv.AppendQuoteToASCII(b, s)
}

// bare returns s as a single word.
func bare(s string) string {
	if s == "" {
		return ""
	}
	q := string(appendQuoted(nil, s))
	return strings.ReplaceAll(q[1:len(q)-1], " ", `\x20`)
}

// counter is a response writer that notes status and size.
type counter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *counter) header(status int) {
	if c.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		c.status = status
	}
}

// Unwrap gives http.ResponseController access to the writer below.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// WriteHeader notes the final status.
func (c *counter) WriteHeader(status int) {
	c.header(status)
	c.ResponseWriter.WriteHeader(status)
}

// Write counts.
func (c *counter) Write(body []byte) (int, error) {
	c.header(http.StatusOK)
	n, err := c.ResponseWriter.Write(body)
	c.bytes += int64(n)
	return n, err
}

// ReadFrom counts and lets the writer below use sendfile.
func (c *counter) ReadFrom(r io.Reader) (int64, error) {
	c.header(http.StatusOK)
	n, err := io.Copy(c.ResponseWriter, r)
	c.bytes += n
	return n, err
}

// Flush sends what is buffered.
func (c *counter) Flush() {
	c.header(http.StatusOK)
	// A Flusher can't report an error: a writer that can't flush buffers.
	_ = http.NewResponseController(c.ResponseWriter).Flush()
}

// Hijack takes the connection over, as for a WebSocket.
func (c *counter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(c.ResponseWriter).Hijack()
	if err == nil {
		c.header(http.StatusSwitchingProtocols)
	}
	return conn, rw, err
}
