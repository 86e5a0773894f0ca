package main

import (
	"math/rand/v2"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// row is subjects of one kind.
type row struct {
	name     string
	subjects []string
}

// rows returns the rows of a list.
func (c *contest) rows() []row {
	rnd := rand.New(rand.NewPCG(1, 2))
	var none, hits, near []string
	for i, re := range c.parsed {
		s := string(sample(re.Root, nil))
		if ok, _ := c.patterns[i].Match(s, nil, 0); !ok || s == "" {
			continue
		}
		hits = append(hits, s)
		b := []byte(s)
		b[rnd.IntN(len(b))] = '~'
		near = append(near, string(b))
	}
	for _, s := range c.ordinary(hits) {
		if c.first(s) == len(c.patterns) {
			none = append(none, s)
		}
	}
	return []row{{"none", shuffled(rnd, none)}, {"near", shuffled(rnd, near)}, {"hit", shuffled(rnd, hits)}}
}

// ordinary returns subjects of the kind that the list is about: names of browsers, pages
// that a link was on, or paths, which start with a slash if most of the hits do.
func (c *contest) ordinary(hits []string) []string {
	if strings.Contains(c.list.name, "HTTP_USER_AGENT") {
		return workload.Browsers()
	}
	start, slashes := "", 0
	for _, s := range hits {
		if s[0] == '/' {
			slashes++
		}
	}
	switch {
	case strings.Contains(c.list.name, "HTTP_REFERER"):
		start = "https://www.example.com/"
	case strings.Contains(c.list.name, "HTTP_HOST"):
		start = "www.example.com"
	case strings.Contains(c.list.name, "QUERY_STRING"):
		start = "page=2&of="
	case 2*slashes > len(hits):
		start = "/"
	}
	paths := workload.Paths()
	for i, path := range paths {
		paths[i] = start + path
	}
	return paths
}

// shuffled returns subjects in a random order, several times over where they are few: a
// processor would learn to foresee what comes.
func shuffled(rnd *rand.Rand, subjects []string) []string {
	var all []string
	for len(subjects) > 0 && len(all) < 500 {
		for _, i := range rnd.Perm(len(subjects)) {
			all = append(all, subjects[i])
		}
	}
	return all
}

// sample appends a short text that n may match.
func sample(n *pcre.Node, b []byte) []byte {
	switch n.Op {
	case pcre.OpLiteral:
		return append(b, n.Text...)
	case pcre.OpSet:
		return append(b, member(n.Set))
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			b = sample(sub, b)
		}
	case pcre.OpAlternate, pcre.OpCapture, pcre.OpAtomic:
		return sample(n.Subs[0], b)
	case pcre.OpRepeat:
		for range n.Min {
			b = sample(n.Subs[0], b)
		}
	default:
	}
	return b
}

// member returns a byte of the set, one that reads well if there is one.
func member(s pcre.Set) byte {
	const common = "aeio1x-/. "
	for i := range len(common) {
		if s.Has(common[i]) {
			return common[i]
		}
	}
	least, _ := s.Min()
	return least
}
