package authn

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// fileProvider is the provider that looks into an AuthUserFile, and the default.
const fileProvider = "file"

// knownProviders are those that modules of httpd bring, which the caller can stand in
// for.
var knownProviders = []string{"anon", "dbd", "dbm", "ldap", "socache"}

// applyAuthBasicProvider compiles AuthBasicProvider.
func applyAuthBasicProvider(sc *httpd.Scope, n *parser.Directive) {
	byCaller := sc.Engine.Handled(n.Directive)
	if !byCaller && sc.LeftToCaller(n) {
		return
	}
	c := slot.Make(&sc.Dir.Parts)
	for i := range n.Args {
		w := &n.Args[i]
		switch {
		case w.Text == fileProvider, byCaller:
			c.providers = append(c.providers, w.Text)
		case slices.Contains(knownProviders, w.Text):
			sc.Report(parser.Error, httpd.CodeUnsupported, w.Extent,
				"a Go function can take its place: Options.Authenticate of package rewrite", "%s %s is not supported", n.Directive, w.Text)
		default:
			sc.Errorf(httpd.CodeBadArgument, w.Extent, "%s: unknown provider %s", n.Directive, apr.Quote(w.Text))
		}
	}
}

// applyAuthBasicAuthoritative compiles AuthBasicAuthoritative.
func applyAuthBasicAuthoritative(sc *httpd.Scope, n *parser.Directive) {
	if !sc.LeftToCaller(n) {
		slot.Make(&sc.Dir.Parts).authoritative = httpd.OnOffWord(n.Args[0])
	}
}

// Basic is mod_auth_basic.
func Basic() *httpd.Module {
	return &httpd.Module{Name: "mod_auth_basic", Commands: []httpd.Command{
		{Name: "AuthBasicAuthoritative", Place: httpd.OverrideAuthConfig, Args: httpd.TakesFlag, Set: applyAuthBasicAuthoritative},
		{Name: "AuthBasicProvider", Place: httpd.OverrideAuthConfig, Args: httpd.TakesSeveral, Set: applyAuthBasicProvider},
	}}
}

// CheckUser is the hook that asks for a user and a password.
func CheckUser() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool {
			c := slot.Of(d.Parts)
			return c != nil && c.basic.Text != ""
		},
		Run: func(s *httpd.Request) int {
			c := slot.Of(s.Dir.Parts)
			if c == nil || c.basic.Text == "" {
				return httpd.Declined
			}
			return c.check(s)
		},
	}
}

// check finds out who the client is. It returns 0, or the status to answer with.
func (c *config) check(s *httpd.Request) int {
	realm, ok := "", false
	if c.hasRealm {
		realm, ok = c.realm.Value(s)
	}
	if !ok {
		s.Why, s.Hint = "AuthType Basic needs an AuthName", "give the realm a name by AuthName"
		return 500
	}
	s.AuthType, s.Challenge = c.basic.Text, `Basic realm="`+escapeQuotes(realm)+`"`
	line, ok := s.Header("Authorization")
	if !ok {
		s.Why = "the client has to log in"
		return 401
	}
	user, password, ok := credentials(line)
	if !ok {
		s.Why = "the client does not log in by the scheme Basic"
		return 401
	}
	s.User = user
	said := c.ask(s, user, password)
	if user == "" && said == granted {
		said = unknown // the empty name is never that of a user
	}
	return c.verdict(s, user, said)
}

// credentials returns the user and the password in the value of Authorization.
func credentials(line string) (user, password string, ok bool) {
	scheme, rest, _ := strings.Cut(line, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	text := decode(strings.TrimLeft(rest, " \t"))
	text, _, _ = strings.Cut(text, "\x00")
	user, password, _ = strings.Cut(text, ":")
	return user, password, true
}

// decode decodes base64 up to the first byte that does not belong to it, as APR does.
func decode(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune(base64Digits, r) })
	if end >= 0 {
		s = s[:end]
	}
	if len(s)%4 == 1 { // six bits do not make a byte
		s = s[:len(s)-1]
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// escapeQuotes puts a backslash before each quote that has none.
func escapeQuotes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			b.WriteByte('\\')
		case s[i] == '\\' && i+1 < len(s):
			b.WriteByte('\\')
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// answer is what a provider says of a user and a password.
type answer uint8

// The answers.
const (
	failed  answer = iota // it can't say
	unknown               // it does not know the user
	denied
	granted
	busy // it has no time to say
)

// ask asks the providers in turn, until one knows the user.
func (c *config) ask(s *httpd.Request, user, password string) answer {
	providers := c.providers
	if providers == nil {
		providers = []string{fileProvider}
	}
	said := unknown
	for _, name := range providers {
		if name == fileProvider {
			said = c.askFile(s, user, password)
		} else {
			said = askCaller(s, name, user, password)
		}
		if said != unknown {
			break
		}
	}
	return said
}

// askCaller asks the caller of the engine in the place of a provider.
func askCaller(s *httpd.Request, name, user, password string) answer {
	ask := s.Eval.Req.Authenticate
	if ask == nil {
		s.Why, s.Hint = "nothing stands for the provider "+name, "set Options.Authenticate of package rewrite"
		return failed
	}
	m := &s.Eval.Meter
	paused := m.Pause(true)
	known, ok, err := ask(name, user, password)
	m.Resume(paused)
	switch {
	case err != nil:
		s.Why = "the provider " + name + " failed: " + err.Error()
		return failed
	case !known:
		return unknown
	case !ok:
		return denied
	}
	return granted
}

// verdict returns the status for what the providers say, 0 for success.
func (c *config) verdict(s *httpd.Request, user string, said answer) int {
	switch said {
	case granted:
		return 0
	case denied:
		s.Why = "the password of the user " + httpd.Clipped(user) + " is wrong"
		return 401
	case busy:
		s.Why = "too many passwords are being checked"
		return 503
	case unknown:
		s.Why = "there is no user " + httpd.Clipped(user)
		if c.authoritative == apr.Off {
			s.Why += ", and AuthBasicAuthoritative leaves it to another module: none is left"
			return 500
		}
		return 401
	case failed:
	}
	return 500
}
