package expr

// Groups says how a boolean expression treats the groups of regular expressions that
// matched, which stay from one SetEnvIfExpr to the next.
type Groups struct {
	Refers  bool // it refers to groups, perhaps to those of an expression before
	Changes bool // it may match a regular expression with groups
	Always  bool // it does so whatever its outcome is
	IfTrue  bool // it does so if it is true
}

// Groups returns how p treats groups.
func (p *Program) Groups() Groups {
	g := groupsOf(p.test)
	g.Refers = p.refers
	return g
}

// groupsOf is Groups for a test, but for Refers.
func groupsOf(t test) (g Groups) {
	switch t := t.(type) {
	case *match:
		g.Changes = t.re.NumGroups() > 0
		g.Always, g.IfTrue = g.Changes, g.Changes
	case negation:
		g = groupsOf(t.x)
		g.IfTrue = g.Always
	case *junction:
		// The first operand is evaluated in any case, all of "and" are if it is true, and
		// of "or" one is true that is evaluated last.
		g.IfTrue = t.or
		for i, x := range t.operands {
			o := groupsOf(x)
			g.Changes = g.Changes || o.Changes
			g.Always = g.Always || i == 0 && o.Always
			if t.or {
				g.IfTrue = g.IfTrue && o.IfTrue
			} else {
				g.IfTrue = g.IfTrue || o.IfTrue
			}
		}
		g.IfTrue = g.IfTrue || g.Always
	}
	return g
}
