package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// setScriptVariables sets SCRIPT_URL, the path the client asked for, and
// SCRIPT_URI, the same as a full URL. Neither takes a place in the table until
// something needs it there: most requests never look.
func (s *state) setScriptVariables() {
	url := s.uri
	if s.parent != nil {
		url, _ = s.parent.getenv("SCRIPT_URL")
	} else if v, ok := s.getenv("REDIRECT_SCRIPT_URL"); ok {
		url = v
	}
	s.scriptURL = apr.Some(url)
	if s.env.Find("SCRIPT_URL") >= 0 || s.env.Find("SCRIPT_URI") >= 0 {
		s.tabulateScript()
	}
}

// tabulateScript puts the script variables into the table.
func (s *state) tabulateScript() {
	if s.scriptURL.OK {
		s.env.Set("SCRIPT_URL", s.scriptURL.Text)
		s.env.Set("SCRIPT_URI", absolute(s.scheme(), s.serverName(), s.serverPort(), s.scriptURL.Text))
		s.scriptURL = apr.Optional{}
	}
}

func isScriptVariable(name string) bool {
	return uri.EqualFold(name, "SCRIPT_URL") || uri.EqualFold(name, "SCRIPT_URI")
}

// getenv returns an environment variable of the request.
func (s *state) getenv(name string) (string, bool) {
	if s.scriptURL.OK && isScriptVariable(name) {
		s.tabulateScript()
	}
	s.eval.spend(s.env.LookSteps())
	return s.env.Get(name)
}

// setenv sets an environment variable. Its value has been charged for.
func (s *state) setenv(name, value string) {
	if isScriptVariable(name) {
		s.tabulateScript()
	}
	if !s.eval.spend(s.env.LookSteps()) || !s.eval.charge(apr.EntryBytes) {
		return
	}
	s.env.Set(name, value)
}

func (s *state) unsetenv(name string) {
	if isScriptVariable(name) {
		s.tabulateScript()
	}
	s.eval.spend(s.env.LookSteps())
	s.env.Unset(name)
}
