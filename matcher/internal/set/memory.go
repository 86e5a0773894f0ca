package set

import "github.com/modrewrite-go/modrewrite/matcher/internal/slab"

// memory is where the exprs of patterns are made. One that is nil is the heap.
type memory struct {
	exprs slab.Slab[expr]
	lists slab.Slab[*expr]
	items []*expr // of lists that are being collected

	texts   slab.Slab[texts]
	strings slab.Slab[string]
	listing []string // of texts that are being listed
}

// list finds the texts of b, before they are asked for.
func (m *memory) list(b *branch) {
	list, fold, ok := appendFinite(m.listing, b.items)
	m.listing, b.listed = list, true
	if ok {
		b.texts = m.texts.New(texts{m.strings.Copy(list), fold})
	}
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

// maxKept is how many exprs of a pattern are copied to be kept.
const maxKept = 256

// keep copies the exprs of sh to m, so that those it was made with can go. It reports false
// if they are too many; as exprs may be shared, they can be more than there are. Then sh
// keeps those it has.
func (m *memory) keep(sh *shape) bool {
	left := maxKept
	for i := range sh.branches {
		for _, item := range sh.branches[i].items {
			if left -= item.count(left); left < 0 {
				return false
			}
		}
	}
	for i := range sh.branches {
		sh.branches[i].items = m.copies(sh.branches[i].items)
	}
	return true
}

// copies returns copies of list, all that is in them included.
func (m *memory) copies(list []*expr) []*expr {
	if len(list) == 0 {
		return nil
	}
	own := m.lists.Copy(list)
	for i, e := range own {
		own[i] = m.exprs.New(*e)
		own[i].subs = m.copies(e.subs)
	}
	return own
}

// count returns how many exprs e is made of. It counts no further than most.
func (e *expr) count(most int) int {
	n := 1
	for _, sub := range e.subs {
		if n > most {
			break
		}
		n += sub.count(most - n)
	}
	return n
}
