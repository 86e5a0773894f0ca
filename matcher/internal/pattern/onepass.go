package pattern

import "strings"

// A program is one-pass if at no place two ways to go on can both match: where it
// splits, the bytes that can come next tell which way to go, and its runs never have
// to give back. Such a program needs no stack, no memory of what has failed, and a
// time in proportion to the length of the subject. Most patterns of rules that
// capture something are of the kind: "^products/([0-9]+)/?$".

// maxOnePass bounds the subjects that are matched in one pass, which is not
// interrupted.
const maxOnePass = 1 << 12

// isOnePass reports whether the program is one-pass, and can match at the start of
// the subject only.
func (c *compiler) isOnePass() bool {
	if c.unicode != nil || c.refers || !c.anchored {
		return false
	}
	for i := range c.insts {
		switch in := &c.insts[i]; in.op {
		case opMatch, opFail, opByte, opLiteral, opFold, opAny, opSet, opTake, opJump, opSave, opBeginText, opEndText,
			opEndTextOptionalNewline, opBeginLine, opEndLine, opWordBoundary, opNoWordBoundary:
		case opSplit:
			if !c.apart(in) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// apart reports whether at most one of the ways of a split can match, whatever comes
// next.
func (c *compiler) apart(in *inst) bool {
	if in.next == anything || in.other == anything {
		return false
	}
	x, y := &c.follows[in.next], &c.follows[in.other]
	return x.set.Intersect(y.set).IsEmpty() && (!x.end || !y.end)
}

// matchOnce matches s with a one-pass program.
func (p *program) matchOnce(s string, caps *Captures) bool {
	if caps != nil {
		caps.unset()
	}
	pos, pc := 0, int32(0)
	for {
		in := &p.insts[pc]
		pc++
		switch in.op {
		case opMatch:
			if caps != nil {
				caps[0], caps[1] = max(caps[0], 0), pos // Unless there was a \K.
			}
			return true
		case opByte:
			if pos >= len(s) || s[pos] != in.b {
				return false
			}
			pos++
		case opLiteral:
			lit := p.lits[in.x]
			if len(s)-pos < len(lit) || s[pos:pos+len(lit)] != lit {
				return false
			}
			pos += len(lit)
		case opFold:
			lit := p.lits[in.x]
			if len(s)-pos < len(lit) || !hasFold(s[pos:], lit) {
				return false
			}
			pos += len(lit)
		case opSet:
			if pos >= len(s) || !p.sets[in.set].Has(s[pos]) {
				return false
			}
			pos++
		case opAny:
			if pos >= len(s) {
				return false
			}
			pos++
		case opTake:
			n := p.takeRun(in, s[pos:])
			if n < int(in.x) {
				return false
			}
			pos += n
		case opSplit:
			switch {
			case p.follows[in.next].allows(s, pos):
				pc = in.x
			case p.follows[in.other].allows(s, pos):
				pc = in.y
			default:
				return false
			}
		case opJump:
			pc = in.x
		case opSave:
			if caps != nil {
				caps[in.x] = pos
			}
		default:
			if !assert(in.op, s, pos) {
				return false
			}
		}
	}
}

// takeRun returns how many bytes of s the run takes.
func (p *program) takeRun(in *inst, s string) int {
	if int(in.y) < len(s) {
		s = s[:in.y]
	}
	switch in.run {
	case runAny:
		return len(s)
	case runNot:
		if len(s) > shortRun {
			if i := strings.IndexByte(s, in.b); i >= 0 {
				return i
			}
			return len(s)
		}
		for i := range len(s) {
			if s[i] == in.b {
				return i
			}
		}
		return len(s)
	}
	set := &p.sets[in.set]
	for i := range len(s) {
		if !set.Has(s[i]) {
			return i
		}
	}
	return len(s)
}

// shortRun is up to which length a byte is found faster without a call.
const shortRun = 16

// allows reports whether what is at pos of s can be what f says.
func (f *follow) allows(s string, pos int) bool {
	if pos >= len(s) {
		return f.end
	}
	return f.set.Has(s[pos])
}
