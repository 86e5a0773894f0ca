package set

import (
	"slices"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// instOp is what an instruction of an nfa does.
type instOp uint8

const (
	instFail   instOp = iota // nothing comes of it
	instSet                  // a byte of set arg, then x
	instSplit                // both x and y
	instAssert               // x if assertion arg holds
	instNode                 // what nodes[x] says
)

// inst is an instruction. A thread is the index of the one it has come to.
type inst struct {
	op  instOp
	arg int32
	x   int32
	y   int32
}

// node is an instruction that many branches may go through. Its lists start in
// the tables of the nfa where it says, and end where the next node's start.
type node struct {
	edges, eps, accepts int32
}

type edge struct {
	set, next int32
}

// nfa is a nondeterministic automaton for many branches. It is immutable, but
// for starts, which is filled on the way.
type nfa struct {
	insts   []inst
	nodes   []node // and one more, which says where the lists of the last end
	edges   []edge
	eps     []int32 // threads that start where the node is reached
	accepts []int32 // ids of the branches that have matched
	sets    []classSet

	begin, anywhere int32 // the threads of the roots

	alphabet
	// holds has the assertions that hold between a place with given flags and
	// a class, as a mask.
	holds [numFlags][]uint8
	// starts holds, by flags and class, where the threads that start at a place
	// get to.
	starts []atomic.Pointer[start]
}

// flags are what a place in the subject has to remember of what was before it.
type flags uint8

const (
	afterWord flags = 1 << iota // a byte of a word
	afterLF
	atBegin
	numFlags = 1 << iota
)

// finish returns the automaton.
func (b *builder) finish() *nfa {
	n := &nfa{insts: b.insts, begin: 0, anywhere: 1}
	root := &b.nodes[b.anywhere]
	n.searching = root.link != 0 || root.accept != 0
	ids := b.setsInUse()
	n.edges = make([]edge, 0, len(b.links))
	n.accepts = make([]int32, 0, len(b.accepts))
	n.nodes = make([]node, 0, len(b.nodes)+1)
	for i := range b.nodes {
		n.nodes = append(n.nodes, n.here())
		n.addLists(b, &b.nodes[i], ids)
	}
	n.nodes = append(n.nodes, n.here())
	for i := range n.insts {
		if in := &n.insts[i]; in.op == instSet {
			in.arg = ids[in.arg]
		}
	}
	n.classify(b, ids)
	n.starts = make([]atomic.Pointer[start], int(n.context+1)*(n.numClasses+1))
	return n
}

// here returns where lists that are added next start.
func (n *nfa) here() node {
	return node{edges: int32(len(n.edges)), eps: int32(len(n.eps)), accepts: int32(len(n.accepts))}
}

// addLists adds the lists of a node.
func (n *nfa) addLists(b *builder, t *trieNode, ids []int32) {
	for i := t.link; i > 0; i = b.links[i-1].next {
		l := &b.links[i-1]
		switch {
		case l.key <= keySelf:
			n.edges = append(n.edges, edge{ids[keySelf-l.key], l.entry})
		case l.key < keyLoop:
			n.edges = append(n.edges, edge{ids[l.key], l.entry})
		case l.key >= keyPlus && l.key < keyAssert:
			n.edges = append(n.edges, edge{ids[l.key-keyPlus], l.entry})
		default:
			n.eps = append(n.eps, l.entry)
		}
	}
	from := len(n.accepts)
	for i := t.accept; i > 0; i = b.accepts[i-1].next {
		n.accepts = append(n.accepts, b.accepts[i-1].id)
	}
	slices.Sort(n.accepts[from:])
}

// setsInUse returns, by the id in the builder, the numbers of the sets that are
// in use, counting from 0.
func (b *builder) setsInUse() []int32 {
	used := make([]int32, firstSet+len(b.known))
	mark := func(id int32) { used[id] = 1 }
	for i := range b.links {
		switch key := b.links[i].key; {
		case key <= keySelf:
			mark(keySelf - key)
		case key < keyLoop:
			mark(key)
		case key >= keyPlus && key < keyAssert:
			mark(key - keyPlus)
		}
	}
	for i := range b.insts {
		if in := &b.insts[i]; in.op == instSet {
			mark(in.arg)
		}
	}
	next := int32(0)
	for id, u := range used {
		if u == 0 {
			used[id] = unusedSet
			continue
		}
		used[id] = next
		next++
	}
	return used
}

const unusedSet = -1

// wordBytes returns the bytes of words, to which \b refers.
func wordBytes() pcre.Set {
	var set pcre.Set
	set.AddRange('0', '9')
	set.AddRange('A', 'Z')
	set.AddRange('a', 'z')
	set.Add('_')
	return set
}
