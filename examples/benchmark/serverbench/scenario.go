package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/shapes"
)

// scenario is a ruleset and where it stands. The requests match none of it.
type scenario struct {
	name   string
	server func(root string) string // rules of the virtual host, nil for none
	hosts  bool                     // they are virtual hosts of their own, beside it
	access string                   // rules of the document root's .htaccess
	php    bool                     // the page is made by PHP-FPM
	n      int                      // how many directives
	others dialects
}

// scenarios returns all, those of a shape with each of the numbers of directives.
func scenarios(numbers []int) []scenario {
	list := []scenario{
		{name: "no rules", others: dialects{nginx: form{lines: " "}, caddy: form{lines: " "}}},
		{name: "redirects as sites collect them, 10,000", server: fixed(redirects("/", 10000))},
		{name: "the same in .htaccess, 1,000", access: redirects("", 1000)},
		{name: "a page by PHP-FPM", php: true},
		{name: "a page by PHP-FPM, rule in .htaccess", php: true, access: phpRule("")},
		{name: "one rule with User-Agent conditions, 1,000", server: fixed(botList(1000))},
	}
	for _, n := range numbers {
		list = append(list, scenario{
			name:   fmt.Sprintf("condition: a file each, %d", n),
			server: fixed("RewriteEngine On\n" + shapes.Repeat("RewriteCond %{DOCUMENT_ROOT}/kept-#.html -f\nRewriteRule ^ /kept-#.html [L]", n)),
		}, scenario{
			name:   fmt.Sprintf("condition: a file each, in a folder that is not there, %d", n),
			server: fixed("RewriteEngine On\n" + shapes.Repeat("RewriteCond %{DOCUMENT_ROOT}/kept/#.html -f\nRewriteRule ^ /kept/#.html [L]", n)),
		})
		for _, s := range shapes.All() {
			list = append(list, scenario{
				name:   fmt.Sprintf("%s, %d", s.Name, n),
				server: func(root string) string { return s.Config(n, root) },
				hosts:  s.Hosts(),
				n:      n,
				others: others[s.Name],
			})
		}
	}
	return list
}

// fixed returns rules that do not depend on where the files lie.
func fixed(rules string) func(string) string {
	return func(string) string { return rules }
}

// redirects returns n rules as a site collects them over the years.
func redirects(slash string, n int) string {
	var b strings.Builder
	b.WriteString("RewriteEngine On\n")
	for i := range n {
		switch i % 5 {
		case 3:
			fmt.Fprintf(&b, "RewriteRule ^%sshop-%d/([0-9]+)/?$ /item/%d?id=$1 [R=301,L]\n", slash, i, i)
		case 4:
			fmt.Fprintf(&b, "RewriteRule ^%sDocs%d/([a-z-]+)\\.html$ /doc/$1 [NC,R,L]\n", slash, i)
		default:
			fmt.Fprintf(&b, "RewriteRule ^%sold/page-%d/?$ /new/%d [R=301,L]\n", slash, i, i)
		}
	}
	return b.String()
}

// botList returns a rule that forbids n made-up robots.
func botList(n int) string {
	var b strings.Builder
	b.WriteString("RewriteEngine On\n")
	for i := range n {
		or := ",OR"
		if i == n-1 {
			or = ""
		}
		start := "^"
		if i%2 == 0 {
			start = ""
		}
		fmt.Fprintf(&b, "RewriteCond %%{HTTP_USER_AGENT} %s%sbot%d [NC%s]\n", start, string(rune('A'+i%26)), i, or)
	}
	b.WriteString("RewriteRule ^ - [F]\n")
	return b.String()
}

// site is a scenario on disk.
type site struct {
	scenario
	dir, root, rules string
}

func writeSite(dir string, sc scenario) (site, error) {
	s := site{scenario: sc, dir: dir, root: filepath.Join(dir, "htdocs"), rules: filepath.Join(dir, "rules.conf")}
	if err := os.MkdirAll(s.root, 0o755); err != nil {
		return s, err
	}
	for d := dir; d != "/" && d != "."; d = filepath.Dir(d) {
		_ = os.Chmod(d, 0o755) // httpd's children run as another user
	}
	files := map[string]string{filepath.Join(s.root, "page.html"): strings.Repeat("<p>small page</p>\n", 20), s.rules: ""}
	if sc.server != nil {
		files[s.rules] = sc.server(s.root)
	}
	if sc.access != "" {
		files[filepath.Join(s.root, ".htaccess")] = sc.access
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return s, err
		}
	}
	if s.php {
		return s, s.writePHP()
	}
	return s, nil
}

// included returns the line that takes the rules into a configuration, if they stand
// beside its virtual host or, with hosts false, in it.
func (s site) included(hosts bool) string {
	if s.hosts != hosts {
		return ""
	}
	return "Include " + s.rules + "\n"
}
