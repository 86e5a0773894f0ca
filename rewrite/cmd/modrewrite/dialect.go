package main

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

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

// formatForeign lays out a file that is not in Apache's language, nor in that of
// ISAPI_Rewrite 3, which resembles it.
func formatForeign(d dialect.Dialect, name string, src []byte) ([]byte, error) {
	var text bytes.Buffer
	if d == dialect.WebConfig {
		f, err := webconfig.Parse(name, src, &webconfig.Options{ApplicationHost: isApplicationHost(name)})
		if err := ownErrors(err); err != nil {
			return nil, err
		}
		err = webconfig.Fprint(&text, f)
		return text.Bytes(), err
	}
	f, err := isapi.Parse(name, src, isapiDialect(d), nil)
	if err != nil {
		return nil, err
	}
	err = isapi.Fprint(&text, f)
	return text.Bytes(), err
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

// readStart returns the first bytes of a file. It neither opens nor waits for what is not
// a regular one.
func readStart(name string) ([]byte, error) {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	f, err := openFile(name)
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

// siteRules looks for the files of rules in the document root and returns the dialect
// that governs the site: that of the flag, or Apache's where there is an .htaccess file,
// or that of the file which is there. name is the file of another dialect than Apache's,
// "" for none. What is there and is not run is logged.
func (rs *ruleFlags) siteRules(log *slog.Logger) (d dialect.Dialect, name string, err error) {
	d = rs.dialect.d
	if rs.root == "" {
		return d, "", nil
	}
	entries, err := os.ReadDir(filepath.FromSlash(rs.root))
	if err != nil {
		return d, "", err
	}
	if d == "" && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return strings.EqualFold(e.Name(), ".htaccess") }) {
		d = dialect.Apache
	}
	for _, e := range entries {
		found := dialect.Of(e.Name(), nil)
		if found == dialect.Apache || e.IsDir() || strings.EqualFold(e.Name(), "applicationHost.config") {
			continue
		}
		file := filepath.Join(filepath.FromSlash(rs.root), e.Name())
		switch {
		case d == "" || d == found && name == "":
			d, name = found, file
		case log != nil && d == dialect.Apache && rs.dialect.d == "":
			log.Warn("not run: .htaccess governs the folder", "file", file, "dialect", string(found))
		case log != nil:
			log.Warn("not run: the rules of another dialect govern the folder", "file", file, "dialect", string(found))
		}
	}
	return d, name, nil
}
