package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

func checkCommand() command {
	return command{
		name:    "check",
		args:    "[-fix] [-d] [-htaccess] [-engine-on] [-pedantic] [-strict] [-dialect NAME] [-json|-sarif] [-github] [-junit FILE] DIR|FILE…",
		summary: "find mistakes in rulesets; a directory means the files of rules below it",
		run:     runCheck,
	}
}

// checker is what the flags of check say.
type checker struct {
	perDir   bool // read every file as an .htaccess file
	engineOn bool
	programs bool // are permitted; none is run
	pedantic bool
	defines  defines
	handled  words
	dialect  dialectFlag
	fix      bool // mend what can be
	diff     bool // show how, and write nothing
	quiet    bool // findings are written for programs
}

// checkOutput says how findings are reported.
type checkOutput struct {
	json, sarif, github bool
	junit               string // a file
	strict              bool   // warnings fail the check
}

// register registers the flags.
func (o *checkOutput) register(flags *flag.FlagSet) {
	flags.BoolVar(&o.json, "json", false, "write the findings as JSON")
	flags.BoolVar(&o.sarif, "sarif", false, "write the findings as SARIF 2.1.0")
	flags.BoolVar(&o.github, "github", false, "write the findings as annotations of GitHub as well")
	flags.StringVar(&o.junit, "junit", "", "write the result as JUnit XML to `file`")
	flags.BoolVar(&o.strict, "strict", false, "exit with 1 for warnings, too")
}

// fails reports whether a finding fails the check.
func (o *checkOutput) fails(d *parser.Diagnostic) bool {
	return d.Severity == parser.Error || o.strict && d.Severity == parser.Warning
}

// runCheck exits with 1 if a file has an error, or with -strict a warning.
func runCheck(_ context.Context, s streams, args []string) int {
	var c checker
	var out checkOutput
	flags := newFlags(s, checkCommand())
	flags.BoolVar(&c.perDir, "htaccess", false, "read every file as an .htaccess file, whatever its name")
	registerRead(flags, &c.engineOn, &c.defines, &c.handled)
	registerPrograms(flags, &c.programs)
	c.dialect.register(flags)
	flags.BoolVar(&c.pedantic, "pedantic", false, "also report what changes nothing for likely requests")
	flags.BoolVar(&c.fix, "fix", false, "mend mistakes whose cure is mechanical, in the files that are named and in those below the folders that are")
	flags.BoolVar(&c.diff, "d", false, "show how -fix would change files, and write none")
	code := flags.String("explain", "", "say what the finding `code` means, and check nothing")
	out.register(flags)
	if exit, ok := parseFlags(flags, args); !ok {
		return exit
	}
	c.quiet = out.json || out.sarif
	if *code != "" {
		return runEntry(s, *code)
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return exitUsage
	}
	names, unread, err := ruleFiles(flags.Args())
	if err != nil {
		return failed(s, "check", err)
	}
	sources, more, err := c.sources(names)
	if err != nil {
		return failed(s, "check", err)
	}
	unmended := exitOK
	if c.fix || c.diff {
		if err := c.mend(s, sources); err != nil {
			unmended = failed(s, "check", err)
		}
	}
	all, err := lint.Check(sources, c.options())
	if err != nil {
		return failed(s, "check", err)
	}
	return max(unmended, out.write(s, names, slices.Concat(unread, more, all)))
}

// write reports the findings of files.
func (o *checkOutput) write(s streams, files []foundFile, all parser.Diagnostics) int {
	code := exitOK
	if slices.ContainsFunc(all, o.fails) {
		code = exitFindings
	}
	if o.junit != "" {
		var names []string
		for _, f := range files {
			names = append(names, f.name)
		}
		if err := writeCheckJUnit(o.junit, names, all, o.fails); err != nil {
			return failed(s, "check", err)
		}
	}
	switch {
	case o.sarif:
		return writeJSON(s, "check", newSARIF(all), code)
	case o.json:
		out := struct {
			Files    int       `json:"files"`
			Findings []finding `json:"findings"`
		}{len(files), []finding{}}
		for _, d := range all {
			out.Findings = append(out.Findings, newFinding(d))
		}
		return writeJSON(s, "check", out, code)
	}
	writeFindings(s.out, all)
	if o.github {
		writeCheckAnnotations(s.out, all)
	}
	writeCounts(s.out, len(files), all)
	return code
}

// writeCounts writes how many findings there are.
func writeCounts(w io.Writer, files int, all parser.Diagnostics) {
	if files > 1 {
		writeTable(w, all)
	}
	counts := map[parser.Severity]int{}
	for _, d := range all {
		counts[d.Severity]++
	}
	fmt.Fprintf(w, "%s: %s, %s, %s\n", plural(files, "file"), plural(counts[parser.Error], "error"),
		plural(counts[parser.Warning], "warning"), plural(counts[parser.Note], "note"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// writeJSON writes v and returns code.
func writeJSON(s streams, name string, v any, code int) int {
	enc := json.NewEncoder(s.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return failed(s, name, err)
	}
	return code
}

// writeTable writes how often there is each kind of finding.
func writeTable(w io.Writer, all parser.Diagnostics) {
	type kind struct {
		severity parser.Severity
		code     parser.Code
	}
	counts := map[kind]int{}
	for _, d := range all {
		counts[kind{d.Severity, d.Code}]++
	}
	kinds := slices.SortedFunc(maps.Keys(counts), func(a, b kind) int {
		return cmp.Or(cmp.Compare(a.severity, b.severity), counts[b]-counts[a], cmp.Compare(a.code, b.code))
	})
	for _, k := range kinds {
		fmt.Fprintf(w, "%7d %-7s %s\n", counts[k], k.severity, k.code)
	}
}

// codeUnreadable is the finding that a file in a folder can't be read.
const codeUnreadable parser.Code = "unreadable"

func unreadable(name string, err error) *parser.Diagnostic {
	return &parser.Diagnostic{
		Extent: parser.Extent{Name: name}, Severity: parser.Error, Code: codeUnreadable,
		Message: "cannot be read: " + reasonOf(err), Err: err,
	}
}

// reasonOf returns the reason of an error without the file's name.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// maxRules is how large a file may be that is checked.
const maxRules = 64 << 20

// sources reads the files. One that was found in a folder and can't be read is a
// finding.
func (c *checker) sources(files []foundFile) ([]lint.Source, parser.Diagnostics, error) {
	var all []lint.Source
	var unread parser.Diagnostics
	for _, f := range files {
		read := readNamed
		if f.walked() {
			read = readRules
		}
		src, err := read(f.name)
		if err != nil && f.walked() {
			unread = append(unread, unreadable(f.name, err))
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		abs, err := filepath.Abs(f.name)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, lint.Source{
			Name: f.name, Text: src, Access: c.perDir || lint.IsAccessFile(f.name), Dialect: c.dialect.d,
			ServerRoot: filepath.ToSlash(filepath.Dir(abs)), Folder: f.folder, Found: f.kind == serverFile,
		})
	}
	return lint.Outermost(all, c.options()), unread, nil
}

// readNamed reads a file of rules, or what a pipe of that name gives.
func readNamed(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Mode().IsRegular() || info.IsDir() {
		return readRules(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	src, err := io.ReadAll(io.LimitReader(f, maxRules+1))
	if err == nil && len(src) > maxRules {
		err = &fs.PathError{Op: "read", Path: name, Err: fileid.ErrTooLarge}
	}
	return src, err
}

// readRules reads a file of rules. It does not wait for what is not a file.
func readRules(name string) ([]byte, error) {
	if info, err := os.Stat(name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	src, _, err := fileid.Read(func() (fs.File, error) { return openFile(name) }, maxRules)
	return src, err
}

// openFile opens a file. It does not wait for the other end of a pipe that is there by now.
func openFile(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// options returns what the flags say for the linter.
func (c *checker) options() *lint.Options {
	return &lint.Options{
		Parse: parser.Options{Defines: c.defines},
		Match: matcher.Options{
			EngineOn: c.engineOn, Handled: c.handled, Programs: c.programs, Resolver: net.DefaultResolver, Compress: true,
		},
		Pedantic: c.pedantic,
		ReadFile: readRules,
	}
}
