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
	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Compile makes an engine of f, which [parser.Parse] or [parser.ParseFS] made:
// access files are read with the options that f was parsed with, and see the
// modules and variables that it defines. The error, if any, is a parser.Diagnostics
// with every finding; findings that are no errors are left in Engine.Warnings.
func Compile(f *parser.File, opts *Options) (*Engine, error) {
	if opts == nil {
		opts = &Options{}
	}
	e := newEngine(opts)
	e.parse = *f.AccessOptions()
	e.parse.FS = opts.FS
	e.serverRoot = e.parse.ServerRoot
	c := &compiler{engine: e, flags: defaultRegexFlags, programs: opts.Programs, consume: opts.Consume}
	main := e.mainServer(opts)
	var vhosts []*server
	sc := &scope{
		compiler: c, kind: scopeServer, server: main, dir: main.base, allow: serverClasses, vhosts: &vhosts,
	}
	root := ""
	if opts.DocumentRoot != "" {
		root = c.callersRoot(main, opts.DocumentRoot)
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
	e.empty = !c.effect && (!c.ruled || !c.switched && !opts.EngineOn)
	e.main, e.vhosts, e.warnings, e.flags = main, vhosts, c.finds, c.flags
	return e, nil
}

// start prepares servers, which are merged, for requests.
func (e *Engine) start(servers []*server) {
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
func (e *Engine) mainServer(opts *Options) *server {
	s := &server{
		hostname: "localhost", admin: "[no address given]",
		accessFiles: opts.AccessFiles,
		base:        &dirConfig{},
	}
	if s.accessFiles == nil {
		s.accessFiles = []string{".htaccess"}
	}
	s.base.core.options = options{set: true, value: followSymLinks}
	e.begin(s, opts)
	return s
}

// begin makes what the modules have in s before any directive.
func (e *Engine) begin(s *server, opts *Options) {
	for _, m := range e.modules {
		if m.begin != nil {
			m.begin(s, opts)
		}
	}
}

// Engine is a compiled ruleset. It is safe for concurrent use.
type Engine struct {
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

	files       files
	serverRoot  string
	maps        map[string]Map
	programs    rewritemap.Programs
	mapWorld    rewritemap.World
	handledBy   map[string]bool
	parse       parser.Options
	limits      Limits
	work        work.Limits // the part of limits that is measured
	linear      bool
	directories bool
	revalidate  time.Duration
	now         func() time.Time
	getenv      func(string) (string, bool)
	names       *names.Cache // nil without a resolver
	namesGiven  bool         // by the caller, for all clients
	onReport    func(*parser.Diagnostic)

	evaluations sync.Pool // of *evaluation
	methods     access.MethodTable
	accessFiles *accessCache
	merges      atomic.Pointer[mergeCache]
}

func newEngine(opts *Options) *Engine {
	e := &Engine{
		modules: modules(), phases: phasesOf(), ports: map[int]bool{},
		files: files{opts.FS}, maps: opts.Maps, handledBy: map[string]bool{}, limits: opts.Limits.withDefaults(),
		linear: opts.Linear, directories: opts.Directories,
		revalidate: opts.Revalidate, now: opts.Now, getenv: opts.Getenv, onReport: opts.Report,
	}
	e.commands = newCommandTable(e.modules, notRun())
	for _, m := range e.modules {
		if m.tlsVar != nil {
			e.tlsVar = m.tlsVar
		}
	}
	e.work = e.limits.work()
	for _, name := range opts.Handled {
		e.handledBy[strings.ToLower(name)] = true
	}
	e.namesGiven = e.handled(clientNames)
	if e.now == nil {
		e.now = time.Now
	}
	if e.getenv == nil {
		e.getenv = os.LookupEnv
	}
	e.mapWorld = newMapWorld(e, opts)
	if opts.Resolver != nil {
		l := &e.limits
		e.names = names.New(opts.Resolver, names.Bounds{
			Time: l.LookupTime, Running: l.Lookups, Entries: l.LookupEntries, Keep: l.LookupKeep,
		})
	}
	e.accessFiles = newAccessCache(e.limits.AccessCache)
	e.forgetMerges()
	e.evaluations.New = func() any { return new(evaluation) }
	return e
}

// handled reports whether the caller enforces the directive name itself.
func (e *Engine) handled(name string) bool { return e.handledBy[strings.ToLower(name)] }

func (e *Engine) report(sev parser.Severity, code parser.Code, at parser.Extent, format string, args ...any) {
	if e.onReport != nil {
		e.onReport(&parser.Diagnostic{Extent: at, Severity: sev, Code: code, Message: fmt.Sprintf(format, args...)})
	}
}

// reportError reports what went wrong without deciding a request.
func (e *Engine) reportError(err error) {
	if e.onReport == nil {
		return
	}
	for _, d := range parser.Findings(err) {
		e.onReport(d)
	}
}

// seal prepares the rules of d for evaluation and returns d.
func (e *Engine) seal(d *dirConfig) *dirConfig {
	d.parts.seal(e)
	d.plan = e.phases.plan(d)
	return d
}

// Warnings returns the findings of Compile that are no errors.
func (e *Engine) Warnings() parser.Diagnostics { return e.warnings }

// Empty reports whether the ruleset holds nothing that can affect a request: no
// rule, or nothing that switches the engine on for them, and no other directive that
// the engine runs except those that name the server. Access files, which it may
// permit, do not count.
func (e *Engine) Empty() bool { return e.empty }

// Eval evaluates req. The error, if not nil, says why the
// request could not be evaluated; the Result then has an error status, normally
// 500, and Action Respond, or is the ErrorDocument for it: what is served with
// that status, or a redirect. Acting on it denies the request. A broken access
// file is such an error.
func (e *Engine) Eval(ctx context.Context, req *Request) (Result, error) {
	return e.Explain(ctx, req, nil)
}

// Explain is Eval that tells step each thing it does. Both are one code path.
func (e *Engine) Explain(ctx context.Context, req *Request, step func(Step)) (res Result, err error) {
	if !e.programs.Enter() {
		return Result{Action: Respond, Status: 500}, ErrClosed
	}
	defer e.programs.Leave()
	ev := e.evaluations.Get().(*evaluation) //nolint:forcetypeassert // the pool holds nothing else
	defer e.release(ev)
	ev.engine, ev.ctx, ev.req, ev.step = e, ctx, req, step
	ev.meter.Start(ctx, &e.work)
	ev.decide(&res)
	return res, ev.failure
}

// release empties ev for the next request; its buffers stay.
func (e *Engine) release(ev *evaluation) {
	if ev.scratch != nil {
		ev.scratch.clear()
	}
	*ev = evaluation{scratch: ev.scratch, envIDs: ev.envIDs[:0]}
	e.evaluations.Put(ev)
}
