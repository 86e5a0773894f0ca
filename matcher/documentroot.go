package matcher

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Why a directory can't be the document root.
var (
	errNotDirectory = errors.New("not a directory")
	errOtherDrive   = errors.New("not on the drive of the working directory")
)

// callersRoot makes Options.DocumentRoot the main server's and returns it. No
// access file would hold below a wrong one, so that must not pass unnoticed.
func (c *compiler) callersRoot(main *server, name string) string {
	root, err := c.engine.files.absolute(name)
	if err == nil {
		err = c.engine.files.isDirectory(root)
	}
	if err != nil {
		c.report(parser.Error, codeNoDocumentRoot, parser.Extent{}, "",
			"Options.DocumentRoot %q can't be used: %v", name, err)
	}
	main.setRoot(root)
	return root
}

// setRoot sets the document root: absolute, clean and with slashes.
func (s *server) setRoot(root string) { s.documentRoot, s.rooted = strings.TrimSuffix(root, "/"), true }

// rootDir returns the document root, "" if there is none.
func (s *server) rootDir() string {
	if s.rooted && s.documentRoot == "" {
		return "/"
	}
	return s.documentRoot
}

// documentRootSection lets access files below the caller's document root hold
// everything, unless the ruleset has a section of its own for it.
func (c *compiler) documentRootSection(main *server, root string) {
	s := &section{config: &dirConfig{}}
	s.setDirectory(root)
	s.config.core.override = override{set: true, classes: overrideAll}
	s.config.core.options = options{set: true, value: followSymLinks}
	main.directories = append([]*section{s}, main.directories...)
	if !main.base.core.override.set {
		main.base.core.override.set = true // no access files elsewhere
	}
}

// applyDocumentRoot compiles DocumentRoot, which is relative to ServerRoot. Where it
// is no directory httpd refuses to start, but for that of a virtual host, which
// it warns of.
func applyDocumentRoot(sc *scope, n *parser.Directive) {
	if len(n.Args) != 1 || n.Args[0].Text == "" {
		sc.errorf(CodeBadArgument, n.Extent, "%s takes one directory", n.Directive)
		return
	}
	root, ok := uri.ResolveFile(sc.engine.serverRoot, n.Args[0].Text)
	if !ok {
		sc.errorf(CodeBadArgument, n.Args[0].Extent, "%s: %q can't be a path", n.Directive, n.Args[0].Text)
		return
	}
	if err := sc.engine.files.isDirectory(root); err != nil {
		severity, code := parser.Error, codeNoDocumentRoot
		if sc.kind == scopeVirtualHost {
			severity, code = parser.Warning, codeNoEffect
		}
		sc.report(severity, code, n.Args[0].Extent, "", "%s %s can't be used: %v", n.Directive, root, err)
	}
	sc.server.setRoot(root)
}

// warnOfUnmapped warns of <Directory> sections that hold on none of the servers,
// because nothing there maps a URL to a file.
func (c *compiler) warnOfUnmapped(servers []*server) {
	var idle []*section
	held := map[*section]bool{}
	for _, s := range servers {
		maps := s.mapsFiles(c.engine.modules)
		for _, sec := range s.directories {
			if maps || sec.regex != nil || sec.depth == 0 {
				held[sec] = true
			} else if _, seen := held[sec]; !seen {
				held[sec] = false
				idle = append(idle, sec)
			}
		}
	}
	for _, sec := range idle {
		if !held[sec] {
			c.report(parser.Warning, codeNoEffect, sec.at, "set DocumentRoot or Options.DocumentRoot",
				"<Directory %s> has no effect without a document root to say which files URLs stand for", sec.path)
		}
	}
}

// mapsFiles reports whether URLs of the server may stand for known files.
func (s *server) mapsFiles(modules []*module) bool {
	return s.rooted || slices.ContainsFunc(modules, func(m *module) bool { return m.mapsFiles != nil && m.mapsFiles(s) })
}

// absolute returns the absolute path of name, without dot segments. A relative
// one starts from the working directory, or from the root of an fs.FS.
func (f files) absolute(name string) (string, error) {
	if f.fsys != nil {
		return path.Join("/", name), nil
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	// Paths have no drive here: they are on that of the working directory.
	drive := filepath.VolumeName(abs)
	if here, err := filepath.Abs("."); err != nil || filepath.VolumeName(here) != drive {
		return "", errOtherDrive
	}
	return filepath.ToSlash(abs[len(drive):]), nil
}

// isDirectory returns why name is no directory, nil if it is one.
func (f files) isDirectory(name string) error {
	info, err := f.stat(name)
	if err == nil && !info.IsDir() {
		err = errNotDirectory
	}
	return err
}
