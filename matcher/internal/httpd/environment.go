package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// SetScriptVariables sets SCRIPT_URL, the path the client asked for, and
// SCRIPT_URI, the same as a full URL. Neither takes a place in the table until
// something needs it there: most requests never look.
func (s *Request) SetScriptVariables() {
	if s.Parent == nil && len(s.Env.Entries) == 0 {
		s.ScriptURL = apr.Some(s.URI)
		return
	}
	url := s.URI
	if s.Parent != nil {
		url, _ = s.Parent.Getenv("SCRIPT_URL")
	} else if v, ok := s.Getenv("REDIRECT_SCRIPT_URL"); ok {
		url = v
	}
	s.ScriptURL = apr.Some(url)
	if s.Env.Find("SCRIPT_URL") >= 0 || s.Env.Find("SCRIPT_URI") >= 0 {
		s.TabulateScript()
	}
}

// TabulateScript puts the script variables into the table.
func (s *Request) TabulateScript() {
	if s.ScriptURL.OK {
		s.Env.Set("SCRIPT_URL", s.ScriptURL.Text)
		s.Env.Set("SCRIPT_URI", Absolute(s.Scheme(), s.ServerName(), s.ServerPort(), s.ScriptURL.Text))
		s.ScriptURL = apr.Optional{}
	}
}

// IsScriptVariable reports whether name is one of the variables that the rules of
// the server set.
func IsScriptVariable(name string) bool {
	return uri.EqualFold(name, "SCRIPT_URL") || uri.EqualFold(name, "SCRIPT_URI")
}

// Getenv returns an environment variable of the request.
func (s *Request) Getenv(name string) (string, bool) {
	if s.ScriptURL.OK && IsScriptVariable(name) {
		s.TabulateScript()
	}
	s.Eval.Spend(s.Env.LookSteps())
	return s.Env.Get(name)
}

// AppendEnvNames appends the names of all variables to dst with index.AppendName, those of
// the script included, which may not be in the table yet.
func (s *Request) AppendEnvNames(dst []byte) []byte {
	for _, v := range s.Env.Entries {
		dst = index.AppendName(dst, v.Name)
	}
	if s.ScriptURL.OK {
		dst = index.AppendName(index.AppendName(dst, "SCRIPT_URL"), "SCRIPT_URI")
	}
	return dst
}

// Setenv sets an environment variable. Its value has been charged for.
func (s *Request) Setenv(name, value string) {
	if IsScriptVariable(name) {
		s.TabulateScript()
	}
	if !s.Eval.Spend(s.Env.LookSteps()) || s.Env.Find(name) < 0 && !s.Eval.Charge(apr.EntryBytes+len(name)) {
		return
	}
	s.Env.Set(name, value)
}

// Unsetenv removes an environment variable.
func (s *Request) Unsetenv(name string) {
	if IsScriptVariable(name) {
		s.TabulateScript()
	}
	s.Eval.Spend(s.Env.LookSteps())
	s.Env.Unset(name)
}
