package httpd

import (
	"math/bits"
	"slices"
	"time"
)

// Response is what rules and directives say about the header of the response, as
// matcher.Response has it.
type Response struct {
	Location   string
	SetCookies []string
	Vary       string
	Before     map[string][]string
	Forwarded  bool

	Answered    bool  // the server itself answers
	Contentless bool  // the content is not that of the file
	Script      bool  // a script makes the response
	Plan        *Plan // what directives say, nil if nothing
}

// Plan is what directives say of a response's header. Completing a header does
// not change it, but for the work that request has done.
type Plan struct {
	engine  *Engine
	early   map[string][]string // by "Header always … early": they stand beside those of the next handler
	before  map[string][]string // by "Header … early", for an answer that keeps them
	Changes []HeaderChange      // what modules do, in order
	Unsure  bool                // a change may make a header that may not be sent

	// Of the file.
	encoding  string // for Content-Encoding
	languages []string
	charset   string // what AddDefaultCharset adds; "" for none

	// Of the request.
	marks   marks
	Vary    string    // Vary before a name in it stands once: what edits it sees them all
	Began   time.Time // when the request came, zero if nothing depends on it
	Request *Request  // what expressions see, nil if there are none
}

// HeaderChange is what a module does to the header of a response.
type HeaderChange interface {
	// Change does it. Where the header may not be sent after it, it sets fatal.
	Change(c *Completion)
}

// Timed notes that a change depends on when the request came.
func (p *Plan) Timed(s *Request) { p.Began = s.Eval.Now() }

// encoding returns the encoding of the content, "" if it has none.
func (r *Response) encoding() string {
	if r.Contentless {
		return ""
	}
	return r.Plan.encoding
}

// Elapsed returns the time since the request came, if it was noted.
func (p *Plan) Elapsed() time.Duration {
	if p.Began.IsZero() {
		return 0
	}
	return p.engine.Now().Sub(p.Began)
}

// respond makes r what rules and directives say of the response that the next
// handler or another server makes.
func (s *Request) respond(r *Response) {
	// Field by field, as a literal would be made elsewhere and copied.
	r.Location, r.SetCookies, r.Vary, r.Before, r.Forwarded = s.Location, s.Eval.Cookies, "", nil, s.IsProxy()
	if !s.Vary.Empty() {
		r.Vary = s.sentVary()
	}
	r.Answered, r.Contentless, r.Script, r.Plan = false, false, false, s.plan(false)
	if r.Plan != nil && !r.Forwarded { // another server's header takes the place of what is there
		r.Before = s.EarlyHeader
	}
}

// plan returns what directives say of the response's header, nil if nothing.
// answered says that the server itself answers.
func (s *Request) plan(answered bool) *Plan {
	phases, charset := s.Eval.Engine.phases, s.Dir.Core.defaultCharset.name
	var p *Plan
	if s.Encoding != "" || len(s.Languages) > 0 || charset != "" || s.EarlyHeader != nil || s.Eval.ErrHeader != nil || s.Eval.Later != nil {
		p = &Plan{}
	}
	for left := phases.AnyResponse &^ s.Dir.idle; left != 0; left &= left - 1 {
		h := &phases.Response[bits.TrailingZeros64(uint64(left))-phases.FirstResponse]
		if h.Applies != nil && !h.Applies(s, answered) {
			continue
		}
		if p == nil {
			p = &Plan{}
		}
		h.Plan(s, p, answered)
	}
	if len(s.Env.Entries) > 0 {
		if m := s.marks(); m != (marks{}) {
			if p == nil {
				p = &Plan{}
			}
			p.marks = m
		}
	}
	if p == nil {
		return nil
	}
	p.engine, p.early, p.charset = s.Eval.Engine, s.Eval.ErrHeader, charset
	if answered && keepsHeader(s.Status) {
		p.before = s.EarlyHeader
	}
	p.Changes = append(p.Changes, s.Eval.Later...)
	if !answered {
		p.encoding, p.languages = s.Encoding, s.Languages
	}
	return p
}

// Outliving returns a copy of the request, and of what led to it, that the end of
// the evaluation leaves alone.
func (s *Request) Outliving() *Request {
	e := *s.Eval
	e.first, e.answer, e.buffers, e.Step, e.log = Request{}, Answer{}, new(buffers), nil, TraceLog{}
	e.ended = *s.Ended
	last := *s
	for r := &last; ; r = r.Prev {
		r.Eval, r.Ended, r.ifsWalked, r.Vary = &e, &e.ended, slices.Clone(r.ifsWalked), r.Vary.Clone()
		if r.Prev == nil {
			return &last
		}
		prev := *r.Prev
		r.Prev = &prev
	}
}

// CompleteHeader makes of a response's header the one that is sent, and reports
// whether it may be sent. compresses says that the caller compresses what has to be, at
// level unless that is 0. See matcher.Response.CompleteEncoded.
func (r *Response) CompleteHeader(header map[string][]string, status int, compresses bool) (level int, ok bool) {
	c := Completion{Out: header, Compresses: compresses}
	c.begin(r, status)
	if r.Plan != nil {
		if c.direct(r, status); c.Fatal != nil {
			return 0, false
		}
	}
	c.join(r.Plan != nil || r.Vary != "")
	c.describe(r, status)
	if r.Plan != nil {
		r.Plan.marks.heed(c.Out)
	}
	if r.Plan == nil {
		return 0, true // what rules set was checked before
	}
	for name, values := range c.Out {
		if !sendable(name, values) {
			return 0, false
		}
	}
	return c.Level, true
}
