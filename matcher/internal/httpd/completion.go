package httpd

import (
	"context"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// Completion is a header on its way to what httpd would send. httpd keeps two
// tables of fields: one for the response of the handler, and one for what is
// sent even if that response fails.
type Completion struct {
	Out         map[string][]string
	Err         map[string][]string // nil as long as it is empty
	ContentType string
	Untyped     bool // a directive removed the type

	Compresses bool // the caller compresses
	Level      int  // of gzip, at which it has to; 0 for not

	Plan      *Plan
	Status    int
	Forwarded bool   // another server makes the response
	Script    bool   // a script makes it
	Encoding  string // of the content, "" for none

	Engine *Engine
	Meter  *work.Meter
	own    work.Meter // which is meter where no expression is evaluated
	Fatal  error      // why the header may not be sent
}

// begin puts the fields that do not come from directives into the tables.
func (c *Completion) begin(r *Response, status int) {
	if t := c.Out["Content-Type"]; len(t) > 0 {
		c.ContentType = t[0]
		if !r.Forwarded { // which alone has it among its fields, too
			delete(c.Out, "Content-Type")
		}
	}
	if r.Script {
		c.divide()
	}
	c.addBefore(r)
	if r.Location != "" && (!r.Answered || IsRedirect(status) || status == 201) && len(c.Out["Location"]) == 0 {
		c.Out["Location"] = []string{r.Location}
	}
	if vary := r.Vary; vary != "" {
		if r.Plan != nil && r.Plan.Vary != "" {
			vary = r.Plan.Vary
		}
		c.Out["Vary"] = append(slices.Clip(c.Out["Vary"]), vary)
	}
	// The cookies come first, as in httpd, whichever table they are in: where the server
	// answers with a page of its own it exchanges the tables.
	sent := &c.Err
	if r.Answered && !keepsHeader(status) {
		sent = &c.Out
	}
	if r.Plan != nil {
		for name, values := range r.Plan.early {
			prependField(sent, name, values)
		}
	}
	prependField(sent, "Set-Cookie", r.SetCookies)
}

// addBefore adds the fields that an answer without a page keeps.
func (c *Completion) addBefore(r *Response) {
	if r.Plan == nil {
		return
	}
	for name, values := range r.Plan.before {
		if name != "Location" || r.Location == "" { // which takes its place
			prependField(&c.Out, name, values)
		}
	}
}

// keepsHeader reports whether an answer of the server itself has the header of a success:
// it has no page.
func keepsHeader(status int) bool { return status == 204 || status == 304 }

// divide puts the fields of a script's response into the table that is sent even if
// the response fails, but for those that speak of its content.
func (c *Completion) divide() {
	for name, values := range c.Out {
		switch name {
		case "Content-Type", "Content-Length", "Content-Range", "Etag", "Last-Modified", "Location", "Transfer-Encoding":
			continue
		}
		if c.Err == nil {
			c.Err = map[string][]string{}
		}
		c.Err[name] = values
		delete(c.Out, name)
	}
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
func (c *Completion) direct(r *Response, status int) {
	c.Plan, c.Status, c.Forwarded, c.Script, c.Encoding = r.Plan, status, r.Forwarded, r.Script, r.encoding()
	c.measure(r.Plan)
	for _, ch := range r.Plan.Changes {
		if ch.Change(c); c.Fatal != nil {
			return
		}
	}
}

// measure begins to measure the work for the header. The request's context says
// nothing here: the response may outlast it.
func (c *Completion) measure(p *Plan) {
	c.Engine, c.Meter = p.engine, &c.own
	if p.Request != nil {
		c.Meter, p.Request.Eval.err = &p.Request.Eval.Meter, nil
	}
	c.Meter.Start(context.Background(), &c.Engine.work)
}

// languages sets Content-Language to the languages given and those that the
// header names beside them.
func (c *Completion) languages(known []string) {
	list := distinctNames{names: slices.Clone(known)}
	if field := c.Out["Content-Language"]; len(field) > 0 {
		for token := range strings.SplitSeq(field[0], ",") {
			token = listItem(token)
			if token != "" {
				list.add(token)
			}
		}
	}
	c.Out["Content-Language"] = []string{strings.Join(list.names, ",")}
}

// listItem returns an element of a header's list as httpd reads it: in lower
// case, without blanks around it and around "/", ";" and "=".
func listItem(s string) string {
	words := strings.FieldsFunc(apr.Lower(s), func(r rune) bool { return r == ' ' || r == '\t' })
	item := strings.Join(words, " ")
	for _, c := range []string{"/", ";", "="} {
		item = strings.ReplaceAll(strings.ReplaceAll(item, " "+c, c), c+" ", c)
	}
	return item
}

// join makes one table of the two, with each name once in Vary if vary is true.
func (c *Completion) join(vary bool) {
	for name, values := range c.Err {
		c.Out[name] = slices.Concat(values, c.Out[name])
	}
	if values := c.Out["Vary"]; vary && len(values) > 0 {
		c.Out["Vary"] = uniqueElements(values)
	}
}

// describe writes type, encoding and languages of the content, if there is any.
// A type that a directive removed is kept from being guessed.
func (c *Completion) describe(r *Response, status int) {
	hasContent := !keepsHeader(status)
	contentType := c.ContentType
	if r.Plan != nil {
		contentType = addCharset(contentType, r.Plan.charset)
	}
	switch {
	case hasContent && contentType != "":
		c.Out["Content-Type"] = []string{contentType}
	case c.Untyped && len(c.Out["Content-Type"]) == 0:
		c.Out["Content-Type"] = nil
	}
	if r.Plan == nil || r.Contentless || !hasContent {
		return
	}
	if r.Plan.encoding != "" {
		c.Out["Content-Encoding"] = []string{r.Plan.encoding}
	}
	if len(r.Plan.languages) > 0 {
		c.languages(r.Plan.languages)
	}
}

// uniqueElements returns the elements of a list, each once, as one field.
func uniqueElements(values []string) []string {
	var list distinctNames
	for _, v := range values {
		list.addAll(v, func(r rune) bool { return r == ',' || r < 0x80 && strings.ContainsRune(apr.Space, r) })
	}
	if len(list.names) == 0 {
		return values
	}
	return []string{strings.Join(list.names, ",")}
}

// sendable reports whether a field may be sent. It joins lines that are folded.
func sendable(name string, values []string) bool {
	if !apr.IsToken(name) {
		return false
	}
	for i, v := range values {
		if SafeHeader(v) {
			continue
		}
		values[i] = unfold(v)
		if !SafeHeader(values[i]) {
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
