package httpd

import (
	"maps"
	"slices"
	"strings"

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
	Behind         string
	RedirectURL    string
	RedirectQuery  apr.Optional
	RedirectUser   string
	PassAuth       bool
	CurrentURI     bool // REQUEST_URI is that after internal redirects
	Generic        bool // the server of scripts is declared to be another than PHP-FPM
}

// ScriptHook is what a module does to the variables of a script before it is run. At most
// one module has one.
type ScriptHook struct {
	// Generic reports whether a configuration declares that scripts are run by another
	// server than PHP-FPM.
	Generic func(d *DirConfig) bool
	// Wanted reports whether Change has anything to do.
	Wanted func(d *DirConfig) bool
	// Change changes the variables, which are the environment of s for the time, and says
	// how. ok is false where the script must not be run.
	Change func(s *Request) (done []ScriptChange, ok bool)
}

// ScriptChange is what was done to a variable of a script.
type ScriptChange struct {
	Name, Value string
	Unset       bool
	Access      bool // an access file says so
}

// cgi returns what a script needs to know of the request.
func (s *Request) cgi() *CGI {
	c := &CGI{
		DocumentRoot: s.Server.rootDir(), ContextPrefix: s.ContextPrefix(), ContextRoot: s.ContextRoot(),
		ServerAdmin: s.Server.admin, Behind: s.Behind, PassAuth: s.Dir.Core.passAuth == apr.On, CurrentURI: s.Dir.Core.currentURI == apr.On,
	}
	if generic := s.Eval.Engine.phases.Script.Generic; generic != nil {
		c.Generic = generic(s.Dir)
	}
	if s.PathInfo.Text != "" {
		c.PathTranslated = s.translated(s.PathInfo.Text)
	}
	if s.Prev != nil {
		c.RedirectURL, c.RedirectQuery = s.Prev.URI, s.Prev.Args
		if s.Dir.Core.qualifyRedirectURL == apr.On {
			c.RedirectURL = s.Prev.qualified()
		}
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

// qualified returns what was asked for as a whole URL, with the path decoded.
func (s *Request) qualified() string {
	url := Absolute(s.Scheme(), s.serverNameForURL(), s.ServerPort(), s.asked)
	if s.askedQuery.OK {
		url += "?" + s.askedQuery.Text
	}
	return url
}

// ChangesScript reports whether directives have a say about the variables of the script
// that answers.
func (a *Answer) ChangesScript() bool {
	return a.CGI != nil && a.changesCGI()
}

func (a *Answer) changesCGI() bool {
	wanted := a.Last.Eval.Engine.phases.Script.Wanted
	return wanted != nil && wanted(a.Last.Dir)
}

// ChangeScript has directives change vars, the variables of the script that answers, and
// returns what they do. ok is false where the script must not be run. For expressions the
// name of the file is SCRIPT_FILENAME by then, as in httpd.
func (a *Answer) ChangeScript(vars map[string]string) (done []ScriptChange, ok bool) {
	s := a.Last
	env, url, file := s.Env, s.ScriptURL, s.Filename
	s.Env, s.ScriptURL, s.Filename = apr.Table{}, apr.Optional{}, apr.Some(vars["SCRIPT_FILENAME"])
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		s.Env.Set(name, vars[name])
	}
	done, ok = s.Eval.Engine.phases.Script.Change(s)
	s.Env, s.ScriptURL, s.Filename = env, url, file
	if s.Eval.err != nil {
		s.Eval.ReportError(s.Eval.err)
		s.Eval.err, ok = nil, false
	}
	return done, ok
}

// NoScripts notes that n has no effect where no scripts are run.
func (sc *Scope) NoScripts(n *parser.Directive) {
	if !sc.Engine.World.CGI {
		sc.Report(parser.Note, CodeNoEffect, n.Extent, "", "%s has no effect: no scripts are run", n.Directive)
	}
}

// applyCGIVar compiles "CGIVar REQUEST_URI current-uri" or "original-uri".
func applyCGIVar(sc *Scope, n *parser.Directive) {
	if n.Args[0].Text != "REQUEST_URI" {
		sc.BadArgument(n, "knows the variable REQUEST_URI alone")
		return
	}
	switch strings.ToLower(n.Args[1].Text) {
	case "current-uri":
		sc.Dir.Core.currentURI = apr.On
	case "original-uri":
		sc.Dir.Core.currentURI = apr.Off
	default:
		sc.BadArgument(n, "must be current-uri or original-uri")
		return
	}
	sc.NoScripts(n)
}

func applyQualifyRedirectURL(sc *Scope, n *parser.Directive) {
	sc.Dir.Core.qualifyRedirectURL = OnOffWord(n.Args[0])
	sc.NoScripts(n)
}

func applyCGIPassAuth(sc *Scope, n *parser.Directive) {
	sc.Dir.Core.passAuth = OnOffWord(n.Args[0])
	if !sc.Engine.World.CGI {
		sc.Report(parser.Note, CodeNoEffect, n.Extent, "",
			"%s has no effect: no scripts are run, and handlers always get the Authorization header", n.Directive)
	}
}
