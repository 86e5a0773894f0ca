package rewrite_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// authCase is a folder with access files about logging in, and requests to it. The
// folder is known when the case is laid out: its number takes the place of "@N@", and the
// folder of the files of users that of "@AUTH@".
type authCase struct {
	files    map[string]string
	names    []string // of files, in order
	requests []string // "METHOD path credentials"
}

// authFiles are the files of users and groups of all cases.
var authFiles = map[string]string{
	"users": "# users\nann:$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\nbob:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/\n" +
		"  eve:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=  \nmia:$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1\nsid:$5$rounds=1000$saltstring$AH5PD0i.riCRu4BNDy9v7OPV7u3dfLBApcXI6khquVA\nsam:$6$saltstring$AIsRs/Ee56G/tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7eZTITsuk0Ry5qulYz.\n" +
		"two words:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\ncolons:::{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=:more\nnone\nempty:\n" +
		"ann:{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=\nco\\\nnt:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n",
	"other":    "eve:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\r\ndan:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\r\n",
	"groups":   "# groups\nadmins: ann bob\nStaff : eve \"two words\"\nstaff: dan\nempty:\nlong: \\\n  sid \\\n  sam\n",
	"folder/x": "",
}

// authMaker makes cases up.
type authMaker struct{ *rand.Rand }

func (m authMaker) pick(list ...string) string { return list[m.IntN(len(list))] }

// maybe returns text in n of 100 cases.
func (m authMaker) maybe(n int, text string) string {
	if m.IntN(100) < n {
		return text
	}
	return ""
}

func (m authMaker) require() string {
	return "Require " + m.pick("valid-user", "user ann", "user \"two words\" eve", "user bob sid", "group admins", "group STAFF long", "group nosuch",
		"ip 127.0.0.1", "ip 10.0.0.1", "all granted", "all denied", "method GET HEAD", "expr %{REMOTE_USER} == 'ann'", "env OPEN", "user %{HTTP:X-Name}") + "\n"
}

// requires returns Require lines and sections.
func (m authMaker) requires(depth int) string {
	var b strings.Builder
	for range 1 + m.IntN(3) {
		switch {
		case depth < 2 && m.IntN(4) == 0:
			kind := m.pick("RequireAll", "RequireAny", "RequireNone")
			inner := m.requires(depth + 1)
			if kind == "RequireAll" {
				inner += m.maybe(50, strings.Replace(m.require(), "Require ", "Require not ", 1))
			}
			if kind == "RequireNone" {
				b.WriteString("<RequireAll>\n" + m.require() + "<RequireNone>\n" + m.require() + "</RequireNone>\n</RequireAll>\n")
				continue
			}
			fmt.Fprintf(&b, "<%s>\n%s</%[1]s>\n", kind, inner)
		default:
			b.WriteString(m.require())
		}
	}
	return b.String()
}

// login returns directives that say how to log in.
func (m authMaker) login(most int) string {
	return m.maybe(most, "AuthType "+m.pick("Basic", "Basic", "Basic", "basic", "None")+"\n") +
		m.maybe(most, "AuthName "+m.pick("Members", `"The \"realm\""`, `"a b"`, `"%{REQUEST_METHOD} realm"`)+"\n") +
		m.maybe(most, "AuthUserFile "+m.pick("@AUTH@/users", "@AUTH@/users", "@AUTH@/users", "@AUTH@/users", "@AUTH@/other", "@AUTH@/missing", "@AUTH@/folder", "/dev/null")+"\n") +
		m.maybe(most*2/3, "AuthGroupFile "+m.pick("@AUTH@/groups", "@AUTH@/groups", "@AUTH@/groups", "@AUTH@/missing")+"\n") +
		m.maybe(15, "AuthBasicProvider "+"file"+"\n") + m.maybe(7, "AuthBasicAuthoritative Off\n")
}

// rest returns other directives that bear on who is let in, and what shows who it is.
func (m authMaker) rest() string {
	compat := ""
	if m.IntN(4) == 0 {
		compat = m.maybe(60, "Satisfy "+m.pick("Any", "All")+"\n") + m.maybe(70, "Order "+m.pick("allow,deny", "deny,allow")+"\n") +
			m.maybe(50, "Allow from "+m.pick("all", "127.0.0.1", "10.0.0.1", "env=OPEN")+"\n") + m.maybe(50, "Deny from "+m.pick("all", "127.0.0.1", "10.0.0.1")+"\n")
	}
	return compat + m.maybe(20, "AuthMerging "+m.pick("And", "Or", "Off")+"\n") + m.maybe(15, "AuthzSendForbiddenOnFailure On\n") +
		m.maybe(30, "ErrorDocument 401 "+m.pick("\"log in\"", "/@N@/401.html", "/401.html", "/@N@/open/x", "/@N@/none")+"\n") +
		m.maybe(10, "ErrorDocument 403 "+m.pick("\"go away\"", "/401.html")+"\n") + m.maybe(20, "SetEnvIf X-Open . OPEN\n")
}

const authRules = "RewriteEngine On\nRewriteRule ^ruled$ x [E=U:%{REMOTE_USER}/%{AUTH_TYPE}]\nRewriteRule !^ruled$ - [E=U:%{REMOTE_USER}/%{AUTH_TYPE}]\n" +
	"RewriteRule ^away$ /401.html [R]\nRewriteCond %{LA-U:REMOTE_USER} (.+)\nRewriteRule ^ahead$ - [E=L:%1]\n" +
	"Header always set X-User %{U}e env=U\nHeader always set X-Ahead %{L}e env=L\nHeader always set X-Was %{REDIRECT_U}e env=REDIRECT_U\n"

// make makes a case up.
func (m authMaker) make() authCase {
	c := authCase{files: map[string]string{}}
	add := func(name, text string) {
		c.files[name] = text
		c.names = append(c.names, name)
	}
	top := m.login(92) + m.maybe(92, m.requires(0)) + m.rest() + m.maybe(70, authRules)
	top += m.maybe(20, "<Files secret>\n"+m.login(30)+m.requires(0)+m.maybe(20, "Satisfy Any\n")+"</Files>\n")
	top += m.maybe(15, "<Limit "+m.pick("GET", "POST", "POST OPTIONS")+">\n"+m.require()+"</Limit>\n")
	add(".htaccess", top+m.maybe(10, "<If \"%{REQUEST_URI} =~ m#secret#\">\n"+m.login(30)+m.require()+"</If>\n"))
	if m.IntN(3) > 0 {
		add("sub/.htaccess", m.login(35)+m.maybe(60, m.requires(0))+m.rest()+m.maybe(40, authRules))
	}
	add("open/.htaccess", "AuthType None\nRequire all granted\n"+m.maybe(50, "Satisfy Any\nOrder allow,deny\nAllow from all\n"))
	for range 6 {
		c.requests = append(c.requests, m.request())
	}
	return c
}

func (m authMaker) request() string {
	method := m.pick("GET", "GET", "GET", "GET", "HEAD", "POST", "OPTIONS")
	target := "/@N@/" + m.pick("x", "x", "x", "secret", "sub/x", "sub/x", "sub/", "ruled", "ahead", "away", "none", "", "open/x", "sub")
	user := m.pick("ann", "ann", "ann", "bob", "eve", "mia", "sid", "sam", "two words", "colons", "none", "empty", "cont", "dan", "nosuch", "Ann", "#users")
	credentials := m.pick("-", "user:"+user+":secret", "user:"+user+":secret", "user:"+user+":secret", "user:"+user+":secret", "user:"+user+":wrong", "user:"+user,
		"user:"+user+":", "user::secret", "raw:Basic", "raw:Basic !!", "raw:Bearer x", "raw:basic   YW5uOnNlY3JldA==", "raw:Basic YW5uOnNlY3JldA", "raw:Basic YW5uOnNlY3JldAB4",
		"raw:BasicYW5uOnNlY3JldA==", "raw:Basic YW5uOnNlY3JldA==, Basic x", "raw:Basic YW5uOnNlY3JldDp4", "raw:Basic YW5uOnNlY3JldA==YW5u")
	return strings.TrimSpace(method+" "+target+" "+m.pick("", "", "", "open", "name="+user)) + " | " + credentials
}

var notInGroup = regexp.MustCompile(`Require not group|<RequireNone>\nRequire group`)

// stricter reports whether the case asks for clients that are not in a group. Where the
// groups can't be looked up httpd lets them in.
func (c *authCase) stricter() bool {
	for _, text := range c.files {
		if notInGroup.MatchString(text) {
			return true
		}
	}
	return false
}
