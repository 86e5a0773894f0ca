package fuzz

import "strings"

// neighbour makes directives of other modules that act on the same requests:
// one line, or a section. server says that they stand outside all sections.
func (g *generator) neighbour(server bool) []string {
	switch g.IntN(9) {
	case 0, 1:
		return []string{g.environmentDirective()}
	case 2:
		return []string{g.redirectDirective(server)}
	case 3:
		return []string{g.errorDocument()}
	case 4:
		if !server || g.chance(5) { // where httpd refuses it
			return g.access()
		}
	case 5:
		return []string{g.typeDirective()}
	case 6:
		return []string{g.headerDirective(server)}
	case 7:
		if g.opts.Expressions {
			return g.conditional()
		}
	case 8:
		if server {
			return []string{g.alias()}
		}
		return []string{g.pick("Options +FollowSymLinks", "Options FollowSymLinks", "Options +Indexes -ExecCGI", "Options SymLinksIfOwnerMatch", "Options -FollowSymLinks", "Options Indexes")}
	}
	return []string{g.pick("DirectoryIndex index.php", "DirectorySlash Off", "FileETag None", "IndexIgnore *", "php_flag x on", "AddDefaultCharset utf-8")}
}

// neighbours makes some of them.
func (g *generator) neighbours(server bool) []string {
	var lines []string
	for range max(0, g.IntN(6)-2) {
		lines = append(lines, g.neighbour(server)...)
	}
	return lines
}

// environmentDirective makes a directive of mod_env or mod_setenvif.
func (g *generator) environmentDirective() string {
	assignment := g.pick("V", "W=1", "!V", "V=$1", "W=a$0b", "V=\"a b\"", "V=", "!W=x", "V W=2 !X")
	what := g.pick("Remote_Addr", "Remote_Host", "Server_Addr", "Request_Method", "Request_Protocol", "Request_URI", "request_uri", "User-Agent", "X-Foo", "Host", "V", "(?i)^x-.*", "Cookie", "No-Such")
	regex := g.pick("^/(foo|dir)", "^127\\.", "GET", "(.*)", "^$", "bot", "^(.)(.)", "foo", "example", "HTTP/1.(.)", "index\\.(php|html)", ".")
	switch g.IntN(6) {
	case 0:
		return g.pick("SetEnv V set", "SetEnv W", "SetEnv V \"a b\"", "SetEnv HTTPS x", "UnsetEnv V", "UnsetEnv V W", "PassEnv NO_SUCH", "PassEnv PATH")
	case 1:
		return "SetEnvIfNoCase " + what + " " + regex + " " + assignment
	case 2:
		return g.pick("BrowserMatch ", "BrowserMatchNoCase ") + g.pick("^Mozilla", "(bot|curl)", "MSIE", "^$") + " " + assignment
	case 3:
		if g.opts.Expressions {
			// With a reference in its value httpd reads memory that it never set
			// if the expression captured nothing.
			return "SetEnvIfExpr " + g.expression() + " " + strings.ReplaceAll(assignment, "$", "")
		}
	}
	return "SetEnvIf " + what + " " + regex + " " + assignment
}

// redirectDirective makes a directive of mod_alias that redirects.
func (g *generator) redirectDirective(server bool) string {
	status := g.pick("", "", "301 ", "permanent ", "temp ", "seeother ", "307 ", "308 ")
	to := g.pick("/new", "/new/", "http://other.test/b", "http://other.test/b?x=1", "/n?z=1", "http://h", "/dir/index.html", "https://www.example.com/")
	switch g.IntN(5) {
	case 0:
		return "Redirect " + g.pick("gone", "410", "403", "404", "500") + " " + g.pick("/bar", "/foo", "/dir/sub", "/x")
	case 1:
		return g.pick("RedirectPermanent ", "RedirectTemp ") + g.pick("/a/b", "/old", "/dir/file.txt") + " " + to
	case 2, 3:
		regex := g.pick("^/(\\d+)$", "^/foo/(.*)", "(.*)\\.gif$", "/old/([^/]+)/(.*)", "^/dir/(?!sub)(.*)", "b")
		if g.chance(15) {
			return "RedirectMatch " + g.pick("gone ", "404 ") + regex
		}
		return "RedirectMatch " + status + regex + " " + g.pick("/n/$1", "http://h/$1", "/x$0", "/n/$1?q=$2", "/m\\$1", "/$1&")
	}
	if !server && g.opts.Expressions && g.chance(20) {
		return "Redirect " + status + g.pick("http://h/%{REQUEST_METHOD}", "/x", "\"http://h/%{tolower:%{HTTP_HOST}}/\"")
	}
	return "Redirect " + status + g.pick("/old", "/foo", "/blog", "/dir/", "/caf\u00c3\u00a9", "/a", "/dir/sub") + " " + to
}

// errorDocument makes an ErrorDocument.
func (g *generator) errorDocument() string {
	return "ErrorDocument " + g.pick("403", "404", "410", "500", "400", "401", "302", "451") + " " +
		g.pick("/index.html", "/nope.html", "/dir/file.txt?e=1", "/foo", "\"text\"", "http://other.test/e", "default", "/e/%{REQUEST_URI}", "plain")
}

// access makes directives that guard access.
func (g *generator) access() []string {
	requirement := func() string {
		r := g.pick(
			"all granted", "all granted", "all denied", "ip 127.0.0.1", "ip 127.0.9", "ip 10.0.0.0/8", "not ip 127.0.0.2", "method GET POST", "env V", "env W V",
			"local", "not env V", "not method GET", "ip ::1",
		)
		if g.opts.Expressions && g.chance(15) {
			return "Require expr " + g.pick(g.expression(), g.test())
		}
		return "Require " + r
	}
	switch g.IntN(6) {
	case 0:
		name := g.pick("RequireAny", "RequireAll")
		return []string{"<" + name + ">", requirement(), "Require all granted", requirement(), "</" + name + ">"}
	case 1:
		return []string{"<RequireAll>", "Require all granted", "<RequireNone>", requirement(), "</RequireNone>", "</RequireAll>"}
	case 2:
		return []string{
			g.pick("Order allow,deny", "Order deny,allow", "Order Mutual-failure"),
			g.pick("Allow from all", "Allow from 127.0.0.1", "Allow from env=V", "Deny from 127.0.0.2"),
			g.pick("Deny from env=W", "Deny from all", "Deny from 127.0.9", "Allow from 127"),
		}
	case 3:
		// Only of known methods: one that is not is known to all cases of a
		// server once one of them names it.
		return []string{"<Limit " + g.pick("GET", "POST PUT", "PROPFIND") + ">", requirement(), "</Limit>"}
	case 4:
		return []string{"Satisfy " + g.pick("Any", "All"), requirement()}
	}
	return []string{requirement()}
}

// typeDirective makes a directive of mod_mime or the core about types and
// handlers.
func (g *generator) typeDirective() string {
	return g.pick(
		"AddType text/x-foo .php", "AddType text/html .html .txt", "AddType text/x-png png", "ForceType text/plain", "ForceType None", "AddHandler my-handler .html",
		"AddHandler cgi-script .php .sh", "SetHandler other-handler", "SetHandler None", "RemoveHandler .php", "RemoveType .html", "AddCharset UTF-8 .html",
		"AddEncoding x-gzip .gz", "AddLanguage de .html", "DefaultLanguage en", "AddDefaultCharset utf-8", "DefaultType text/plain",
	)
}

// headerDirective makes a directive of mod_headers whose effect shows in a
// recorded result.
func (g *generator) headerDirective(server bool) string {
	condition := g.pick("", "", "", " env=V", " env=!V")
	if g.opts.Expressions && g.chance(15) {
		condition = " " + "\"expr=" + g.test() + "\""
	}
	if g.chance(40) {
		early := ""
		if server && condition == "" && g.chance(30) {
			early = " early"
		}
		return "RequestHeader " + g.pick("set X-Foo in", "append X-Foo more", "unset X-Foo", "unset Cookie", "set X-Foo %{V}e", "merge X-Foo bar", "edit X-Foo b(.) $1", "setifempty X-Foo e") + condition + early
	}
	return "Header " + g.pick("", "", "always ") + g.pick(
		"set X-Out 1", "append Vary X-Foo", "merge Vary Accept", "set Vary *", "unset Vary", "add Set-Cookie \"a=b\"", "add Set-Cookie \"v=%{V}e\"", "unset Set-Cookie", "edit Vary A B", "set Location http://h/",
	) + condition
}

// alias makes a directive that maps a part of the site elsewhere.
func (g *generator) alias() string {
	return g.pick(
		"Alias /al @DOCROOT@/dir", "Alias /al/ @DOCROOT@/dir/", "Alias /foo @DOCROOT@/a/b", "AliasMatch ^/m/(.*) @DOCROOT@/dir/$1", "ScriptAlias /cgi @DOCROOT@/dir",
		"Alias /etc2 /etc", "AliasMatch ^/(index)$ @DOCROOT@/$1.html", "Alias /dir @DOCROOT@/a",
	)
}

// conditional makes <If> and what may follow it.
func (g *generator) conditional() []string {
	body := func() []string {
		if g.chance(40) {
			return append([]string{"RewriteEngine On"}, g.rules(true)...)
		}
		return []string{g.pick(g.environmentDirective(), g.headerDirective(false), g.errorDocument(), "Require all denied", g.typeDirective(), g.redirectDirective(false))}
	}
	lines := append([]string{"<If " + g.expression() + ">"}, body()...)
	lines = append(lines, "</If>")
	if g.chance(30) {
		lines = append(lines, "<ElseIf "+g.expression()+">")
		lines = append(lines, body()...)
		lines = append(lines, "</ElseIf>")
	}
	if g.chance(30) {
		lines = append(lines, "<Else>")
		lines = append(lines, body()...)
		lines = append(lines, "</Else>")
	}
	return lines
}
