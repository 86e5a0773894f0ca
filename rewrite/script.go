package rewrite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/fastcgi"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/precondition"
)

// script has server run the file of res, if that is there, and answers with what
// it writes.
func (v *visit) script(res *matcher.Result, server *fastcgi.Client) {
	if server == nil {
		v.log(slog.LevelWarn, "script not run: its handler is not in Options.FastCGI (serve: -fcgi)",
			slog.String("handler", clip(res.Handler)), slog.String("file", clip(res.Filename)))
		v.fail(http.StatusForbidden)
		return
	}
	d := v.decorateScript(res)
	r := v.request(res)
	if !v.m.scripts.exists(res, res.Filename, v.looked) {
		v.sendScript(d, r, res, scriptNotFound())
		return
	}
	if res.Method != "" && !v.uploaded { // an error document gets what nothing has read
		r.Body, r.ContentLength = v.r.Body, v.r.ContentLength
	}
	v.boundBody(r, res)
	upload := newForwardedBody(r.Body)
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = upload
	}
	body, length, err := scriptBody(r, res.Method != "")
	if err != nil {
		v.fail(bodyStatus(err))
		return
	}
	v.uploaded = v.uploaded || body != nil
	params, status := v.scriptParams(res, r, length)
	switch status {
	case http.StatusOK:
	case http.StatusNotFound:
		v.sendScript(d, r, res, scriptNotFound())
		return
	default:
		v.fail(status)
		return
	}
	req := &fastcgi.Request{Params: params, Body: body}
	resp, err := server.Do(r.Context(), req)
	if err != nil {
		cause := upload.failure()
		if cause == nil && body != nil && r.Context().Err() != nil {
			cause = upload.failureSoon()
		}
		if cause != nil { // net/http may have ended the request for it
			err = fmt.Errorf("%w: %w", fastcgi.ErrBody, cause)
		}
		v.scriptFailed(res, err)
		return
	}
	v.sendScript(d, r, res, resp)
}

// scriptNotFound returns what PHP-FPM answers for a file that it can't find. It is not
// asked here, but its answer is what a client of httpd sees, no ErrorDocument in its
// place, as ProxyErrorOverride is off.
func scriptNotFound() *fastcgi.Response {
	const text = "File not found.\n"
	return &fastcgi.Response{
		Status: http.StatusNotFound,
		Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}},
		Length: int64(len(text)),
		Body:   io.NopCloser(strings.NewReader(text)),
	}
}

// sendScript answers with the response of the script of res.
func (v *visit) sendScript(d http.ResponseWriter, r *http.Request, res *matcher.Result, resp *fastcgi.Response) {
	defer func() { _ = resp.Body.Close() }()
	if err := answerScript(d, r, resp); err != nil {
		if r.Context().Err() == nil {
			v.log(slog.LevelWarn, "response of a script broken off", slog.String("file", clip(res.Filename)), slog.Any("error", err))
		}
		panic(http.ErrAbortHandler) // the client must not take it for whole
	}
	if v.d != nil {
		v.d.end()
	}
}

// scriptParams returns the variables for the script of res, or the status to answer with.
// Where directives name another file than that of res, it has to be there and public, too,
// unless the server's own configuration names it.
func (v *visit) scriptParams(res *matcher.Result, r *http.Request, length int64) ([]fastcgi.Param, int) {
	vars, ok := v.scriptVars(res, r, length)
	if !ok {
		v.log(slog.LevelWarn, "script not run: a ProxyFCGISetEnvIf can't be evaluated", slog.String("file", clip(res.Filename)))
		return nil, http.StatusServiceUnavailable
	}
	file, behind := scriptFile(vars), ""
	if script, ok := strings.CutSuffix(file, res.CGI.Behind); ok && script == res.Filename {
		file, behind = script, res.CGI.Behind
	}
	if file != res.Filename && !res.CGI.Elsewhere && (file != path.Clean(file) || !v.m.scripts.exists(res, file, nil)) {
		v.log(slog.LevelWarn, "script not run: SCRIPT_FILENAME names no public file", slog.String("file", clip(file)))
		return nil, http.StatusNotFound
	}
	nameScript(vars, file, behind, res.CGI.Generic)
	return paramsOf(vars), http.StatusOK
}

// maxPrefetch is how much of a body without a length is read to find out its
// length, as in mod_proxy_fcgi. A script gets a longer one without CONTENT_LENGTH.
const maxPrefetch = 16 << 10

// scriptBody returns the body that a script gets, nil for none, and its length, -1 if
// that is unknown. unsure says that it may have been read before.
func scriptBody(r *http.Request, unsure bool) (body io.Reader, length int64, err error) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, 0, nil
	}
	if r.ContentLength > 0 && !unsure {
		return r.Body, r.ContentLength, nil
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, maxPrefetch))
	switch {
	case err != nil:
		return nil, 0, err
	case len(head) < maxPrefetch:
		return bytes.NewReader(head), int64(len(head)), nil
	}
	return io.MultiReader(bytes.NewReader(head), r.Body), r.ContentLength, nil
}

// bodyStatus returns the status for a body that can't be read because of err.
func bodyStatus(err error) int {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

// scriptFailed answers for a script that could not be run.
func (v *visit) scriptFailed(res *matcher.Result, err error) {
	status := http.StatusBadGateway
	switch {
	case errors.Is(err, fastcgi.ErrConnect), errors.Is(err, fastcgi.ErrOverloaded):
		status = http.StatusServiceUnavailable
	case errors.Is(err, fastcgi.ErrBody):
		status = bodyStatus(err)
	case errors.Is(err, fastcgi.ErrHeader), errors.Is(err, fastcgi.ErrParams):
		status = http.StatusInternalServerError
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		status = http.StatusGatewayTimeout
	}
	if !errors.Is(v.r.Context().Err(), context.Canceled) { // else the client is gone
		v.log(slog.LevelWarn, "script not run", slog.String("file", clip(res.Filename)), slog.Any("error", err), slog.Int("status", status))
	}
	v.fail(status)
}

// answerScript sends the response of a script.
func answerScript(w http.ResponseWriter, r *http.Request, resp *fastcgi.Response) error {
	h, status := w.Header(), resp.Status
	copyScriptHeader(h, resp.Header)
	if r.ProtoMajor == 1 && slices.ContainsFunc(resp.Header["Connection"], closes) {
		h.Set("Connection", "close")
	}
	conditional := false // it is the answer to a condition
	if status == 0 {
		status = scriptCondition(h, r)
		conditional = status != http.StatusOK
	}
	if _, ok := w.(*decorated); !ok && !hasContent(status) {
		h.Del("Content-Type")
	}
	if r.Method == http.MethodHead || !hasContent(status) || conditional {
		w.WriteHeader(status)
		_, err := io.Copy(io.Discard, resp.Body)
		return err
	}
	if resp.Length >= 0 {
		h.Set("Content-Length", strconv.FormatInt(resp.Length, 10))
		w.WriteHeader(status)
		_, err := io.Copy(w, resp.Body)
		return err
	}
	out := &scriptWriter{w: w, status: status, eager: isEventStream(h)}
	defer out.stop() // also where w panics: it must not be used afterwards
	_, err := io.Copy(out, resp.Body)
	return out.finish(err)
}

// closes reports whether a Connection field asks for the end of the connection.
func closes(field string) bool {
	return slices.ContainsFunc(strings.Split(field, ","), func(option string) bool {
		return strings.EqualFold(strings.TrimSpace(option), "close")
	})
}

// copyScriptHeader makes the fields that a script sends those of the response: one
// line for each, but for cookies. What belongs to the connection is left out, and so
// is the length, as the server of the script has its own way to say where the
// response ends.
func copyScriptHeader(h, from http.Header) {
	h["Content-Type"] = nil // it is not guessed
	for name, values := range from {
		switch name {
		case "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Trailer", "Upgrade", "Te":
		case "Set-Cookie":
			h[name] = append(h[name], values...)
		case "Content-Type":
			h.Set(name, lowerType(values[len(values)-1]))
		case "Last-Modified":
			setModified(h, values[len(values)-1])
		case "Location", "Content-Range", "Etag":
			h.Set(name, values[len(values)-1])
		default:
			h.Set(name, strings.Join(values, ", "))
		}
	}
}

// setModified sets Last-Modified, where it is a date, and to now if that is in the
// future.
func setModified(h http.Header, value string) {
	date, ok := precondition.ParseDate(value)
	if !ok {
		return
	}
	if now := time.Now(); date.After(now) {
		date = now
	}
	h.Set("Last-Modified", precondition.FormatDate(date))
}

// lowerType returns a media type in lower case, its parameters as they are.
func lowerType(s string) string {
	base, rest, ok := strings.Cut(s, ";")
	if base = strings.ToLower(base); ok {
		base += ";" + rest
	}
	return base
}

// scriptCondition returns the status for a script that says none: conditions of the
// request hold for its output, too.
func scriptCondition(h http.Header, r *http.Request) int {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return http.StatusOK
	}
	now := time.Now()
	about := precondition.File{ETag: h.Get("Etag"), Modified: now, Now: now}
	if date, ok := precondition.ParseDate(h.Get("Last-Modified")); ok {
		about.Modified = date
	}
	return about.Check(r)
}

func isEventStream(h http.Header) bool {
	return strings.HasPrefix(h.Get("Content-Type"), "text/event-stream")
}
