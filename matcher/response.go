package matcher

import (
	"time"
)

// Response is what rules and directives say about the header of the response. It
// stands on its own: it does not need the rest of the Result, and refers to nothing
// that a later evaluation uses. The zero value leaves
// headers as they are.
type Response struct {
	// Location is the redirect target, for Redirect and for Respond with a
	// status that carries one. With Pass and Rewrite it goes with the document
	// that stands for a redirect.
	Location   string
	SetCookies []string
	Vary       string // header names for Vary, "," between them
	// Before are fields that are there before the next handler runs, by
	// "Header … early": it can replace them. They must not be changed.
	Before map[string][]string
	// Forwarded says that another server makes the response, as for Proxy: the
	// type that it has stays among its fields.
	Forwarded bool

	answered    bool  // the server itself answers
	contentless bool  // the content is not that of the file
	plan        *plan // what directives say, nil if nothing
}

// plan is what directives say of a response's header. Completing a header does
// not change it, but for the work that request has done.
type plan struct {
	engine  *Engine
	early   map[string][]string // by "Header always … early": they stand beside those of the next handler
	changes []headerChange      // what modules do, in order
	unsure  bool                // a change may make a header that may not be sent

	// Of the file.
	encoding  string // for Content-Encoding
	languages []string
	charset   string // what AddDefaultCharset adds; "" for none

	// Of the request.
	vary    string    // Vary before a name in it stands once: what edits it sees them all
	began   time.Time // when the request came, zero if nothing depends on it
	request *state    // what expressions see, nil if there are none
}

// headerChange is what a module does to the header of a response.
type headerChange interface {
	// change does it. Where the header may not be sent after it, it sets fatal.
	change(c *completion)
}

// timed notes that a change depends on when the request came.
func (p *plan) timed(s *state) { p.began = s.eval.now() }

// LeavesHeader reports whether CompleteHeader leaves every header as it is.
func (r *Response) LeavesHeader() bool {
	return r.plan == nil && len(r.SetCookies) == 0 && r.Vary == "" && r.Location == ""
}

// WithoutContent returns r for a response whose content is not that of the file,
// such as the handler's own page for an error: it has no encoding and no language.
func (r *Response) WithoutContent() Response {
	bare := *r
	bare.contentless = true
	return bare
}

// encoding returns the encoding of the content, "" if it has none.
func (r *Response) encoding() string {
	if r.contentless {
		return ""
	}
	return r.plan.encoding
}

// elapsed returns the time since the request came, if it was noted.
func (p *plan) elapsed() time.Duration {
	if p.began.IsZero() {
		return 0
	}
	return p.engine.now().Sub(p.began)
}

// response returns what rules and directives say of the response that the next
// handler or another server makes.
func (s *state) response() Response {
	r := Response{
		Location: s.location, SetCookies: s.eval.cookies, Vary: distinct(s.vary), Forwarded: s.isProxy(), plan: s.plan(false),
	}
	if r.plan != nil && !r.Forwarded { // another server's header takes the place of what is there
		r.Before = s.earlyHeader
	}
	return r
}

// plan returns what directives say of the response's header, nil if nothing.
// answered says that the server itself answers.
func (s *state) plan(answered bool) *plan {
	hooks, charset := s.eval.engine.phases.response, s.dir.core.defaultCharset.name
	var p *plan
	if s.encoding != "" || len(s.languages) > 0 || charset != "" || s.earlyHeader != nil || s.eval.errHeader != nil {
		p = &plan{}
	}
	for i := range hooks {
		if !hooks[i].appliesTo(s, answered) {
			continue
		}
		if p == nil {
			p = &plan{}
		}
		hooks[i].plan(s, p, answered)
	}
	if p == nil {
		return nil
	}
	p.engine, p.early, p.charset = s.eval.engine, s.eval.errHeader, charset
	if !answered {
		p.encoding, p.languages = s.encoding, s.languages
	}
	return p
}

// outliving returns a copy of the request, and of what led to it, that the end of
// the evaluation leaves alone.
func (s *state) outliving() *state {
	e := *s.eval
	e.first, e.scratch, e.envIDs, e.step = state{}, nil, nil, nil
	e.ended = *s.ended
	last := *s
	for r := &last; ; r = r.prev {
		r.eval, r.ended = &e, &e.ended
		if r.prev == nil {
			return &last
		}
		prev := *r.prev
		r.prev = &prev
	}
}

// CompleteHeader makes of a response's header, as the next handler, another
// server or an error page leaves it, the one that is sent with status: it adds
// Location, Set-Cookie and Vary, and does what directives about the header ask
// for. It changes header in place; names in it are in canonical form, as in
// net/http. Result.ContentType and Before are for the caller to set before the
// next handler runs. It is not for concurrent use.
//
// It reports whether the header may be sent. If not, answer with 500, no fields
// and no content. A directive made a field that no response may have, as in httpd,
// or the directives exceeded Limits.Time or Limits.Bytes, which is reported.
func (r *Response) CompleteHeader(header map[string][]string, status int) bool {
	if r.LeavesHeader() {
		return true
	}
	c := completion{out: header}
	c.begin(r, status)
	if r.plan != nil {
		if c.direct(r, status); c.fatal != nil {
			return false
		}
	}
	c.join(r.plan != nil || r.Vary != "")
	c.describe(r, status)
	if r.plan == nil {
		return true // what rules set was checked before
	}
	for name, values := range c.out {
		if !sendable(name, values) {
			return false
		}
	}
	return true
}
