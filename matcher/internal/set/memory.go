package set

import "github.com/modrewrite-go/modrewrite/matcher/internal/slab"

// memory is where the exprs of patterns are made. One that is nil is the heap.
type memory struct {
	exprs slab.Slab[expr]
	lists slab.Slab[*expr]
	items []*expr // of lists that are being collected
}

// reset takes back all exprs made, to make others there.
func (m *memory) reset() {
	m.exprs.Reset()
	m.lists.Reset()
}

// expr returns an expr like e.
func (m *memory) expr(e expr) *expr {
	if m == nil {
		own := e // by itself: e would be made on the heap each time
		return &own
	}
	return m.exprs.New(e)
}

// one returns a list of e.
func (m *memory) one(e *expr) []*expr {
	if m == nil {
		return []*expr{e}
	}
	return m.lists.Copy([]*expr{e})
}
