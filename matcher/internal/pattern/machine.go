package pattern

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// machine runs a program on a subject: it follows one path, and a stack of
// frames says what to try when that path fails.
type machine struct {
	*program
	s     string
	caps  *Captures
	steps int // left; negative once used up
	floor int // of steps, below which to ask whether to go on
	meter *work.Meter

	stack []frame
	base  int // height of the stack below which the code being run does not go back
	depth int // of nested runs
	loops []int32
	memo  *memo  // nil in a quick match, whose stack does not grow either
	near  [2]int // where the bytes of two are next
}

// frame is something to do on the way back.
type frame struct {
	kind frameKind
	pc   int32
	pos  int32
	lim  int32
}

type frameKind uint8

const (
	frameSplit     frameKind = iota // continue at pc from pos
	frameGreedy                     // the run at pc ends at pos: end it before, not below lim
	frameLazy                       // the run at pc ends at pos: end it after, not above lim
	frameCapture                    // capture slot pc was pos
	frameLoop                       // loop register pc was pos
	frameHigh                       // the same, of a register that holds a group
	frameUnits                      // the run of units at pc ends at pos: end it before, not below lim
	frameUnitsLazy                  // the run of units at pc ends at pos: take one more, of lim
	frameFailed                     // all that the choice with memo bit pos could do has failed
)

// attempt tries to match from the place from on.
func (m *machine) attempt(from int) bool {
	m.stack = m.stack[:0]
	end, ok := m.run(0, from)
	if ok && m.caps != nil {
		if m.caps[0] < 0 { // Else there was a \K.
			m.caps[0] = from
		}
		m.caps[1] = end
	}
	return ok
}

// run follows the program from pc and pos up to an opMatch.
func (m *machine) run(pc int32, pos int) (end int, ok bool) {
	s, insts := m.s, m.insts
	for {
		m.steps--
		if m.steps < m.floor && !m.goOn() {
			return 0, false
		}
		in := &insts[pc]
		fine := true
		pc++
		switch in.op {
		case opMatch:
			return pos, true
		case opFail:
			fine = false
		case opByte:
			fine = pos < len(s) && s[pos] == in.b
			pos++
		case opLiteral:
			lit := m.lits[in.x]
			fine = len(s)-pos >= len(lit) && s[pos:pos+len(lit)] == lit
			pos += len(lit)
		case opFold:
			lit := m.lits[in.x]
			fine = len(s)-pos >= len(lit) && hasFold(s[pos:], lit)
			pos += len(lit)
		case opAny:
			fine = pos < len(s)
			pos++
		case opSet:
			fine = pos < len(s) && m.sets[in.set].Has(s[pos])
			pos++
		case opTake:
			n := m.runLength(in, pos, int(in.y))
			fine = n >= int(in.x)
			pos += n
		case opGreedy:
			pos, fine = m.greedy(in, pc-1, pos)
		case opLazy:
			pos, fine = m.lazy(in, pc-1, pos)
		case opSplit:
			pc, fine = m.split(in, pos)
		case opJump:
			pc = in.x
		case opSave:
			m.save(in.x, pos)
		case opEnter:
			m.push(frame{kind: frameLoop, pc: in.x, pos: m.loops[in.x]})
			m.loops[in.x] = int32(pos)
		case opProgress:
			if int(m.loops[in.x]) == pos {
				pc = in.y
			}
		case opAtomic:
			if pos, fine = m.atomic(pc, pos); fine {
				pc = in.x
			}
		case opLook:
			pc, fine = m.lookAround(in, pos)
		case opOpen, opClose, opCloseHigh, opBackref, opIfSet, opChar, opUnits, opUnitsTake, opUnitsLazy:
			pc, pos, fine = m.runUnicode(in, pc, pos)
		default:
			fine = assert(in.op, s, pos)
		}
		if !fine {
			if pc, pos, ok = m.back(); !ok {
				return 0, false
			}
		}
	}
}

// runUnicode does an instruction that only patterns in UTF or UCP mode have. It is kept
// out of run, which is as fast as it is small.
func (m *machine) runUnicode(in *inst, pc int32, pos int) (next int32, end int, ok bool) {
	switch in.op {
	case opOpen:
		m.open(in.x, pos)
	case opClose, opCloseHigh:
		m.closeGroup(in, pos)
	case opBackref:
		end, ok := m.backref(in, pos)
		return pc, end, ok
	case opIfSet:
		if _, ok := m.group(&m.refs[in.x]); !ok {
			pc = in.y
		}
	case opChar:
		end, ok := m.charOf(in.set, pos)
		return pc, end, ok
	default:
		end, ok := m.takeUnits(in, pc-1, pos)
		return pc, end, ok
	}
	return pc, pos, true
}

// hasFold reports whether s starts with lit, which is in lower case and no
// longer than s, in any case.
func hasFold(s, lit string) bool {
	for i := range len(lit) {
		if pcre.FoldByte(s[i]) != lit[i] {
			return false
		}
	}
	return true
}

// assert reports whether an assertion holds at pos.
func assert(op opcode, s string, pos int) bool {
	switch op {
	case opBeginText:
		return pos == 0
	case opEndText:
		return pos == len(s)
	case opEndTextOptionalNewline:
		return pos == len(s) || pos == len(s)-1 && s[pos] == '\n'
	case opBeginLine:
		return pos == 0 || pos < len(s) && s[pos-1] == '\n'
	case opEndLine:
		return pos == len(s) || s[pos] == '\n'
	case opWordBoundary:
		return wordAt(s, pos-1) != wordAt(s, pos)
	case opNoWordBoundary:
		return wordAt(s, pos-1) == wordAt(s, pos)
	case opCharStart:
		return charStart(s, pos)
	default:
		return false
	}
}

// charStart reports whether the byte of s at i starts a character or is none.
func charStart(s string, i int) bool { return i >= len(s) || s[i]&0xc0 != 0x80 }

// wordAt reports whether there is a word character at i.
func wordAt(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	b := s[i]
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || b == '_' || 'a' <= b && b <= 'z'
}

// split chooses between the two ways of in. It leaves a frame for the second if
// both can match.
func (m *machine) split(in *inst, pos int) (int32, bool) {
	x, y := m.canFollow(in.next, pos), m.canFollow(in.other, pos)
	switch {
	case x && y:
		if m.remembers() && m.hasFailed(in, pos) {
			return 0, false
		}
		m.push(frame{kind: frameSplit, pc: in.y, pos: int32(pos)})
		return in.x, true
	case in.again && m.depth == 0 && m.remembers() && m.hasFailed(in, pos):
		// There is no choice here, but a loop that would be run anew.
		return 0, false
	case x:
		return in.x, true
	case y:
		return in.y, true
	}
	return 0, false
}

// canFollow reports whether what is at pos can be what the follow with index i
// says.
func (m *machine) canFollow(i int32, pos int) bool {
	if i == anything {
		return true
	}
	f := &m.follows[i]
	if pos >= len(m.s) {
		return f.end
	}
	return f.set.Has(m.s[pos])
}

// save notes pos in a capture slot.
func (m *machine) save(slot int32, pos int) {
	if m.caps == nil {
		return
	}
	if len(m.stack) > 0 || m.depth > 0 {
		m.push(frame{kind: frameCapture, pc: slot, pos: int32(m.caps[slot])})
	}
	m.caps[slot] = pos
}

// maxFrames bounds the stack of one match: 32 MiB. PCRE2 would use more.
const maxFrames = 1 << 21

// push leaves a frame.
func (m *machine) push(f frame) {
	if len(m.stack) == cap(m.stack) && !m.grow() {
		return
	}
	m.stack = m.stack[:len(m.stack)+1]
	m.stack[len(m.stack)-1] = f
}

// grow makes room for more frames. Where there is none to be had the steps count
// as used up. It copies instead of appending so that the compiler sees that the
// frames of a quick match stay where they are.
func (m *machine) grow() bool {
	if m.memo == nil || len(m.stack) >= maxFrames {
		m.steps = -1
		m.stack = m.stack[:0]
		return false
	}
	larger := make([]frame, max(2*len(m.stack), 1<<8))
	n := copy(larger, m.stack)
	m.stack = larger[:n]
	return true
}

// back undoes what has been done since the last choice, and takes that choice's
// next way. ok is false if there is none.
func (m *machine) back() (pc int32, pos int, ok bool) {
	for len(m.stack) > m.base {
		f := m.stack[len(m.stack)-1]
		m.stack = m.stack[:len(m.stack)-1]
		switch f.kind {
		case frameSplit:
			return f.pc, int(f.pos), true
		case frameGreedy:
			m.runFailed(f)
			if pos, ok := m.takeLess(f.pc, int(f.pos), int(f.lim)); ok {
				return f.pc + 1, pos, true
			}
		case frameLazy:
			m.runFailed(f)
			if pos, ok := m.oneMore(f); ok {
				return f.pc + 1, pos, true
			}
		case frameUnits, frameUnitsLazy:
			if pos, ok := m.endElsewhere(f); ok {
				return f.pc + 1, pos, true
			}
		case frameCapture:
			m.caps[f.pc] = int(f.pos)
		case frameLoop, frameHigh:
			m.loops[f.pc] = f.pos
		case frameFailed:
			m.memo.set(int(f.pos))
		}
		if m.steps < 0 {
			return 0, 0, false
		}
	}
	return 0, 0, false
}
