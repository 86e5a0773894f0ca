package rewrite

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// decorate returns the writer for the next handler: it completes what is sent
// by the cookies, Vary, type and status of res and by what directives say of the
// header. That is the visit's own if there is nothing to complete.
func (v *visit) decorate(res *matcher.Result) http.ResponseWriter {
	v.d = nil
	status := res.Status
	if res.Action == matcher.Proxy {
		status = http.StatusOK // that of the other server counts, of an error document too
	}
	intercept := v.m.opts.FileServer && res.Action != matcher.Proxy
	forced := forcedType(res)
	if res.LeavesHeader() && forced == "" && (status == 0 || status == http.StatusOK) && !intercept {
		return v.w
	}
	maps.Copy(v.w.Header(), res.Before)
	if forced != "" && res.Action != matcher.Proxy {
		// For handlers that choose a type only where there is none yet.
		v.w.Header().Set("Content-Type", forced)
	}
	v.d = v.decorated()
	*v.d = decorated{
		ResponseWriter: v.w, res: res, status: status, intercept: intercept,
		head: v.r.Method == http.MethodHead, compressor: v.m.compressor,
	}
	_, v.d.files = v.next.(*fileServer)
	v.d.sniffing = len(v.w.Header()[noSniffing]) == 0
	v.d.source = intercept && !v.m.opts.AllowSource && !res.SendsFile()
	return v.d
}

// decorateScript is decorate for a script's response, whose type and errors are its
// own.
func (v *visit) decorateScript(res *matcher.Result) http.ResponseWriter {
	w := v.decorate(res)
	if v.d != nil {
		v.d.intercept, v.d.source, v.d.script = false, false, true
	}
	return w
}

// noSniffing is the field by which browsers take the type for what it says.
const noSniffing = "X-Content-Type-Options"

// forcedType returns the type that a response is to have, "" if rules do not
// say. What marks a directory in httpd is not the type of a response.
func forcedType(res *matcher.Result) string {
	if res.ContentType == "httpd/unix-directory" {
		return ""
	}
	return res.ContentType
}

// servedType returns the type that a file server gives the file, as far as it does
// not look into it, "" if that is unknown. The header of a 304 does not say.
func servedType(res *matcher.Result) string {
	if t := forcedType(res); t != "" {
		return t
	}
	name := res.Filename
	if strings.HasSuffix(res.Path, "/") && path.Ext(name) == "" {
		name = "index.html"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// decorated is the response writer of a request that rules or directives add
// something to.
//
// Another server's response keeps its type and status, as in httpd. A local
// handler's type is replaced by a rule's in a successful response only: with an
// error page comes the type of that page.
type decorated struct {
	http.ResponseWriter
	res       *matcher.Result
	status    int    // in place of 200
	intercept bool   // an error status is a failure of the handler
	script    bool   // what answers is a script
	files     bool   // what answers is the handler of Files, if it is not a script
	source    bool   // content would be the source of what a handler would run
	sniffing  bool   // noSniffing was not set before the handler ran
	failed    int    // the status it failed with
	done      bool   // the header went out, or the connection was taken over
	dropped   bool   // the content is not to be sent
	parts     *parts // cuts the content, nil if it is sent whole
	head      bool   // the request's method is HEAD

	compressor *compressor
	gzip       *compressed // compresses the content, nil if it is sent as it is
}

// errSource spares a file server reading what is not sent.
var errSource = errors.New("rewrite: the source of a script is not sent")

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
	if d.withholds(status) {
		return
	}
	d.setType(status)
	header := d.headerOf(status)
	if status == http.StatusOK && d.status != 0 {
		status = d.status
	}
	var plain http.Header
	if d.parts != nil {
		plain = maps.Clone(d.Header())
	}
	length := d.Header()["Content-Length"]
	if d.makesNothing(length) {
		d.Header()["Content-Length"] = []string{"0"}
	}
	level, taken, ok := d.complete(&header, status)
	if level == 0 {
		d.restoreLength(length)
	}
	if !ok {
		status, d.dropped = http.StatusInternalServerError, true
		clear(d.Header())
		d.Header().Set("Content-Length", "0")
	}
	if !hasContent(status) && d.res.Action != matcher.Proxy {
		d.Header().Del("Content-Type")
	}
	d.encode(level, taken, status)
	if d.parts != nil && status == http.StatusOK && level == 0 {
		if status = d.parts.begin(d.Header()); status == http.StatusRequestedRangeNotSatisfiable {
			clear(d.Header())
			maps.Copy(d.Header(), plain)
			d.failed, d.dropped = status, true
			return
		}
	}
	d.ResponseWriter.WriteHeader(status)
}

// makesNothing reports whether nothing comes behind the header that could be compressed,
// so that the response does not depend on Accept-Encoding: httpd compresses what there is,
// and to HEAD scripts, other servers and listings make no content. length is what the
// header says of it.
func (d *decorated) makesNothing(length []string) bool {
	return d.head && (d.script || d.res.Action == matcher.Proxy || d.files && length == nil)
}

// restoreLength gives the header the length that it had before directives changed it,
// as the length is that of the content whatever they say.
func (d *decorated) restoreLength(length []string) {
	if length == nil {
		delete(d.Header(), "Content-Length")
		return
	}
	d.Header()["Content-Length"] = length
}

// withholds reports whether a response with the status is not sent, but one for the
// status that failed is set to.
func (d *decorated) withholds(status int) bool {
	switch {
	case d.intercept && status >= 400 && status != http.StatusPreconditionFailed: // which has no document in httpd
		d.failed = status
	case d.source && (status < 300 || status == http.StatusNotModified):
		d.failed = http.StatusForbidden
	default:
		return false
	}
	d.dropped = true
	return true
}

// headerOf returns what rules and directives say of the header of a response with the
// status.
func (d *decorated) headerOf(status int) matcher.Response {
	header := d.res.Response
	if !d.script && status >= 300 && status != http.StatusPreconditionFailed {
		header = header.WithoutContent()
	}
	if d.script {
		header = header.FromScript()
	}
	return header
}

// complete completes the header of a response with the status. It returns the level at
// which the response is to be compressed, 0 for not, whether it has a turn for that, and
// whether it may be sent.
func (d *decorated) complete(header *matcher.Response, status int) (level int, taken, ok bool) {
	proxied := d.res.Action == matcher.Proxy
	if status == http.StatusNotModified && !d.res.LeavesHeader() && !proxied && d.Header().Get("Content-Type") == "" {
		d.Header().Set("Content-Type", servedType(d.res)) // for directives; it is not sent
	}
	if status == http.StatusPartialContent && !proxied {
		// httpd cuts parts out last of all, of what is not compressed.
		return 0, false, header.CompleteHeader(d.Header(), http.StatusOK)
	}
	if !header.LeavesHeader() && d.compressor.take() {
		level, ok = header.CompleteEncoded(d.Header(), status)
		return level, true, ok
	}
	return 0, false, header.CompleteHeader(d.Header(), status)
}

func (d *decorated) setType(status int) {
	h, forced := d.Header(), forcedType(d.res)
	if forced == "" || status >= 300 || d.script && h.Get("Content-Type") != "" {
		return
	}
	if (d.res.Action == matcher.Proxy || !d.res.TypeByRule) && h.Get("Content-Type") != "" {
		return
	}
	h.Set("Content-Type", forced)
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
	switch {
	case d.dropped && d.source:
		return 0, errSource
	case d.dropped:
		return len(body), nil
	}
	return d.content().Write(body)
}

// ReadFrom lets the writer below use sendfile.
func (d *decorated) ReadFrom(r io.Reader) (int64, error) {
	d.finish()
	switch {
	case d.dropped && d.source:
		return 0, errSource
	case d.dropped:
		return io.Copy(io.Discard, r)
	}
	if d.gzip != nil {
		return io.Copy(struct{ io.Writer }{d.gzip}, r)
	}
	return io.Copy(d.ResponseWriter, r)
}

// Flush sends what is buffered, for handlers that ask for an http.Flusher.
func (d *decorated) Flush() {
	d.finish()
	if d.dropped {
		return
	}
	// A Flusher can't report an error: a writer that can't flush buffers.
	_ = d.flush()
}

// Hijack takes the connection over, for handlers that ask for an
// http.Hijacker. ReverseProxy sends the header fields with its 101.
func (d *decorated) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(d.ResponseWriter).Hijack()
	if err == nil && !d.done {
		d.done = true
		// What took over sends its status: nothing can be refused now.
		_ = d.res.CompleteHeader(d.Header(), http.StatusSwitchingProtocols)
	}
	return conn, rw, err
}

// answer sends a response of the rules' own: a status with its Location and
// cookies, and the text of an ErrorDocument or a page that names them and
// nothing else.
func answer(w http.ResponseWriter, r *http.Request, res *matcher.Result, status int) {
	h, body := w.Header(), ""
	if (status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented) && h["Allow"] == nil {
		h["Allow"] = []string{""} // no method is allowed, as far as is known
	}
	own := false // the page is the one made here
	switch {
	case !hasContent(status), status == http.StatusResetContent:
	case res.PlainText:
		body = res.Text
		h.Set("Content-Type", "text/plain; charset=utf-8")
	case res.Text != "":
		body = res.Text
		h.Set("Content-Type", "text/html; charset=iso-8859-1")
	default:
		body, own = page(status, res.Location), true
		h.Set("Content-Type", "text/html; charset=utf-8")
	}
	if !res.CompleteHeader(h, status) {
		status, body, own = http.StatusInternalServerError, "", false
		clear(h)
	}
	if allow := h["Allow"]; len(allow) > 1 { // a directive names the methods
		h["Allow"] = slices.DeleteFunc(allow, func(methods string) bool { return methods == "" })
	}
	if own && h.Get(noSniffing) == "" { // else a directive has set it
		h.Set(noSniffing, "nosniff")
	}
	if hasContent(status) {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// The client may be gone; nothing is left to be done then.
		_, _ = io.WriteString(w, body)
	}
}

// hasContent reports whether a response with the given status has content and fields
// that describe it.
func hasContent(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
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
