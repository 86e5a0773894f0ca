package pattern

import "github.com/modrewrite-go/modrewrite/matcher/internal/pcre"

// follow is what may come next at some place of a program: a byte of set or, if
// end, the end of the subject.
type follow struct {
	set pcre.Set
	end bool
}

// anything is the index of the follow that excludes nothing.
const anything = -1

// maxFollow bounds the instructions looked at for one follow.
const maxFollow = 200

// findFollows sets what may come next at each choice. A run that can't gain by
// giving back, because what follows can't start inside it, takes all it can for
// good.
func (c *compiler) findFollows() {
	c.seen = make([]int, len(c.insts))
	for pc := range c.insts {
		in := &c.insts[pc]
		in.next, in.other = anything, anything
		switch in.op {
		case opSplit:
			in.next, in.other = c.followOf(in.x), c.followOf(in.y)
		case opGreedy, opLazy:
			in.next = c.followOf(int32(pc) + 1)
			if in.next != anything && c.follows[in.next].set.Intersect(c.sets[in.set]).IsEmpty() {
				in.op = opTake
			}
		case opUnits, opUnitsTake, opUnitsLazy:
			c.findUnitsFollow(in, pc)
		default:
		}
	}
}

// followOf returns the index of what may come next at pc.
func (c *compiler) followOf(pc int32) int32 {
	f, ok := c.firstOf(pc)
	if !ok {
		return anything
	}
	for i := range c.follows {
		if c.follows[i] == f {
			return int32(i)
		}
	}
	c.follows = append(c.follows, f)
	return int32(len(c.follows) - 1)
}

// firstOf finds what may come next at pc. ok is false if it is anything, or too
// much to find out.
func (c *compiler) firstOf(pc int32) (f follow, ok bool) {
	c.mark++
	work := make([]int32, 1, 16)
	work[0] = pc
	for steps := 0; len(work) > 0; steps++ {
		pc := work[len(work)-1]
		work = work[:len(work)-1]
		if c.seen[pc] == c.mark {
			continue
		}
		c.seen[pc] = c.mark
		in := &c.insts[pc]
		if in.op == opMatch || in.op == opAny || in.isAnything() || steps > maxFollow {
			return follow{}, false
		}
		c.addFirst(in, &f)
		work = c.appendNext(work, in, pc)
	}
	return f, f.set != pcre.AnyByte()
}

// addFirst adds to f what in itself can start with.
func (c *compiler) addFirst(in *inst, f *follow) {
	switch in.op {
	case opByte:
		f.set.Add(in.b)
	case opLiteral:
		f.set.Add(c.lits[in.x][0])
	case opFold:
		f.set = f.set.Union(pcre.Bytes(c.lits[in.x][:1]).Fold())
	case opSet, opTake, opGreedy, opLazy:
		f.set = f.set.Union(c.sets[in.set])
	case opChar, opUnits, opUnitsTake, opUnitsLazy:
		f.set = f.set.Union(c.firsts[in.set])
	case opEndText:
		f.end = true
	case opEndTextOptionalNewline, opEndLine:
		f.end = true
		f.set.Add('\n')
	default:
	}
}

// appendNext appends where to look further after in, which is at pc, if that
// can come before anything is consumed.
func (c *compiler) appendNext(work []int32, in *inst, pc int32) []int32 {
	switch in.op {
	case opTake, opGreedy, opLazy, opUnits, opUnitsTake, opUnitsLazy:
		if in.x == 0 {
			work = append(work, pc+1)
		}
	case opSplit:
		work = append(work, in.x, in.y)
	case opJump:
		work = append(work, in.x)
	case opProgress:
		work = append(work, pc+1, in.y)
	case opLook:
		work = append(work, in.x)
		if in.y != 0 {
			work = append(work, in.y)
		}
	case opIfSet:
		work = append(work, pc+1, in.y)
	case opSave, opEnter, opAtomic, opBeginText, opBeginLine, opWordBoundary, opNoWordBoundary, opCharStart,
		opOpen, opClose, opCloseHigh:
		work = append(work, pc+1)
	default:
	}
	return work
}

// isAnything reports whether what comes next may be anything where there is an
// instruction like this.
func (in *inst) isAnything() bool { return in.op == opBackref || in.run == runCluster }
