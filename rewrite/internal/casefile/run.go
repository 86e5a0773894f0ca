package casefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/steplog"
)

// Report is what running a case file showed.
type Report struct {
	File *File
	// Dir goes before the names of files where reports of several folders are summed
	// up.
	Dir string
	// Findings compares what reading and compiling the rulesets found; nil
	// where nothing was expected of it.
	Findings *Check
	// Err says why no request could be run: a ruleset with errors that were
	// not expected.
	Err      error
	Requests []*RequestReport
	// Rules are the rules of the file's rulesets, Listings the texts that they are
	// written in.
	Rules    []*Rule
	Listings []*Listing
}

// OK reports whether everything went as expected.
func (r *Report) OK() bool {
	if r.Err != nil || r.Findings != nil && !r.Findings.OK {
		return false
	}
	for _, q := range r.Requests {
		if !q.OK() {
			return false
		}
	}
	return true
}

// RequestReport is the outcome of one request.
type RequestReport struct {
	File    *File
	Request *Request
	Outcome Outcome
	Checks  []Check
	// Trace tells how an outcome that was not expected came about, in lines for
	// people: the steps around the rules that matched or were expected to.
	Trace []string
	// Covers says that the request did something with a rule or condition that none
	// before it did.
	Covers bool
}

// OK reports whether every expectation was met. A request without any is not
// tested, so that is a failure too.
func (r *RequestReport) OK() bool {
	for _, c := range r.Checks {
		if !c.OK {
			return false
		}
	}
	return len(r.Checks) > 0
}

// Run evaluates the requests for which keep returns true; nil means all.
func (f *File) Run(ctx context.Context, keep func(*Request) bool) *Report {
	rep := &Report{File: f}
	p, findings, err := f.compile()
	if f.HasFindings {
		rep.Findings = f.checkFindings(findings)
	} else if err != nil {
		rep.Err = fmt.Errorf("the ruleset has errors:\n%w", named(findings, p.name))
	}
	rep.Rules, rep.Listings = p.coverage.rules, p.coverage.listings
	if err != nil {
		return rep
	}
	defer p.engine.Close()
	var kept []*Request
	for _, r := range f.Requests {
		if keep == nil || keep(r) {
			kept = append(kept, r)
		}
	}
	rep.Requests = p.runAll(ctx, kept)
	return rep
}

// runAll evaluates requests, several at the same time unless they may run programs,
// which answer one after the other.
func (p *program) runAll(ctx context.Context, requests []*Request) []*RequestReport {
	reports := make([]*RequestReport, len(requests))
	workers := min(p.f.Parallel, len(requests))
	if p.f.Programs || workers <= 1 {
		workers = 1
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			w := worker{program: p}
			for i := int(next.Add(1)) - 1; i < len(requests); i = int(next.Add(1)) - 1 {
				reports[i] = w.run(ctx, requests[i])
			}
		})
	}
	wg.Wait()
	return reports
}

// program is a case file ready to run.
type program struct {
	f        *File
	engine   *matcher.Engine
	coverage *coverage
}

// surroundings is the server around vhost.conf and access files: plain and
// TLS, with the names and ports that cases take for granted.
const surroundings = `ServerRoot "` + serverRoot + `"
ServerName www.example.com
<VirtualHost *:80>
ServerName www.example.com:80
Include "%[1]s"
</VirtualHost>
<VirtualHost *:443>
ServerName www.example.com:443
Include "%[1]s"
</VirtualHost>
`

// compile makes the file's rulesets into a program. The program is of use for
// names even where err is not nil.
func (f *File) compile() (p *program, findings parser.Diagnostics, err error) {
	p = &program{f: f, coverage: f.listRules()}
	fsys := f.fileSystem()
	popts := &parser.Options{
		Defines:    f.Settings.Defines,
		Getenv:     f.getenv,
		ServerRoot: serverRoot,
		FS:         fsys,
	}
	opts := &matcher.Options{
		DocumentRoot: f.Settings.DocumentRoot,
		FS:           fsys,
		EngineOn:     f.Settings.EngineOn,
		Revalidate:   -1,
		Handled:      f.Settings.Handled,
		Programs:     f.Programs,
		Getenv:       f.getenv,
		Resolver:     f.Settings.Hosts,
	}
	if !f.Settings.Now.IsZero() {
		opts.Now = func() time.Time { return f.Settings.Now }
	}
	if d := f.Settings.Dialect; d != "" && d != dialect.Apache {
		return f.compileIIS(p, d, fsys, opts)
	}
	tree, err := f.parseServer(popts)
	if tree != nil {
		findings = append(findings, tree.Warnings...)
	}
	if err == nil {
		p.engine, err = matcher.Compile(tree, opts)
	}
	if err == nil {
		findings = append(findings, p.engine.Warnings()...)
	}
	return p, append(findings, parser.Findings(err)...), err
}

// compileIIS is compile for rules in a dialect of IIS.
func (f *File) compileIIS(p *program, d dialect.Dialect, fsys fs.FS, opts *matcher.Options) (*program, parser.Diagnostics, error) {
	rs, err := ruleset.ReadSite(d, f.Settings.DocumentRoot, fsys, opts)
	if err != nil {
		return p, parser.Findings(err), err
	}
	p.engine = rs.Engine
	return p, rs.Findings, rs.Findings.Err()
}

// parseServer parses the server's configuration.
func (f *File) parseServer(opts *parser.Options) (*parser.File, error) {
	main, vhost := false, "/dev/null"
	for _, t := range f.Texts {
		switch t.Path {
		case mainConfPath:
			main = true
		case vhostConfPath:
			vhost = vhostConfPath
		}
	}
	if main {
		return parser.ParseFS(opts.FS, mainConfPath[1:], opts)
	}
	src := surroundings
	if vhost != vhostConfPath {
		src = strings.ReplaceAll(src, "Include \"%[1]s\"\n", "")
	} else {
		src = fmt.Sprintf(src, vhost)
	}
	return parser.Parse("the surroundings", []byte(src), opts)
}

func (f *File) getenv(name string) (string, bool) {
	v, ok := f.Settings.OSEnv[name]
	return v, ok
}

// name returns what a case calls the file that a position names.
func (p *program) name(file string) string {
	full := path.Clean("/" + file)
	for _, t := range p.f.Texts {
		if t.Path == full {
			return t.Name
		}
	}
	for _, m := range p.f.Mounts {
		if rest, ok := below(full, m.Path); ok {
			return path.Join(m.Name, rest)
		}
	}
	return p.f.showRoot(file)
}

// named returns the findings of severity Error with the names that the case
// uses.
func named(findings parser.Diagnostics, name func(string) string) error {
	var errs []error
	for _, line := range findingLines(findings, name) {
		if text, ok := strings.CutPrefix(line, parser.Error.String()+" "); ok {
			errs = append(errs, errors.New(text))
		}
	}
	return errors.Join(errs...)
}

// findingLines prints findings as a case expects them, each once: a ruleset
// serves two virtual hosts.
func findingLines(findings parser.Diagnostics, name func(string) string) []string {
	var lines []string
	seen := map[string]bool{}
	for _, d := range findings {
		line := d.Severity.String() + " " + place(d.Extent, name) + d.Message
		if !seen[line] {
			lines = append(lines, line)
		}
		seen[line] = true
	}
	return lines
}

// place returns where e starts, to stand before what is there.
func place(e parser.Extent, name func(string) string) string {
	switch {
	case e.IsValid():
		return fmt.Sprintf("%s:%d:%d: ", name(e.Name), e.From.Line, e.From.Col)
	case e.Name != "":
		return name(e.Name) + ": "
	}
	return ""
}

// checkFindings compares findings with those expected. All errors must be
// expected; of other findings only those that the case names count.
func (f *File) checkFindings(findings parser.Diagnostics) *Check {
	p := &program{f: f}
	c := &Check{Aspect: aspectFinding, Want: f.Findings}
	for _, line := range findingLines(findings, p.name) {
		expected := false
		for _, e := range f.Findings {
			expected = expected || e.matches(line)
		}
		if expected || strings.HasPrefix(line, parser.Error.String()+" ") {
			c.Got = append(c.Got, line)
		}
	}
	c.OK = allMatch(c.Want, c.Got)
	return c
}

// keptSteps is how many steps a trace is made of at most.
const keptSteps = 20_000

// keptBytes bounds the texts of steps that are kept as they are, in bytes.
const keptBytes = 1 << 20

// worker evaluates one request after the other.
type worker struct {
	*program

	steps []matcher.Step // of one request, for when it is not as expected
	bytes int            // of their texts
	many  bool           // there are more: they are in its log
}

// run evaluates one request.
func (w *worker) run(ctx context.Context, r *Request) *RequestReport {
	p := w.program
	log := steplog.Log{Max: keptSteps}
	w.steps, w.bytes, w.many = w.steps[:0], 0, false
	rep := &RequestReport{File: p.f, Request: r}
	res, err := p.engine.Explain(ctx, p.request(r), func(s matcher.Step) {
		rep.Covers = p.coverage.cover(&s) || rep.Covers
		w.keep(&log, s)
	})
	if err != nil {
		if ds := parser.Findings(err); ds != nil {
			err = named(ds, p.name)
		}
	}
	rep.Outcome = p.f.outcome(&res, err, p.name)
	rep.Checks = compare(r.Expect, &rep.Outcome)
	if !rep.OK() {
		w.flush(&log)
		rep.Trace = p.trace(rep, log.Steps())
	}
	return rep
}

// keep keeps a step: as it is as long as there are few of them, which is cheap.
func (w *worker) keep(log *steplog.Log, s matcher.Step) {
	w.bytes += len(s.Input) + len(s.Output)
	if !w.many && len(w.steps) < keptSteps && w.bytes < keptBytes {
		w.steps = append(w.steps, s)
		return
	}
	w.flush(log)
	w.many = true
	log.Add(s)
}

// flush moves the steps kept so far to the log.
func (w *worker) flush(log *steplog.Log) {
	for _, s := range w.steps {
		log.Add(s)
	}
	w.steps = w.steps[:0]
}

// request translates a case's request for the engine.
func (p *program) request(r *Request) *matcher.Request {
	q := &matcher.Request{
		Method:     r.Method,
		Target:     r.Target,
		Proto:      r.Proto,
		Host:       DefaultHost,
		Header:     map[string][]string{},
		RemoteAddr: "127.0.0.1",
		RemoteUser: r.User,
		ServerAddr: "127.0.0.1",
		ServerPort: 80,
		Env:        r.Env,
	}
	if r.HasHost {
		q.Host = r.Host
	}
	if r.Remote != "" {
		q.RemoteAddr = r.Remote
	}
	for _, h := range r.Headers {
		name := http.CanonicalHeaderKey(h[0])
		q.Header[name] = append(q.Header[name], h[1])
	}
	if r.TLS {
		q.ServerPort = 443
		q.TLS, q.TLSName, q.TLSVar = true, DefaultHost, func(name string) string { return r.SSL[name] }
	}
	return q
}
