package set

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// prefixes are branches that can match only a subject that starts with a certain
// text: a tree of these texts. Where one of them may be in either case, all are
// looked for in either case.
type prefixes struct {
	fold bool
	// heads is a hash table of the nodes that are reached by the first headLength
	// bytes: those bytes, above the number of the node. 0 is a free slot.
	heads []uint64
	nodes []prefixNode
	bytes []byte // of all nodes, and eight more
	ids   []int32
}

// prefixNode is a place in the tree. What leads to it from its parent are the
// bytes of its label, of which the parent looks at the first.
type prefixNode struct {
	label  uint32 // where the rest of the label is
	length uint16 // of the rest
	kids   uint16 // how many there are; their first bytes come after the label
	child  uint32 // the first of the kids, which are next to each other
	ids    uint32 // where its ids are: they end where those of the next node start
	ends   bool   // there are ids
}

// prefixEntry is a branch that goes into the tree.
type prefixEntry struct {
	foldableText
	id int32
}

const (
	headLength = 3
	// minPrefix is how long a prefix has to be, and maxShared how many branches
	// may have one that is the same, to be worth it.
	minPrefix = headLength
	maxShared = 4
)

// leading returns the text that subjects of a branch with these items start
// with. The rest of the items is what comes after it.
func leading(items []*expr) (p foldableText, rest []*expr) {
	for i, item := range items {
		if item.op != opLiteral || p.text != "" && p.fold != item.fold && hasLetter(p.text) && hasLetter(item.text) {
			return p, items[i:]
		}
		p.text += item.text
		p.fold = p.fold || item.fold
	}
	return p, nil
}

// newPrefixes returns the tree of the entries, or nil if there are none.
func newPrefixes(entries []prefixEntry) *prefixes {
	if len(entries) == 0 {
		return nil
	}
	p := &prefixes{fold: slices.ContainsFunc(entries, func(e prefixEntry) bool { return e.fold })}
	for i := range entries {
		if p.fold {
			entries[i].text = lower(entries[i].text)
		}
	}
	slices.SortFunc(entries, func(a, b prefixEntry) int {
		return cmp.Or(strings.Compare(a.text, b.text), cmp.Compare(a.id, b.id))
	})
	p.build(entries)
	return p
}

// prefixTask is a node to make: the entries that go through it, from one up to another, and
// how many of their bytes are above it.
type prefixTask struct{ from, to, depth int32 }

// build makes the nodes for the entries, which are sorted, level by level. Number
// 0 stays free.
func (p *prefixes) build(entries []prefixEntry) {
	tasks := split(nil, entries, prefixTask{0, int32(len(entries)), 0}, headLength)
	p.addHeads(entries, tasks)
	p.nodes = append(make([]prefixNode, 0, len(entries)+len(entries)/4+2), prefixNode{})
	p.ids = make([]int32, 0, len(entries))
	var next []prefixTask
	for len(tasks) > 0 {
		below := len(p.nodes) + len(tasks)
		next = next[:0]
		for _, task := range tasks {
			next = p.node(next, entries, task, below+len(next))
		}
		tasks, next = next, tasks
	}
	p.nodes = append(p.nodes, prefixNode{ids: uint32(len(p.ids))})
	p.bytes = append(p.bytes, make([]byte, 8)...)
}

// addHeads makes the table of the heads, which the first nodes belong to.
func (p *prefixes) addHeads(entries []prefixEntry, tasks []prefixTask) {
	size := 8
	for size < 2*len(tasks) {
		size *= 2
	}
	p.heads = make([]uint64, size)
	for i, task := range tasks {
		head := p.head(entries[task.from].text)
		slot := hashHead(head) & (size - 1)
		for p.heads[slot] != 0 {
			slot = (slot + 1) & (size - 1)
		}
		p.heads[slot] = head<<32 | uint64(i+1)
	}
}

// head returns the first headLength bytes of s.
func (p *prefixes) head(s string) uint64 {
	return uint64(p.byteOf(s[0])) | uint64(p.byteOf(s[1]))<<8 | uint64(p.byteOf(s[2]))<<16
}

func hashHead(head uint64) int { return int(head * 0x9e3779b97f4a7c15 >> 40) }

// node makes a node, of which the kids will be from child on, and appends these.
func (p *prefixes) node(tasks []prefixTask, entries []prefixEntry, task prefixTask, child int) []prefixTask {
	first, last := entries[task.from].text, entries[task.to-1].text
	end := commonPrefix(first, last)
	label := first[task.depth:end]
	n := prefixNode{
		label: uint32(len(p.bytes)), length: uint16(len(label)),
		child: uint32(child), ids: uint32(len(p.ids)),
	}
	p.bytes = append(p.bytes, label...)
	for task.from < task.to && len(entries[task.from].text) == end {
		p.ids = append(p.ids, entries[task.from].id)
		task.from++
		n.ends = true
	}
	from := len(tasks)
	tasks = split(tasks, entries, prefixTask{task.from, task.to, int32(end)}, 1)
	for _, kid := range tasks[from:] {
		p.bytes = append(p.bytes, entries[kid.from].text[end])
	}
	n.kids = uint16(len(tasks) - from)
	p.nodes = append(p.nodes, n)
	return tasks
}

// split divides the entries of a task by their next bytes, and moves beyond them. It
// appends the tasks to parts.
func split(parts []prefixTask, entries []prefixEntry, task prefixTask, length int) []prefixTask {
	end := task.depth + int32(length)
	for from := task.from; from < task.to; {
		next, to := entries[from].text[task.depth:end], from+1
		for to < task.to && entries[to].text[task.depth:end] == next {
			to++
		}
		parts = append(parts, prefixTask{from, to, end})
		from = to
	}
	return parts
}

// commonPrefix returns the length of what a and b both start with.
func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// match appends the ids of the branches with a prefix that s starts with.
func (p *prefixes) match(dst []int32, s string) []int32 {
	i := headLength
	if len(s) < i {
		return dst
	}
	number := p.headed(s)
	for number != 0 {
		n := &p.nodes[number]
		if n.length > 0 {
			if !p.hasLabel(n, s[i:]) {
				return dst
			}
			i += int(n.length)
		}
		if n.ends {
			dst = append(dst, p.ids[n.ids:p.nodes[number+1].ids]...)
		}
		if i == len(s) || n.kids == 0 {
			return dst
		}
		number = p.kid(n, p.byteOf(s[i]))
		i++
	}
	return dst
}

// headed returns the number of the node that the first bytes of s lead to, or 0.
func (p *prefixes) headed(s string) uint32 {
	head := p.head(s)
	mask := len(p.heads) - 1
	for i := hashHead(head) & mask; p.heads[i] != 0; i = (i + 1) & mask {
		if p.heads[i]>>32 == head {
			return uint32(p.heads[i])
		}
	}
	return 0
}

// byteOf returns c as it is in the tree.
func (p *prefixes) byteOf(c byte) byte {
	if p.fold && c-'A' < 26 {
		c |= 0x20
	}
	return c
}

// hasLabel reports whether s starts with the rest of the label of n.
func (p *prefixes) hasLabel(n *prefixNode, s string) bool {
	length := int(n.length)
	if len(s) < length {
		return false
	}
	s, label := s[:length], p.bytes[n.label:n.label+uint32(length)]
	if s == string(label) {
		return true
	}
	if !p.fold {
		return false
	}
	for i := range len(s) {
		if lowerByte(s[i]) != label[i] {
			return false
		}
	}
	return true
}

// kid returns the number of the kid of n by its first byte, or 0.
func (p *prefixes) kid(n *prefixNode, c byte) uint32 {
	from := n.label + uint32(n.length)
	i := indexByte(p.bytes[from:], int(n.kids), c)
	if i < 0 {
		return 0
	}
	return n.child + uint32(i)
}

// indexByte returns where c is among the first n bytes of s, or -1. There have
// to be eight bytes more.
func indexByte(s []byte, n int, c byte) int {
	const each = 0x0101010101010101
	for at := 0; at < n; at += 8 {
		x := binary.LittleEndian.Uint64(s[at:]) ^ each*uint64(c)
		// The lowest of these bits is that of the first byte that is 0.
		if zero := (x - each) &^ x & (0x80 * each); zero != 0 {
			if i := at + bits.TrailingZeros64(zero)/8; i < n {
				return i
			}
			return -1
		}
	}
	return -1
}

// memory returns about how much memory p takes.
func (p *prefixes) memory() int {
	return 8*len(p.heads) + 24*len(p.nodes) + len(p.bytes) + 4*len(p.ids)
}
