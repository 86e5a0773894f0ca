package pattern

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// Page returns a pattern that matches where p does and reports, as groups 1 to
// MaxGroup, the groups of p from n*MaxGroup+1 on. It is nil if nothing runs it. It is
// made anew with each call.
func (p *Pattern) Page(n int) *Pattern {
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
	page := &Pattern{src: re.Source, flags: re.Flags, groups: int32(re.NumGroups())} //nolint:gosec // PCRE allows 65,535
	if !canCompile(&re) {
		var err error
		if page.backtrack, err = newBacktracker(&re); err != nil {
			return nil
		}
		return page
	}
	prog, ok := compile(&re)
	if !ok {
		return nil
	}
	page.prog.Store(prog)
	return page
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
