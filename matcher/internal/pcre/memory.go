package pcre

import "github.com/modrewrite-go/modrewrite/matcher/internal/slab"

// memory is where a tree is made. The zero value is ready for use.
type memory struct {
	nodes slab.Slab[Node]
	lists slab.Slab[*Node]
	// Of the sequences that are being collected, the inner ones after the outer ones.
	items []*Node
	text  []byte
}

// reset takes back the tree made, to make another one there.
func (m *memory) reset() {
	m.nodes.Reset()
	m.lists.Reset()
	m.items, m.text = m.items[:0], m.text[:0]
}

// node returns a node like n.
func (m *memory) node(n Node) *Node { return m.nodes.New(n) }

// list returns a list of subs, which the caller may use for something else then.
func (m *memory) list(subs ...*Node) []*Node { return m.lists.Copy(subs) }
