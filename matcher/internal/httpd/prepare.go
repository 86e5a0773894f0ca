package httpd

import (
	"runtime"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/parallel"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/slab"
	"github.com/modrewrite-go/modrewrite/parser"
)

// What a node comes to depends on the ones before it. But most of the work for a rule
// does not: it is done for the nodes to come by other goroutines, while one compiles the
// nodes in order.

// Prepare does for a node what depends on nothing else. What it returns is in
// Compiler.Prepared when the node is compiled; nil if there is nothing. It returns nil for
// the nodes of other modules.
type Prepare func(p *Preparer, n parser.Node) any

// Preparer is what Prepare may use. It is not safe for concurrent use.
type Preparer struct {
	flags    pcre.Flags // of regular expressions
	regexps  pcre.Parser
	patterns slab.Slab[pattern.Pattern]
	short    map[shortRegex]Regex
}

// Regex is a regular expression that has been compiled, or the mistake in it.
type Regex struct {
	pattern *pattern.Pattern
	flags   pcre.Flags // that were to be used
	size    int
	err     error
	parse   bool // err is about its syntax
}

// shortRegex is a regular expression that many rules may have, such as "^(.*)$".
type shortRegex struct {
	src    string
	flags  pcre.Flags
	noCase bool
}

const (
	// maxShort is how long one may be, and maxShorts how many there are at most.
	maxShort  = 12
	maxShorts = 64
)

// newPreparer returns a Preparer for regular expressions with flags.
func newPreparer(flags pcre.Flags) Preparer {
	return Preparer{flags: flags, patterns: slab.Small[pattern.Pattern]()}
}

// Regex compiles a regular expression. Rules with the same one may share it.
func (r *Preparer) Regex(src string, noCase bool) Regex {
	if len(src) > maxShort {
		return r.regex(src, noCase)
	}
	key := shortRegex{src, r.flags, noCase}
	re, ok := r.short[key]
	if ok {
		return re
	}
	re = r.regex(src, noCase)
	if len(r.short) < maxShorts {
		if r.short == nil {
			r.short = map[shortRegex]Regex{}
		}
		r.short[key] = re
	}
	return re
}

func (r *Preparer) regex(src string, noCase bool) Regex {
	flags := r.flags
	if noCase {
		flags |= pcre.Caseless
	}
	re, err := r.regexps.Parse(src, flags)
	if err != nil {
		return Regex{flags: r.flags, err: err, parse: true}
	}
	p := r.patterns.Next()
	return Regex{pattern: p, flags: r.flags, size: re.Size, err: p.Make(re)}
}

// IsCurrent reports whether a regular expression is what it would be if it was compiled
// now: the flags may have changed.
func (c *Compiler) IsCurrent(r *Regex) bool { return r.flags == c.flags }

// Accept counts a regular expression with the source src, and returns its pattern, nil if
// it may not be used.
func (c *Compiler) Accept(r *Regex, src string, at parser.Extent) *pattern.Pattern {
	if !r.parse && !c.fits(r.size, at) {
		return nil
	}
	if r.err != nil {
		c.Errorf(CodeBadPattern, at, "cannot compile regular expression %q: %v", src, r.err)
		return nil
	}
	return r.pattern
}

// Preparer returns what prepares nodes now.
func (c *Compiler) Preparer() *Preparer {
	if c.preparer == nil {
		p := newPreparer(c.flags)
		c.preparer = &p
	}
	c.preparer.flags = c.flags
	return c.preparer
}

const (
	// prepareWindow is how many nodes are prepared at once. Less is not worth it.
	prepareWindow = 1024
	// prepareChunk is how many of them a goroutine takes at a time.
	prepareChunk = 64
)

// preparations are what nodes to come have been prepared to.
type preparations struct {
	c       *Compiler
	nodes   []parser.Node
	workers []preparingWorker
	now     *window
	next    *window // the one after it, which is being prepared; nil if there is none
	from    int     // where now begins
}

// window is what some nodes next to each other have been prepared to.
type window struct {
	made     []any
	panicked any
	done     chan struct{} // closed when all are made
}

// prepare begins to prepare nodes; it returns nil if that is not worth it.
func (c *Compiler) prepare(nodes []parser.Node) *preparations {
	procs := runtime.GOMAXPROCS(0)
	if c.access || len(nodes) < prepareWindow || procs == 1 {
		return nil
	}
	p := &preparations{c: c, nodes: nodes, workers: make([]preparingWorker, procs), from: -prepareWindow}
	p.begin(0)
	return p
}

// begin begins to prepare the window from a node on.
func (p *preparations) begin(from int) {
	p.next = nil
	if from >= len(p.nodes) {
		return
	}
	nodes := p.nodes[from:min(from+prepareWindow, len(p.nodes))]
	w := &window{made: make([]any, len(nodes)), done: make(chan struct{})}
	p.next = w
	flags := p.c.flags
	var workers atomic.Int64
	go func() {
		defer close(w.done)
		defer func() { w.panicked = recover() }()
		parallel.Ranges(len(nodes), prepareChunk, func() func(from, to int) {
			worker := new(preparingWorker)
			if i := workers.Add(1) - 1; i < int64(len(p.workers)) {
				worker = &p.workers[i]
			}
			worker.begin(flags)
			return func(from, to int) {
				for i := from; i < to; i++ {
					w.made[i] = worker.prepare(p.c.Engine, nodes[i])
				}
			}
		})
	}()
}

// preparingWorker prepares nodes on one goroutine, and on another one for the next window.
type preparingWorker struct {
	Preparer

	prepares []Prepare
}

// begin begins to prepare nodes while flags are those of regular expressions.
func (w *preparingWorker) begin(flags pcre.Flags) {
	if w.prepares == nil {
		w.Preparer = newPreparer(flags)
	}
	w.flags = flags
}

// prepare prepares n for the one of the modules of e whose node it is.
func (w *preparingWorker) prepare(e *Engine, n parser.Node) any {
	if w.prepares == nil {
		for _, m := range e.modules {
			if m.Prepare != nil {
				w.prepares = append(w.prepares, m.Prepare(e))
			}
		}
	}
	for _, prepare := range w.prepares {
		if made := prepare(&w.Preparer, n); made != nil {
			return made
		}
	}
	return nil
}

// at returns what node i has been prepared to. It is asked for one after the other.
func (p *preparations) at(i int) any {
	if p == nil {
		return nil
	}
	if i == p.from+prepareWindow {
		p.wait()
		p.now, p.from = p.next, i
		if p.now.panicked != nil {
			panic(p.now.panicked)
		}
		p.begin(i + prepareWindow)
	}
	return p.now.made[i-p.from]
}

// wait waits for the window that is being prepared.
func (p *preparations) wait() {
	if p != nil && p.next != nil {
		<-p.next.done
	}
}
