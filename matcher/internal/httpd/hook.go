package httpd

import "math/bits"

// Hook is what a module does in a phase of a request.
type Hook struct {
	// Run returns 0, Declined, Done or the status to answer with.
	Run func(s *Request) int
	// Wanted reports whether Run has anything to do where a configuration holds, and
	// WantedBy whether it has for any request to a server. A hook runs where one of them
	// says so, and always if both are nil. Each is asked once for a configuration or server.
	Wanted   func(d *DirConfig) bool
	WantedBy func(s *Server) bool
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
	TypeChecker  Phase // what kind of file it is: the first to know
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

// idle returns the hooks that have nothing to do under d. One that servers alone can want is
// among them; Request.idle puts the two sets together.
func (p *Phases) idle(d *DirConfig) HookSet {
	return p.without(
		func(h *Hook) bool { return h.Wanted == nil && h.WantedBy == nil || h.Wanted != nil && h.Wanted(d) },
		func(h *ResponseHook) bool { return h.Wanted == nil || h.Wanted(d) },
	)
}

// idleIn returns the hooks that s does not want, those among them that configurations alone
// can want.
func (p *Phases) idleIn(s *Server) HookSet {
	return p.without(
		func(h *Hook) bool { return h.WantedBy != nil && h.WantedBy(s) },
		func(*ResponseHook) bool { return false },
	)
}

// without returns all hooks but those for which wanted and planned report true.
func (p *Phases) without(wanted func(*Hook) bool, planned func(*ResponseHook) bool) HookSet {
	idle, next := HookSet(0), HookSet(1)
	note := func(runs bool) {
		if !runs {
			idle |= next
		}
		next <<= 1
	}
	for _, ph := range p.List() {
		for i := range ph.Hooks {
			note(wanted(&ph.Hooks[i]))
		}
	}
	for i := range p.Response {
		note(planned(&p.Response[i]))
	}
	return idle
}

// idle returns the hooks that have nothing to do for the request.
func (s *Request) idle() HookSet { return s.Dir.idle & s.Server.idle }

// runAll runs the hooks of a phase until one of them answers the request. It
// returns 0, Done or the status to answer with.
func (s *Request) runAll(p *Phase) int {
	// What is idle is asked anew after each hook, which may change what is in force.
	for left := p.All &^ s.idle(); left != 0; {
		n := bits.TrailingZeros64(uint64(left))
		if status := p.Hooks[n-p.First].Run(s); status != 0 && status != Declined {
			return status
		}
		left = p.All &^ s.idle() & (^HookSet(1) << n)
	}
	return 0
}

// runFirst runs the hooks of a phase until one of them does not decline, and
// returns what that one does.
func (s *Request) runFirst(p *Phase) int {
	for left := p.All &^ s.idle(); left != 0; {
		n := bits.TrailingZeros64(uint64(left))
		if status := p.Hooks[n-p.First].Run(s); status != Declined {
			return status
		}
		left = p.All &^ s.idle() & (^HookSet(1) << n)
	}
	return Declined
}
