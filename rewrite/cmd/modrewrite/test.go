package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

func testCommand() command {
	return command{
		name:    "test",
		args:    "[-run REGEXP] [-update] [-min-coverage PERCENT] [-html FILE] [-json] [-junit FILE] [-github] DIR|FILE… | -init SITE",
		summary: "run case files (*.txtar): requests and what is expected of them",
		run:     runTest,
	}
}

// tester is what the flags of test say.
type tester struct {
	run    *regexp.Regexp // selects requests by "file request line"; nil means all
	update bool
	// programs says that prg: maps may run.
	programs bool
	parallel int     // files, and requests of a file, at the same time
	least    float64 // coverage in percent
	out      testOutput
	init     string // a site to write a first case file for
	initTo   string // its name
}

// testOutput says how results are reported.
type testOutput struct {
	json, github bool
	junit, html  string // files
}

func (t *tester) register(flags *flag.FlagSet) {
	flags.Func("run", "run only requests whose \"file request-line\" matches the `regexp`", func(s string) (err error) {
		t.run, err = regexp.Compile(s)
		return err
	})
	flags.BoolVar(&t.update, "update", false, "replace expectations that failed with what was found")
	registerPrograms(flags, &t.programs)
	flags.IntVar(&t.parallel, "parallel", runtime.GOMAXPROCS(0), "work on `n` files and requests at a time; with -programs on one request after the other")
	flags.Float64Var(&t.least, "min-coverage", 0, "fail if less than so many `percent` of what rules and conditions can do was seen")
	flags.BoolVar(&t.out.json, "json", false, "write the results as JSON")
	flags.StringVar(&t.out.junit, "junit", "", "write the results to `file` as JUnit XML, too")
	flags.StringVar(&t.out.html, "html", "", "write the rules, with marks for what was seen of them, to `file` as a page")
	flags.BoolVar(&t.out.github, "github", false, "write failures as annotations of GitHub's workflows, too")
	flags.StringVar(&t.init, "init", "", "write a first case file for `site`, a document root or a file of rules, from requests that its rules are for")
	flags.StringVar(&t.initTo, "o", "", "with -init, the `file` to write; else it is in the folder tests")
}

// check reports flags that contradict.
func (t *tester) check(args []string) error {
	switch {
	case t.init != "" && len(args) > 0:
		return errors.New("-init writes a case file and runs no others")
	case t.initTo != "" && t.init == "":
		return errors.New("-o is for -init")
	case t.run != nil && (t.least > 0 || t.out.html != ""):
		return errors.New("with -run not all requests are run: there is no coverage to speak of")
	case !(t.least >= 0 && t.least <= 100): // not a number, too
		return errors.New("-min-coverage is a share of 100")
	case t.parallel < 1:
		return errors.New("-parallel must be at least 1")
	}
	return nil
}

// runTest exits with 1 if an expectation was not met.
func runTest(ctx context.Context, s streams, args []string) int {
	var t tester
	flags := newFlags(s, testCommand())
	t.register(flags)
	if code, ok := parseFlags(flags, args); !ok {
		return code
	}
	if err := t.check(flags.Args()); err != nil {
		return failed(s, "test", err)
	}
	if t.init != "" {
		return t.runInit(ctx, s)
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return exitUsage
	}
	results, err := t.folders(ctx, flags.Args())
	if err != nil {
		return failed(s, "test", err)
	}
	return t.write(s, results)
}

// write reports the results.
func (t *tester) write(s streams, results []*testResult) int {
	covered := coverageOf(results)
	figures := covered.Figures()
	code := exitOK
	enough := figures.Percent >= t.least
	if !enough || slices.ContainsFunc(results, func(r *testResult) bool { return !r.ok() }) {
		code = exitFindings
	}
	var err error
	if t.out.junit != "" {
		err = writeJUnit(t.out.junit, results)
	}
	if t.out.html != "" {
		err = errors.Join(err, writePage(t.out.html, s.out, coverageText, newCoveragePage(covered)))
	}
	if err != nil {
		return failed(s, "test", err)
	}
	if t.out.json {
		return writeJSON(s, "test", newTestReport(results, figures), code)
	}
	writeResults(s.out, results)
	if t.run == nil { // rules are not exercised by requests that are left out
		writeCoverage(s.out, &figures)
	}
	if !enough {
		fmt.Fprintf(s.out, "coverage is below -min-coverage %s\n", casefile.Percent(t.least))
	}
	if t.out.github {
		writeAnnotations(s.out, results)
	}
	return code
}

// testResult is the result of one case file.
type testResult struct {
	name    string // as seen from where the command was started
	dir     string // the folder under test, what the file's own names start at
	report  *casefile.Report
	err     error // the case file can't be used
	updated bool
	time    time.Duration
}

func (r *testResult) ok() bool {
	return r.err == nil && (r.updated || r.report.OK())
}

// failure is one thing that went wrong, at a place of a file.
type failure struct {
	file    string
	line    int
	request string // "" where it concerns the file as a whole
	text    []string
}

// failures returns what went wrong in a file.
func (r *testResult) failures() []failure {
	if r.ok() {
		return nil
	}
	if r.err != nil {
		return syntaxFailures(r)
	}
	var list []failure
	if text := r.report.Failure(); text != nil {
		list = append(list, failure{file: r.name, line: 1, text: text})
	}
	for _, q := range r.report.Requests {
		if text := q.Failure(); text != nil {
			list = append(list, failure{r.name, q.Request.Line, q.Request.Text, text})
		}
	}
	return list
}

func syntaxFailures(r *testResult) []failure {
	var list []failure
	for _, e := range casefile.SyntaxErrors(r.err) {
		list = append(list, failure{file: r.name, line: e.Line, text: []string{e.Message}})
	}
	if list == nil {
		list = []failure{{file: r.name, line: 1, text: []string{r.err.Error()}}}
	}
	return list
}

// folders runs the case files of all arguments.
func (t *tester) folders(ctx context.Context, args []string) ([]*testResult, error) {
	var results []*testResult
	for _, arg := range args {
		rs, err := t.folder(ctx, arg)
		if err != nil {
			return nil, err
		}
		results = append(results, rs...)
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("no request matches -run %s", t.run)
	}
	return results, nil
}

// folder runs the case files of a folder, or a single one. A single one may name
// rulesets anywhere below the current folder.
func (t *tester) folder(ctx context.Context, arg string) ([]*testResult, error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, err
	}
	dir, names := filepath.Dir(arg), []string{filepath.Base(arg)}
	switch {
	case info.IsDir():
		dir = arg
	case filepath.IsLocal(arg):
		dir, names = ".", []string{filepath.ToSlash(filepath.Clean(arg))}
	}
	root, err := os.OpenRoot(dir) // whose links lead nowhere else
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	if info.IsDir() {
		if names, err = casefile.Find(root.FS()); err != nil {
			return nil, err
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no case files (*.txtar)", arg)
	}
	results := make([]*testResult, len(names))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(t.parallel, len(names)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(names) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				results[i] = t.file(ctx, root.FS(), dir, names[i])
			}
		})
	}
	wg.Wait()
	return slices.DeleteFunc(results, func(r *testResult) bool { return r == nil }), ctx.Err()
}

// file runs one case file of fsys, the folder dir. It returns nil if nothing in it is selected.
func (t *tester) file(ctx context.Context, fsys fs.FS, dir, name string) *testResult {
	start := time.Now()
	full := path.Join(filepath.ToSlash(dir), name)
	r := &testResult{name: full, dir: filepath.ToSlash(dir)}
	var f *casefile.File
	if f, r.err = casefile.Load(fsys, name); r.err != nil {
		return r
	}
	f.Programs, f.Parallel = t.programs, t.parallel
	keep := func(q *casefile.Request) bool { return t.selects(full + " " + q.Text) }
	if !slices.ContainsFunc(f.Requests, keep) && !t.selects(full) {
		return nil
	}
	r.report = f.Run(ctx, keep)
	r.report.Dir = r.dir
	if t.update {
		if text, changed := r.report.Update(); changed {
			r.err = os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o666)
			r.updated = true
		}
	}
	r.time = time.Since(start)
	return r
}

func (t *tester) selects(s string) bool { return t.run == nil || t.run.MatchString(s) }

// writeResults writes the results for people: a line a file, and failures in full.
func writeResults(w io.Writer, results []*testResult) {
	requests, bad := 0, 0
	for _, r := range results {
		word := "ok  "
		switch {
		case !r.ok():
			word = "FAIL"
			bad++
		case r.updated:
			word = "new "
		}
		n := 0
		if r.report != nil {
			n = len(r.report.Requests)
		}
		requests += n
		fmt.Fprintf(w, "%s  %s (%d requests)\n", word, r.name, n)
		for _, f := range r.failures() {
			fmt.Fprintf(w, "    %s:%d: %s\n", f.file, f.line, printable(f.request))
			for _, l := range f.text {
				fmt.Fprintf(w, "        %s\n", printable(l))
			}
		}
	}
	fmt.Fprintf(w, "%d files, %d requests, %d files failed\n", len(results), requests, bad)
}
