package ruleset

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
)

// applicationHost is the name of the configuration of IIS as a whole.
const applicationHost = "applicationHost.config"

// ReadSite makes an engine of the rules that the root of a site holds, in dialect d.
// The error says that something else than the text is wrong.
func ReadSite(d dialect.Dialect, root string, files fs.FS, mo *matcher.Options) (*Ruleset, error) {
	dir := strings.TrimPrefix(root, "/")
	opts := *mo
	switch d {
	case dialect.WebConfig:
		opts.WebConfig = true
		src, err := fs.ReadFile(files, path.Join(dir, applicationHost))
		if errors.Is(err, fs.ErrNotExist) {
			return compiled(nil, nil, &opts)
		}
		if err != nil {
			return nil, err
		}
		f, err := webconfig.Parse(path.Join(root, applicationHost), src, &webconfig.Options{ApplicationHost: true})
		opts.ApplicationHost = f
		return compiled(nil, err, &opts)
	case dialect.ISAPI2, dialect.IIRF:
		name, err := iniFile(files, dir, d)
		if err != nil {
			return nil, err
		}
		src, err := fs.ReadFile(files, path.Join(dir, name))
		if err != nil {
			return nil, err
		}
		return ReadForeign(d, path.Join(root, name), src, &Place{Files: files, Path: path.Join(dir, name)}, &opts)
	case dialect.ISAPI3:
		f, err := parser.Parse(root, nil, &parser.Options{ISAPI3: true, FS: files})
		return compiled(f, err, &opts)
	case dialect.Apache:
	}
	return nil, fmt.Errorf("%s: %w: %s", root, errNotForeign, d)
}

// errNotForeign is the error for a dialect that is read otherwise.
var errNotForeign = errors.New("not a dialect of rules that has files of its own")

// iniFile returns the name of the file of rules in a folder.
func iniFile(files fs.FS, dir string, d dialect.Dialect) (string, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if !e.IsDir() && dialect.Of(e.Name(), nil) == d {
			return e.Name(), nil
		}
	}
	return "", fs.ErrNotExist
}

// Place is where a file lies, for what it refers to. What is nil has no files.
type Place struct {
	// Folder is the folder of the file. It has to refuse links that lead out.
	Folder fs.FS
	// Files is what the folder is a part of, and Path is where the file is in it.
	Files fs.FS
	Path  string
}

// ReadForeign makes an engine of the rules in src, the file called name, in dialect d,
// which is not Apache's.
func ReadForeign(d dialect.Dialect, name string, src []byte, at *Place, mo *matcher.Options) (*Ruleset, error) {
	opts := *mo
	var warnings parser.Diagnostics
	var err error
	switch d {
	case dialect.WebConfig:
		host := IsApplicationHost(name)
		var f *webconfig.File
		f, err = webconfig.Parse(name, src, &webconfig.Options{FS: at.Folder, ApplicationHost: host})
		if host {
			opts.ApplicationHost = f
		} else {
			opts.SiteConfig = f
		}
		opts.WebConfig = opts.WebConfig || opts.DocumentRoot != ""
		warnings = f.Warnings
	case dialect.ISAPI2, dialect.IIRF:
		kind := isapi.Rewrite2
		if d == dialect.IIRF {
			kind = isapi.IIRF
		}
		opts.ISAPI, err = isapi.Parse(name, src, kind, &isapi.Options{FS: at.Files, Path: at.Path})
		warnings = opts.ISAPI.Warnings
	case dialect.Apache, dialect.ISAPI3:
		return nil, fmt.Errorf("%s: %w: %s", name, errNotForeign, d)
	}
	rs, err := compiled(nil, err, &opts)
	if rs != nil {
		rs.Findings = append(rs.Findings, warnings...)
		rs.Findings.Sort()
	}
	return rs, err
}

// IsApplicationHost reports whether name is that of the configuration of IIS as a whole.
func IsApplicationHost(name string) bool {
	return strings.EqualFold(path.Base(filepath.ToSlash(name)), applicationHost)
}

// compiled makes an engine of f, which may be nil, unless err, what was found while
// reading, has an error.
func compiled(f *parser.File, err error, mo *matcher.Options) (*Ruleset, error) {
	rs := &Ruleset{File: f, Findings: parser.Findings(err)}
	if err != nil && rs.Findings == nil {
		return nil, err
	}
	if rs.Findings.Err() != nil {
		return rs, nil //nolint:nilerr // the findings say what is wrong
	}
	e, err := matcher.Compile(f, mo)
	more := parser.Findings(err)
	if err != nil && more == nil {
		return nil, err
	}
	if err == nil {
		more, rs.Engine = e.Warnings(), e
	}
	rs.Findings = append(rs.Findings, more...)
	rs.Findings.Sort()
	return rs, nil
}
