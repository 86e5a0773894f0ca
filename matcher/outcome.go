package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// concluded applies the outcome of the run x; original is the file name before
// it. over says that nothing is left to be done with what the rules made:
// status is what the run's context returns then.
func concluded(s *state, x *rewriting, result outcome, original apr.Optional) (status int, over bool) {
	switch {
	case result == unchanged:
		s.filename = original
		return declined, true
	case unsafeQuery(s, x, result):
		return s.refuse(403, codeUnsafeRewrite, x.lastRule(), hintQuery,
			"the rewritten query %s holds blanks or control characters", clipped(s.args.Text)), true
	case result == answered:
		return takeStatus(s), true
	case result == refused:
		return s.status, true
	}
	return 0, false
}

// unsafeQuery reports whether the query holds bytes that may not be sent on
// and will not be escaped either. See CVE-2023-25690.
func unsafeQuery(s *state, x *rewriting, result outcome) bool {
	escaped := isAbsolute(s.filename.Text) && !x.passed && result != changedVerbatim
	if !s.args.OK || escaped || !uri.HasControl(s.args.Text) {
		return false
	}
	return true
}

// takeStatus returns the status that a rule left and resets it.
func takeStatus(s *state) int {
	status := s.status
	s.status = 200
	return status
}

// goProxy marks the request for the proxy.
func goProxy(s *state, result outcome) {
	if result == changedVerbatim {
		s.noCanon = true
	}
	s.filename.Text += s.pathInfo.Text
	if s.args.OK && s.noCanon {
		s.filename.Text += "?" + s.args.Text
	}
	s.proxied = true
	s.handler = proxyHandler
}

// redirect builds the Location of an external redirect from the file name and
// query, and returns the status. base, if not nil, replaces a directory at the
// head of the path with its RewriteBase.
func redirect(s *state, result outcome, original apr.Optional, base *dirRewrite) int {
	prefix, _ := uri.Absolute(s.filename.Text)
	if base != nil && base.base != "" {
		s.filename.Text = base.replaceInURL(s.filename.Text, prefix)
	}
	target := s.filename.Text
	if result != changedVerbatim {
		target = uri.EscapeAbsolute(target, prefix)
	}
	if s.args.OK {
		query := s.args.Text
		if result != changedVerbatim && (!original.OK || query != original.Text) {
			query = uri.Escape(query)
		}
		target += "?" + query
	}
	s.filename.Text, s.location = target, target
	if isRedirect(s.status) {
		return takeStatus(s)
	}
	return 302
}
