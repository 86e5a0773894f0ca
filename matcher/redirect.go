package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// isURL reports whether s begins with a scheme.
func isURL(s string) bool {
	i := strings.IndexByte(s, ':')
	if i <= 0 {
		return false
	}
	for j := range i {
		if c := s[j]; !uri.IsAlnum(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// aliasContext is the alias that a request was mapped by.
type aliasContext struct{ prefix, root string }

// redirectTo answers with status and, for a redirect, target.
func (s *state) redirectTo(target string, status int, at parser.Extent) int {
	if s.parent == nil {
		s.eval.rule = at
	}
	if !isRedirect(status) {
		return status
	}
	relative := strings.HasPrefix(target, "/") && relativeRedirect(s.dir)
	if strings.HasPrefix(target, "/") && !relative {
		target = absolute(s.scheme(), s.serverName(), s.serverPort(), target)
	}
	if !relative && !isURL(target) {
		return s.refuse(500, CodeBadTarget, at, "", "the target %s is neither a URL nor a path", clipped(target))
	}
	if s.args.ok && strings.IndexByte(target, '?') < 0 {
		target += "?" + s.args.text
	}
	s.location = target
	return status
}

// contextPrefix and contextRoot return where an alias mapped the request; by
// default the document root.
func (s *state) contextPrefix() string {
	if s.alias != nil {
		return s.alias.prefix
	}
	return ""
}

func (s *state) contextRoot() string {
	if s.alias != nil {
		return s.alias.root
	}
	return s.server.rootDir()
}

// relativeRedirect reports whether RedirectRelative holds.
func relativeRedirect(d *dirConfig) bool {
	a := aliasDirSlot.of(d.parts)
	return a != nil && a.relativeRedirect == on
}
