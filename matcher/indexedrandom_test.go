package matcher_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// lister makes random rulesets whose lists are long, of few variables and few words:
// so that they have an index, and requests meet some of their rules.
type lister struct {
	*rand.Rand

	tests []string // the variables of the conditions of a ruleset
	exprs int      // how many conditions of a hundred are expressions
}

func (g *lister) pick(s ...string) string { return s[g.IntN(len(s))] }
func (g *lister) chance(percent int) bool { return g.IntN(100) < percent }
func (g *lister) word() string            { return g.pick("a", "b", "ab", "x1", "x2", "old", "new", "Ab") }
func (g *lister) digit() string           { return strconv.Itoa(g.IntN(3)) }

// conditionTests are what conditions are tried on, with patterns for it in which W is a word.
var conditionTests = map[string][]string{
	"%{HTTP_HOST}":                 {`^W\.example$`, `^(www\.)?W\.`, "=W.example", "W", `^(.*)\.example$`, "^$", `^(?!W)`},
	"%{QUERY_STRING}":              {"^id=W$", "(^|&)id=(W)(&|$)", "=id=W", "^$", "=", "id=(.*)"},
	"%{REQUEST_URI}":               {"^/W/", "^/W$", "=/W", "W", "^/(a|b|W)/"},
	"%{REQUEST_FILENAME}":          {"/W$", "^/W", "-f", "-d", "W"},
	"%{HTTP_USER_AGENT}":           {"W", "^W", "Wbot", "^$", "=W", "."},
	"%{HTTP_COOKIE}":               {"v=W", "(^|; )v=W(;|$)", "^$"},
	"%{ENV:A}":                     {"=W", "^W", "-eq1", "^$", "W", "="},
	"%{ENV:B}":                     {"=W", "-eq2", "-eq0", "^$", "-gt0"},
	"%{HTTP_HOST}%{REQUEST_URI}":   {`^W\.example/W`, "W/W", "=W.example/W"},
	"%{QUERY_STRING}|%{ENV:A}":     {`^id=W\|W`, `\|W$`},
	"$1":                           {"^W", "=W"},
	"%1":                           {"^W", "=W"},
	"%{REQUEST_METHOD}":            {"^GET$", "=POST", "GET"},
	"%{REMOTE_ADDR}":               {`^192\.0\.2\.1`, "=192.0.2.1"},
	"%{LA-U:REQUEST_URI}":          {"W", "^/W"},
	"%{LA-U:ENV:A}":                {"W"},
	"%{LA-F:REQUEST_FILENAME}":     {"W"},
	"%{ENV:SCRIPT_URL}":            {"W", "=/W"},
	"%{SERVER_PORT}":               {"-eq80", "^8"},
	"%{PATH_INFO}":                 {"W", "^$"},
	"%{IS_SUBREQ}":                 {"true", "=false"},
	"%{THE_REQUEST}":               {"^GET /W", "W"},
	"%{SERVER_NAME}":               {"W", "=W.example", `^www\.W\.`},
	"%{ENV:L1}":                    {"=W", "W", "^$"},
	"%{ENV:L2}":                    {"=W", "W"},
	"%{ENV:F1}":                    {"^W", "=W", "-n"},
	"%{ENV:mod_rewrite_rewritten}": {"1", "=0", "^$"},
	"%{SSL:SSL_CIPHER}":            {"=W", "^W"},
	"%{SSL:ssl_client_s_dn}":       {"=W", "W"},
	"%{TIME_HOUR}":                 {"-lt24", "=99"},
	"%{TIME_YEAR}":                 {"-gt2000"},
	"%{SSL:HTTP_HOST}":             {"W"},
	"${low:%{HTTP_HOST}}":          {"^W", "W"},
	"%{HTTP:X-None}%{HTTP:X-Some}": {"^W$", "^$"},
	"%{HTTP:X-Some}":               {"=W", "W", "^$", "x*", "!W"},
	"%{HTTP:X-Other}":              {"=W", "(W)", "-eq0", "="},
	"%{HTTP:X-Rare}":               {"W$", "^(W|)$", "-n"},
	"%{HTTP:Content-Type}":         {"W"},
}

// expressions are conditions in which W is a word.
var expressions = []string{
	"%{HTTP_HOST} == 'W.example'", "'W.example' == %{HTTP_HOST}", "%{HTTP_USER_AGENT} =~ /W/",
	"%{QUERY_STRING} =~ m#id=(W)#", "reqenv('A') == 'W'", "%{HTTP_HOST} == 'W.example' && %{HTTP_USER_AGENT} =~ /W/",
	"%{HTTP_USER_AGENT} =~ /W/ && %{HTTP_HOST} == 'W.example'", "%{HTTP_HOST} =~ /^W/ || %{QUERY_STRING} == 'id=W'",
	"%{HTTP_HOST} =~ /^W/ || %{HTTP_USER_AGENT} =~ /W/", "%{HTTP_HOST} in {'W.example', 'W.example'}",
	"!(%{HTTP_HOST} == 'W.example')", "%{HTTP_HOST} != 'W.example' && %{REQUEST_URI} =~ m#^/W#", "-n %{QUERY_STRING}",
	"req_novary('User-Agent') =~ /W/", "%{HTTP_HOST}%{REQUEST_URI} == 'W.example/W'", "tolower(%{HTTP_HOST}) == 'W.example'",
	"'W' == 'W'", "%{HTTP_HOST} == 'W.example' && 'a' == 'b'", "%{HTTP_HOST} !~ /W/",
	"toupper(%{QUERY_STRING}) == 'ID=W'", "'W' == tolower(reqenv('A'))", "reqenv('B') =~ /^W/", "reqenv('A') =~ /^(W|)$/",
	"reqenv('A') == ''", "reqenv('B') -eq 1", "reqenv('I') == 'W' || -R '192.0.2.1'", "reqenv('F1') == 'W' || reqenv('L2') == 'W'",
	"-R '192.0.2.0/31'", "-R '192.0.2.2' || %{HTTP_HOST} == 'W.example'", "%{REMOTE_ADDR} -ipmatch '2001:db8::/32'",
	"! -R '192.0.2.0/24'", "-R '0.0.0.1/0.0.0.1'", "-R '::/1' && %{QUERY_STRING} == 'id=W'",
	"%{HTTP_HOST} -strmatch 'W.*'", "%{HTTP_HOST} -strcmatch '*W?EXAMPLE'", "%{REQUEST_URI} -fnmatch '/[!a]*'", "%{REQUEST_URI} -fnmatch '/*/W'",
	"%{QUERY_STRING} -strmatch '*[=-]W'", "%{REQUEST_URI} -strmatch '/W*' && -n %{QUERY_STRING}", "%{HTTP_USER_AGENT} -strmatch '*W*'",
	"req('X-Some') == 'W'", "req('X-Some') =~ /^W/ || %{HTTP_USER_AGENT} =~ /W/", "%{HTTP_USER_AGENT} in {'W', 'x W', 'Wbot'}",
	"%{HTTP_COOKIE} != 'W' && %{HTTP_HOST} == 'W.example'", "'%{HTTP:X-Some}%{HTTP_USER_AGENT}' == 'WW'", "%{HTTP_REFERER} -strmatch '*W'",
	"tolower(%{HTTP_USER_AGENT}) == 'Wbot'", "-n req('X-Some') && %{HTTP_USER_AGENT} =~ /W/", "%{resp:Vary} == 'User-Agent, User-Agent' || req('X-Some') == 'W'",
	"(%{HTTP_USER_AGENT} =~ /W/ || req('X-Other') == 'W') && req('X-Some') != 'W'", "%{HTTP_USER_AGENT} -eq 0",
	"%{SERVER_NAME} == 'W.example'", "%{SERVER_NAME} =~ /W/ || reqenv('L1') == 'W'",
	"%{TIME_HOUR} -eq 99", "%{TIME_WDAY} == '8' || %{SSL_CIPHER} == 'W'", "%{SSL_CLIENT_S_DN_CN} =~ /^W/", "%{SSL_SERVER_S_DN_CN} == 'W'",
	"%{REMOTE_PORT} -eq 0", "%{QUERY_STRING} -eq 0", "'80' -eq %{SERVER_PORT}", "%{SERVER_PORT} -ne 80",
}

// filled returns pattern with a word for each W.
func (g *lister) filled(pattern string) string {
	for strings.Contains(pattern, "W") {
		pattern = strings.Replace(pattern, "W", strings.ToLower(g.word()), 1)
	}
	return pattern
}

// cond returns a random condition.
func (g *lister) cond() string {
	var flags []string
	for _, f := range []struct {
		flag    string
		percent int
	}{{"OR", 30}, {"NC", 20}, {"NV", 10}} {
		if g.chance(f.percent) {
			flags = append(flags, f.flag)
		}
	}
	test := g.tests[g.IntN(len(g.tests))]
	cond := test + " " + g.pick("", "", "", "", "", "!") + g.filled(g.pick(conditionTests[test]...))
	if g.chance(g.exprs) {
		cond = "expr \"" + g.filled(g.pick(expressions...)) + "\""
	}
	if len(flags) > 0 {
		cond += " [" + strings.Join(flags, ",") + "]"
	}
	return "RewriteCond " + cond + "\n"
}

// rules returns up to most random rules.
func (g *lister) rules(most int, slash string) string {
	var b strings.Builder
	for range g.IntN(most) {
		for range max(0, g.IntN(5)-1) {
			b.WriteString(g.cond())
		}
		pattern := g.pick("^", ".", "^(.*)$", "^(.*)$", "^"+slash+"W$", "^"+slash+"W", "^"+slash+"(W)/(.*)$", "W", "^"+slash+"W/")
		if g.chance(8) {
			pattern = "!" + pattern
		}
		subst := g.pick("-", "-", "-", "/W", "/W/$1", "/W?id=W", "/%1", "/W?", "https://W.example/$1")
		var flags []string
		for range g.IntN(3) {
			flags = append(flags, g.filled(g.pick("L", "C", "S="+g.digit(), "N=3", "E=A:W", "E=B:"+g.digit(), "E=!A", "E=A:%1",
				"E=A:$1", "E=L1:W", "E=F1:W", "E=!L1", "R", "F", "NS", "NC", "QSA", "PT", "END", "DPI", "E=B:%{ENV:A}", "NS,C")))
		}
		b.WriteString("RewriteRule " + g.filled(pattern) + " " + g.filled(subst))
		if len(flags) > 0 {
			b.WriteString(" [" + strings.Join(flags, ",") + "]")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// variables returns rules that look at a variable each, and set others.
func (g *lister) variables() string {
	var b strings.Builder
	for i := range 80 {
		name := fmt.Sprint("V", i)
		fmt.Fprintf(&b, "RewriteCond %s\n", g.filled(g.pick("%{ENV:"+name+"} =W", "%{ENV:"+name+"} ^(W)", "expr \"reqenv('"+name+"') == 'W'\"")))
		fmt.Fprintf(&b, "RewriteRule ^ - %s\n", g.filled(g.pick("[E=W:W]", fmt.Sprintf("[E=V%d:W,E=V%d:W]", g.IntN(80), g.IntN(80)), "[E=!V"+g.digit()+"]")))
		if g.chance(10) {
			fmt.Fprintf(&b, "RewriteRule ^ - [E=V%d:%s]\n", g.IntN(80), g.word())
		}
	}
	return b.String()
}

// paths are directives and sections for some URL-paths, in which W is a word, and what
// access files may have of them.
var (
	paths = []string{
		"Redirect /W /to/W", "Redirect 301 /W/W https://W.example/", "Redirect gone /W//W", "Redirect /W/ /to/",
		"RedirectMatch ^/W/(.*)$ /W/$1", "RedirectMatch 302 (a|W)\\d /found", "RedirectMatch gone ^/W$",
		"Alias /W /www/W", "Alias /W/ /www/a/", "AliasMatch ^/W/(.*)$ /www/a/$1", "AliasMatch ^//W /www/new",
		"<Location /W>\nSetEnv L1 W\n</Location>", "<Location /W/>\nSetEnv L2 W\n</Location>",
		"<Location /*/W>\nSetEnv L3 W\n</Location>", "<Location /[aW]*>\nSetEnv L4 W\n</Location>",
		"<LocationMatch ^/W>\nSetEnv L5 W\n</LocationMatch>", "<LocationMatch (?<FOUND>W)$>\nSetEnv L6 W\n</LocationMatch>",
		"<Location />\nSetEnv L7 W\n</Location>",
	}
	fileSections = []string{
		"<Files W>\nSetEnv F1 W\n</Files>", "<Files W*>\nSetEnv F2 W\n</Files>", "<Files ?W>\nSetEnv F3 W\n</Files>",
		"<FilesMatch ^W>\nSetEnv F4 W\n</FilesMatch>", "<FilesMatch (?<NAMED>W)>\nSetEnv F5 W\n</FilesMatch>",
	}
	directories = []string{
		"<Directory /www>\nSetEnv D0 W\n</Directory>", "<Directory />\nSetEnv D1 W\n</Directory>",
		"<Directory /www/W>\nSetEnv D2 W\n</Directory>", "<Directory /www/*>\nSetEnv D3 W\n</Directory>",
		"<Directory /*/W>\nSetEnv D4 W\n</Directory>", "<Directory /www/W/W>\nSetEnv D5 W\n</Directory>",
		"<DirectoryMatch ^/www/W>\nSetEnv D6 W\n</DirectoryMatch>", "<DirectoryMatch (?<IN>W)/>\nSetEnv D7 W\n</DirectoryMatch>",
	}
	headers = []string{
		"Header set H1 W env=A", "Header always add H2 W env=B", "Header set H3 W env=!A", "Header append H1 W env=L1", "Header append Vary W", "Header edit* Vary User- W-",
		"Header merge H4 W \"expr=%{HTTP_HOST} == 'W.example'\"", "Header add H5 W \"expr=%{HTTP_USER_AGENT} =~ /W/\"",
		"Header always set H6 W \"expr=%{QUERY_STRING} == 'id=W' || %{HTTP:X-Some} == 'W'\"", "Header unset H1 env=F1",
		"RequestHeader set X-Some W env=A", "RequestHeader set User-Agent Wbot \"expr=%{HTTP:X-Some} == 'W'\"",
		"Header set H7 W \"expr=reqenv('A') == 'W'\"",
		"Header always merge H8 W \"expr=reqenv('F1') =~ /W/ || -R '192.0.2.1'\"", "RequestHeader set X-Other W \"expr=reqenv('L2') == 'W'\"",
		"Header append H9 W \"expr=%{REMOTE_ADDR} -ipmatch '192.0.2.0/31'\"", "Header set H10 W \"expr=tolower(%{HTTP_HOST}) == 'W.example'\"",
		"RequestHeader append X-Some W \"expr=%{HTTP_HOST} =~ /^W/\"", "RequestHeader unset User-Agent env=L2 early",
		"RequestHeader set X-Some W env=script_url", "Header add H7 W env=SCRIPT_URI", "Header add H8 W",
	}
	setEnvIfs = []string{
		"SetEnvIf X-Some W A=W", "SetEnvIf X-Other ^W$ B=1", "SetEnvIf X-Rare (W) A=$1", "SetEnvIf X-None ^$ B=2", "SetEnvIfNoCase User-Agent ^W B=W",
		"SetEnvIf A ^W$ L1=W", "SetEnvIf B 1 !A", "SetEnvIf L1 . F1=W", "SetEnvIf Host ^W F1=$0", "SetEnvIf Request_URI /W A=W", "SetEnvIf Request_Method GET L2",
		"BrowserMatchNoCase W A=W", "SetEnvIf SCRIPT_URL W B", "SetEnvIf Server_Addr 9$ L2=W", "SetEnvIf Remote_Addr 1$ L2=a", "SetEnvIf X-Unknown x A", "SetEnvIf ^X-S W A",
		"SetEnvIfExpr \"%{HTTP_HOST} =~ /^(W)/\" A=$1", "SetEnvIfExpr \"reqenv('A') == 'W'\" B=1", "SetEnvIfExpr \"%{HTTP_HOST} == 'W.example'\" F1=$0 !L1",
		"SetEnvIfExpr \"%{HTTP_USER_AGENT} =~ /(W)/\" A=$1", "SetEnvIfExpr \"req('X-Some') == 'W' || %{HTTP_USER_AGENT} =~ /W/\" B=W",
		"SetEnvIfExpr \"'$1' == 'W'\" L1=W", "SetEnvIfExpr \"%{QUERY_STRING} =~ /id=(W)/ || %{HTTP_HOST} == 'W.example'\" A=$1", "SetEnvIfExpr \"-R '192.0.2.1'\" B=$2",
	}
	requirements = []string{
		"Require expr EXPR", "Require expr EXPR", "Require expr EXPR", "Require expr EXPR", "Require env A", "Require env B F1", "Require ip 192.0.2.1", "Require all denied",
		"Require expr \"%{REMOTE_USER} == 'W'\"", "Require expr \"%{REMOTE_USER} == 'W' && reqenv('A') == 'W'\"", "Require expr \"%{AUTH_TYPE} == 'W'\"", "Require expr \"-F '/W'\"", "Require user W",
		"Require valid-user", "Require method GET", "Require host W.example",
	}
	redirects = []string{"Redirect /W/W /to/W", "RedirectMatch ^/a/W /W", "RedirectMatch (W)$ /found/$1", "Redirect /a/W /W"}
)

// hosts returns up to most virtual hosts.
func (g *lister) hosts(most int) string {
	var b strings.Builder
	for range g.IntN(most) {
		b.WriteString("<VirtualHost " + g.pick("*:80", "*:80", "192.0.2.9:80", "*:*", "192.0.2.9:80 *:80") + ">\n")
		if g.chance(80) {
			b.WriteString(g.filled("ServerName W.example\n"))
		}
		for range g.IntN(3) {
			b.WriteString(g.filled("ServerAlias " + g.pick("www.W.example", "*.W.example", "W?.example", "W.*", "Www.Ab.Example") + "\n"))
		}
		if g.chance(15) {
			b.WriteString(g.filled("ServerPath /W\n"))
		}
		b.WriteString(g.list(6, paths) + g.list(4, directories) + "RewriteEngine On\nRewriteOptions " + g.pick("Inherit", "InheritBefore", "IgnoreInherit") + "\n" +
			g.rules(6, "/") + "</VirtualHost>\n")
	}
	return b.String()
}

// ifs returns up to most <If>, some of which have more to them.
func (g *lister) ifs(most int) string {
	var b strings.Builder
	test := func(name string) {
		b.WriteString("<" + name + " \"" + g.filled(g.pick(expressions...)) + "\">\n" + g.filled("SetEnv I W\n") + "</" + name + ">\n")
	}
	for range g.IntN(most) {
		test("If")
		for g.chance(30) {
			test("ElseIf")
		}
		if g.chance(10) {
			b.WriteString(g.filled("<Else>\nSetEnv I W\n</Else>\n"))
		}
	}
	return b.String()
}

// requires returns up to most requirements in a section for some URL-paths.
func (g *lister) requires(most int) string {
	var b strings.Builder
	requirement := func(not string) string {
		text := strings.ReplaceAll(g.pick(requirements...), "EXPR", "\""+g.pick(expressions...)+"\"")
		return g.filled(strings.Replace(text, "Require ", "Require "+not, 1)) + "\n"
	}
	var some func(most, depth int, kind string)
	some = func(most, depth int, kind string) {
		for range g.IntN(most) {
			switch {
			case depth > 0 && g.chance(10):
				kind := g.pick("RequireAny", "RequireAll", "RequireNone")
				b.WriteString("<" + kind + ">\n")
				if kind == "RequireAll" {
					b.WriteString("Require all granted\n")
				} else {
					b.WriteString("Require expr \"" + g.filled("%{HTTP_HOST} == 'W.example'") + "\"\n")
				}
				some(most, depth-1, kind)
				b.WriteString("</" + kind + ">\n")
			case kind == "RequireAll" && g.chance(90):
				b.WriteString(requirement("not "))
			case g.chance(5):
				b.WriteString("<Limit GET>\n" + requirement("") + "</Limit>\n")
			default:
				b.WriteString(requirement(""))
			}
		}
	}
	b.WriteString(g.filled("<Location " + g.pick("/", "/", "/W") + ">\n"))
	if g.chance(25) {
		b.WriteString("AuthType Basic\nAuthName x\nAuthUserFile /none\n")
	}
	if g.chance(50) {
		b.WriteString("<RequireAll>\nRequire all granted\n")
		some(most, 1, "RequireAll")
		b.WriteString("</RequireAll>\n")
	} else {
		some(most, 2, "")
		b.WriteString(g.pick("", "Require all granted\n"))
	}
	b.WriteString("</Location>\n")
	return b.String()
}

// list returns up to most directives of choices.
func (g *lister) list(most int, choices []string) string {
	var b strings.Builder
	for range g.IntN(most) {
		b.WriteString(g.filled(g.pick(choices...)) + "\n")
	}
	return b.String()
}

// ruleset returns a random ruleset: of the server, and of two access files.
func (g *lister) ruleset() (server string, files fstest.MapFS) {
	all := slices.Sorted(maps.Keys(conditionTests))
	g.tests = nil
	for range 1 + g.IntN(4) {
		g.tests = append(g.tests, g.pick(all...))
	}
	if g.chance(10) { // conditions on a variable each
		g.tests = []string{"%{ENV:A}", "%{ENV:B}", "%{ENV:L1}", "%{ENV:L2}", "%{ENV:F1}", "%{ENV:mod_rewrite_rewritten}"}
	}
	if g.exprs = 12; g.chance(10) {
		g.exprs = 70
	}
	server = "UseCanonicalName " + g.pick("On", "Off", "DNS") + "\nRewriteEngine " + g.pick("On", "On", "Off") + "\nRewriteMap low int:tolower\n" + g.rules(25, "/")
	if g.chance(50) {
		server += "MergeSlashes " + g.pick("On", "Off") + "\n" + g.list(30, paths)
	}
	if g.chance(30) {
		server += g.list(25, headers)
	}
	if g.chance(30) {
		server += g.list(30, directories) + g.list(15, fileSections)
	}
	if g.chance(40) {
		server += "Listen 80\n" + g.hosts(12)
	}
	if g.chance(30) {
		server += g.list(25, setEnvIfs)
	}
	if g.chance(30) {
		server += g.requires(15)
	}
	dir := "RewriteEngine On\n" + g.rules(25, "")
	if g.chance(20) {
		dir += g.list(10, redirects) + g.list(8, fileSections) + g.list(12, headers) + g.list(12, setEnvIfs) + g.ifs(8)
	}
	if g.chance(30) {
		server += g.ifs(12)
	}
	if g.chance(4) {
		server += g.variables()
	}
	below := "RewriteEngine On\nRewriteOptions " + g.pick("Inherit", "InheritBefore") + "\n" + g.rules(8, "")
	return server, fstest.MapFS{
		"www/.htaccess": {Data: []byte(dir)}, "www/a/.htaccess": {Data: []byte(below)},
		"www/a/x1": {Data: []byte("x")}, "www/new": {Data: []byte("x")}, "www/old/b": {Data: []byte("x")},
	}
}

// request returns a random request.
func (g *lister) request() *matcher.Request {
	r := &matcher.Request{
		Target: "/" + g.word(), Host: g.pick("", "www.") + g.word() + ".example", RemoteAddr: "192.0.2." + g.digit(),
		ServerAddr: g.pick("", "192.0.2.9", "192.0.2.8"), ServerPort: 80, Header: map[string][]string{},
	}
	switch g.IntN(20) {
	case 2:
		r.RemoteAddr = g.pick("", "2001:db8::1", "::ffff:192.0.2.1", "3001::1")
	case 0:
		r.Host = ""
	case 1:
		r.Host = "192.0.2.9"
	}
	if g.chance(20) {
		cipher, name := g.word(), g.word()
		r.TLS, r.TLSVar = true, func(asked string) string {
			return map[string]string{"SSL_CIPHER": cipher, "SSL_CLIENT_S_DN_CN": name}[asked]
		}
	}
	if g.chance(50) {
		r.Target += g.pick("/", "/", "//") + g.word()
	}
	if g.chance(50) {
		r.Target += "?id=" + g.word()
	}
	if g.chance(70) {
		r.Header["User-Agent"] = []string{g.pick("", "x ") + g.word() + g.pick("", "bot", "BOT")}
	}
	for _, name := range []string{"X-Some", "X-Other", "X-Rare", "Content-Type"} {
		if g.chance(30) {
			r.Header[name] = []string{g.pick("", g.word(), g.word())}
		}
	}
	if g.chance(15) {
		r.RemoteUser, r.AuthType = g.word(), g.pick("", g.word())
	}
	if g.chance(40) {
		r.Header["Cookie"] = []string{"s=1; v=" + g.word()}
	}
	return r
}

// indexedEngines returns engines that try all one by one, that index long lists, and
// that index all. ok is false for a ruleset that is refused.
func indexedEngines(server string, files fstest.MapFS) (engines []*matcher.Engine, ok bool) {
	for i, compile := range []func(*parser.File, *matcher.Options) (*matcher.Engine, error){
		matcher.Compile, matcher.Compile, matcher.CompileIndexed,
	} {
		f, err := parser.Parse("test.conf", []byte(server), nil)
		if err != nil {
			return nil, false
		}
		e, err := compile(f, &matcher.Options{
			FS: files, DocumentRoot: "/www", Resolver: &resolver{names: map[string]string{"192.0.2.9": "a.example"}}, Linear: i == 0, Revalidate: -1,
			Limits: matcher.Limits{SubrequestsTotal: 60, Steps: 20_000, Rounds: 50},
		})
		if err != nil {
			return nil, false
		}
		engines = append(engines, e)
	}
	return engines, true
}

// TestIndexRandom compares random rulesets with an index and without: the results and
// all steps. INDEX_FOR says for how long, INDEX_SEED which ones.
func TestIndexRandom(t *testing.T) {
	t.Parallel()
	length := 2 * time.Second
	if v := os.Getenv("INDEX_FOR"); v != "" {
		var err error
		length, err = time.ParseDuration(v)
		require.NoError(t, err)
	}
	seed, _ := strconv.ParseUint(os.Getenv("INDEX_SEED"), 10, 64)
	compared, refused := 0, 0
	for end := time.Now().Add(length); time.Now().Before(end); seed++ {
		g := &lister{Rand: rand.New(rand.NewPCG(seed, 1))}
		server, files := g.ruleset()
		engines, ok := indexedEngines(server, files)
		if !ok {
			refused++
			continue
		}
		for range 12 {
			req := g.request()
			want := whole(t, engines[0], req)
			if strings.Contains(want[len(want)-1], "too many") {
				continue // of what linear evaluation takes more
			}
			for i, e := range engines[1:] {
				compared++
				want, got := want, whole(t, e, req)
				if strings.Contains(want[len(want)-1], "more than 60 sub-requests") {
					// It is denied, whatever is tried from there on: that alone counts.
					want, got = want[len(want)-1:], got[len(got)-1:]
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("seed %d, engine %d, %+v: mismatch (-one by one +indexed):\n%s\n%s\n%s", seed, i+1, req, diff, server, show(files))
				}
			}
		}
	}
	t.Logf("%d compared, %d rulesets refused", compared, refused)
	require.Greater(t, compared, refused)
}

func show(files fstest.MapFS) string {
	return fmt.Sprintf("--- .htaccess\n%s\n--- a/.htaccess\n%s", files["www/.htaccess"].Data, files["www/a/.htaccess"].Data)
}
