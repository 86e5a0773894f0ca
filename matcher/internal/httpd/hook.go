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
	// WantedIn reports whether Run can have anything to do in w, whatever the configuration
	// says; nil for yes.
	WantedIn func(w *World) bool
	// When is the states of a request that Run has nothing to do without; 0 for none.
	When State
}

// State is states of a request, each a bit, that hooks can depend on. It costs less to look
// at them than to run a hook that does.
type State uint8

// The states.
const (
	WhenProxied   State = 1 << iota // a rule sends the request to the proxy
	WhenEncrypted                   // the client's connection is encrypted
	WhenEncoded                     // the content has an encoding
	WhenForced                      // a rule forced the type or the handler
	WhenDirectory                   // what the URL maps to is a directory
)

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

	Late HookSet // of HeaderParser, Access, TypeChecker and FixUp

	Script ScriptHook // the variables of a script

	Response      []ResponseHook // the header of the response, in the order in which it is changed
	FirstResponse int            // the number of the first of these
	AnyResponse   HookSet        // all of these

	run [maxHooks]func(s *Request) int // what the hooks of all phases do, by their numbers

	// The hooks that depend on a state, and those of each.
	stateful, proxied, encrypted, encoded, forced, directory HookSet
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
		first, all := take(len(ph.Hooks))
		if next > maxHooks {
			panic(tooManyHooks)
		}
		for i := range ph.Hooks {
			p.run[first+i] = ph.Hooks[i].Run
			p.noteState(ph.Hooks[i].When, 1<<(first+i))
		}
		ph.All = all
	}
	p.Late = p.HeaderParser.All | p.Access.All | p.TypeChecker.All | p.FixUp.All
	p.FirstResponse, p.AnyResponse = take(len(p.Response))
	if next > maxHooks {
		panic(tooManyHooks)
	}
}

// noteState notes the states that a hook depends on.
func (p *Phases) noteState(when State, hook HookSet) {
	for state, set := range map[State]*HookSet{
		WhenProxied: &p.proxied, WhenEncrypted: &p.encrypted, WhenEncoded: &p.encoded, WhenForced: &p.forced,
		WhenDirectory: &p.directory,
	} {
		if when&state != 0 {
			*set |= hook
			p.stateful |= hook
		}
	}
}

const tooManyHooks = "httpd: more hooks than a HookSet has room for"

// List returns the phases in the order of their hooks' numbers.
func (p *Phases) List() []*Phase {
	return []*Phase{&p.PostRead, &p.Translate, &p.HeaderParser, &p.Access, &p.CheckUser, &p.TypeChecker, &p.FixUp, &p.Handler}
}

// idle returns the hooks that have nothing to do under d in w. One that servers alone can
// want is among them; Request.idle puts the two sets together.
func (p *Phases) idle(w *World, d *DirConfig) HookSet {
	return p.without(
		func(h *Hook) bool {
			if h.WantedIn != nil && !h.WantedIn(w) {
				return false
			}
			return h.Wanted == nil && h.WantedBy == nil || h.Wanted != nil && h.Wanted(d)
		},
		func(h *ResponseHook) bool { return h.Wanted == nil || h.Wanted(d) },
	)
}

// idleIn returns the hooks that s does not want, those among them that configurations alone
// can want.
func (p *Phases) idleIn(w *World, s *Server) HookSet {
	return p.without(
		func(h *Hook) bool {
			return h.WantedBy != nil && (h.WantedIn == nil || h.WantedIn(w)) && h.WantedBy(s)
		},
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

// left returns those of hooks that may have something to do for the request.
func (s *Request) left(hooks HookSet) HookSet { return hooks &^ s.idle() }

// leftNow is left without the hooks that the state of the request leaves nothing to do.
func (s *Request) leftNow(phases *Phases, hooks HookSet) HookSet {
	left := s.left(hooks)
	if left&phases.stateful == 0 {
		return left
	}
	var due HookSet
	if s.Proxied {
		due |= phases.proxied
	}
	if s.Eval.Req.TLS {
		due |= phases.encrypted
	}
	if s.Encoding != "" {
		due |= phases.encoded
	}
	if s.ForcedType != "" || s.ForcedHand != "" {
		due |= phases.forced
	}
	if s.Kind == Directory {
		due |= phases.directory
	}
	return left &^ (phases.stateful &^ due)
}

// runAll runs the hooks of a phase until one of them answers the request. It
// returns 0, Done or the status to answer with.
func (s *Request) runAll(p *Phase) int {
	phases := s.Eval.Engine.phases
	for left := s.leftNow(phases, p.All); left != 0; {
		n := uint(bits.TrailingZeros64(uint64(left))) % maxHooks
		if status := phases.run[n](s); status != 0 && status != Declined {
			return status
		}
		left = s.leftNow(phases, p.All) & (^HookSet(1) << n) // asked anew, as a hook may change what is in force
	}
	return 0
}

// runFirst runs the hooks of a phase until one of them does not decline, and
// returns what that one does.
func (s *Request) runFirst(p *Phase) int {
	phases := s.Eval.Engine.phases
	for left := s.leftNow(phases, p.All); left != 0; {
		n := uint(bits.TrailingZeros64(uint64(left))) % maxHooks
		if status := phases.run[n](s); status != Declined {
			return status
		}
		left = s.leftNow(phases, p.All) & (^HookSet(1) << n)
	}
	return Declined
}
