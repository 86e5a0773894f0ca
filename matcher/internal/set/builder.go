package set

import (
	"encoding/binary"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// builder collects branches into an nfa. Branches that start with the same
// items share the nodes for these, which keeps the number of threads small
// however many branches there are.
type builder struct {
	insts    []inst
	nodes    []trieNode
	links    []link
	accepts  []acceptLink
	children map[childKey]int32 // links of the nodes that have many
	sets     map[pcre.Set]int32
	known    []pcre.Set // the sets with ids from firstSet on
	items    map[string]int32
	used     uint8 // assertions, as a mask

	begin, anywhere int32 // the roots
}

// trieNode is a node while the automaton is being built; its lists are indexes
// into links and accepts, less one.
type trieNode struct {
	link, accept int32
	numLinks     int32
}

// link leads from a node to its child by the item that key names.
type link struct {
	key   int32
	child int32 // a node
	entry int32 // the instruction that the item starts with
	next  int32
}

type acceptLink struct{ id, next int32 }

type childKey struct{ node, key int32 }

// The keys of links: a set by its id, or one of these and an id. A node that
// leads to itself on a set has the key keySelf less the set's id.
const (
	keySelf   = -1
	keyLoop   = iota << 28 // any number of bytes of a set
	keyPlus                // one or more of them
	keyAssert              // an assertion
	keyItem                // any other item
)

// The ids of sets: the bytes, the letters in either case, and others.
const (
	firstFold = 256
	firstSet  = firstFold + 26
)

// manyLinks is from how many children on a node has them in the map.
const manyLinks = 8

func newBuilder() *builder {
	b := &builder{}
	b.begin, b.anywhere = b.newNode(), b.newNode()
	return b
}

// maxSpread bounds how many sequences a branch that starts anywhere is spread to.
const maxSpread = 16

// add adds a branch, the end of which is reported as id.
func (b *builder) add(br *branch, id int32) {
	if br.begin {
		b.addItems(b.begin, br.items, br.end, id)
	} else {
		b.spread(br.items, br.end, id, maxSpread)
	}
}

// spread adds items that may start anywhere. If they start with an alternation,
// it adds a sequence for each alternative: what starts anywhere is under way all
// the time, unless it shares its first bytes with others.
func (b *builder) spread(items []*expr, end bool, id int32, limit int) {
	if len(items) == 0 || items[0].op != opAlternate || len(items[0].subs) > limit {
		b.addItems(b.anywhere, items, end, id)
		return
	}
	subs := items[0].subs
	for _, sub := range subs {
		sequence := append(flatten(nil, sub), items[1:]...)
		b.spread(sequence, end, id, limit/len(subs))
	}
}

// addItems adds items that start at a root.
func (b *builder) addItems(at int32, items []*expr, end bool, id int32) {
	for _, item := range items {
		at = b.advance(at, item)
	}
	if end {
		at = b.assertion(at, endText)
	}
	b.accepts = append(b.accepts, acceptLink{id: id, next: b.nodes[at].accept})
	b.nodes[at].accept = int32(len(b.accepts))
}

// empty reports whether no branch has been added.
func (b *builder) empty() bool { return len(b.accepts) == 0 }

// advance returns the node after item, starting from the node at.
func (b *builder) advance(at int32, item *expr) int32 {
	switch item.op {
	case opEmpty:
		return at
	case opLiteral:
		for i := range len(item.text) {
			at = b.step(at, literalSet(item, i))
		}
		return at
	case opSet:
		return b.step(at, b.set(item.set))
	case opConcat:
		for _, sub := range item.subs {
			at = b.advance(at, sub)
		}
		return at
	case opAssert:
		return b.assertion(at, item.assert)
	case opRepeat:
		if set, ok := b.oneByte(item.subs[0]); ok {
			return b.run(at, set, item)
		}
		if item.min == item.max {
			for range item.min {
				at = b.advance(at, item.subs[0])
			}
			return at
		}
	case opFail, opAlternate:
	}
	return b.item(at, item)
}

// oneByte returns the id of the set of bytes that e matches, if it always
// matches one byte.
func (b *builder) oneByte(e *expr) (id int32, ok bool) {
	switch {
	case e.op == opLiteral && len(e.text) == 1:
		return literalSet(e, 0), true
	case e.op == opSet:
		return b.set(e.set), true
	}
	return 0, false
}

// run returns the node after a repeated set.
func (b *builder) run(at, set int32, item *expr) int32 {
	if item.max == unlimited {
		for range item.min - 1 {
			at = b.step(at, set)
		}
		if item.min > 0 {
			return b.plus(at, set)
		}
		return b.loop(at, set)
	}
	for range item.min {
		at = b.step(at, set)
	}
	if more := item.max - item.min; more > 0 {
		return b.item(at, &expr{op: opRepeat, max: more, subs: item.subs})
	}
	return at
}

// literalSet returns the id of the set of byte i of e, a literal.
func literalSet(e *expr, i int) int32 {
	c := e.text[i]
	if e.fold && 'a' <= c && c <= 'z' {
		return firstFold + int32(c-'a')
	}
	return int32(c)
}

// set returns the id of set.
func (b *builder) set(set *pcre.Set) int32 {
	id, ok := b.sets[*set]
	if !ok {
		if b.sets == nil {
			b.sets = map[pcre.Set]int32{}
		}
		id = firstSet + int32(len(b.known))
		b.known = append(b.known, *set)
		b.sets[*set] = id
	}
	return id
}

// setOf returns the set with the given id.
func (b *builder) setOf(id int32) pcre.Set {
	var set pcre.Set
	switch {
	case id < firstFold:
		set.Add(byte(id))
	case id < firstSet:
		set.Add('a' + byte(id-firstFold))
		set = set.Fold()
	default:
		set = b.known[id-firstSet]
	}
	return set
}

func (b *builder) newNode() int32 {
	b.nodes = append(b.nodes, trieNode{})
	b.emit(inst{op: instNode, x: int32(len(b.nodes) - 1)})
	return int32(len(b.nodes) - 1)
}

// emit appends an instruction and returns its index.
func (b *builder) emit(in inst) int32 {
	b.insts = append(b.insts, in)
	return int32(len(b.insts) - 1)
}

// nextThread is the index that the next instruction will have.
func (b *builder) nextThread() int32 { return int32(len(b.insts)) }

// find returns the child of node by key.
func (b *builder) find(node, key int32) (child int32, ok bool) {
	n := &b.nodes[node]
	if n.numLinks > manyLinks {
		child, ok = b.children[childKey{node, key}]
		return child, ok
	}
	for i := n.link; i > 0; i = b.links[i-1].next {
		if l := &b.links[i-1]; l.key == key {
			return l.child, true
		}
	}
	return 0, false
}

// join makes child the child of node by key.
func (b *builder) join(node, key, child, entry int32) {
	n := &b.nodes[node]
	b.links = append(b.links, link{key: key, child: child, entry: entry, next: n.link})
	n.link = int32(len(b.links))
	n.numLinks++
	if n.numLinks <= manyLinks {
		return
	}
	if b.children == nil {
		b.children = map[childKey]int32{}
	}
	if n.numLinks > manyLinks+1 {
		b.children[childKey{node, key}] = child
		return
	}
	for i := n.link; i > 0; i = b.links[i-1].next {
		b.children[childKey{node, b.links[i-1].key}] = b.links[i-1].child
	}
}

// step returns the node after one byte of a set.
func (b *builder) step(at, set int32) int32 {
	if child, ok := b.find(at, set); ok {
		return child
	}
	entry := b.nextThread()
	child := b.newNode()
	b.join(at, set, child, entry)
	return child
}

// plus returns the node after one or more bytes of a set.
func (b *builder) plus(at, set int32) int32 {
	if child, ok := b.find(at, keyPlus+set); ok {
		return child
	}
	entry := b.nextThread()
	child := b.newNode()
	b.join(at, keyPlus+set, child, entry)
	b.join(child, keySelf-set, child, entry)
	return child
}

// loop returns the node after any number of bytes of a set.
func (b *builder) loop(at, set int32) int32 {
	if child, ok := b.find(at, keyLoop+set); ok {
		return child
	}
	entry := b.nextThread()
	child := b.newNode()
	b.join(at, keyLoop+set, child, entry)
	b.join(child, keySelf-set, child, entry)
	return child
}

// assertion returns the node after an assertion.
func (b *builder) assertion(at int32, a assertion) int32 {
	key := keyAssert + int32(a)
	if child, ok := b.find(at, key); ok {
		return child
	}
	next := b.nextThread()
	child := b.newNode()
	b.join(at, key, child, b.emitAssert(a, next))
	return child
}

func (b *builder) emitAssert(a assertion, next int32) int32 {
	b.used |= 1 << a
	return b.emit(inst{op: instAssert, arg: int32(a), x: next})
}

// item returns the node after an item that is none of the others.
func (b *builder) item(at int32, e *expr) int32 {
	name := string(appendKey(nil, e))
	id, ok := b.items[name]
	if !ok {
		if b.items == nil {
			b.items = map[string]int32{}
		}
		id = int32(len(b.items))
		b.items[name] = id
	}
	if child, ok := b.find(at, keyItem+id); ok {
		return child
	}
	next := b.nextThread()
	child := b.newNode()
	b.join(at, keyItem+id, child, b.compile(e, next))
	return child
}

// compile emits the instructions of e, which continue at next, and returns
// where they start.
func (b *builder) compile(e *expr, next int32) int32 {
	switch e.op {
	case opEmpty:
		return next
	case opFail:
		return b.emit(inst{op: instFail})
	case opLiteral:
		for i := len(e.text) - 1; i >= 0; i-- {
			next = b.emit(inst{op: instSet, arg: literalSet(e, i), x: next})
		}
		return next
	case opSet:
		return b.emit(inst{op: instSet, arg: b.set(e.set), x: next})
	case opAssert:
		return b.emitAssert(e.assert, next)
	case opConcat:
		for _, sub := range slices.Backward(e.subs) {
			next = b.compile(sub, next)
		}
		return next
	case opAlternate:
		last := len(e.subs) - 1
		start := b.compile(e.subs[last], next)
		for i := last - 1; i >= 0; i-- {
			start = b.emit(inst{op: instSplit, x: b.compile(e.subs[i], next), y: start})
		}
		return start
	case opRepeat:
	}
	return b.compileRepeat(e, next)
}

func (b *builder) compileRepeat(e *expr, next int32) int32 {
	sub, exit := e.subs[0], next
	if e.max == unlimited {
		loop := b.emit(inst{op: instSplit, y: next})
		start := b.compile(sub, loop)
		b.insts[loop].x = start
		if next = loop; e.min > 0 {
			next = start
		}
		for range e.min - 1 {
			next = b.compile(sub, next)
		}
		return next
	}
	for range e.max - e.min {
		next = b.emit(inst{op: instSplit, x: b.compile(sub, next), y: exit})
	}
	for range e.min {
		next = b.compile(sub, next)
	}
	return next
}

// appendKey appends a string that is the same for exprs that match the same.
func appendKey(key []byte, e *expr) []byte {
	key = append(key, byte(e.op))
	switch e.op {
	case opLiteral:
		if e.fold {
			key[len(key)-1] |= 0x80
		}
		key = binary.AppendUvarint(key, uint64(len(e.text)))
		return append(key, e.text...)
	case opSet:
		for _, word := range e.set {
			key = binary.LittleEndian.AppendUint64(key, word)
		}
		return key
	case opAssert:
		return append(key, byte(e.assert))
	case opRepeat:
		key = binary.AppendVarint(key, int64(e.min))
		key = binary.AppendVarint(key, int64(e.max))
	case opConcat, opAlternate:
		key = binary.AppendUvarint(key, uint64(len(e.subs)))
	case opEmpty, opFail:
	}
	for _, sub := range e.subs {
		key = appendKey(key, sub)
	}
	return key
}
