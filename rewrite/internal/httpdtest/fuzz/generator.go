// Package fuzz makes random rulesets and requests aimed at them, and reduces
// those on which two servers disagree. It serves the comparison of the engine
// with a live httpd.
//
// Left out, as two correct servers may answer differently: TIME variables, the
// clients' ports, names looked up in the DNS, random maps with more than one
// choice, and statuses below 200, after which a client can't tell where the
// response ends. Left out too, as httpd reads memory that it never set: groups
// of an expression that captured nothing.
package fuzz

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// Options choose what random cases hold. The same options and number make the
// same case.
type Options struct {
	Seed uint64
	// Expressions has cases with RewriteCond expr and <If>.
	Expressions bool
	// Neighbours has directives of other modules that act on the same
	// requests.
	Neighbours bool
}

// requestsPerCase is how many requests a case has: enough to use the work of
// setting it up, few enough that there are many cases.
const requestsPerCase = 10

// generator makes one case.
type generator struct {
	*rand.Rand
	opts   Options
	number int

	// samples are URL-paths that the case's patterns are likely to match.
	samples []string
	// subrequest says that the case has a condition or variable that runs a
	// sub-request. Two of them can multiply without end.
	subrequest bool
	// define is the name of a variable that the configuration defines, "" if
	// there is none. It is the case's own, as all cases of a server share
	// their variables.
	define string
}

// NewCase makes case number n.
func NewCase(opts Options, n int) *replay.Case {
	g := &generator{Rand: rand.New(rand.NewPCG(opts.Seed, uint64(n))), opts: opts, number: n}
	c := &replay.Case{
		Name:  fmt.Sprintf("random %d/%d", opts.Seed, n),
		Files: map[string]string{},
	}
	c.Vhost = g.vhost()
	g.accessFiles(c.Files)
	c.Files["map.txt"] = g.mapFile()
	c.Files["rnd.txt"] = "k only\nfoo\t/file.txt\n"
	for range requestsPerCase {
		c.Requests = append(c.Requests, g.request())
	}
	return c
}

// chance is true in p of 100 times.
func (g *generator) chance(p int) bool { return g.IntN(100) < p }

// pick returns one of list.
func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

// anyCase writes s in upper, lower or mixed case now and then.
func (g *generator) anyCase(s string) string {
	switch g.IntN(12) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return strings.ToLower(s)
	case 2:
		b := []byte(s)
		for i := range b {
			if g.chance(50) {
				b[i] = strings.ToUpper(s)[i]
			} else {
				b[i] = strings.ToLower(s)[i]
			}
		}
		return string(b)
	}
	return s
}

// mapFile is the text of a rewrite map, with the lines that are read in ways of
// their own.
func (g *generator) mapFile() string {
	lines := []string{
		"# comment", "foo mapped-foo", "bar mapped/bar?x=1 # trailing", "a\tb c d", "42 answer", "empty",
		"dir /dir/sub", "X upperx", "caf\u00c3\u00a9 coffee", " indented no", "foo second", "k\u00a0v nbsp",
		"pct a%20b", "q a?b", "dollar $1%1", "slash //x", "#hash v", "cr v\r", "",
		"long " + strings.Repeat("v", 1100) + " tail", "end last",
	}
	g.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return strings.Join(lines[:1+g.IntN(len(lines))], "\n") + g.pick("\n", "", "\n\n")
}
