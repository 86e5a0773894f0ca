package rewrite

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// decorate returns w such that what the next handler sends is completed by the
// cookies, Vary, type and status of res; w itself if there are none.
func decorate(w http.ResponseWriter, res *matcher.Result) http.ResponseWriter {
	status := res.Status
	if res.Action == matcher.Proxy {
		status = http.StatusOK
	}
	forced := forcedType(res)
	if len(res.SetCookies) == 0 && res.Vary == "" && forced == "" && (status == 0 || status == http.StatusOK) {
		return w
	}
	if forced != "" && res.Action != matcher.Proxy {
		// For handlers that choose a type only where there is none yet.
		w.Header().Set("Content-Type", forced)
	}
	return &decorated{ResponseWriter: w, res: res, status: status}
}

// forcedType returns the type that a response is to have, "" if rules do not
// say. What marks a directory in httpd is no type of a response.
func forcedType(res *matcher.Result) string {
	if res.ContentType == "httpd/unix-directory" {
		return ""
	}
	return res.ContentType
}

// decorated is the response writer of a request that rules add something to.
//
// Another server's response keeps its type and status, as in httpd. A local
// handler's type is replaced in a successful response only: with an error page
// comes the type of that page.
type decorated struct {
	http.ResponseWriter
	res    *matcher.Result
	status int  // in place of 200
	done   bool // the header went out, or the connection was taken over
}

// Unwrap gives http.ResponseController access to the writer below.
func (d *decorated) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// WriteHeader completes the header and sends it. An informational one goes
// through.
func (d *decorated) WriteHeader(status int) {
	if d.done || status < 200 {
		d.ResponseWriter.WriteHeader(status)
		return
	}
	d.done = true
	d.addFields()
	d.setType(status)
	if status == http.StatusOK && d.status != 0 {
		status = d.status
	}
	d.ResponseWriter.WriteHeader(status)
}

func (d *decorated) setType(status int) {
	h, forced := d.Header(), forcedType(d.res)
	if forced == "" || status >= 300 || d.res.Action == matcher.Proxy && h.Get("Content-Type") != "" {
		return
	}
	h.Set("Content-Type", forced)
}

func (d *decorated) addFields() {
	h := d.Header()
	addVary(h, d.res.Vary)
	addCookies(h, d.res.SetCookies)
}

// finish sends the header if the handler has sent nothing, as net/http would.
func (d *decorated) finish() {
	if !d.done {
		d.WriteHeader(http.StatusOK)
	}
}

// Write sends body, after the header.
func (d *decorated) Write(body []byte) (int, error) {
	d.finish()
	return d.ResponseWriter.Write(body)
}

// ReadFrom lets the writer below use sendfile.
func (d *decorated) ReadFrom(r io.Reader) (int64, error) {
	d.finish()
	return io.Copy(d.ResponseWriter, r)
}

// Flush sends what is buffered, for handlers that ask for an http.Flusher.
func (d *decorated) Flush() {
	d.finish()
	// A Flusher can't report an error: a writer that can't flush buffers.
	_ = http.NewResponseController(d.ResponseWriter).Flush()
}

// Hijack takes the connection over, for handlers that ask for an
// http.Hijacker. ReverseProxy sends the header fields with its 101.
func (d *decorated) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(d.ResponseWriter).Hijack()
	if err == nil && !d.done {
		d.done = true
		d.addFields()
	}
	return conn, rw, err
}

func addCookies(h http.Header, cookies []string) {
	for _, c := range cookies {
		h.Add("Set-Cookie", c)
	}
}

// addVary adds the names in vary that h's Vary does not have yet.
func addVary(h http.Header, vary string) {
	have := elements(h["Vary"])
	if slices.Contains(have, "*") {
		return
	}
	all := have
	for _, name := range elements([]string{vary}) {
		if !slices.ContainsFunc(all, func(s string) bool { return strings.EqualFold(s, name) }) {
			all = append(all, textproto.CanonicalMIMEHeaderKey(name))
		}
	}
	if len(all) > len(have) {
		h.Set("Vary", strings.Join(all, ", "))
	}
}

// answer sends a response of the rules' own: a status with its Location and
// cookies, and a page that names them and nothing else.
func answer(w http.ResponseWriter, r *http.Request, res *matcher.Result, status int) {
	h := w.Header()
	addVary(h, res.Vary)
	addCookies(h, res.SetCookies)
	if res.Location != "" {
		h.Set("Location", res.Location)
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		w.WriteHeader(status)
		return
	}
	body := ""
	if status != http.StatusResetContent {
		body = page(status, res.Location)
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("X-Content-Type-Options", "nosniff")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The client may be gone; nothing is left to be done then.
		_, _ = io.WriteString(w, body)
	}
}

func page(status int, location string) string {
	title := html.EscapeString(strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status))))
	text := ""
	if location != "" {
		to := html.EscapeString(location)
		text = fmt.Sprintf("<p>Go to <a href=\"%s\">%s</a>.</p>\n", to, to)
	}
	return fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%s</title></head>\n<body><h1>%s</h1>\n%s</body></html>\n", title, title, text)
}
