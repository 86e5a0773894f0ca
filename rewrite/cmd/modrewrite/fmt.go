package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/layout"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

func fmtCommand() command {
	return command{
		name:    "fmt",
		args:    "[-w] [-l] [-d] [-check] [-dialect NAME] FILE…",
		summary: "lay rulesets out in the usual way, on standard output",
		run:     runFmt,
	}
}

// layoutMode says what becomes of laid out text.
type layoutMode struct{ write, list, diff, check bool }

// runFmt exits with 1 if a file has an error, or if -l, -d or -check found files
// that are laid out otherwise and -w did not change them.
func runFmt(_ context.Context, s streams, args []string) int {
	flags := newFlags(s, fmtCommand())
	var m layoutMode
	flags.BoolVar(&m.write, "w", false, "write the result to the file instead of standard output")
	flags.BoolVar(&m.list, "l", false, "list the files whose layout differs, instead of writing them")
	flags.BoolVar(&m.diff, "d", false, "write what differs as a diff, instead of the result")
	flags.BoolVar(&m.check, "check", false, "write nothing but which files differ, for build servers; the same as -l without -w")
	var d dialectFlag
	d.register(flags)
	if code, ok := parseFileFlags(flags, args); !ok {
		return code
	}
	if m.check && m.write {
		fmt.Fprintln(s.err, "modrewrite fmt: -check writes no files: use it without -w")
		return exitUsage
	}
	code := exitOK
	for _, name := range flags.Args() {
		code = max(code, m.file(s, d, name))
	}
	return code
}

// file lays one file out.
func (m *layoutMode) file(s streams, d dialectFlag, name string) int {
	old, err := os.ReadFile(name)
	if err != nil {
		return failed(s, "fmt", err)
	}
	text, err := format(d.of(name, old), name, old)
	if err != nil {
		return failed(s, "fmt", err)
	}
	differs := !bytes.Equal(old, text)
	if differs && (m.list || m.check) {
		fmt.Fprintln(s.out, name)
	}
	if differs && m.diff {
		writeDiff(s.out, name, string(old), string(text))
	}
	switch {
	case m.write && differs:
		if err := replaceFile(name, old, text); err != nil {
			return failed(s, "fmt", err)
		}
	case !m.write && differs && (m.list || m.diff || m.check):
		return exitFindings
	case !m.write && !m.list && !m.diff && !m.check:
		if _, err := s.out.Write(text); err != nil {
			return failed(s, "fmt", err)
		}
	}
	return exitOK
}

func format(d dialect.Dialect, name string, src []byte) ([]byte, error) {
	if d != dialect.Apache && d != dialect.ISAPI3 {
		return formatForeign(d, name, src)
	}
	parse := func(src []byte) (*parser.File, error) {
		f, err := parser.Parse(name, src, &parser.Options{AccessFile: lint.IsAccessFile(name), FS: noFiles{}, ISAPI3: d == dialect.ISAPI3})
		return f, ownErrors(err)
	}
	f, err := parse(src)
	if err != nil {
		return nil, err
	}
	text, err := layout.Text(f, src, parse)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// ownErrors returns err without what is wrong with other files: a ruleset can
// be laid out even if the files that it includes, or that define its macros, are
// missing.
func ownErrors(err error) error {
	if err == nil {
		return nil
	}
	ds := parser.Findings(err)
	own := slices.DeleteFunc(slices.Clone(ds), func(d *parser.Diagnostic) bool {
		return d.Code == parser.CodeInclude || d.Code == parser.CodeUndefinedMacro || d.Code == webconfig.CodeConfigSource
	})
	if ds == nil {
		return err
	}
	return own.Err()
}

// noFiles is a file system without files.
type noFiles struct{}

// Open says that there is no such file.
func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
