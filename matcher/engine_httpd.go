package matcher

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/names"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// compile makes an engine of f for the server that w describes, with the modules of
// m. See matcher.Compile.
func compile(f *parser.File, w *world, m *moduleSet) (*engine, error) {
	e := newEngine(w, m)
	e.parse = *f.AccessOptions()
	e.parse.FS = w.FS
	e.serverRoot = e.parse.ServerRoot
	c := &compiler{engine: e, flags: defaultRegexFlags, consume: w.Consume}
	main := e.mainServer()
	var vhosts []*server
	sc := &scope{
		compiler: c, kind: scopeServer, server: main, dir: main.base, allow: serverClasses, vhosts: &vhosts,
	}
	root := ""
	if w.DocumentRoot != "" {
		root = c.callersRoot(main, w.DocumentRoot)
	}
	c.nodes(f.Nodes, sc)
	c.close(sc)
	if root != "" {
		c.documentRootSection(main, root)
	}
	for _, m := range e.modules {
		if m.finish != nil {
			m.finish(c, append(vhosts, main))
		}
	}
	if err := c.finds.Err(); err != nil {
		c.finds.Sort()
		return nil, c.finds
	}
	mergeServers(main, vhosts)
	c.warnOfUnmapped(append(vhosts, main))
	for _, v := range vhosts {
		for _, a := range v.addrs {
			e.ports[a.port] = true
		}
	}
	e.start(append(vhosts, main))
	c.finds.Sort()
	e.empty = !c.effect && (!c.ruled || !c.switched && !w.EngineOn)
	e.main, e.vhosts, e.warnings, e.flags = main, vhosts, c.finds, c.flags
	return e, nil
}

// start prepares servers, which are merged, for requests.
func (e *engine) start(servers []*server) {
	for _, s := range servers {
		for _, m := range e.modules {
			if m.start != nil {
				m.start(s)
			}
		}
		s.parts.seal(e)
		e.seal(s.base)
	}
}

// mainServer returns the main server as it is before any directive.
func (e *engine) mainServer() *server {
	s := &server{
		hostname: "localhost", admin: "[no address given]",
		accessFiles: e.world.AccessFiles,
		base:        &dirConfig{},
	}
	if s.accessFiles == nil {
		s.accessFiles = []string{".htaccess"}
	}
	s.base.core.options = options{set: true, value: followSymLinks}
	e.begin(s, true)
	return s
}

// begin makes what the modules have in s, the main server or a virtual host, before
// any directive.
func (e *engine) begin(s *server, main bool) {
	for _, m := range e.modules {
		if m.begin != nil {
			m.begin(e, s, main)
		}
	}
}

// engine is a compiled ruleset. It is safe for concurrent use.
type engine struct {
	modules  []*module
	commands commandTable
	phases   *phases
	tlsVar   func(s *state, name string) (value string, ok bool)
	main     *server
	vhosts   []*server
	warnings parser.Diagnostics
	empty    bool
	flags    pcre.Flags   // of the regular expressions of access files
	ports    map[int]bool // named by virtual hosts and Listen; 0: any

	world      *world
	parts      parts // of modules, that live as long as the engine
	gate       gate
	files      files
	serverRoot string
	handledBy  map[string]bool
	parse      parser.Options
	limits     limits
	work       work.Limits // the part of limits that is measured
	linear     bool
	revalidate time.Duration
	now        func() time.Time
	getenv     func(string) (string, bool)
	names      *names.Cache // nil without a resolver
	namesGiven bool         // by the caller, for all clients
	onReport   func(*parser.Diagnostic)

	evaluations sync.Pool // of *evaluation
	methods     access.MethodTable
	accessFiles *accessCache
	merges      atomic.Pointer[mergeCache]
}

func newEngine(w *world, m *moduleSet) *engine {
	e := &engine{
		modules: m.modules, phases: m.phases, ports: map[int]bool{}, world: w,
		files: files{w.FS}, handledBy: map[string]bool{}, limits: w.Limits.withDefaults(), linear: w.Linear,
		revalidate: w.Revalidate, now: w.Now, getenv: w.Getenv, onReport: w.Report,
	}
	e.phases.number()
	e.commands = newCommandTable(m)
	for _, mod := range e.modules {
		if mod.tlsVar != nil {
			e.tlsVar = mod.tlsVar
		}
	}
	e.work = e.limits.work()
	for _, name := range w.Handled {
		e.handledBy[strings.ToLower(name)] = true
	}
	e.namesGiven = e.handled(clientNames)
	if e.now == nil {
		e.now = time.Now
	}
	if e.getenv == nil {
		e.getenv = os.LookupEnv
	}
	if w.Resolver != nil {
		l := &e.limits
		e.names = names.New(w.Resolver, names.Bounds{
			Time: l.LookupTime, Running: l.Lookups, Entries: l.LookupEntries, Keep: l.LookupKeep,
		})
	}
	e.accessFiles = newAccessCache(e.limits.AccessCache)
	e.forgetMerges()
	e.evaluations.New = func() any { return new(evaluation) }
	return e
}

// handled reports whether the caller enforces the directive name itself.
func (e *engine) handled(name string) bool { return e.handledBy[strings.ToLower(name)] }

func (e *engine) report(sev parser.Severity, code parser.Code, at parser.Extent, format string, args ...any) {
	if e.onReport != nil {
		e.onReport(&parser.Diagnostic{Extent: at, Severity: sev, Code: code, Message: fmt.Sprintf(format, args...)})
	}
}

// reportError reports what went wrong without deciding a request.
func (e *engine) reportError(err error) {
	if e.onReport == nil {
		return
	}
	for _, d := range parser.Findings(err) {
		e.onReport(d)
	}
}

// seal prepares the rules of d for evaluation and returns d.
func (e *engine) seal(d *dirConfig) *dirConfig {
	d.parts.seal(e)
	d.plan = e.phases.plan(d)
	return d
}

// beginEvaluation begins an evaluation of a request of the client's, which the caller puts into
// evaluation.req. It returns nil where the engine is closed.
func (e *engine) beginEvaluation(ctx context.Context) *evaluation {
	if !e.gate.enter() {
		return nil
	}
	ev := e.evaluations.Get().(*evaluation) //nolint:forcetypeassert // the pool holds nothing else
	ev.engine, ev.ctx = e, ctx
	ev.meter.Start(ctx, &e.work)
	return ev
}

// end ends the evaluation, to which nothing may refer then; its buffers stay for
// the next request.
func (e *evaluation) end() {
	engine := e.engine
	if e.scratch != nil {
		e.scratch.Clear()
	}
	*e = evaluation{scratch: e.scratch, envIDs: e.envIDs[:0]}
	engine.evaluations.Put(e)
	engine.gate.leave()
}
