package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

func checkCommand() command {
	return command{
		name:    "check",
		args:    "[-htaccess] [-engine-on] [-pedantic] [-dialect NAME] [-json] FILE…",
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
}

// runCheck exits with 1 if a file has an error.
func runCheck(_ context.Context, s streams, args []string) int {
	var c checker
	flags := newFlags(s, checkCommand())
	flags.BoolVar(&c.perDir, "htaccess", false, "read every file as an .htaccess file, whatever its name")
	registerRead(flags, &c.engineOn, &c.defines, &c.handled)
	registerPrograms(flags, &c.programs)
	c.dialect.register(flags)
	flags.BoolVar(&c.pedantic, "pedantic", false, "also report what changes nothing for likely requests")
	asJSON := flags.Bool("json", false, "write the findings as JSON")
	if code, ok := parseFileFlags(flags, args); !ok {
		return code
	}
	names, err := ruleFiles(flags.Args())
	if err != nil {
		return failed(s, "check", err)
	}
	sources, err := c.sources(names)
	if err != nil {
		return failed(s, "check", err)
	}
	all, err := lint.Check(sources, c.options())
	if err != nil {
		return failed(s, "check", err)
	}
	return writeChecked(s, len(names), all, *asJSON)
}

func writeChecked(s streams, files int, all parser.Diagnostics, asJSON bool) int {
	code := exitOK
	if all.Err() != nil {
		code = exitFindings
	}
	if asJSON {
		out := struct {
			Files    int       `json:"files"`
			Findings []finding `json:"findings"`
		}{files, []finding{}}
		for _, d := range all {
			out.Findings = append(out.Findings, newFinding(d))
		}
		return writeJSON(s, "check", out, code)
	}
	writeFindings(s.out, all)
	if files > 1 {
		writeTable(s.out, all)
	}
	counts := map[parser.Severity]int{}
	for _, d := range all {
		counts[d.Severity]++
	}
	fmt.Fprintf(s.out, "%s: %s, %s, %s\n", plural(files, "file"), plural(counts[parser.Error], "error"),
		plural(counts[parser.Warning], "warning"), plural(counts[parser.Note], "note"))
	return code
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

// ruleFiles replaces the directories among names with the rule files below them.
func ruleFiles(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (isAccessFile(path) || isOtherRules(path)) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, errors.New("no .htaccess file found, nor one of IIS")
	}
	return files, nil
}

func isAccessFile(name string) bool { return strings.HasSuffix(name, ".htaccess") }

// sources reads the files.
func (c *checker) sources(names []string) ([]lint.Source, error) {
	var all []lint.Source
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		abs, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		all = append(all, lint.Source{
			Name: name, Text: src, Access: c.perDir || isAccessFile(name), Dialect: c.dialect.d,
			ServerRoot: filepath.ToSlash(filepath.Dir(abs)),
		})
	}
	return all, nil
}

// options returns what the flags say for the linter.
func (c *checker) options() *lint.Options {
	return &lint.Options{
		Parse:    parser.Options{Defines: c.defines},
		Match:    matcher.Options{EngineOn: c.engineOn, Handled: c.handled, Programs: c.programs, Resolver: net.DefaultResolver},
		Pedantic: c.pedantic,
		ReadFile: os.ReadFile,
	}
}
