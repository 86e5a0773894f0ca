package httpd

import "math/bits"

// Hook is what a module does in a phase of a request.
type Hook struct {
	// Run returns 0, Declined, Done or the status to answer with.
	Run func(s *Request) int
	// Wanted reports whether Run has anything to do where a configuration holds;
	// nil for always. It is asked once for each configuration.
	Wanted func(d *DirConfig) bool
}

// ResponseHook is what a module adds to the plan for the header of a response.
type ResponseHook struct {
	// Plan adds to p what the module does to the header. answered says that the
	// server itself answers, and not a handler or another server.
	Plan   func(s *Request, p *Plan, answered bool)
	Wanted func(d *DirConfig) bool // as that of a hook
	// Applies reports whether the module does anything to the header; nil for always.
	Applies func(s *Request, answered bool) bool
}

// HookSet is a set of hooks of all phases. Those of a phase are neighbours, in the
// order in which they run.
type HookSet uint64

// maxHooks is how many hooks a HookSet has room for.
const maxHooks = 64

// Phase is the hooks of one phase.
type Phase struct {
	Hooks []Hook
	First int     // the number of the first one
	All   HookSet // of the phase
}

// Phases are the hooks of each phase, in the order in which httpd runs them.
type Phases struct {
	PostRead     Phase // the request proper has been read; sections do not count yet
	Translate    Phase // the URL stands for a file or another server: the first to know
	HeaderParser Phase // the configuration of the request proper is known
	Access       Phase // may the client have it
	CheckUser    Phase // who the client is, run by Access where that matters: the first to know
	TypeChecker  Phase // what kind of file it is
	FixUp        Phase // what remains before a handler runs
	Handler      Phase // what would run the file beside its handler: sets Request.RunBy

	Script ScriptHook // the variables of a script

	Response      []ResponseHook // the header of the response, in the order in which it is changed
	FirstResponse int            // the number of the first of these
	AnyResponse   HookSet        // all of these
}

// InPhase is the phase of the hooks given.
func InPhase(hooks ...Hook) Phase { return Phase{Hooks: hooks} }

// Number numbers the hooks. It panics if there are more than a HookSet has room for, as
// some would never run.
func (p *Phases) Number() {
	next := 0
	take := func(n int) (first int, all HookSet) {
		first, all = next, (1<<n-1)<<next
		next += n
		return first, all
	}
	for _, ph := range p.List() {
		ph.First, ph.All = take(len(ph.Hooks))
	}
	p.FirstResponse, p.AnyResponse = take(len(p.Response))
	if next > maxHooks {
		panic("httpd: more hooks than a HookSet has room for")
	}
}

// List returns the phases in the order of their hooks' numbers.
func (p *Phases) List() []*Phase {
	return []*Phase{&p.PostRead, &p.Translate, &p.HeaderParser, &p.Access, &p.CheckUser, &p.TypeChecker, &p.FixUp, &p.Handler}
}

// idle returns the hooks that have nothing to do under d.
func (p *Phases) idle(d *DirConfig) HookSet {
	idle, next := HookSet(0), HookSet(1)
	note := func(wanted func(*DirConfig) bool) {
		if wanted != nil && !wanted(d) {
			idle |= next
		}
		next <<= 1
	}
	for _, ph := range p.List() {
		for i := range ph.Hooks {
			note(ph.Hooks[i].Wanted)
		}
	}
	for i := range p.Response {
		note(p.Response[i].Wanted)
	}
	return idle
}

// runAll runs the hooks of a phase until one of them answers the request. It
// returns 0, Done or the status to answer with.
func (s *Request) runAll(p *Phase) int {
	for left := p.All; ; {
		now := left &^ s.Dir.idle // asked anew: a hook may change what is in force
		if now == 0 {
			return 0
		}
		n := bits.TrailingZeros64(uint64(now))
		if status := p.Hooks[n-p.First].Run(s); status != 0 && status != Declined {
			return status
		}
		left &= ^HookSet(1) << n
	}
}

// runFirst runs the hooks of a phase until one of them does not decline, and
// returns what that one does.
func (s *Request) runFirst(p *Phase) int {
	for left := p.All; left&^s.Dir.idle != 0; {
		n := bits.TrailingZeros64(uint64(left &^ s.Dir.idle))
		if status := p.Hooks[n-p.First].Run(s); status != Declined {
			return status
		}
		left &= ^HookSet(1) << n
	}
	return Declined
}
