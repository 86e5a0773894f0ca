package matcher

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// Response is what directives say of the response's header, beside what rules
// do. Result.CompleteHeader applies it. It must not be changed.
type Response struct {
	// Before are fields that are there before the next handler runs, by
	// "Header … early": it can replace them.
	Before map[string][]string
	// Early are fields by "Header always … early", which stand beside those of
	// the next handler.
	Early map[string][]string
	// Encoding and Languages are those of the file, by its extensions. They
	// become Content-Encoding and Content-Language.
	Encoding  string
	Languages []string
	Charset   string // what AddDefaultCharset adds; "" for none
	// Deflate says that the response would be compressed for a client that takes
	// it, and so depends on Accept-Encoding. With DeflateHTML only that of type
	// "text/html" would. DeflateTypes are types of which that holds where it
	// does not of all: with status 200, with DeflateErrors for any.
	Deflate       bool
	DeflateHTML   bool
	DeflateTypes  []string
	DeflateErrors bool
	Expires       *Expires   // nil unless ExpiresActive is on
	Headers       []HeaderOp // what Header directives do, in order

	Began    time.Time // when the request came, if anything depends on it
	Modified time.Time // of the file; zero if there is none
	engine   *Engine
	asked    *state // the request, where expressions are still to be evaluated
	// vary is Vary before a name in it stands once: what edits it sees them all.
	vary string
}

// Equal reports whether two responses are the same but for their clocks.
func (r *Response) Equal(other *Response) bool {
	if r == nil || other == nil {
		return r == other
	}
	return equalFields(r.Before, other.Before) && equalFields(r.Early, other.Early) &&
		r.Deflate == other.Deflate && r.DeflateHTML == other.DeflateHTML && slices.Equal(r.DeflateTypes, other.DeflateTypes) &&
		r.DeflateErrors == other.DeflateErrors && r.Encoding == other.Encoding && slices.Equal(r.Languages, other.Languages) && r.Charset == other.Charset &&
		r.Expires == other.Expires && slices.EqualFunc(r.Headers, other.Headers, HeaderOp.Equal)
}

// response returns what directives say of the response to s. answered says the
// server itself answers, and not the next handler.
func (s *state) response(answered bool) *Response {
	core, headers, expires := &s.dir.core, headersSlot.of(s.dir.parts), expiresSlot.of(s.dir.parts)
	expiring := expires != nil && expires.active == on && (len(expires.ByType) > 0 || expires.Default != nil)
	deflating := !answered && s.deflates()
	if headers == nil && !expiring && !deflating && s.encoding == "" && len(s.languages) == 0 && core.defaultCharset.name == "" &&
		s.earlyHeader == nil && s.eval.errHeader == nil {
		return nil
	}
	r := &Response{Early: s.eval.errHeader, Charset: core.defaultCharset.name, engine: s.eval.engine}
	if !answered {
		r.Encoding, r.Languages = s.encoding, s.languages
		if !s.isProxy() { // another server's header takes the place of what is there
			r.Before = s.earlyHeader
		}
	}
	if deflating {
		r.Deflate, r.DeflateTypes = s.deflatesAll(), filterSlot.of(s.dir.parts).types()
		_, r.DeflateHTML = s.getenv("gzip-only-text/html")
		_, r.DeflateErrors = s.getenv("filter-errordocs")
	}
	if expiring {
		r.Expires = &expires.Expires
		if s.file != nil {
			r.Modified = s.file.ModTime()
		}
	}
	if headers != nil {
		r.Headers = s.headerOps(headers.always, nil)
		if !answered {
			r.Headers = s.headerOps(headers.onSuccess, r.Headers)
		}
	}
	if len(r.Headers) > 0 {
		r.vary = s.vary
	}
	if slices.ContainsFunc(r.Headers, func(op HeaderOp) bool { return op.IsExpr || op.When != "" }) {
		r.asked, s.eval.kept = s, true
	}
	if expiring || slices.ContainsFunc(r.Headers, func(op HeaderOp) bool { return len(op.Elapsed) > 0 }) {
		r.Began = s.eval.now()
	}
	return r
}

// headerOps appends what the directives of a list do to ops.
func (s *state) headerOps(lines []*headerLine, ops []HeaderOp) []HeaderOp {
	for _, l := range lines {
		if !l.early && l.holds(s) {
			ops = append(ops, l.step(s))
		}
	}
	return ops
}

// elapsed returns the time since the request came, if it was noted.
func (r *Response) elapsed(e *Engine) time.Duration {
	if r.Began.IsZero() {
		return 0
	}
	return e.now().Sub(r.Began)
}

// completion is a header on its way to what httpd would send. httpd keeps two
// tables of fields: one for the response of the handler, and one for what is
// sent even if that response fails.
type completion struct {
	out         map[string][]string
	err         map[string][]string // nil as long as it is empty
	contentType string
	untyped     bool // a directive removed the type
	proxied     bool // the response is another server's

	engine *Engine
	meter  *work.Meter
	own    work.Meter // which is meter where no expression is evaluated
	fatal  error      // why the header may not be sent
}

// CompleteHeader makes of a response's header, as the next handler, another
// server or an error page leaves it, the one that is sent with status: it adds
// Location, Set-Cookie and Vary, and does what directives about the header ask
// for. It changes header in place; names in it are in canonical form, as in
// net/http. ContentType and Result.Response.Before are for the caller to set
// before the next handler runs. It is not for concurrent use.
//
// It reports whether the header may be sent. If not, answer with 500, no fields
// and no content. A directive made a field that no response may have, as in httpd,
// or the directives exceeded Limits.Time or Limits.Bytes, which is reported.
func (res *Result) CompleteHeader(header map[string][]string, status int) bool {
	r := res.Response
	if r == nil && len(res.SetCookies) == 0 && res.Vary == "" && res.Location == "" {
		return true
	}
	c := completion{out: header, proxied: res.Action == Proxy}
	answered := res.Action == Redirect || res.Action == Respond
	c.begin(res, answered, status)
	if r != nil {
		if c.direct(r, status); c.fatal != nil {
			return false
		}
	}
	c.join(r != nil || res.Vary != "")
	c.describe(r, status)
	if r == nil {
		return true // what rules set was checked before
	}
	for name, values := range c.out {
		if !sendable(name, values) {
			return false
		}
	}
	return true
}

// begin puts the fields that do not come from directives into the tables.
func (c *completion) begin(res *Result, answered bool, status int) {
	if t := c.out["Content-Type"]; len(t) > 0 {
		c.contentType = t[0]
		if !c.proxied { // which alone has it among its fields, too
			delete(c.out, "Content-Type")
		}
	}
	if res.Location != "" && (!answered || isRedirect(status) || status == 201) && len(c.out["Location"]) == 0 {
		c.out["Location"] = []string{res.Location}
	}
	if vary := res.Vary; vary != "" {
		if res.Response != nil && res.Response.vary != "" {
			vary = res.Response.vary
		}
		c.out["Vary"] = append(slices.Clip(c.out["Vary"]), vary)
	}
	// The cookies come first, as in httpd, whichever table they are in.
	sent := &c.err
	if answered {
		sent = &c.out
	}
	if res.Response != nil {
		for name, values := range res.Response.Early {
			prependField(sent, name, values)
		}
	}
	prependField(sent, "Set-Cookie", res.SetCookies)
}

// prependField puts values before those that a table has of the name.
func prependField(table *map[string][]string, name string, values []string) {
	if len(values) == 0 {
		return
	}
	if *table == nil {
		*table = map[string][]string{}
	}
	(*table)[name] = slices.Concat(values, (*table)[name])
}

// direct does what the directives ask for.
func (c *completion) direct(r *Response, status int) {
	c.measure(r)
	elapsed := r.elapsed(c.engine)
	// A 304 without a type is not known to be one of the default.
	untyped := status == 304 && c.contentType == "" && !c.proxied
	if r.Expires != nil && status < 400 && len(c.err["Expires"]) == 0 && (!untyped || len(r.Expires.ByType) == 0) {
		r.Expires.apply(c.out, c.contentType, r.Began, r.Modified)
	}
	if c.deflates(r, status) {
		c.out["Vary"] = appendField(c.out["Vary"], "Accept-Encoding")
	}
	failed := [2]bool{} // a list of steps ends where one of them fails
	for i := range r.Headers {
		op := &r.Headers[i]
		list := 0
		if op.Always {
			list = 1
		}
		if !failed[list] {
			err := c.step(op, r, status, elapsed)
			if c.check(op, err); c.fatal != nil {
				return
			}
			failed[list] = err != nil
		}
	}
}

// measure begins to measure the work for the header. The request's context says
// nothing here: the response may outlast it.
func (c *completion) measure(r *Response) {
	c.engine, c.meter = r.engine, &c.own
	if c.engine == nil { // the response is not an engine's
		c.engine = newEngine(&Options{})
	}
	if r.asked != nil {
		c.meter, r.asked.eval.err = &r.asked.eval.meter, nil
	}
	c.meter.Start(context.Background(), &c.engine.work)
}

// check looks whether the step that ended with err took too much, in which case
// the header may not be sent.
func (c *completion) check(op *HeaderOp, err error) {
	e := c.engine
	switch {
	case c.meter.Err() != nil:
		c.fatal = e.exceeded(c.meter.Err(), op)
	case errors.Is(err, pattern.ErrBudget) && e.limits.MatchOverrun != NoMatch:
		c.fatal = op.overrun(err)
	default:
		return
	}
	e.reportError(c.fatal)
}

// deflates reports whether the response would be compressed.
func (c *completion) deflates(r *Response, status int) bool {
	for _, name := range []string{"Content-Encoding", "Content-Range"} {
		if len(c.out[name]) > 0 {
			return false
		}
	}
	byType := (status == 200 || r.DeflateErrors) && slices.Contains(r.DeflateTypes, bareType(c.contentType))
	if !r.Deflate && !byType {
		return false
	}
	isHTML := strings.HasPrefix(c.contentType, "text/html")
	return r.Encoding == "" && status != 204 && status != 304 && (isHTML || !r.DeflateHTML)
}

// step takes one step of the Header directives.
func (c *completion) step(op *HeaderOp, r *Response, status int, elapsed time.Duration) error {
	var value string
	if r.asked != nil {
		env, e := responseEnv{exprEnv{r.asked}, c, status}, r.asked.eval
		ok, vary := op.holds(env, e)
		if vary != "" {
			var err error
			if c.out["Vary"], err = appendFieldWithin(c.out["Vary"], vary, c.meter); err != nil {
				return err
			}
		}
		if !ok {
			return nil
		}
		value = op.valueIn(env, e, elapsed)
	} else {
		value = op.valueAfter(elapsed)
	}
	return c.change(op, value)
}

// change does to the header what op does with value.
func (c *completion) change(op *HeaderOp, value string) error {
	if err := addFields(c.out, op.Fields, c.meter); err != nil {
		return err
	}
	table := &c.out
	if op.Always {
		table = &c.err
	}
	if op.Name == "Content-Type" {
		if err := c.stepType(op, value, len((*table)[op.Name]) > 0); err != nil {
			return err
		}
	}
	values, err := op.apply((*table)[op.Name], value, c.meter)
	if err != nil {
		return err
	}
	if *table == nil {
		*table = map[string][]string{}
	}
	setField(*table, op.Name, values)
	return nil
}

// stepType takes a step on the response's type, which httpd keeps apart from
// the fields. present says that the table has the field as well.
func (c *completion) stepType(op *HeaderOp, value string, present bool) error {
	switch op.Action {
	case HeaderSet:
		c.contentType = value
	case HeaderSetIfEmpty:
		if !present {
			c.contentType = value
		}
	case HeaderUnset:
		c.contentType, c.untyped = "", true
	case HeaderEdit, HeaderEditAll:
		if c.contentType != "" {
			edited, err := op.editValue(c.contentType, value, c.meter)
			if err != nil {
				return err
			}
			c.contentType = edited
		}
	case HeaderAdd, HeaderAppend, HeaderMerge, HeaderEcho, HeaderNote:
	}
	return nil
}

// languages sets Content-Language to the languages given and those that the
// header names beside them.
func (c *completion) languages(known []string) {
	list := distinctNames{names: slices.Clone(known)}
	if field := c.out["Content-Language"]; len(field) > 0 {
		for token := range strings.SplitSeq(field[0], ",") {
			token = listItem(token)
			if token != "" {
				list.add(token)
			}
		}
	}
	c.out["Content-Language"] = []string{strings.Join(list.names, ",")}
}

// listItem returns an element of a header's list as httpd reads it: in lower
// case, without blanks around it and around "/", ";" and "=".
func listItem(s string) string {
	words := strings.FieldsFunc(asciiLower(s), func(r rune) bool { return r == ' ' || r == '\t' })
	item := strings.Join(words, " ")
	for _, c := range []string{"/", ";", "="} {
		item = strings.ReplaceAll(strings.ReplaceAll(item, " "+c, c), c+" ", c)
	}
	return item
}

// join makes one table of the two, with each name once in Vary if vary is true.
func (c *completion) join(vary bool) {
	for name, values := range c.err {
		c.out[name] = slices.Concat(values, c.out[name])
	}
	if values := c.out["Vary"]; vary && len(values) > 0 {
		c.out["Vary"] = uniqueElements(values)
	}
}

// describe writes type, encoding and languages of the content, if there is any.
// A type that a directive removed is kept from being guessed.
func (c *completion) describe(r *Response, status int) {
	hasContent := status != 204 && status != 304
	contentType := c.contentType
	if r != nil {
		contentType = addCharset(contentType, r.Charset)
	}
	switch {
	case hasContent && contentType != "":
		c.out["Content-Type"] = []string{contentType}
	case c.untyped && len(c.out["Content-Type"]) == 0:
		c.out["Content-Type"] = nil
	}
	if r == nil || !hasContent {
		return
	}
	if r.Encoding != "" {
		c.out["Content-Encoding"] = []string{r.Encoding}
	}
	if len(r.Languages) > 0 {
		c.languages(r.Languages)
	}
}

// uniqueElements returns the elements of a list, each once, as one field.
func uniqueElements(values []string) []string {
	var list distinctNames
	for _, v := range values {
		list.addAll(v, func(r rune) bool { return r == ',' || r < 0x80 && strings.ContainsRune(confSpace, r) })
	}
	if len(list.names) == 0 {
		return values
	}
	return []string{strings.Join(list.names, ",")}
}

// sendable reports whether a field may be sent. It joins lines that are folded.
func sendable(name string, values []string) bool {
	if !isToken(name) {
		return false
	}
	for i, v := range values {
		if safeHeader(v) {
			continue
		}
		values[i] = unfold(v)
		if !safeHeader(values[i]) {
			return false
		}
	}
	return true
}

// unfold makes one blank of each line end that blanks follow.
func unfold(v string) string {
	var b strings.Builder
	for {
		head, rest, ok := strings.Cut(v, "\r\n")
		if !ok || rest == "" || rest[0] != ' ' && rest[0] != '\t' {
			b.WriteString(v)
			return b.String()
		}
		b.WriteString(head + " ")
		v = strings.TrimLeft(rest, " \t")
	}
}

// equalFields reports whether two tables hold the same fields.
func equalFields(a, b map[string][]string) bool {
	if len(a) != len(b) {
		return false
	}
	for name, values := range a {
		if !slices.Equal(values, b[name]) {
			return false
		}
	}
	return true
}
