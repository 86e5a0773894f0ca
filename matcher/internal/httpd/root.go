package httpd

import "github.com/modrewrite-go/modrewrite/matcher/internal/uri"

// RootOf returns the innermost of the document root and the targets of aliases
// that file lies below, "" if it lies below none. A target that captures
// complete opens no directory to rules.
func (s *Server) RootOf(file string) string {
	root := ""
	if s.Rooted && uri.Within(s.rootDir(), file) {
		root = s.rootDir()
	}
	for _, r := range s.roots {
		if len(r) > len(root) && uri.Within(r, file) {
			root = r
		}
	}
	return root
}

// MapsTo notes that a directive maps URLs of the server to files below root. Where
// that is not open, it opens no directory to rules.
func (s *Server) MapsTo(root string, open bool) {
	s.mapped = true
	if open && root != "" {
		s.roots = append(s.roots, root)
	}
}

// KnowsFiles reports whether the configuration says anything of files, so that
// a path which rules made can be one and not only a URL for the next handler.
func (s *Server) KnowsFiles() bool {
	return s.Rooted || s.mapped || len(s.walked) > 0
}

// PublicRoot is Result.Root of the request.
func (s *Request) PublicRoot() string {
	if s.Strayed && s.Granted {
		return "/"
	}
	return s.Root
}
