package main

import (
	"cmp"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/shapes"
)

// dialects are the likes of a shape in the languages of other servers. One that is empty
// is not compared.
type dialects struct {
	nginx, caddy form
}

// form is a like of a shape. ROOT stands for the document root, ADDR and PORT for where
// the server listens.
type form struct {
	lines  string // for each number, which stands for "#"
	around string // what they stand in outside of the server, "@" for all of them; "" if they stand in it
	inner  string // what uses them in the server, if they stand outside
}

// config returns the text outside of the server and in it, with n directives.
func (f form) config(n int, root, addr string) (outer, inner string) {
	outer, inner = "", shapes.Repeat(f.lines, n)
	if f.around != "" {
		outer, inner = strings.Replace(f.around, "@", inner, 1), f.inner
	}
	r := strings.NewReplacer("ROOT", root, "ADDR", addr, "PORT", addr[strings.LastIndexByte(addr, ':')+1:])
	return r.Replace(outer), r.Replace(inner)
}

// mapped returns nginx's form of a condition on a variable: a map, and one line that uses
// what it says.
func mapped(variable, line, use string) form {
	return form{lines: line, around: "map " + variable + " $found {\ndefault \"\";\n@}\n", inner: cmp.Or(use, "if ($found) { return 403; }")}
}

// others are the likes of the shapes by their names.
var others = map[string]dialects{
	"pattern": {
		nginx: form{lines: "rewrite ^/moved/#/(.*)$ /to/#/$1 permanent;"},
		caddy: form{lines: "@m# path_regexp m# ^/moved/#/(.*)$\nredir @m# /to/#/{re.m#.1} 301"},
	},
	"condition: host, pattern": {
		nginx: mapped("$host", "\"~*^(www\\.)?site#\\.example$\" #;", "if ($found) { return 301 https://main.example/$found$request_uri; }"),
		caddy: form{lines: "@h# header_regexp h# Host (?i)^(www\\.)?site#\\.example$\nredir @h# https://main.example/#{uri} 301"},
	},
	"condition: host, string": {
		nginx: mapped("$host", "site#.example 1;", "if ($found) { return 301 https://main.example$request_uri; }"),
		caddy: form{lines: "@h# host site#.example\nredir @h# https://main.example{uri} 301"},
	},
	"condition: query": {
		nginx: mapped("$args", "\"~^id=#$\" /entry/#;", "location = /list.php { if ($found) { return 301 $found; } }"),
		caddy: form{lines: "@q# {\npath /list.php\nquery id=#\n}\nredir @q# /entry/# 301"},
	},
	"condition: User-Agent": {
		nginx: mapped("$http_user_agent", "~*crawler-# 1;", ""),
		caddy: form{lines: "@a# header_regexp User-Agent (?i)crawler-#\nrespond @a# 403"},
	},
	"condition: cookie": {
		nginx: mapped("$http_cookie", "\"~(^|;\\s*)group=#(;|$)\" #;", "if ($found) { rewrite ^/(.*)$ /group$found/$1 last; }"),
		caddy: form{lines: "@c# header_regexp Cookie (^|;\\s*)group=#(;|$)\nrewrite @c# /group#{uri}"},
	},
	"condition: address": {
		nginx: mapped("$remote_addr", "\"~^203\\.0\\.113\\.#$\" 1;", ""),
	},
	"condition: two variables": {
		nginx: mapped("$host$uri", "\"~^main\\.example/from#/\" /to#;", "if ($found) { rewrite ^ $found last; }"),
	},
	"Redirect": {
		nginx: form{lines: "location /moved/# { return 301 /to/#; }"},
		caddy: form{lines: "redir /moved/# /to/# 301"},
	},
	"RedirectMatch": {
		nginx: form{lines: "location ~ ^/moved/#/(.*)$ { return 301 /to/#/$1; }"},
		caddy: form{lines: "@m# path_regexp m# ^/moved/#/(.*)$\nredir @m# /to/#/{re.m#.1} 301"},
	},
	"Alias": {
		nginx: form{lines: "location /part# { alias ROOT/part#; }"},
		caddy: form{lines: "handle_path /part#/* {\nroot * ROOT/part#\nfile_server\n}"},
	},
	"AliasMatch":      {nginx: form{lines: "location ~ ^/part#/(.*)$ { alias ROOT/part#/$1; }"}},
	"<Location>":      {nginx: form{lines: "location /part# { add_header X-Part #; }"}, caddy: form{lines: "header /part#* X-Part #"}},
	"<LocationMatch>": {nginx: form{lines: "location ~ ^/part#/ { add_header X-Part #; }"}, caddy: form{lines: "@p# path_regexp ^/part#/\nheader @p# X-Part #"}},
	"Require not ip":  {nginx: form{lines: "deny 2001:db8::#;"}},
	"<VirtualHost>": {
		nginx: form{lines: "server {\nlisten ADDR;\nserver_name site#.example *.site#.test;\nrewrite ^/a$ /b last;\n}", around: "@", inner: " "},
		caddy: form{lines: "http://site#.example:PORT, http://*.site#.test:PORT {\nrewrite /a /b\n}", around: "@", inner: " "},
	},
}
