package matcher

// hook is what a module does in a phase of a request.
type hook struct {
	// run returns 0, declined, done or the status to answer with.
	run func(s *state) int
	// wanted reports whether run has anything to do where a configuration holds;
	// nil for always. It is asked once for each configuration.
	wanted func(d *dirConfig) bool
	bit    hookSet // 0 without wanted
}

// responseHook is what a module adds to the plan for the header of a response.
type responseHook struct {
	// plan adds to p what the module does to the header. answered says that the
	// server itself answers, and not a handler or another server.
	plan   func(s *state, p *plan, answered bool)
	wanted func(d *dirConfig) bool // as that of a hook
	// applies reports whether the module does anything to the header; nil for always.
	applies func(s *state, answered bool) bool
	bit     hookSet
}

// appliesTo reports whether the module does anything to the header of s.
func (h *responseHook) appliesTo(s *state, answered bool) bool {
	return (h.bit == 0 || s.dir.plan&h.bit != 0) && (h.applies == nil || h.applies(s, answered))
}

// hookSet is a set of hooks.
type hookSet uint64

// phases are the hooks of each phase, in the order in which httpd runs them.
type phases struct {
	postRead     []hook         // the request proper has been read; sections do not count yet
	translate    []hook         // the URL stands for a file or another server: the first to know
	headerParser []hook         // the configuration of the request proper is known
	access       []hook         // may the client have it
	typeChecker  []hook         // what kind of file it is
	fixUp        []hook         // what remains before a handler runs
	response     []responseHook // the header of the response, in the order in which it is changed
	handler      []hook         // what would run the file beside its handler: sets state.runBy
}

// number gives each hook that is not always wanted a bit of its own.
func (p *phases) number() {
	next := hookSet(1)
	for _, list := range p.lists() {
		for i := range list {
			if list[i].wanted != nil {
				list[i].bit = next
				next <<= 1
			}
		}
	}
	for i := range p.response {
		if p.response[i].wanted != nil {
			p.response[i].bit = next
			next <<= 1
		}
	}
}

func (p *phases) lists() [][]hook {
	return [][]hook{p.postRead, p.translate, p.headerParser, p.access, p.typeChecker, p.fixUp, p.handler}
}

// plan returns the hooks that have anything to do under d.
func (p *phases) plan(d *dirConfig) hookSet {
	plan := hookSet(0)
	for _, list := range p.lists() {
		for i := range list {
			if list[i].wanted != nil && list[i].wanted(d) {
				plan |= list[i].bit
			}
		}
	}
	for i := range p.response {
		if h := &p.response[i]; h.wanted != nil && h.wanted(d) {
			plan |= h.bit
		}
	}
	return plan
}

// runAll runs the hooks of a phase until one of them answers the request. It
// returns 0, done or the status to answer with.
func (s *state) runAll(list []hook) int {
	for i := range list {
		h := &list[i]
		if h.bit != 0 && s.dir.plan&h.bit == 0 {
			continue
		}
		if status := h.run(s); status != 0 && status != declined {
			return status
		}
	}
	return 0
}

// runFirst runs the hooks of a phase until one of them does not decline, and
// returns what that one does.
func (s *state) runFirst(list []hook) int {
	for i := range list {
		h := &list[i]
		if h.bit != 0 && s.dir.plan&h.bit == 0 {
			continue
		}
		if status := h.run(s); status != declined {
			return status
		}
	}
	return declined
}
