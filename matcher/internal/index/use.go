package index

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
)

// use is what is known of a term of a list.
type use struct {
	items int32   // that name it
	share float64 // of the answers that it holds for; negative until it is known

	// What a set makes of it, nil until it is known, and whether that holds for no more
	// than the term does.
	shape *set.Shape
	exact bool
}

// find finds what a set makes of the term t, and how rare a pattern is.
func (u *use) find(t *Term) {
	re, exact := t.regexp()
	if re == nil { // a pattern that was compiled is one that can be parsed
		re = &pcre.Regexp{Class: pcre.Unsupported}
	}
	if u.shape, u.exact = set.ShapeOf(re), exact; t.kind == kindPattern {
		u.share = u.shape.Share()
	}
}

// shareOf returns the share of the answers that the term t, whose use is u, holds for.
func (u *use) shareOf(t *Term) float64 {
	switch {
	case u.share >= 0:
	case t.kind == kindPattern:
		u.find(t)
	default:
		u.share = t.share()
	}
	return u.share
}

// findFirst calls find for the patterns that are sure to be asked for: those of the first
// watch of each item.
func (c *chooser) findFirst() {
	var first []*Term
	for i := range c.items {
		s := spanAt(c.items, int32(i)) //nolint:gosec // no list has 2^31 items
		if s.from == s.to {
			continue
		}
		terms := c.termsOf(s.from)
		for j := range terms {
			if terms[j].kind == kindPattern {
				first = append(first, &terms[j])
			}
		}
	}
	c.findAll(first)
}

// findAll calls find for the terms given, but for what it has been called for.
func (c *chooser) findAll(terms []*Term) {
	var left []*Term
	listed := map[*use]bool{}
	for _, t := range terms {
		if u := c.useOf(t); u.shape == nil && t.kind != kindNetwork && !listed[u] {
			listed[u] = true
			left = append(left, t)
		}
	}
	inParallel(len(left), func(i int) { c.uses[*left[i]].find(left[i]) })
}

// useOf returns what is known of a term.
func (c *chooser) useOf(t *Term) *use {
	u := c.uses[*t]
	if u == nil { // one of Also
		u = &use{share: -1}
		c.uses[*t] = u
	}
	return u
}

const (
	// worthSharing is how many calls are divided between processors.
	worthSharing = 256
	// callsAtOnce is how many of them one takes at once.
	callsAtOnce = 32
)

// inParallel calls f with the numbers below n, on all processors if there are many.
func inParallel(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/callsAtOnce)
	if n < worthSharing || workers < 2 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for {
				to := int(next.Add(callsAtOnce))
				for i := to - callsAtOnce; i < min(to, n); i++ {
					f(i)
				}
				if to >= n {
					return
				}
			}
		})
	}
	running.Wait()
}
