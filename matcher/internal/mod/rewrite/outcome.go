package rewrite

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// concluded applies the outcome of the run x; original is the file name before
// it. over says that nothing is left to be done with what the rules made:
// status is what the run's context returns then.
func concluded(s *httpd.Request, x *rewriting, result outcome, original apr.Optional) (status int, over bool) {
	switch {
	case result == unchanged:
		if s.Eval.Logged() { // as most requests end here, and are not
			x.log(1, "pass through ", s.Filename.Text)
		}
		s.Filename = original
		return httpd.Declined, true
	case unsafeQuery(s, x, result):
		return s.Refuse(403, httpd.CodeUnsafeRewrite, x.lastRule(), httpd.HintQuery,
			"the rewritten query %s holds blanks or control characters", httpd.Clipped(s.Args.Text)), true
	case result == answered:
		return takeStatus(s), true
	case result == refused:
		return s.Status, true
	}
	return 0, false
}

// unsafeQuery reports whether the query holds bytes that may not be sent on
// and will not be escaped either. See CVE-2023-25690.
func unsafeQuery(s *httpd.Request, x *rewriting, result outcome) bool {
	escaped := isAbsolute(s.Filename.Text) && !x.passed && result != changedVerbatim
	if !s.Args.OK || escaped || !uri.HasControl(s.Args.Text) {
		return false
	}
	return true
}

// takeStatus returns the status that a rule left and resets it.
func takeStatus(s *httpd.Request) int {
	status := s.Status
	s.Status = 200
	return status
}

// goProxy marks the request for the proxy.
func (x *rewriting) goProxy(result outcome) {
	s := x.req
	if result == changedVerbatim {
		s.NoCanon = true
	}
	s.Filename.Text += s.PathInfo.Text
	if s.Args.OK && s.NoCanon {
		s.Filename.Text += "?" + s.Args.Text
	}
	s.Proxied = true
	s.Handler = httpd.ProxyHandler
	x.log(1, "go-ahead with proxy request ", s.Filename.Text, " [OK]")
}

// redirect builds the Location of an external redirect from the file name and
// query, and returns the status. In a directory that has a RewriteBase, this takes the place
// of the directory at the head of the path.
func (x *rewriting) redirect(result outcome, original apr.Optional) int {
	s := x.req
	prefix, _ := uri.Absolute(s.Filename.Text)
	if x.dir != nil && x.dir.base != "" {
		s.Filename.Text = x.replaceInURL(s.Filename.Text, prefix)
	}
	target := s.Filename.Text
	if result != changedVerbatim {
		if x.logs() {
			x.log(1, "escaping ", target, " for redirect")
		}
		target = uri.EscapeAbsolute(target, prefix)
	}
	if s.Args.OK {
		query := s.Args.Text
		if result != changedVerbatim && (!original.OK || query != original.Text) {
			query = uri.Escape(query)
			x.log(1, "escaping ", s.Args.Text, " to query string for redirect ", query)
		} else {
			x.log(1, "copying ", query, " to query string for redirect ")
		}
		target += "?" + query
	}
	s.Filename.Text, s.Location = target, target
	status := 302
	if httpd.IsRedirect(s.Status) {
		status = takeStatus(s)
	}
	x.logStatus(1, "redirect to ", target, " [REDIRECT/", status, "]")
	return status
}
