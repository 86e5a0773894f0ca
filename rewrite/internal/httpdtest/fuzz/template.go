package fuzz

import (
	"slices"
	"strings"
)

// variables are the names in %{NAME} whose values are the same for two
// servers.
var variables = []string{
	"HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_COOKIE", "HTTP_FORWARDED", "HTTP_HOST", "HTTP_PROXY_CONNECTION", "HTTP_ACCEPT",
	"REMOTE_ADDR", "CONN_REMOTE_ADDR", "REMOTE_HOST", "REMOTE_USER", "REMOTE_IDENT", "AUTH_TYPE",
	"REQUEST_METHOD", "REQUEST_SCHEME", "REQUEST_URI", "THE_REQUEST", "QUERY_STRING", "REQUEST_FILENAME", "SCRIPT_FILENAME",
	"PATH_INFO", "DOCUMENT_ROOT", "CONTEXT_PREFIX", "CONTEXT_DOCUMENT_ROOT", "SERVER_ADMIN", "SERVER_NAME", "SERVER_PORT",
	"SERVER_ADDR", "SERVER_PROTOCOL", "SERVER_SOFTWARE", "API_VERSION", "IS_SUBREQ", "HTTPS", "IPV6", "SCRIPT_USER", "SCRIPT_GROUP",
	"ENV:V", "ENV:W", "ENV:v", "env:REDIRECT_V", "ENV:REDIRECT_STATUS", "ENV:HTTPS", "ENV:SCRIPT_URL", "ENV:SCRIPT_URI",
	"ENV:REDIRECT_HTTPS", "ENV:mod_rewrite_rewritten", "ENV:NOSUCH", "ENV:", "ENV:PATH", "ENV:SSL_TLS_SNI", "ENV:REDIRECT_REDIRECT_V",
	"HTTP:X-Foo", "HTTP:x-foo", "HTTP:Host", "HTTP:Accept-Language", "HTTP:User-Agent", "http:Cookie", "HTTP:", "HTTP:No-Such",
	"SSL:SSL_PROTOCOL", "SSL:SSL_TLS_SNI", "SSL:HTTPS", "ssl:SSL_PROTOCOL", "SSL:NOSUCH", "SSL:SSL_CIPHER", "SSL:SSL_CLIENT_VERIFY", "SSL:SSL_SERVER_S_DN_CN",
	"NO_SUCH_VAR", "", "X", "request_uri", "Query_String", "CONTENT_TYPE", "HANDLER", "UNIQUE_ID", "FOO:BAR", "FOOO:BAR", "HTTP_X_FOO",
	"a{b}c", "REQUEST_URI ",
}

// frequent are the variables of most rulesets.
var frequent = []string{
	"REQUEST_URI", "HTTP_HOST", "QUERY_STRING", "REQUEST_FILENAME", "DOCUMENT_ROOT", "HTTPS", "HTTP_USER_AGENT", "THE_REQUEST",
	"ENV:V", "PATH_INFO", "SERVER_PORT", "ENV:REDIRECT_STATUS", "REQUEST_METHOD", "HTTP_REFERER",
}

// variable makes a %{NAME}.
func (g *generator) variable() string {
	name := g.pick(frequent...)
	switch {
	case g.chance(2) && g.maySubrequest():
		name = g.pick("LA-U:", "LA-F:", "la-u:") + g.pick("REQUEST_FILENAME", "REQUEST_URI", "ENV:V", "REMOTE_USER", "QUERY_STRING", "PATH_INFO", "HTTP:X-Foo", "", "LA-U:REQUEST_URI")
	case g.chance(45):
		name = g.pick(variables...)
	}
	return "%{" + name + "}"
}

// mapCall makes a ${map:key|default}.
func (g *generator) mapCall(depth int) string {
	name := g.pick(slices.Concat(g.maps, g.maps, []string{"m", "m", "m", "nosuch", "M"})...)
	key := g.pick("$1", "%1", "foo", "bar", "k", "a", "empty", "%{HTTP_HOST}", "$0", "caf\u00c3\u00a9", "", "a%2fb", `x\|y`, "long", "q", "dollar", "{k}")
	if depth < 2 && g.chance(15) {
		key = g.mapCall(depth + 1)
	}
	call := "${" + name + ":" + key
	switch g.IntN(6) {
	case 0:
		call += "|" + g.pick("d", "$1", "%{HTTP_HOST}", "", "a|b", "a:b", `\}`)
	case 1:
		if depth < 2 {
			call += "|" + g.mapCall(depth+1)
		}
	}
	if g.chance(2) {
		return g.pick("${m}", "${", "${m:foo", "${:k}", "$", "${NO_SUCH_DEFINE}")
	}
	return call + "}"
}

// insert makes a part of a template that is not literal.
func (g *generator) insert() string {
	switch g.IntN(12) {
	case 0, 1, 2, 3, 4:
		return g.pick("$1", "$1", "$1", "$2", "$3", "$0", "$9", "$10")
	case 5, 6:
		return g.pick("%1", "%2", "%0", "%9")
	case 7, 8:
		return g.variable()
	case 9:
		return g.mapCall(0)
	case 10:
		return g.pick(`\$1`, `\%1`, `\%20`, "%20", "$$1", "%%1", "$", "%", "$x", "%x", `\\`, `\a`, "%{", "%C3%A9", "\u00c3\u00a9", "$1$2", "~", "|", "[x]", "^")
	}
	if g.define != "" {
		return "${" + g.pick(g.define, g.define, strings.ToLower(g.define)) + "}"
	}
	return "-"
}

// substitution makes the second argument of RewriteRule. It may hold blanks and
// be empty.
func (g *generator) substitution() string {
	if g.chance(22) {
		return "-"
	}
	var b strings.Builder
	b.WriteString(g.target())
	b.WriteString(g.query())
	if g.chance(2) {
		b.WriteString(g.pick("#frag", "#", " ", "\t"))
	}
	return b.String()
}

// target makes the part of a substitution before its query.
func (g *generator) target() string {
	switch g.IntN(20) {
	case 0:
		return g.pick("", "/", "$1", "%1", "$0", "/$1", "%{REQUEST_URI}", "%{REQUEST_FILENAME}", "//$1", ".", "./", "..", "/.", "/..", "?")
	case 1:
		return g.pick(
			"//"+g.pick(words...), "/../etc/hostname", "../x", "/./x", "/etc/hostname", "/etc/$1", "/tmp/$1", "/~root/$1", "~root",
			"foo:bar", "proxy:http://h/$1", "passthrough:/x", "redirect:/x", "javascript:x", "/x//$1", "x//y", "/x/../$1", "///$1", `\\x`,
			"/a%2fb", "/%2e%2e/x", "*", "/\u00ff", "/x y", "-x", "- ",
		)
	case 2, 3:
		return g.absolute()
	case 4:
		return g.pick("@DOCROOT@", "%{DOCUMENT_ROOT}", "%{CONTEXT_DOCUMENT_ROOT}", "@DOCROOT@2", "%{DOCUMENT_ROOT}%{REQUEST_URI}") + g.path()
	case 5, 6, 7, 8:
		return strings.TrimPrefix(g.path(), "/")
	}
	return g.path()
}

// absolute makes an absolute URL without query.
func (g *generator) absolute() string {
	if g.chance(20) {
		return g.pick(
			"ftp://h.test/$1", "mailto:a@b.test", "news:a.b", "gopher://h/$1", "ldap://h/o=x?cn?sub?(a=$1)?x?y", "nntp://h/$1",
			"ws://h.test/$1", "wss://h.test/$1", "ajp://h:8009/$1", "balancer://c/$1", "fcgi://h:9000/$1", "scgi://h/$1",
			"h2://h/$1", "h2c://h/$1", "unix:/run/x.sock|http://h/$1", "unix:/x", "http:/x", "http://", "ws://", "HTTP://h/$1", "http:x",
		)
	}
	host := g.pick("www.example.com", "www.example.com", "other.test", "%{HTTP_HOST}", "%{SERVER_NAME}", "WWW.EXAMPLE.COM", "$1.example.com", "u@h.test", "[::1]", "$1", "")
	port := g.pick("", "", "", "", "", ":80", ":443", ":8080", ":80x", ":")
	return g.pick("http://", "http://", "https://", "%{REQUEST_SCHEME}://") + host + port + g.pick(g.path(), g.path(), g.path(), "", "/", "%{REQUEST_URI}", "$1", "//x")
}

// path makes a URL-path that starts with a slash.
func (g *generator) path() string {
	var b strings.Builder
	for range 1 + g.IntN(3) {
		b.WriteString(g.pick("/", "/", "/", "/", "/", "/", "-", "."))
		if g.chance(55) {
			b.WriteString(g.pick(words...))
		} else {
			b.WriteString(g.insert())
		}
	}
	if s := b.String(); s[0] != '/' {
		return "/" + s
	}
	return b.String() + g.pick("", "", "", "", "/", ".php", ".html")
}

// query makes the rest of a substitution, with its question mark.
func (g *generator) query() string {
	if g.chance(65) {
		return ""
	}
	if g.chance(30) {
		return g.pick("?", "??", "?&", `\?`, "?a=1&", "?&a=1", "?a=1&&", `\?a=1`, "?a=b?c=d", "?a=b?", "$1?", "?$1", "?%1", "?%{QUERY_STRING}", "?%{QUERY_STRING}&x=1", "?\u00e9", "?a b")
	}
	return "?" + g.pick("q", "x", "u", "p") + "=" + g.insert() + g.pick("", "", "&y="+g.insert(), "&", "+z", "/")
}

// testString makes the first argument of RewriteCond.
func (g *generator) testString() string {
	switch g.IntN(10) {
	case 0:
		return g.insert()
	case 1:
		return g.insert() + g.pick("#", ":", "::", " ", "/", "") + g.insert()
	case 2:
		return g.pick("", "a", "abc", "foo/bar", "0", "42", "x$1y", "expr1", "EXPRESSION", "$1-%1")
	case 3:
		return g.mapCall(0)
	}
	return g.variable()
}

// fileName makes a test string that names a file.
func (g *generator) fileName() string {
	return g.pick(
		"%{REQUEST_FILENAME}", "%{REQUEST_FILENAME}", "%{REQUEST_FILENAME}", "%{DOCUMENT_ROOT}%{REQUEST_URI}", "%{DOCUMENT_ROOT}/$1",
		"@DOCROOT@/dir", "@DOCROOT@/file.txt", "@DOCROOT@/empty.txt", "@DOCROOT@/link.txt", "@DOCROOT@/exec.sh", "@DOCROOT@/nope",
		"%{REQUEST_FILENAME}.html", "%{DOCUMENT_ROOT}/cache%{REQUEST_URI}.html", "/etc/hostname", "/etc", "/", "", "%1", "$1",
		"@DOCROOT@/file.txt/", "@DOCROOT@/dir/", "@DOCROOT@/file.txt/x", "@DOCROOT@/dir/../file.txt", "@DOCROOT@//dir", "@DOCROOT@/$1",
	)
}
