package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
)

// dialectFlag is a flag that names the dialect of all files; without it the
// dialect follows from each file's name and text.
type dialectFlag struct{ d dialect.Dialect }

func (f *dialectFlag) register(flags *flag.FlagSet) {
	flags.Var(f, "dialect", "`name` of the language that the files are written in: apache, webconfig, isapi2, isapi3 or iirf; a file's name and text tell it otherwise")
}

// String returns the name.
func (f *dialectFlag) String() string { return string(f.d) }

// Set takes the name.
func (f *dialectFlag) Set(name string) (err error) {
	f.d, err = dialect.Parse(name)
	return err
}

// of returns the dialect of the file called name, which holds src.
func (f *dialectFlag) of(name string, src []byte) dialect.Dialect {
	if f.d != "" {
		return f.d
	}
	return dialect.Of(name, src)
}

// isapiDialect returns what package isapi calls d.
func isapiDialect(d dialect.Dialect) isapi.Dialect {
	if d == dialect.IIRF {
		return isapi.IIRF
	}
	return isapi.Rewrite2
}

// isApplicationHost reports whether name is that of the configuration of IIS as
// a whole.
func isApplicationHost(name string) bool {
	return strings.EqualFold(filepath.Base(name), "applicationHost.config")
}

// formatForeign lays out a file that is not in Apache's language.
func formatForeign(d dialect.Dialect, name string, src []byte) ([]byte, error) {
	var text bytes.Buffer
	switch d {
	case dialect.WebConfig:
		f, err := webconfig.Parse(name, src, &webconfig.Options{ApplicationHost: isApplicationHost(name)})
		if err := ownErrors(err); err != nil {
			return nil, err
		}
		err = webconfig.Fprint(&text, f)
		return text.Bytes(), err
	case dialect.ISAPI2, dialect.IIRF:
		f, err := isapi.Parse(name, src, isapiDialect(d))
		if err != nil {
			return nil, err
		}
		err = isapi.Fprint(&text, f)
		return text.Bytes(), err
	case dialect.Apache, dialect.ISAPI3:
	}
	return nil, parser.Diagnostics{dialect.NotRun(name, d)}
}

// isOtherRules reports whether name, found in a directory, is a file of rules
// for IIS: by its name, or in the case of some extensions by what it holds.
func isOtherRules(name string) bool {
	if dialect.Of(name, nil) != dialect.Apache {
		return true
	}
	ext := strings.ToLower(filepath.Ext(name))
	if !slices.Contains([]string{".config", ".xml", ".ini"}, ext) {
		return false
	}
	start, err := readStart(name)
	if err != nil || dialect.Of(name, start) == dialect.Apache {
		return false
	}
	return ext == ".ini" || webconfig.Mentions(start)
}

// readStart returns the first bytes of a file.
func readStart(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	b := make([]byte, min(st.Size(), 256<<10))
	n, err := f.Read(b)
	return b[:n], err
}

// otherRules looks for rules of IIS in the document root, which are not run. Where
// there is an .htaccess file that governs, the log says so; elsewhere the site
// would be open that these rules guard, which is an error.
func (rs *ruleFlags) otherRules(log *slog.Logger) error {
	if rs.root == "" {
		return nil
	}
	entries, err := os.ReadDir(filepath.FromSlash(rs.root))
	if err != nil {
		return err
	}
	governed := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return strings.EqualFold(e.Name(), ".htaccess") })
	for _, e := range entries {
		d := dialect.Of(e.Name(), nil)
		if d == dialect.Apache || e.IsDir() {
			continue
		}
		name := filepath.Join(filepath.FromSlash(rs.root), e.Name())
		if !governed {
			return fmt.Errorf("%w; with an .htaccess file beside it, which may be empty, the folder is served by Apache's rules", dialect.NotRun(name, d))
		}
		if log != nil {
			log.Warn("not run: .htaccess governs the folder", "file", name, "dialect", string(d))
		}
	}
	return nil
}
