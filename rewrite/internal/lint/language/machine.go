package language

import (
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// machine finds a pattern in a string, letter by letter.
type machine struct {
	prog  *syntax.Prog
	after []rune // what comes before the string
	steps int    // that it has taken, empty ones as well
}

// state is how far a machine has come.
type state struct {
	at      int      // how much of what comes before has been read; -1 if something else was
	pcs     []uint32 // where attempts stand, before empty steps
	prev    rune     // a letter like the one before, -1 at the beginning
	matched bool     // the pattern has been found
}

func newMachine(prog *syntax.Prog, after string) *machine {
	return &machine{prog: prog, after: []rune(after)}
}

func (m *machine) start() state {
	return state{prev: -1, pcs: []uint32{uint32(m.prog.Start)}}
}

// dead reports whether the pattern can no longer be found.
func (s state) dead() bool { return !s.matched && (s.at < 0 || len(s.pcs) == 0) }

func (s state) key(b *strings.Builder) {
	b.WriteString(strconv.Itoa(s.at))
	switch {
	case s.matched:
		b.WriteByte('!')
	default:
		b.WriteString(strconv.Itoa(int(s.prev)))
		for _, pc := range s.pcs {
			b.WriteByte(',')
			b.WriteString(strconv.Itoa(int(pc)))
		}
	}
	b.WriteByte(';')
}

// step returns the state after the letter c.
func (m *machine) step(s state, c rune) state {
	m.steps++
	if s.matched || s.at < 0 {
		return s
	}
	if s.at < len(m.after) {
		if m.after[s.at] != c {
			return state{at: -1}
		}
		s.at++
		return s
	}
	reached, matched := m.empty(s, c)
	if matched {
		return state{at: s.at, matched: true}
	}
	next := state{at: s.at, prev: like(c)}
	for _, pc := range reached {
		in := &m.prog.Inst[pc]
		if in.MatchRune(c) {
			next.pcs = append(next.pcs, in.Out)
		}
	}
	if m.anywhere() {
		next.pcs = append(next.pcs, uint32(m.prog.Start))
	}
	slices.Sort(next.pcs)
	next.pcs = slices.Compact(next.pcs)
	return next
}

// anywhere reports whether the pattern may begin later than at the beginning.
func (m *machine) anywhere() bool {
	return m.prog.StartCond()&syntax.EmptyBeginText == 0
}

// accepts reports whether the pattern is found in what was read.
func (m *machine) accepts(s state) bool {
	if s.matched {
		return true
	}
	if s.at < len(m.after) {
		return false
	}
	_, matched := m.empty(s, -1)
	return matched
}

// like returns a letter that word boundaries cannot tell from c.
func like(c rune) rune {
	switch {
	case c == '\n':
		return c
	case syntax.IsWordChar(c):
		return 'a'
	}
	return '.'
}

// empty follows the empty steps before the letter c, -1 for the end. It returns
// the instructions that take a letter.
func (m *machine) empty(s state, c rune) (reached []uint32, matched bool) {
	flags := syntax.EmptyOpContext(s.prev, c)
	seen := make(map[uint32]bool, 2*len(s.pcs))
	stack := slices.Clone(s.pcs)
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[pc] {
			continue
		}
		seen[pc] = true
		m.steps++
		in := &m.prog.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Out, in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^flags == 0 {
				stack = append(stack, in.Out)
			}
		case syntax.InstMatch:
			matched = true
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			reached = append(reached, pc)
		case syntax.InstFail:
		}
	}
	return reached, matched
}

// folds calls cut for c and, if fold is set, for all letters that differ from it
// in case.
func folds(c rune, fold bool, cut func(lo, hi rune)) {
	cut(c, c)
	if !fold {
		return
	}
	for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
		cut(f, f)
	}
}
