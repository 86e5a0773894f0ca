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
	for _, a := range s.aliasList {
		if a.exact && len(a.root) > len(root) && uri.Within(a.root, file) {
			root = a.root
		}
	}
	return root
}

// knowsFiles reports whether the configuration says anything of files, so that
// a path which rules made can be one and not only a URL for the next handler.
func (s *server) knowsFiles() bool {
	return s.rooted || len(s.aliasList) > 0 || len(s.directories) > 0
}

// publicRoot is Result.Root of the request.
func (s *state) publicRoot() string {
	if s.strayed && s.granted() {
		return "/"
	}
	return s.root
}

// granted reports whether a Require let the request in, and not merely the lack
// of one.
func (s *state) granted() bool {
	a := s.dir.access
	return a != nil && a.Authz != nil && a.Authz.Root != nil
}
