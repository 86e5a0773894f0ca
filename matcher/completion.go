package matcher

import (
	"context"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// completion is a header on its way to what httpd would send. httpd keeps two
// tables of fields: one for the response of the handler, and one for what is
// sent even if that response fails.
type completion struct {
	out         map[string][]string
	err         map[string][]string // nil as long as it is empty
	contentType string
	untyped     bool // a directive removed the type

	plan      *plan
	status    int
	forwarded bool   // another server makes the response
	encoding  string // of the content, "" for none

	engine *engine
	meter  *work.Meter
	own    work.Meter // which is meter where no expression is evaluated
	fatal  error      // why the header may not be sent
}

// begin puts the fields that do not come from directives into the tables.
func (c *completion) begin(r *response, status int) {
	if t := c.out["Content-Type"]; len(t) > 0 {
		c.contentType = t[0]
		if !r.Forwarded { // which alone has it among its fields, too
			delete(c.out, "Content-Type")
		}
	}
	if r.Location != "" && (!r.answered || isRedirect(status) || status == 201) && len(c.out["Location"]) == 0 {
		c.out["Location"] = []string{r.Location}
	}
	if vary := r.Vary; vary != "" {
		if r.plan != nil && r.plan.vary != "" {
			vary = r.plan.vary
		}
		c.out["Vary"] = append(slices.Clip(c.out["Vary"]), vary)
	}
	// The cookies come first, as in httpd, whichever table they are in.
	sent := &c.err
	if r.answered {
		sent = &c.out
	}
	if r.plan != nil {
		for name, values := range r.plan.early {
			prependField(sent, name, values)
		}
	}
	prependField(sent, "Set-Cookie", r.SetCookies)
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
func (c *completion) direct(r *response, status int) {
	c.plan, c.status, c.forwarded, c.encoding = r.plan, status, r.Forwarded, r.encoding()
	c.measure(r.plan)
	for _, ch := range r.plan.changes {
		if ch.change(c); c.fatal != nil {
			return
		}
	}
}

// measure begins to measure the work for the header. The request's context says
// nothing here: the response may outlast it.
func (c *completion) measure(p *plan) {
	c.engine, c.meter = p.engine, &c.own
	if p.request != nil {
		c.meter, p.request.eval.err = &p.request.eval.meter, nil
	}
	c.meter.Start(context.Background(), &c.engine.work)
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
	words := strings.FieldsFunc(apr.Lower(s), func(r rune) bool { return r == ' ' || r == '\t' })
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
func (c *completion) describe(r *response, status int) {
	hasContent := status != 204 && status != 304
	contentType := c.contentType
	if r.plan != nil {
		contentType = addCharset(contentType, r.plan.charset)
	}
	switch {
	case hasContent && contentType != "":
		c.out["Content-Type"] = []string{contentType}
	case c.untyped && len(c.out["Content-Type"]) == 0:
		c.out["Content-Type"] = nil
	}
	if r.plan == nil || r.contentless || !hasContent {
		return
	}
	if r.plan.encoding != "" {
		c.out["Content-Encoding"] = []string{r.plan.encoding}
	}
	if len(r.plan.languages) > 0 {
		c.languages(r.plan.languages)
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
