// Package groupfile is mod_authz_groupfile: groups of users in files.
package groupfile

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/authfile"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// config is what AuthGroupFile says.
type config struct{ file string }

// slot is the module's place in the configuration of a directory.
var slot = &httpd.Slot[config]{Merge: func(over, _ *config) *config { return over }}

// files are the files of groups that the engine knows.
type files struct {
	*authfile.Cache[authfile.Groups]
}

// filesSlot is the module's place in what lives as long as the engine.
var filesSlot = &httpd.Slot[files]{}

// applyAuthGroupFile compiles AuthGroupFile.
func applyAuthGroupFile(sc *httpd.Scope, n *parser.Directive) {
	if sc.LeftToCaller(n) {
		return
	}
	slot.Make(&sc.Dir.Parts).file = sc.Engine.ServerPath(n.Args[0].Text)
}

// group compiles "Require group name…".
func group(sc *httpd.Scope, args parser.Word) func(s *httpd.Request) access.Outcome {
	names, ok := sc.ArgumentExpr(args, sc)
	if !ok {
		return nil
	}
	return func(s *httpd.Request) access.Outcome { return isMember(s, &names) }
}

// isMember reports whether the user is a member of one of the groups. Where that can't
// be found out "Require not group" refuses the request, too, unlike in httpd.
func isMember(s *httpd.Request, names *httpd.StringExpr) access.Outcome {
	c := slot.Of(s.Dir.Parts)
	switch {
	case c == nil && s.Eval.Engine.Handled("Require"):
		return access.Granted // the caller knows the groups
	case c == nil:
		return doubt(s, "Require group needs an AuthGroupFile", "name the file of groups by AuthGroupFile")
	}
	groups, err := filesSlot.Of(s.Eval.Engine.Parts).read(s, c.file)
	if err != nil {
		return doubt(s, "the groups can't be looked up: "+err.Error(), "AuthGroupFile has to name a file that can be read")
	}
	text, ok := names.Value(s)
	if !ok {
		return doubt(s, "the names of groups can't be found out", "")
	}
	for _, name := range apr.Words(text) {
		if groups.Has(s.User, name) {
			return access.Granted
		}
	}
	return access.Denied
}

// doubt denies the request because it can't be found out whether the user is a member.
func doubt(s *httpd.Request, why, hint string) access.Outcome {
	s.Doubts++
	s.Why, s.Hint = why, hint
	return access.Denied
}

// read returns the groups in a file, which may take a while.
func (f *files) read(s *httpd.Request, name string) (authfile.Groups, error) {
	m := &s.Eval.Meter
	defer m.Resume(m.Pause(true))
	return f.Read(s.Eval.Ctx, name)
}

// Module is mod_authz_groupfile.
func Module() *httpd.Module {
	return &httpd.Module{
		Name:         "mod_authz_groupfile",
		Requirements: map[string]httpd.Requirement{"group": group},
		Begin: func(e *httpd.Engine, _ *httpd.Server, main bool) {
			if main {
				filesSlot.Make(&e.Parts).Cache = authfile.NewCache(e.AuthFiles(), authfile.ParseGroups)
			}
		},
		Commands: []httpd.Command{
			{Name: "AuthGroupFile", Place: httpd.OverrideAuthConfig, Args: httpd.TakesOne, Set: applyAuthGroupFile},
		},
	}
}
