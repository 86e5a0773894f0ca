package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/authfile"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Login is who the client is.
type Login struct {
	User     string // as httpd's r->user: what the client claims, once it was asked
	AuthType string
	// Verified says that the claim holds: the client has proved it, or the caller of
	// the engine says so.
	Verified bool
	// Challenge is the value of WWW-Authenticate where the client has to log in, ""
	// for none.
	Challenge string
	// Asked is set where the response, with status 401, says how to log in.
	Asked bool
	// Why says why the claim does not hold, and Hint how to cure that if the ruleset is
	// at fault; for the log.
	Why, Hint string
	// Doubts counts the tests of the user that denied the request because they could not be
	// made.
	Doubts int
}

// Requirement compiles a test of users that Require names; args is what follows the name.
// The test is made of a client that has logged in. nil stands for a finding that was
// reported.
type Requirement func(sc *Scope, args parser.Word) func(s *Request) access.Outcome

// Requirement returns what compiles the test of the given name, nil if no module that the
// server has makes it.
func (c *Compiler) Requirement(name string) Requirement {
	for _, m := range c.Engine.modules {
		if r := m.Requirements[name]; r != nil && c.HasModule(strings.TrimPrefix(m.Name, "mod_")+"_module") {
			return r
		}
	}
	return nil
}

// LeftToCaller reports whether the caller enforces the directive n about logging in, or
// all of them by enforcing AuthType, and then notes that it has no effect.
func (sc *Scope) LeftToCaller(n *parser.Directive) bool {
	if !sc.Engine.Handled(n.Directive) && !sc.Engine.Handled("AuthType") {
		return false
	}
	sc.Report(parser.Note, CodeNoEffect, n.Extent, "", "%s has no effect on rewriting and is left to the server", n.Directive)
	return true
}

// AuthFiles is what files of users and groups are read with.
func (e *Engine) AuthFiles() authfile.World {
	l := &e.Limits
	return authfile.World{
		Stat: e.Files.Stat, Opener: e.Files.Opener, Now: e.Now, Revalidate: e.Revalidate,
		MaxFile: l.AuthFile, MaxKept: l.AuthCache, MaxWait: l.WaitTime,
	}
}

// ServerPath returns path, which may be relative to ServerRoot.
func (e *Engine) ServerPath(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return strings.TrimSuffix(e.ServerRoot, "/") + "/" + path
}

// UsersGiven reports whether the caller asks clients who they are, and says so in its
// requests.
func (e *Engine) UsersGiven() bool { return e.Handled("Require") || e.Handled("AuthType") }

// LogIn finds out who the client is. It returns 0, or the status to answer with: 401
// where the client has to log in, 500 where nothing can tell.
func (s *Request) LogIn() int {
	e := s.Eval.Engine
	if e.UsersGiven() && s.Eval.Req.RemoteUser != "" {
		s.TakeGivenUser()
		return 0
	}
	status := s.runFirst(&e.phases.CheckUser)
	switch {
	case status == 0:
		s.Verified = true
	case status == Declined && e.Handled("AuthType"):
		return 401
	case status == Declined:
		return 500
	}
	return status
}

// TakeGivenUser makes the user that the caller names the request's, if no module has
// found one.
func (s *Request) TakeGivenUser() {
	if given := s.Eval.Req; s.User == "" && given.RemoteUser != "" {
		s.User, s.AuthType, s.Verified = given.RemoteUser, given.AuthType, true
	}
}

// AskToLogIn has the response, with status 401, say how to log in. That of a sub-request
// is not sent.
func (s *Request) AskToLogIn() {
	s.Asked = s.Challenge != ""
	if !s.Asked || s.Parent != nil {
		return
	}
	e := s.Eval
	if e.ErrHeader == nil {
		e.ErrHeader = map[string][]string{}
	}
	e.ErrHeader["Www-Authenticate"] = []string{s.Challenge}
}
