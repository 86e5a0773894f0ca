package rewrite

import (
	"cmp"
	"net/http"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// Decision is what a Middleware does with a request, for Options.Observe and
// Options.Answer. It must not be changed, nor kept.
type Decision struct {
	// Result is what the rules decided, with the rule that did in Result.Rule.
	Result *matcher.Result
	// Err is why the request could not be evaluated, or its Result not be acted on;
	// nil for all other requests. The answer is then an error.
	Err error
	// Failed is the status that the next handler, a script or another server failed
	// with, if the decision is about what the client gets instead; else 0.
	Failed int
}

// observe tells the observer what is about to be done, unless err says why it can't
// be, and reports whether Options.Answer has answered instead.
func (v *visit) observe(err error) (answered bool) {
	observe, answer := v.m.opts.Observe, v.m.opts.Answer
	if observe == nil && answer == nil {
		return false
	}
	d := &Decision{Result: &v.info.Result, Err: cmp.Or(v.err, err)}
	if n := len(v.q.Failed); n > 0 {
		d.Failed = v.q.Failed[n-1]
	}
	if observe != nil {
		observe(v.r, d)
	}
	return answer != nil && answer(v.w, v.r, d)
}

// NewRequest describes r as the Middleware does for the engine, for those who
// evaluate it themselves: to explain a decision, or to act on it in their own way.
// Of opts, which may be nil, TrustedProxies, Prepare and Authenticate count. The header is that of
// r and must not be changed while the description is in use.
func NewRequest(r *http.Request, opts *Options) *matcher.Request {
	if opts == nil {
		opts = &Options{}
	}
	q, from := &matcher.Request{}, clientOf(r, opts.TrustedProxies)
	describe(q, r, &from, &lastAddr{})
	if opts.Prepare != nil {
		opts.Prepare(r, q)
	}
	opts.authenticate(r, q)
	return q
}
