package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/uri"

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
	s.scriptURL = some(url)
	if s.env.find("SCRIPT_URL") >= 0 || s.env.find("SCRIPT_URI") >= 0 {
		s.tabulateScript()
	}
}

// tabulateScript puts the script variables into the table.
func (s *state) tabulateScript() {
	if s.scriptURL.ok {
		s.env.set("SCRIPT_URL", s.scriptURL.text)
		s.env.set("SCRIPT_URI", absolute(s.scheme(), s.serverName(), s.serverPort(), s.scriptURL.text))
		s.scriptURL = optional{}
	}
}

func isScriptVariable(name string) bool {
	return uri.EqualFold(name, "SCRIPT_URL") || uri.EqualFold(name, "SCRIPT_URI")
}

// getenv returns an environment variable of the request.
func (s *state) getenv(name string) (string, bool) {
	if s.scriptURL.ok && isScriptVariable(name) {
		s.tabulateScript()
	}
	s.eval.spend(s.env.lookSteps())
	return s.env.get(name)
}

// setenv sets an environment variable. Its value has been charged for.
func (s *state) setenv(name, value string) {
	if isScriptVariable(name) {
		s.tabulateScript()
	}
	if !s.eval.spend(s.env.lookSteps()) || !s.eval.charge(entryBytes) {
		return
	}
	s.env.set(name, value)
}

func (s *state) unsetenv(name string) {
	if isScriptVariable(name) {
		s.tabulateScript()
	}
	s.eval.spend(s.env.lookSteps())
	s.env.unset(name)
}
