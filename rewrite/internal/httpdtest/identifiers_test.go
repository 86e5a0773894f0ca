package httpdtest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// The size of the real one, for which httpd takes a while:
//
//	REQUIRE_HTTPD=1 go test ./rewrite/internal/httpdtest -run Identifiers -v -identifiers 2800
var identifiers = flag.Int("identifiers", 280, "access files of the site of permanent identifiers; 2800 are as many as the real one has")

// maxReplay is how long the engine may take for the whole site.
const maxReplay = 10 * time.Second

// TestIdentifiers answers requests to a site of permanent identifiers such as
// w3id.org: a folder for each project with an access file of its own, of which
// most are small and some are not. The engine has to be quick, and to answer as
// httpd does.
func TestIdentifiers(t *testing.T) {
	t.Parallel()
	c := identifierSite(*identifiers, *identifiers*85/14)
	start := time.Now()
	require.NoError(t, replay.Run(t.Context(), c, nil))
	elapsed := time.Since(start)
	require.Empty(t, c.ConfigError)
	t.Logf("%d access files, %d requests: %v", len(c.Files), len(c.Requests), elapsed)
	if elapsed > maxReplay {
		t.Errorf("answering took %v, want at most %v", elapsed, maxReplay)
	}
	statuses := map[int]int{}
	for _, r := range c.Results {
		statuses[r.Status]++
	}
	t.Logf("answers by status: %v", statuses)
	for _, status := range []int{200, 301, 302, 303, 403, 404, 406, 410} {
		if statuses[status] == 0 {
			t.Errorf("no request is answered with %d", status)
		}
	}

	h := Require(t)
	live := asked(t, []*replay.Case{c})
	require.NoError(t, h.Run(t.Context(), live))
	require.Empty(t, live[0].ConfigError)
	different := 0
	for i := range c.Results {
		diff := cmp.Diff(live[0].Results[i].Comparable(), c.Results[i].Comparable())
		if diff == "" {
			continue
		}
		if different++; different <= 10 {
			t.Errorf("%s: mismatch (-httpd +engine):\n%s", c.Requests[i].Target, diff)
		}
	}
	t.Logf("%d of %d equal to httpd's", len(c.Results)-different, len(c.Results))
}

// identifierSite makes the site and requests to it, always the same.
func identifierSite(files, requests int) *replay.Case {
	g := identifierGenerator{rand.New(rand.NewPCG(5, 5))}
	c := &replay.Case{Name: "identifiers", Files: map[string]string{}}
	var targets []string
	for n := range files {
		name := fmt.Sprintf("project-%04d", n)
		rules := []int{2, 3, 4, 5, 6, 6, 8, 10, 12}[g.IntN(9)]
		if n%100 == 50 {
			rules = 300 // a vocabulary with a rule for each of its terms
		}
		c.Files[name+"/.htaccess"] = g.accessFile(name, rules)
		targets = append(targets, g.targets(name, rules)...)
	}
	g.Shuffle(len(targets), func(i, j int) { targets[i], targets[j] = targets[j], targets[i] })
	for i := range requests {
		q := replay.Request{Target: targets[i%len(targets)]}
		if accept := g.pick("", "text/turtle", "text/html", "application/rdf+xml", "application/ld+json;q=0.9, */*;q=0.1"); accept != "" {
			q.Headers = [][2]string{{"Accept", accept}}
		}
		c.Requests = append(c.Requests, q)
	}
	return c
}

// identifierGenerator makes access files and targets.
type identifierGenerator struct{ *rand.Rand }

func (g identifierGenerator) pick(list ...string) string { return list[g.IntN(len(list))] }

// accessFile is the text of a project's access file.
func (g identifierGenerator) accessFile(name string, rules int) string {
	var b strings.Builder
	b.WriteString("# " + name + "\n" + g.pick("Options +FollowSymLinks\n", "Options -MultiViews\n", "") +
		"RewriteEngine on\n" + g.pick("", "AddType text/turtle .ttl\n", "Header set Access-Control-Allow-Origin *\n"))
	for i := range rules {
		b.WriteString(identifierRule(name, i))
	}
	b.WriteString(g.pick("", "RewriteRule ^$ https://example.org/"+name+"/ [R=301,L]\n", "RewriteRule ^(.*)$ https://example.org/"+name+"/$1 [R=302,L]\n"))
	return b.String()
}

// identifierRule is rule i of a project.
func identifierRule(name string, i int) string {
	switch i % 7 {
	case 0:
		return fmt.Sprintf("RewriteCond %%{HTTP_ACCEPT} text/turtle [OR]\nRewriteCond %%{HTTP_ACCEPT} application/rdf\\+xml\n"+
			"RewriteRule ^v%d/(.*)$ https://example.org/%s/%[1]d/$1.ttl [R=303,L]\n", i, name)
	case 1:
		return fmt.Sprintf("RewriteRule ^term%d/?$ https://example.org/%s#t%[1]d [R=302,NE,L]\n", i, name)
	case 2:
		return fmt.Sprintf("RewriteRule ^doc/([0-9.]+)/(.*)$ https://docs.example.org/%s/$1/$2 [R=303,L]\n", name)
	case 3:
		return fmt.Sprintf("RewriteRule ^x%d$ - [F]\n", i)
	case 4:
		return fmt.Sprintf("RewriteCond %%{HTTP_ACCEPT} !application/rdf\\+xml.*(text/html|application/xhtml\\+xml)\n"+
			"RewriteCond %%{HTTP_ACCEPT} text/html [OR]\nRewriteCond %%{HTTP_USER_AGENT} ^Mozilla/.*\n"+
			"RewriteRule ^onto%d(/.*)?$ %s.html [R=303]\n", i, "/"+name+"/index")
	case 5:
		return fmt.Sprintf("RewriteRule ^old%d$ - [G]\n", i)
	default:
		return fmt.Sprintf("RewriteRule ^alias%d/(.+)$ v0/$1 [L]\nRewriteRule ^none%[1]d$ - [R=406,L]\nRewriteRule ^lost%[1]d$ - [R=404,L]\n", i)
	}
}

// targets are requests to a project.
func (g identifierGenerator) targets(name string, rules int) []string {
	var list []string
	for range 7 {
		i := g.IntN(rules)
		list = append(list, "/"+name+"/"+g.pick(
			fmt.Sprintf("v%d/a/b", i-i%7), fmt.Sprintf("term%d", i), fmt.Sprintf("doc/1.%d/z", i), fmt.Sprintf("x%d", i), fmt.Sprintf("onto%d/Class", i),
			fmt.Sprintf("old%d", i), fmt.Sprintf("alias%d/y", i), fmt.Sprintf("none%d", i), fmt.Sprintf("lost%d", i), "nothing", "", "%C3%A9?q=1",
		))
	}
	return list
}
