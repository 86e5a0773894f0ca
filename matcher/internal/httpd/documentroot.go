package httpd

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
func (c *Compiler) callersRoot(main *Server, name string) string {
	root, err := c.Engine.Files.absolute(name)
	if err == nil {
		err = c.Engine.Files.isDirectory(root)
	}
	if err != nil {
		c.Report(parser.Error, codeNoDocumentRoot, parser.Extent{}, "",
			"Options.DocumentRoot %q can't be used: %v", name, err)
	}
	main.setRoot(root)
	return root
}

// setRoot sets the document root: absolute, clean and with slashes.
func (s *Server) setRoot(root string) { s.DocumentRoot, s.Rooted = strings.TrimSuffix(root, "/"), true }

// rootDir returns the document root, "" if there is none.
func (s *Server) rootDir() string {
	if s.Rooted && s.DocumentRoot == "" {
		return "/"
	}
	return s.DocumentRoot
}

// documentRootSection lets access files below the caller's document root hold
// everything, unless the ruleset has a section of its own for it.
func (c *Compiler) documentRootSection(main *Server, root string) {
	s := &Section{Config: &DirConfig{}}
	s.setDirectory(root)
	s.Config.Core.override = override{set: true, classes: OverrideAll}
	s.Config.Core.Options = Options{set: true, Value: FollowSymLinks}
	main.directories = append([]*Section{s}, main.directories...)
	if !main.Base.Core.override.set {
		main.Base.Core.override.set = true // no access files elsewhere
	}
}

// applyDocumentRoot compiles DocumentRoot, which is relative to ServerRoot. Where it
// is not a directory httpd refuses to start, but for that of a virtual host, which
// it warns of.
func applyDocumentRoot(sc *Scope, n *parser.Directive) {
	if len(n.Args) != 1 || n.Args[0].Text == "" {
		sc.Errorf(CodeBadArgument, n.Extent, "%s takes one directory", n.Directive)
		return
	}
	root, ok := uri.ResolveFile(sc.Engine.ServerRoot, n.Args[0].Text)
	if !ok {
		sc.Errorf(CodeBadArgument, n.Args[0].Extent, "%s: %q can't be a path", n.Directive, n.Args[0].Text)
		return
	}
	if err := sc.Engine.Files.isDirectory(root); err != nil {
		severity, code := parser.Error, codeNoDocumentRoot
		if sc.Kind == scopeVirtualHost {
			severity, code = parser.Warning, CodeNoEffect
		}
		sc.Report(severity, code, n.Args[0].Extent, "", "%s %s can't be used: %v", n.Directive, root, err)
	}
	sc.Server.setRoot(root)
}

// warnOfUnmapped warns of <Directory> sections that hold on none of the servers,
// because nothing there maps a URL to a file.
func (c *Compiler) warnOfUnmapped(servers []*Server) {
	var idle []*Section
	held := map[*Section]bool{}
	for _, s := range servers {
		maps := s.mapsFiles(c.Engine.modules)
		for _, l := range s.walked {
			for _, sec := range l.named {
				if maps || sec.depth == 0 {
					held[sec] = true
				} else if _, seen := held[sec]; !seen {
					held[sec] = false
					idle = append(idle, sec)
				}
			}
		}
	}
	for _, sec := range idle {
		if !held[sec] {
			c.Report(parser.Warning, CodeNoEffect, sec.at, "set DocumentRoot or Options.DocumentRoot",
				"<Directory %s> has no effect without a document root to say which files URLs stand for", sec.Path)
		}
	}
}

// MapsFiles reports whether URLs of the server may stand for known files.
func (s *Server) mapsFiles(modules []*Module) bool {
	return s.Rooted || slices.ContainsFunc(modules, func(m *Module) bool { return m.MapsFiles != nil && m.MapsFiles(s) })
}

// absolute returns the absolute path of name, without dot segments. A relative
// one starts from the working directory, or from the root of an fs.FS.
func (f Files) absolute(name string) (string, error) {
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

// isDirectory returns why name is not a directory, nil if it is one.
func (f Files) isDirectory(name string) error {
	info, err := f.Stat(name)
	if err == nil && !info.IsDir() {
		err = errNotDirectory
	}
	return err
}
