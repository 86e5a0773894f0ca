// Package fuzz makes random rulesets and requests aimed at them, and reduces
// those on which two servers disagree. It serves the comparison of the engine
// with a live httpd.
//
// Left out, as two correct servers may answer differently: TIME variables, the
// clients' ports, names looked up in the DNS, random maps with more than one
// choice, and statuses below 200, after which a client can't tell where the
// response ends. Left out too, as httpd reads memory that it never set: groups
// of an expression that captured nothing, within it and after it. A Vary without
// a name is none: httpd counts in commas how often a header without a name was
// looked at.
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
	// Neighbours is how many of 100 rulesets have directives of other modules
	// that act on the same requests.
	Neighbours int
}

// requestsPerCase is how many requests a case has: enough to use the work of
// setting it up, few enough that there are many cases.
const requestsPerCase = 10

// generator makes one case.
type generator struct {
	*rand.Rand
	opts   Options
	number int
	// neighbourly says that the case has directives of other modules, odd that
	// its lines are spelled in ways that no one writes.
	neighbourly, odd bool

	// maps are the names of the case's rewrite maps.
	maps []string
	// samples are URL-paths that the case's patterns are likely to match.
	samples []string
	// subrequest says that the case has a condition or variable that runs a
	// sub-request, and endless that it has a rule that starts over as often as
	// httpd lets it.
	subrequest, endless bool
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
	g.neighbourly, g.odd = g.chance(opts.Neighbours), g.chance(15)
	g.vhost(c)
	if g.chance(6) {
		g.secondHost(c)
	}
	g.accessFiles(c.Files)
	g.mapFiles(c.Files)
	for range requestsPerCase {
		c.Requests = append(c.Requests, g.request())
	}
	return c
}

// maySubrequest reports whether the case can have a condition or variable that
// runs a sub-request, which it then has. Two of them can multiply without end,
// and so can one within rules that start over 32,000 times.
func (g *generator) maySubrequest() bool {
	may := !g.subrequest && !g.endless
	g.subrequest = g.subrequest || may
	return may
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
