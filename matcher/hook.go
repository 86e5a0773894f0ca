package matcher

import "math/bits"

// hook is what a module does in a phase of a request.
type hook struct {
	// run returns 0, declined, done or the status to answer with.
	run func(s *state) int
	// wanted reports whether run has anything to do where a configuration holds;
	// nil for always. It is asked once for each configuration.
	wanted func(d *dirConfig) bool
}

// responseHook is what a module adds to the plan for the header of a response.
type responseHook struct {
	// plan adds to p what the module does to the header. answered says that the
	// server itself answers, and not a handler or another server.
	plan   func(s *state, p *plan, answered bool)
	wanted func(d *dirConfig) bool // as that of a hook
	// applies reports whether the module does anything to the header; nil for always.
	applies func(s *state, answered bool) bool
}

// hookSet is a set of hooks of all phases. Those of a phase are neighbours, in the
// order in which they run.
type hookSet uint64

// phase is the hooks of one phase.
type phase struct {
	hooks []hook
	first int     // the number of the first one
	all   hookSet // of the phase
}

// phases are the hooks of each phase, in the order in which httpd runs them.
type phases struct {
	postRead     phase // the request proper has been read; sections do not count yet
	translate    phase // the URL stands for a file or another server: the first to know
	headerParser phase // the configuration of the request proper is known
	access       phase // may the client have it
	typeChecker  phase // what kind of file it is
	fixUp        phase // what remains before a handler runs
	handler      phase // what would run the file beside its handler: sets state.runBy

	response      []responseHook // the header of the response, in the order in which it is changed
	firstResponse int            // the number of the first of these
	anyResponse   hookSet        // all of these
}

// inPhase is the phase of the hooks given.
func inPhase(hooks ...hook) phase { return phase{hooks: hooks} }

// number numbers the hooks.
func (p *phases) number() {
	next := 0
	take := func(n int) (first int, all hookSet) {
		first, all = next, (1<<n-1)<<next
		next += n
		return first, all
	}
	for _, ph := range p.list() {
		ph.first, ph.all = take(len(ph.hooks))
	}
	p.firstResponse, p.anyResponse = take(len(p.response))
}

func (p *phases) list() []*phase {
	return []*phase{&p.postRead, &p.translate, &p.headerParser, &p.access, &p.typeChecker, &p.fixUp, &p.handler}
}

// plan returns the hooks that have anything to do under d.
func (p *phases) plan(d *dirConfig) hookSet {
	plan, next := hookSet(0), hookSet(1)
	note := func(wanted func(*dirConfig) bool) {
		if wanted == nil || wanted(d) {
			plan |= next
		}
		next <<= 1
	}
	for _, ph := range p.list() {
		for i := range ph.hooks {
			note(ph.hooks[i].wanted)
		}
	}
	for i := range p.response {
		note(p.response[i].wanted)
	}
	return plan
}

// runAll runs the hooks of a phase until one of them answers the request. It
// returns 0, done or the status to answer with.
func (s *state) runAll(p *phase) int {
	for left := p.all; s.dir.plan&left != 0; { // a hook may change what is in force
		n := bits.TrailingZeros64(uint64(s.dir.plan & left))
		if status := p.hooks[n-p.first].run(s); status != 0 && status != declined {
			return status
		}
		left &= ^hookSet(1) << n
	}
	return 0
}

// runFirst runs the hooks of a phase until one of them does not decline, and
// returns what that one does.
func (s *state) runFirst(p *phase) int {
	for left := p.all; s.dir.plan&left != 0; {
		n := bits.TrailingZeros64(uint64(s.dir.plan & left))
		if status := p.hooks[n-p.first].run(s); status != declined {
			return status
		}
		left &= ^hookSet(1) << n
	}
	return declined
}
