package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// CGI is what a script needs to know of its request beside what every request has.
// matcher.CGI says what the fields mean.
type CGI struct {
	DocumentRoot   string
	ContextPrefix  string
	ContextRoot    string
	ServerAdmin    string
	PathTranslated string
	RedirectURL    string
	RedirectQuery  apr.Optional
	RedirectUser   string
	PassAuth       bool
}

// cgi returns what a script needs to know of the request.
func (s *Request) cgi() *CGI {
	c := &CGI{
		DocumentRoot: s.Server.rootDir(), ContextPrefix: s.ContextPrefix(), ContextRoot: s.ContextRoot(),
		ServerAdmin: s.Server.admin, PassAuth: s.Dir.Core.passAuth == apr.On,
	}
	if s.PathInfo.Text != "" {
		c.PathTranslated = s.translated(s.PathInfo.Text)
	}
	if s.Prev != nil {
		c.RedirectURL, c.RedirectQuery = s.Prev.URI, s.Prev.Args
	}
	for back := s.Prev; back != nil && c.RedirectUser == ""; back = back.Prev {
		if back.Verified {
			c.RedirectUser = back.User
		}
	}
	return c
}

// translated returns the file that a URL-path stands for, with what follows it. It
// is looked up as a sub-request; how that goes says nothing of this request.
func (s *Request) translated(path string) string {
	e := s.Eval
	err, reason, rule, substituted := e.err, e.reason, e.Rule, e.Substituted
	sub := s.LookupURI(uri.Escape(path))
	e.err, e.reason, e.Rule, e.Substituted = err, reason, rule, substituted
	return sub.Filename.Text + sub.PathInfo.Text
}

func applyCGIPassAuth(sc *Scope, n *parser.Directive) {
	sc.Dir.Core.passAuth = OnOffWord(n.Args[0])
	if !sc.Engine.World.CGI {
		sc.Report(parser.Note, CodeNoEffect, n.Extent, "",
			"%s has no effect: no scripts are run, and handlers always get the Authorization header", n.Directive)
	}
}
