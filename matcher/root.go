package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/uri"

// rootOf returns the innermost of the document root and the targets of aliases
// that file lies below, "" if it lies below none. A target that captures
// complete opens no directory to rules.
func (s *server) rootOf(file string) string {
	root := ""
	if s.rooted && uri.Within(s.rootDir(), file) {
		root = s.rootDir()
	}
	for _, r := range s.roots {
		if len(r) > len(root) && uri.Within(r, file) {
			root = r
		}
	}
	return root
}

// mapsTo notes that a directive maps URLs of the server to files below root. Where
// that is not open, it opens no directory to rules.
func (s *server) mapsTo(root string, open bool) {
	s.mapped = true
	if open && root != "" {
		s.roots = append(s.roots, root)
	}
}

// knowsFiles reports whether the configuration says anything of files, so that
// a path which rules made can be one and not only a URL for the next handler.
func (s *server) knowsFiles() bool {
	return s.rooted || s.mapped || len(s.directories) > 0
}

// publicRoot is Result.Root of the request.
func (s *state) publicRoot() string {
	if s.strayed && s.granted {
		return "/"
	}
	return s.root
}
