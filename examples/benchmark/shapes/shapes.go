// Package shapes holds the kinds of rulesets that grow long: rules told apart by their
// pattern or by a condition, lists of other directives, sections, virtual hosts.
package shapes

import (
	"cmp"
	"strconv"
	"strings"
)

// Shape is a kind of ruleset.
type Shape struct {
	Name  string
	lines string // for each number, which stands for "#"
	// around is what lines stand in, "#" for all of them.
	around string
}

// Hosts reports whether the shape is a list of virtual hosts, which stands beside a
// virtual host and not in it.
func (s Shape) Hosts() bool { return strings.HasPrefix(s.Name, hosts) }

// hosts is what the names of these shapes start with.
const hosts = "<VirtualHost>"

// Config returns a configuration with n of the shape's directives. What it names of the
// file system lies below root.
func (s Shape) Config(n int, root string) string {
	text := strings.Replace(cmp.Or(s.around, "#"), "#", Repeat(s.lines, n), 1)
	return "RewriteEngine On\n" + strings.ReplaceAll(text, "/srv", root) + "\n"
}

// Repeat returns lines n times, "#" in them replaced by the number of the turn.
func Repeat(lines string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(lines, "#", strconv.Itoa(i)) + "\n")
	}
	return b.String()
}

// All returns the shapes. A request to main.example without a query that holds an id is
// none of theirs.
func All() []Shape {
	const section = "\nSetEnv N #\n"
	return []Shape{
		{"pattern", "RewriteRule ^/moved/#/(.*)$ /to/#/$1 [R=301,L]", ""},
		{"condition: host, pattern", "RewriteCond %{HTTP_HOST} ^(www\\.)?site#\\.example$ [NC]\nRewriteRule ^(.*)$ https://main.example/#$1 [R=301,L]", ""},
		{"condition: host, string", "RewriteCond %{HTTP_HOST} =site#.example [NC]\nRewriteRule ^ https://main.example%{REQUEST_URI} [R=301,L]", ""},
		{"condition: query", "RewriteCond %{QUERY_STRING} ^id=#$\nRewriteRule ^/list\\.php$ /entry/#? [R=301,L]", ""},
		{"condition: User-Agent", "RewriteCond %{HTTP_USER_AGENT} crawler-# [NC]\nRewriteRule ^ - [F]", ""},
		{"condition: cookie", "RewriteCond %{HTTP_COOKIE} (^|;\\s*)group=#(;|$)\nRewriteRule ^/(.*)$ /group#/$1 [L]", ""},
		{"condition: address", "RewriteCond %{REMOTE_ADDR} ^203\\.0\\.113\\.#$\nRewriteRule ^ - [F]", ""},
		{"condition: two variables", "RewriteCond %{HTTP_HOST}%{REQUEST_URI} ^main\\.example/from#/\nRewriteRule ^ /to# [L]", ""},
		{"conditions: negated, then host", "RewriteCond %{REQUEST_URI} !^/keep#/\nRewriteCond %{HTTP_HOST} ^site#\\.example$\nRewriteRule ^(.*)$ https://main.example/#$1 [R,L]", ""},
		{"conditions: one host or another", "RewriteCond %{HTTP_HOST} ^one#\\.example$ [OR]\nRewriteCond %{HTTP_HOST} ^two#\\.example$\nRewriteRule ^(.*)$ https://main#.example$1 [R,L]", ""},
		{"conditions: query, then the same host", "RewriteCond %{QUERY_STRING} (^|&)id=#(&|$)\nRewriteCond %{HTTP_HOST} ^main\\.example$\nRewriteRule ^/list\\.php$ /entry/#? [R=301,L]", ""},
		{"condition: expr", "RewriteCond expr \"%{HTTP_HOST} == 'site#.example'\"\nRewriteRule ^ /to# [L]", ""},
		{"condition: expr, User-Agent", "RewriteCond expr \"%{HTTP_USER_AGENT} =~ /crawler-#/\"\nRewriteRule ^ - [F]", ""},
		{"condition: a field each", "RewriteCond %{HTTP:X-Field-#} =1\nRewriteRule ^ - [F]", ""},
		{"condition: a field each, pattern", "RewriteCond %{HTTP:X-Field-#} ^on-#$\nRewriteRule ^ - [F]", ""},
		{"condition: a variable each", "RewriteCond %{ENV:V#} ^1\nRewriteRule ^ - [F]", ""},
		{"condition: SERVER_NAME", "RewriteCond %{SERVER_NAME} =site#.example\nRewriteRule ^ https://main.example/# [R=301,L]", ""},
		{"chains", "RewriteRule ^/part#/ - [C]\nRewriteRule ^ /to#", ""},
		{"Redirect", "Redirect 301 /moved/# /to/#", ""},
		{"RedirectMatch", "RedirectMatch 301 ^/moved/#/(.*)$ /to/#/$1", ""},
		{"Alias", "Alias /part# /srv/part#", ""},
		{"AliasMatch", "AliasMatch ^/part#/(.*)$ /srv/part#/$1", ""},
		{"SetEnvIf", "SetEnvIf User-Agent crawler-# bad=#", ""},
		{"SetEnvIf, two fields by turns", "SetEnvIf User-Agent crawler-# bad=#\nSetEnvIf Referer spam-# bad=#", ""},
		{"SetEnvIf, a field each", "SetEnvIf X-Field-# ^1$ bad=#", ""},
		{"SetEnvIfExpr", "SetEnvIfExpr \"%{HTTP_HOST} == 'site#.example'\" site=#", ""},
		{"SetEnvIfExpr, what it captures", "SetEnvIfExpr \"%{HTTP_HOST} =~ /^(www\\.)?site#\\.example$/\" site=$1#", ""},
		{"SetEnvIfExpr, a variable each", "SetEnvIfExpr \"reqenv('V#') == '1'\" W#=1", ""},
		{"<Location>", "<Location /part#>" + section + "</Location>", ""},
		{"<LocationMatch>", "<LocationMatch ^/part#/>" + section + "</LocationMatch>", ""},
		{"<If>", "<If \"%{HTTP_HOST} == 'site#.example'\">" + section + "</If>", ""},
		{"<If>, User-Agent", "<If \"%{HTTP_USER_AGENT} =~ /crawler-#/\">" + section + "</If>", ""},
		{"<If>, one with <ElseIf>", "<ElseIf \"%{HTTP_HOST} == 'site#.example'\">" + section + "</ElseIf>", "<If \"%{HTTP_HOST} == 'none.example'\">\n</If>\n#"},
		{"<If>, the client's network", "<If \"-R '2001:db8:#::/48'\">" + section + "</If>", ""},
		{"<If>, a variable each", "<If \"reqenv('V#') == '1'\">" + section + "</If>", ""},
		{"<If>, wildcards", "<If \"%{REQUEST_URI} -strmatch '/part#/*'\">" + section + "</If>", ""},
		{"<Files>", "<Files part#.html>" + section + "</Files>", ""},
		{"<FilesMatch>", "<FilesMatch ^part#\\.html$>" + section + "</FilesMatch>", ""},
		{"<Directory>", "<Directory /srv/part#>" + section + "</Directory>", "DocumentRoot /srv\n#"},
		{"<DirectoryMatch>", "<DirectoryMatch ^/srv/part#/>" + section + "</DirectoryMatch>", "DocumentRoot /srv\n#"},
		{"Require not ip", "Require not ip 2001:db8::#", "<Location />\n<RequireAll>\nRequire all granted\n#</RequireAll>\n</Location>"},
		{"Require env", "Require env PART_#", "<Location />\nRequire all granted\n#</Location>"},
		{"Require expr", "Require expr \"%{HTTP_HOST} == 'site#.example'\"", "<Location />\n#Require all granted\n</Location>"},
		{"Require not expr", "Require not expr \"%{HTTP_HOST} == 'site#.example'\"", "<Location />\n<RequireAll>\nRequire all granted\n#</RequireAll>\n</Location>"},
		{"Deny from, by variable", "Deny from env=PART_#", "<Location />\nOrder allow,deny\nAllow from all\n#</Location>"},
		{"Header with env=", "Header set X-Part # env=PART_#", ""},
		{"Header with expr=", "Header set X-Part # \"expr=%{HTTP_HOST} == 'site#.example'\"", ""},
		{"Header with expr=, User-Agent", "Header set X-Part # \"expr=%{HTTP_USER_AGENT} =~ /crawler-#/\"", ""},
		{"RequestHeader with env=", "RequestHeader set X-Part # env=PART_#", ""},
		{hosts, "<VirtualHost *>\nServerName site#.example\nServerAlias *.site#.test\nRewriteEngine On\nRewriteRule ^/a$ /b [L]\n</VirtualHost>", ""},
		{hosts + ", an address each", "<VirtualHost [2001:db8::#]>\nServerName site#.example\nRewriteEngine On\nRewriteRule ^/a$ /b [L]\n</VirtualHost>", ""},
	}
}
