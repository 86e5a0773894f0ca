package httpd

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/names"
	"github.com/modrewrite-go/modrewrite/matcher/internal/parallel"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Compile makes an engine of f for the server that w describes, with the modules of
// m. See matcher.Compile.
func Compile(f *parser.File, w *World, m *ModuleSet) (*Engine, error) {
	e := newEngine(w, m)
	e.Parse = *f.AccessOptions()
	e.Parse.FS = w.FS
	e.ServerRoot = e.Parse.ServerRoot
	c := &Compiler{Engine: e, flags: defaultRegexFlags, consume: w.Consume}
	main := e.mainServer()
	var vhosts []*Server
	sc := &Scope{
		Compiler: c, Kind: scopeServer, Server: main, Dir: main.Base, Allow: serverClasses, vhosts: &vhosts,
	}
	root := ""
	if w.DocumentRoot != "" {
		root = c.callersRoot(main, w.DocumentRoot)
	}
	c.Nodes(f.Nodes, sc)
	c.close(sc)
	if root != "" {
		c.documentRootSection(main, root)
	}
	for _, m := range e.modules {
		if m.Finish != nil {
			m.Finish(c, append(vhosts, main))
		}
	}
	if err := c.Finds.Err(); err != nil {
		c.Finds.Sort()
		return nil, c.Finds
	}
	e.mergeServers(main, vhosts)
	c.warnOfUnmapped(append(vhosts, main))
	for _, v := range vhosts {
		for _, a := range v.addrs {
			e.ports[a.port] = true
		}
	}
	e.start(append(vhosts, main))
	c.Finds.Sort()
	e.Empty = !c.effect && (!c.Ruled || !c.Switched && !w.EngineOn)
	e.main, e.hosts, e.Warnings, e.flags = main, e.newHosts(vhosts), c.Finds, c.flags
	return e, nil
}

// start prepares servers, which are merged, for requests.
func (e *Engine) start(servers []*Server) {
	parallel.Ranges(len(servers), 1, func() func(from, to int) {
		return func(from, to int) {
			for _, s := range servers[from:to] {
				s.Parts.early(e)
			}
		}
	})
	for _, s := range servers {
		for _, m := range e.modules {
			if m.Start != nil {
				m.Start(s)
			}
		}
		s.Parts.seal(e)
		e.seal(s.Base)
		s.idle = e.phases.idleIn(e.World, s)
	}
}

// mainServer returns the main server as it is before any directive.
func (e *Engine) mainServer() *Server {
	s := &Server{
		hostname: "localhost", admin: "[no address given]",
		accessFiles: e.World.AccessFiles,
		Base:        &DirConfig{},
	}
	if s.accessFiles == nil {
		s.accessFiles = []string{".htaccess"}
	}
	s.Base.Core.Options = Options{set: true, Value: FollowSymLinks}
	e.begin(s, true)
	return s
}

// begin makes what the modules have in s, the main server or a virtual host, before
// any directive.
func (e *Engine) begin(s *Server, main bool) {
	for _, m := range e.modules {
		if m.Begin != nil {
			m.Begin(e, s, main)
		}
	}
}

// Engine is a compiled ruleset. It is safe for concurrent use.
type Engine struct {
	modules  []*Module
	Commands CommandTable
	phases   *Phases
	tlsVar   func(s *Request, name string) (value string, ok bool)
	main     *Server
	hosts    hosts
	Warnings parser.Diagnostics
	Empty    bool
	flags    pcre.Flags   // of the regular expressions of access files
	ports    map[int]bool // named by virtual hosts and Listen; 0: any

	World      *World
	Parts      Parts // of modules, that live as long as the engine
	Gate       Gate
	Files      Files
	ServerRoot string
	handledBy  map[string]bool
	Parse      parser.Options
	Limits     Limits
	work       work.Limits // the part of limits that is measured
	Linear     bool
	Index      index.Options // of all lists: their sets share a cache
	Revalidate time.Duration
	Now        func() time.Time
	Getenv     func(string) (string, bool)
	process    processEnv   // that Getenv looks at; nil if it is the caller's
	names      *names.Cache // nil without a resolver
	namesGiven bool         // by the caller, for all clients
	onReport   func(*parser.Diagnostic)

	evaluations sync.Pool // of *evaluation
	Methods     access.MethodTable
	accessFiles *accessCache
	merges      atomic.Pointer[mergeCache]
}

func newEngine(w *World, m *ModuleSet) *Engine {
	e := &Engine{
		modules: m.Modules, Commands: m.Commands, phases: m.Phases, ports: map[int]bool{}, World: w,
		Files: Files{w.FS}, handledBy: map[string]bool{}, Limits: w.Limits.withDefaults(), Linear: w.Linear, Index: w.Index,
		Revalidate: w.Revalidate, Now: w.Now, Getenv: w.Getenv, onReport: w.Report,
	}
	e.phases.Number()
	for _, mod := range e.modules {
		if mod.TLSVar != nil {
			e.tlsVar = mod.TLSVar
		}
	}
	e.work = e.Limits.work()
	for _, name := range w.Handled {
		e.handledBy[strings.ToLower(name)] = true
	}
	e.namesGiven = e.Handled(clientNames)
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Getenv == nil {
		e.process = readProcessEnv()
		e.Getenv = e.process.lookup
	}
	if w.Resolver != nil {
		l := &e.Limits
		e.names = names.New(w.Resolver, names.Bounds{
			Time: l.LookupTime, Running: l.Lookups, Entries: l.LookupEntries, Keep: l.LookupKeep,
		})
	}
	e.accessFiles = newAccessCache(e.Limits.AccessCache)
	e.forgetMerges()
	e.evaluations.New = func() any { return &Evaluation{buffers: new(buffers)} }
	return e
}

// Handled reports whether the caller enforces the directive name itself.
func (e *Engine) Handled(name string) bool { return e.handledBy[strings.ToLower(name)] }

// Report reports a finding made while requests are evaluated.
func (e *Engine) Report(sev parser.Severity, code parser.Code, at parser.Extent, format string, args ...any) {
	if e.onReport != nil {
		e.onReport(&parser.Diagnostic{Extent: at, Severity: sev, Code: code, Message: fmt.Sprintf(format, args...)})
	}
}

// ReportError reports what went wrong without deciding a request.
func (e *Engine) ReportError(err error) {
	if e.onReport == nil {
		return
	}
	for _, d := range parser.Findings(err) {
		e.onReport(d)
	}
}

// seal prepares the rules of d for evaluation and returns d.
func (e *Engine) seal(d *DirConfig) *DirConfig {
	d.Parts.seal(e)
	d.ifs.Seal(e.indexIfs)
	d.files.Seal(e.indexFiles)
	d.idle = e.phases.idle(e.World, d)
	return d
}

// BeginEvaluation begins an evaluation of a request of the client's, which the
// caller puts into Evaluation.Req. It returns nil where the engine is closed.
func (e *Engine) BeginEvaluation(ctx context.Context) *Evaluation {
	if !e.Gate.enter() {
		return nil
	}
	ev := e.evaluations.Get().(*Evaluation) //nolint:forcetypeassert // the pool holds nothing else
	ev.Engine, ev.Ctx = e, ctx
	ev.Meter.Start(ctx, &e.work)
	return ev
}

// End ends the evaluation, to which nothing may refer then; its buffers stay for
// the next request.
func (e *Evaluation) End() {
	engine := e.Engine
	if e.Scratch != nil {
		e.Scratch.Clear()
	}
	kept := e.buffers
	kept.clear()
	e.Forget()
	*e = Evaluation{} // by itself: with a field set, it is made elsewhere and copied
	e.buffers = kept
	engine.evaluations.Put(e)
	engine.Gate.leave()
}
