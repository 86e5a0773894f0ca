// Command shapebench measures how the cost of a decision grows with the number of
// directives, for each shape that long rulesets have: rules told apart by their
// pattern, by a condition, lists of other directives, sections, virtual hosts.
// The request is one that none of them concerns.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// shape is a kind of ruleset.
type shape struct {
	name  string
	lines string // for each number, which stands for "#"
	// around is what lines stand in, "#" for all of them.
	around string
}

func shapes() []shape {
	const section = "\nSetEnv N #\n"
	return []shape{
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
		{"condition: a field each", "RewriteCond %{HTTP:X-Field-#} =1\nRewriteRule ^ - [F]", ""},
		{"chains", "RewriteRule ^/part#/ - [C]\nRewriteRule ^ /to#", ""},
		{"Redirect", "Redirect 301 /moved/# /to/#", ""},
		{"RedirectMatch", "RedirectMatch 301 ^/moved/#/(.*)$ /to/#/$1", ""},
		{"Alias", "Alias /part# /srv/part#", ""},
		{"AliasMatch", "AliasMatch ^/part#/(.*)$ /srv/part#/$1", ""},
		{"SetEnvIf", "SetEnvIf User-Agent crawler-# bad=#", ""},
		{"SetEnvIf, two fields by turns", "SetEnvIf User-Agent crawler-# bad=#\nSetEnvIf Referer spam-# bad=#", ""},
		{"<Location>", "<Location /part#>" + section + "</Location>", ""},
		{"<LocationMatch>", "<LocationMatch ^/part#/>" + section + "</LocationMatch>", ""},
		{"<If>", "<If \"%{HTTP_HOST} == 'site#.example'\">" + section + "</If>", ""},
		{"<Files>", "<Files part#.html>" + section + "</Files>", ""},
		{"<FilesMatch>", "<FilesMatch ^part#\\.html$>" + section + "</FilesMatch>", ""},
		{"<Directory>", "<Directory /srv/part#>" + section + "</Directory>", "DocumentRoot /srv\n#"},
		{"<DirectoryMatch>", "<DirectoryMatch ^/srv/part#/>" + section + "</DirectoryMatch>", "DocumentRoot /srv\n#"},
		{"Require not ip", "Require not ip 2001:db8::#", "<Location />\n<RequireAll>\nRequire all granted\n#</RequireAll>\n</Location>"},
		{"Require env", "Require env PART_#", "<Location />\nRequire all granted\n#</Location>"},
		{"Deny from, by variable", "Deny from env=PART_#", "<Location />\nOrder allow,deny\nAllow from all\n#</Location>"},
		{"Header with env=", "Header set X-Part # env=PART_#", ""},
		{"Header with expr=", "Header set X-Part # \"expr=%{HTTP_HOST} == 'site#.example'\"", ""},
		{"RequestHeader with env=", "RequestHeader set X-Part # env=PART_#", ""},
		{"<VirtualHost>", "<VirtualHost *:80>\nServerName site#.example\nServerAlias *.site#.test\nRewriteEngine On\nRewriteRule ^/a$ /b [L]\n</VirtualHost>", ""},
	}
}

func main() {
	few := flag.Int("few", 10, "directives of the small ruleset")
	many := flag.Int("many", 10000, "directives of the large ruleset")
	least := flag.Duration("for", 50*time.Millisecond, "time to measure a ruleset for, three times; the best counts")
	flag.Parse()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "shape\t%d\t%d\tratio\n", *few, *many)
	for _, s := range shapes() {
		a, b := s.measure(*few, *least), s.measure(*many, *least)
		fmt.Fprintf(w, "%s\t%v\t%v\t%.1f\n", s.name, a, b, float64(b)/float64(a))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

// measure returns the time of one decision with n of the shape's directives.
func (s shape) measure(n int, least time.Duration) time.Duration {
	e := s.compile(n)
	req := &matcher.Request{
		Target: "/list.php?id=none", Host: "main.example", RemoteAddr: "198.51.100.7",
		Header: map[string][]string{
			"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"},
			"Cookie":     {"session=0123456789abcdef; group=none"},
			"Referer":    {"https://www.example.org/some/page"},
		},
	}
	best := time.Duration(0)
	for range 3 {
		runs, start := 0, cpu()
		for cpu()-start < least {
			for range 50 {
				if _, err := e.Eval(context.Background(), req); err != nil {
					log.Fatalf("%s: %v", s.name, err)
				}
			}
			runs += 50
		}
		if d := (cpu() - start) / time.Duration(runs); best == 0 || d < best {
			best = d
		}
	}
	return best
}

// cpu returns the processor time that the process has taken: what else runs on
// the machine does not count.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (s shape) compile(n int) *matcher.Engine {
	var lines strings.Builder
	for i := range n {
		lines.WriteString(strings.ReplaceAll(s.lines, "#", fmt.Sprint(i)) + "\n")
	}
	text := strings.Replace(cmp.Or(s.around, "#"), "#", lines.String(), 1)
	f, err := parser.Parse("shape.conf", []byte("RewriteEngine On\n"+text+"\n"), nil)
	if err != nil {
		log.Fatalf("%s: %v", s.name, err)
	}
	e, err := matcher.Compile(f, &matcher.Options{Limits: matcher.Limits{Time: time.Minute}})
	if err != nil {
		log.Fatalf("%s: %v", s.name, err)
	}
	return e
}
