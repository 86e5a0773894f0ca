package pattern

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// page is a pattern for some of the groups of another.
type page struct {
	number  int
	pattern *Pattern // nil if nothing runs it
	next    *page    // of the same pattern
}

// Page returns a pattern that matches where p does and reports, as groups 1 to
// MaxGroup, the groups of p from n*MaxGroup+1 on. It is nil if nothing runs it. It is
// made once, when it is first asked for.
func (p *Pattern) Page(n int) *Pattern {
	var made *page
	for {
		first := p.pages.Load()
		for q := first; q != nil; q = q.next {
			if q.number == n {
				return q.pattern
			}
		}
		if made == nil {
			made = &page{number: n, pattern: p.newPage(n)}
		}
		made.next = first
		if p.pages.CompareAndSwap(first, made) {
			return made.pattern
		}
	}
}

func (p *Pattern) newPage(n int) *Pattern {
	re := *p.Regexp()
	low := n * MaxGroup
	re.Root = renumbered(re.Root, func(g int) int {
		switch {
		case g >= 1 && g <= MaxGroup:
			return g + low
		case g > low && g <= low+MaxGroup:
			return g - low
		}
		return g
	})
	re.Names = append(slices.Clip(re.Names), make([]string, low)...)
	made := &Pattern{src: re.Source, flags: re.Flags, groups: int32(re.NumGroups())} //nolint:gosec // PCRE allows 65,535
	if !canCompile(&re) {
		var err error
		if made.backtrack, err = newBacktracker(&re); err != nil {
			return nil
		}
		return made
	}
	prog, ok := compile(&re)
	if !ok {
		return nil
	}
	made.prog.Store(prog)
	return made
}

// renumbered returns a copy of n with the numbers of groups that to gives.
func renumbered(n *pcre.Node, to func(int) int) *pcre.Node {
	m := *n
	if m.Op == pcre.OpCapture || m.Op == pcre.OpCall && m.Group > 0 {
		m.Group = to(m.Group)
	}
	if len(n.Groups) > 0 {
		m.Groups = slices.Clone(n.Groups)
		for i, g := range m.Groups {
			m.Groups[i] = to(g)
		}
	}
	if len(n.Subs) > 0 {
		m.Subs = make([]*pcre.Node, len(n.Subs))
		for i, sub := range n.Subs {
			m.Subs[i] = renumbered(sub, to)
		}
	}
	return &m
}
