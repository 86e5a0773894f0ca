package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

func testCommand() command {
	return command{
		name:    "test",
		args:    "[-run REGEXP] [-update] [-json] [-junit FILE] [-github] DIR|FILE…",
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
}

// runTest exits with 1 if an expectation was not met.
func runTest(ctx context.Context, s streams, args []string) int {
	var t tester
	flags := newFlags(s, testCommand())
	run := flags.String("run", "", "run only requests whose \"file request-line\" matches the `regexp`")
	flags.BoolVar(&t.update, "update", false, "replace expectations that failed with what was found")
	registerPrograms(flags, &t.programs)
	asJSON := flags.Bool("json", false, "write the results as JSON")
	junit := flags.String("junit", "", "write the results to `file` as JUnit XML, too")
	github := flags.Bool("github", false, "write failures as annotations of GitHub's workflows, too")
	if code, ok := parseFileFlags(flags, args); !ok {
		return code
	}
	if *run != "" {
		re, err := regexp.Compile(*run)
		if err != nil {
			return failed(s, "test", err)
		}
		t.run = re
	}
	results, err := t.folders(ctx, flags.Args())
	if err == nil && *junit != "" {
		err = writeJUnit(*junit, results)
	}
	if err != nil {
		return failed(s, "test", err)
	}
	code := exitOK
	if slices.ContainsFunc(results, func(r *testResult) bool { return !r.ok() }) {
		code = exitFindings
	}
	if *asJSON {
		return writeJSON(s, "test", newTestReport(results), code)
	}
	t.print(s, results)
	if *github {
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
		if names, err = casefile.Find(os.DirFS(dir)); err != nil {
			return nil, err
		}
	case filepath.IsLocal(arg):
		dir, names = ".", []string{filepath.ToSlash(filepath.Clean(arg))}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no case files (*.txtar)", arg)
	}
	var results []*testResult
	for _, name := range names {
		if r := t.file(ctx, dir, name); r != nil {
			results = append(results, r)
		}
	}
	return results, nil
}

// file runs one case file. It returns nil if nothing in it is selected.
func (t *tester) file(ctx context.Context, dir, name string) *testResult {
	start := time.Now()
	full := path.Join(filepath.ToSlash(dir), name)
	r := &testResult{name: full, dir: filepath.ToSlash(dir)}
	var f *casefile.File
	if f, r.err = casefile.Load(os.DirFS(dir), name); r.err != nil {
		return r
	}
	f.Programs = t.programs
	keep := func(q *casefile.Request) bool { return t.selects(full + " " + q.Text) }
	if !slices.ContainsFunc(f.Requests, keep) && !t.selects(full) {
		return nil
	}
	r.report = f.Run(ctx, keep)
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

// print writes the results for people: a line a file, failures in full, and
// what no request has exercised.
func (t *tester) print(s streams, results []*testResult) {
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
		fmt.Fprintf(s.out, "%s  %s (%d requests)\n", word, r.name, n)
		for _, f := range r.failures() {
			fmt.Fprintf(s.out, "    %s:%d: %s\n", f.file, f.line, printable(f.request))
			for _, l := range f.text {
				fmt.Fprintf(s.out, "        %s\n", printable(l))
			}
		}
	}
	fmt.Fprintf(s.out, "%d files, %d requests, %d files failed\n", len(results), requests, bad)
	if t.run != nil {
		return // Rules are not exercised by requests that are left out.
	}
	all, never := coverage(results)
	fmt.Fprintf(s.out, "%d of %d rules exercised\n", all-len(never), all)
	if len(never) > 0 {
		fmt.Fprintln(s.out, "rules never exercised:")
	}
	for _, r := range never {
		fmt.Fprintf(s.out, "    %s:%d: %s\n", r.File, r.Line, printable(r.Rule))
	}
}

// unexercised is a rule that no request matched.
type unexercised struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Rule string `json:"rule"`
}

// coverage counts the rules of all results and lists those that no request
// matched. A ruleset that several case files name counts once.
func coverage(results []*testResult) (all int, never []unexercised) {
	matched := map[unexercised]bool{}
	var order []unexercised
	for _, r := range results {
		if r.report == nil {
			continue
		}
		for _, rule := range r.report.Rules {
			if r.report.Err != nil || r.report.Findings != nil && len(r.report.Requests) == 0 {
				continue // A ruleset that is there for its findings.
			}
			u := unexercised{path.Join(r.dir, rule.Source), rule.Line, strings.TrimSpace(rule.Text)}
			if _, ok := matched[u]; !ok {
				order = append(order, u)
			}
			matched[u] = matched[u] || rule.Matched
		}
	}
	for _, u := range order {
		if !matched[u] {
			never = append(never, u)
		}
	}
	return len(order), never
}
