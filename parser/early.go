package parser

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// A large file is read by several goroutines at once. What most lines come to depends on
// nothing that is said elsewhere: their nodes are made early, block by block. Then the
// file is read in order as any other, but for the lines that there is a node of already.

// earlyBlock is how many bytes of a file a goroutine reads early, about, before it looks
// for more. A file of a few of these is not worth it.
const earlyBlock = 64 << 10

// early is the nodes of lines that were read early, in order, some lines of each block.
type early struct {
	blocks [][]earlyNode
	block  int // the nodes before these have had their turn
	node   int
}

// earlyNode is the node of the logical line that begins at from.
type earlyNode struct {
	node Node
	from int
	next int // where the next line begins
}

// readEarly reads what it can of the lines of r early. The nodes are the same, whatever
// is read early.
func (r *reader) readEarly() early {
	size := len(r.lines.text.s)
	procs := runtime.GOMAXPROCS(0)
	if r.opts.AccessFile || procs == 1 || size < 4*earlyBlock {
		return early{}
	}
	e := early{blocks: make([][]earlyNode, (size+earlyBlock-1)/earlyBlock)}
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(procs, len(e.blocks)) {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(e.blocks) {
					return
				}
				r.readBlock(&e.blocks[i], i*earlyBlock, (i+1)*earlyBlock)
			}
		})
	}
	all.Wait()
	return e
}

// readBlock appends to nodes those of lines that begin between two places, with a parser
// of its own. A line that there is something to report of gets none, nor one that it
// fails on: that comes to light when the line has its turn.
func (r *reader) readBlock(nodes *[]earlyNode, from, to int) {
	defer func() { _ = recover() }()
	src := *r.src
	p := &parser{opts: r.opts}
	own := &reader{parser: p, src: &src, lines: lines{text: src.whole(), limit: r.lines.limit}}
	start, ok := certainStart(src.text, from)
	if !ok {
		return // the lines go on from the block before, or are read when they have their turn
	}
	own.lines.next = start
	to, _ = certainStart(src.text, to)
	*nodes = make([]earlyNode, 0, earlyBlock/32)
	for own.lines.next < to {
		begin := own.lines.next
		l, ok := own.lines.read()
		if !ok {
			return
		}
		n := own.readAlone(l)
		if n != nil && len(p.found) == 0 {
			*nodes = append(*nodes, earlyNode{n, begin, own.lines.next})
		}
		p.found, p.errors = p.found[:0], 0
	}
}

// readAlone returns the node of a line that depends on nothing else, nil for others.
func (r *reader) readAlone(l line) Node {
	if l.nul >= 0 || l.long || l.s == "" || l.s[0] == '#' || strings.Contains(l.s, "${") {
		return nil
	}
	s, ok := r.statement(l)
	if !ok || strings.HasPrefix(s.name, "<") || s.isReadTime() {
		return nil
	}
	return r.plain(s)
}

// certainStart returns the first place from at on where a logical line is certain to
// begin, among those that a block from at on has a line before. ok is false if there is none,
// and the place where the block ends: to look on would take longer the longer the text is.
func certainStart(s string, at int) (start int, ok bool) {
	if at == 0 {
		return 0, true
	}
	end := min(at+earlyBlock, len(s))
	for at < end {
		n := strings.IndexByte(s[at:end], '\n')
		if n < 0 {
			break
		}
		before := strings.TrimSuffix(s[:at+n], "\r")
		at += n + 1
		// An empty line may continue the one before it.
		if before != "" && before[len(before)-1] != '\n' && before[len(before)-1] != '\\' {
			return at, true
		}
	}
	return end, false
}

// take returns the node of the line that begins at from, nil if there is none, and where
// the next line begins. It must not be asked for a line before one it was asked for.
func (e *early) take(from int) (n Node, next int) {
	for e.block < len(e.blocks) {
		for nodes := e.blocks[e.block]; e.node < len(nodes); e.node++ {
			switch n := &nodes[e.node]; {
			case n.from == from:
				e.node++
				return n.node, n.next
			case n.from > from:
				return nil, 0
			}
		}
		e.blocks[e.block] = nil
		e.block, e.node = e.block+1, 0
	}
	return nil, 0
}
