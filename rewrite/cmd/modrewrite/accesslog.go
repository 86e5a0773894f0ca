package main

import (
	"bufio"
	"cmp"
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
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// accessLog writes a line for each request, in the combined format or as JSON.
type accessLog struct {
	out  io.Writer // takes a line at a time
	json bool
	now  func() time.Time

	mu     sync.Mutex // for what follows
	line   []byte     // to make lines in
	second int64      // the Unix time that date stands for
	date   []byte     // as the combined format has it
}

// logDelay is how long lines of the access log are gathered before they are
// written, which saves a small file's request one of its few system calls.
const logDelay = 100 * time.Millisecond

// visit describes a request that has been answered.
type visit struct {
	Time      time.Time `json:"time"`
	Client    string    `json:"client"`
	Name      string    `json:"remote_host,omitempty"` // of the client, where the rules made it known
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

// noted is all that noting a request takes, in one piece of memory: its context, in which
// the visit is, and what its response goes through.
type noted struct {
	context.Context
	visit   visit
	counter counter
}

// Value returns the visit for its key, and the values of the parent context for others.
func (n *noted) Value(key any) any {
	if key == (visitKey{}) {
		return &n.visit
	}
	return n.Context.Value(key)
}

type visitKey struct{}

// visitOf returns the visit that ctx belongs to, nil outside of one.
func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// prepare is a rewrite.Options.Prepare that notes where the client is.
func (l *accessLog) prepare(r *http.Request, q *matcher.Request) {
	if v := visitOf(r.Context()); v != nil {
		v.Client = q.RemoteAddr
	}
}

// observe is a rewrite.Options.Observe that notes the client's name and who it has
// logged in as.
func (l *accessLog) observe(r *http.Request, d *rewrite.Decision) {
	if v := visitOf(r.Context()); v != nil {
		v.Name = d.Result.RemoteHost
		v.User = cmp.Or(d.Result.User, v.User) // an error document has none
	}
}

// handler returns next with a log line after each request, even if next panics
// to abort the response.
func (l *accessLog) handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := &noted{Context: r.Context(), counter: counter{ResponseWriter: w}, visit: visit{
			Time: l.now(), Method: r.Method, Target: r.RequestURI, Proto: r.Proto, Host: r.Host,
			Referer: r.Referer(), UserAgent: r.UserAgent(),
		}}
		defer func() {
			v := &n.visit
			v.Status, v.Bytes = n.counter.status, n.counter.bytes
			v.Seconds = l.now().Sub(v.Time).Seconds()
			l.write(v)
		}()
		next.ServeHTTP(&n.counter, r.WithContext(n))
		n.counter.header(http.StatusOK)
	})
}

// write writes a line for v.
func (l *accessLog) write(v *visit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line = l.line[:0]
	if l.json {
		l.line = v.appendJSON(l.line)
	} else {
		l.line = v.appendCombined(l.line, l.dateOf(v.Time))
	}
	l.line = append(l.line, '\n')
	// A logWriter reports its failures itself.
	_, _ = l.out.Write(l.line)
}

// dateOf returns t in the combined format. It is formatted once a second.
func (l *accessLog) dateOf(t time.Time) []byte {
	if s := t.Unix(); s != l.second || l.date == nil {
		l.second, l.date = s, t.AppendFormat(l.date[:0], "02/Jan/2006:15:04:05 -0700")
	}
	return l.date
}

// appendJSON appends the line as JSON.
func (v *visit) appendJSON(b []byte) []byte {
	short := *v
	for _, s := range []*string{&short.Name, &short.User, &short.Method, &short.Target, &short.Host, &short.Referer, &short.UserAgent} {
		*s = cut(*s)
	}
	// A struct of strings and numbers always has a JSON form.
	line, _ := json.Marshal(short)
	return append(b, line...)
}

// appendCombined appends the line in the combined log format of httpd, with the
// given date. Quoting keeps what a client sent from looking like another line.
func (v *visit) appendCombined(b, date []byte) []byte {
	b = append(b, orDash(orElse(bare(v.Name), v.Client))...)
	b = append(b, " - "...)
	b = append(b, orDash(bare(v.User))...)
	b = append(append(b, " ["...), date...)
	b = append(b, `] "`...)
	for i, part := range [...]string{v.Method, v.Target, v.Proto} {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendEscaped(b, part)
	}
	b = strconv.AppendInt(append(b, `" `...), int64(v.Status), 10)
	if b = append(b, ' '); v.Bytes > 0 {
		b = strconv.AppendInt(b, v.Bytes, 10)
	} else {
		b = append(b, '-')
	}
	b = append(appendEscaped(append(b, ` "`...), orDash(v.Referer)), `" "`...)
	return append(appendEscaped(b, orDash(v.UserAgent)), '"')
}

func orDash(s string) string { return orElse(s, "-") }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// cut returns s, shortened to what a log line should hold of it.
func cut(s string) string {
	const most = 2048
	if len(s) > most {
		s = s[:most] + "..."
	}
	return s
}

// appendEscaped appends s with escapes for quotes, backslashes and anything
// but printable ASCII, and cut where it is longer than a log line should be.
func appendEscaped(b []byte, s string) []byte {
	s = cut(s)
	if isPlain(s) {
		return append(b, s...)
	}
	quoted := strconv.AppendQuoteToASCII(nil, s)
	return append(b, quoted[1:len(quoted)-1]...)
}

// isPlain reports whether s needs no escapes between quotes.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// bare returns s as a single word.
func bare(s string) string {
	if s == "" {
		return ""
	}
	return strings.ReplaceAll(string(appendEscaped(nil, s)), " ", `\x20`)
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
