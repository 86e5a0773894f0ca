package authn

import (
	"errors"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/authfile"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/passwd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// applyAuthUserFile compiles AuthUserFile.
func applyAuthUserFile(sc *httpd.Scope, n *parser.Directive) {
	if !sc.LeftToCaller(n) {
		c := slot.Make(&sc.Dir.Parts)
		c.file, c.fileAt = sc.Engine.ServerPath(n.Args[0].Text), n.Extent
	}
}

// File is mod_authn_file.
func File() *httpd.Module {
	return &httpd.Module{
		Name: "mod_authn_file",
		Begin: func(e *httpd.Engine, _ *httpd.Server, main bool) {
			if main {
				*enginesSlot.Make(&e.Parts) = *newEngine(e)
			}
		},
		Commands: []httpd.Command{
			{Name: "AuthUserFile", Place: httpd.OverrideAuthConfig, Args: httpd.TakesOne, Set: applyAuthUserFile},
		},
	}
}

// engine is what the module has for the life of an engine.
type engine struct {
	files  *authfile.Cache[*users]
	hasher hasher
}

// enginesSlot is the module's place in what lives as long as the engine.
var enginesSlot = &httpd.Slot[engine]{}

func newEngine(e *httpd.Engine) *engine {
	parse := func(text string) *users { return parseUsers(text, e.Limits.HashCost) }
	return &engine{files: authfile.NewCache(e.AuthFiles(), parse), hasher: newHasher(&e.Limits, e.Now)}
}

// users are those of a file.
type users struct {
	authfile.Users
	decoys   decoys
	reported *atomic.Bool // that a hash can't be used
}

// parseUsers reads a file of users, of which hashes are tried whose cost is at most most.
func parseUsers(text string, most int) *users {
	u := &users{Users: authfile.ParseUsers(text), reported: new(atomic.Bool)}
	u.decoys = newDecoys(u.Users, most)
	return u
}

// askFile asks the file of users.
func (c *config) askFile(s *httpd.Request, user, password string) answer {
	if c.file == "" {
		s.Why, s.Hint = "the provider file needs an AuthUserFile", "name the file of users by AuthUserFile"
		return failed
	}
	e := enginesSlot.Of(s.Eval.Engine.Parts)
	m := &s.Eval.Meter
	paused := m.Pause(true)
	defer func() { m.Resume(paused) }()
	known, err := e.files.Read(s.Eval.Ctx, c.file)
	if err != nil {
		s.Why, s.Hint = "the users can't be looked up: "+err.Error(), "AuthUserFile has to name a file that can be read"
		return failed
	}
	text, there := known.Users[user]
	if !there {
		return e.pretend(s, known, user, password)
	}
	h, ok := passwd.Parse(text)
	switch {
	case !ok:
		c.reportHash(s, known, user, "is not of a form that is known: bcrypt, apr1, SHA-1, and MD5, SHA-256 and SHA-512 of crypt(3) are")
	case h.Cost() > s.Eval.Engine.Limits.HashCost:
		c.reportHash(s, known, user, "costs more than Limits.HashCost permits")
	default:
		return e.try(s, &h, password)
	}
	if e.pretend(s, known, user, password) == busy {
		return busy
	}
	return denied
}

// pretend takes as long for a user without a usable hash as for one with a wrong
// password, so that the time does not say who there is.
func (e *engine) pretend(s *httpd.Request, known *users, user, password string) answer {
	if h := known.decoys.choose(user); h != nil {
		if _, err := e.hasher.hash(s.Eval.Ctx, h, password); errors.Is(err, errBusy) {
			return busy
		}
	}
	return unknown
}

// try checks the password against the hash.
func (e *engine) try(s *httpd.Request, h *passwd.Hash, password string) answer {
	ok, err := e.hasher.matches(s.Eval.Ctx, h, password)
	switch {
	case errors.Is(err, errBusy):
		return busy
	case err != nil:
		s.Why = "the password was not checked: " + err.Error()
		return failed
	case ok:
		return granted
	}
	return denied
}

// reportHash reports a hash that can't be used, once for each version of the file.
func (c *config) reportHash(s *httpd.Request, known *users, user, why string) {
	if known.reported.Swap(true) {
		return
	}
	s.Eval.Engine.Report(parser.Warning, httpd.CodeUnsupported, c.fileAt,
		"%s: the hash of the user %s %s; users like this one are not let in", c.file, httpd.Clipped(user), why)
}
