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
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

func fmtCommand() command {
	return command{
		name:    "fmt",
		args:    "[-w] [-l] [-dialect NAME] FILE…",
		summary: "lay rulesets out in the usual way, on standard output",
		run:     runFmt,
	}
}

// runFmt exits with 1 if a file has an error, or if -l alone found files that
// are laid out otherwise.
func runFmt(_ context.Context, s streams, args []string) int {
	flags := newFlags(s, fmtCommand())
	write := flags.Bool("w", false, "write the result to the file instead of standard output")
	list := flags.Bool("l", false, "list the files whose layout differs, instead of writing them")
	var d dialectFlag
	d.register(flags)
	if code, ok := parseFileFlags(flags, args); !ok {
		return code
	}
	code := exitOK
	for _, name := range flags.Args() {
		code = max(code, formatFile(s, d, name, *write, *list))
	}
	return code
}

func formatFile(s streams, d dialectFlag, name string, write, list bool) int {
	old, err := os.ReadFile(name)
	if err != nil {
		return failed(s, "fmt", err)
	}
	text, err := format(d.of(name, old), name, old)
	if err != nil {
		return failed(s, "fmt", err)
	}
	differs := !bytes.Equal(old, text)
	if list && differs {
		fmt.Fprintln(s.out, name)
	}
	switch {
	case write && differs:
		if err := overwrite(name, text); err != nil {
			return failed(s, "fmt", err)
		}
	case list && differs:
		return exitFindings
	case !write && !list:
		if _, err := s.out.Write(text); err != nil {
			return failed(s, "fmt", err)
		}
	}
	return exitOK
}

func format(d dialect.Dialect, name string, src []byte) ([]byte, error) {
	if d != dialect.Apache {
		return formatForeign(d, name, src)
	}
	f, err := parser.Parse(name, src, &parser.Options{AccessFile: lint.IsAccessFile(name), FS: noFiles{}})
	if err := ownErrors(err); err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = parser.Fprint(&text, f)
	return text.Bytes(), err
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

// overwrite replaces a file's text. The file keeps its mode.
func overwrite(name string, text []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.WriteFile(name, text, info.Mode().Perm())
}
