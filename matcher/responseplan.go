package matcher

import (
	"math/bits"
	"time"
)

// response is what rules and directives say about the header of the response, as
// matcher.Response has it.
type response struct {
	Location   string
	SetCookies []string
	Vary       string
	Before     map[string][]string
	Forwarded  bool

	answered    bool  // the server itself answers
	contentless bool  // the content is not that of the file
	plan        *plan // what directives say, nil if nothing
}

// plan is what directives say of a response's header. Completing a header does
// not change it, but for the work that request has done.
type plan struct {
	engine  *engine
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

// encoding returns the encoding of the content, "" if it has none.
func (r *response) encoding() string {
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

// respond makes r what rules and directives say of the response that the next
// handler or another server makes.
func (s *state) respond(r *response) {
	*r = response{Location: s.location, SetCookies: s.eval.cookies, Vary: distinct(s.vary), Forwarded: s.isProxy()}
	r.plan = s.plan(false)
	if r.plan != nil && !r.Forwarded { // another server's header takes the place of what is there
		r.Before = s.earlyHeader
	}
}

// plan returns what directives say of the response's header, nil if nothing.
// answered says that the server itself answers.
func (s *state) plan(answered bool) *plan {
	phases, charset := s.eval.engine.phases, s.dir.core.defaultCharset.name
	var p *plan
	if s.encoding != "" || len(s.languages) > 0 || charset != "" || s.earlyHeader != nil || s.eval.errHeader != nil {
		p = &plan{}
	}
	for left := s.dir.plan & phases.anyResponse; left != 0; left &= left - 1 {
		h := &phases.response[bits.TrailingZeros64(uint64(left))-phases.firstResponse]
		if h.applies != nil && !h.applies(s, answered) {
			continue
		}
		if p == nil {
			p = &plan{}
		}
		h.plan(s, p, answered)
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
	e.first, e.answer, e.scratch, e.envIDs, e.step = state{}, answer{}, nil, nil, nil
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

// completeHeader makes of a response's header the one that is sent, and reports
// whether it may be sent. See matcher.Response.CompleteHeader.
func (r *response) completeHeader(header map[string][]string, status int) bool {
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
