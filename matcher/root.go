package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/uri"

// rootOf returns the innermost of the document root and the targets of aliases
// that file lies below, "" if it lies below none. A target that captures
// complete opens no directory to rules.
func (s *server) rootOf(file string) string {
	root := ""
	if s.documentRoot != "" && uri.Within(s.documentRoot, file) {
		root = s.documentRoot
	}
	for _, a := range s.aliasList {
		if a.exact && len(a.root) > len(root) && uri.Within(a.root, file) {
			root = a.root
		}
	}
	return root
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
