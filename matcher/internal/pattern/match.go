package pattern

import (
	"math"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// The scratch of a quick match, which lies in its caller's frame. Few matches
// need more.
const (
	quickFrames = 16
	quickLoops  = 4
	quickSteps  = 2000
)

// memoDelay is how many steps a thorough match takes without a memo, beside as
// many as it takes to clear one.
const memoDelay = quickSteps

// match looks for the pattern in s. It tries with little scratch and without a
// memo first, and starts anew with plenty of both if that was not enough.
func (p *program) match(s string, caps *Captures, steps int, meter *work.Meter) (bool, error) {
	if len(s) < p.minLen || !strings.HasSuffix(s, p.suffix) {
		return false, nil
	}
	if p.onePass && len(s) <= maxOnePass && steps >= quickSteps {
		return p.matchOnce(s, caps), nil
	}
	if p.unicode != nil {
		if !p.takes(s) {
			return false, nil
		}
		if len(p.refs) > 0 && caps == nil {
			caps = new(Captures)
		}
	}
	if len(s) >= math.MaxInt32 {
		return false, ErrBudget
	}
	if p.loops <= quickLoops {
		var frames [quickFrames]frame
		var loops [quickLoops]int32
		// To set the fields one by one is faster than to copy a machine.
		var m machine
		m.program, m.s, m.caps, m.steps = p, s, caps, min(steps, quickSteps)
		m.stack, m.loops = frames[:0], loops[:]
		if ok := m.find(); ok || m.steps >= 0 {
			return ok, nil
		}
	}
	return p.matchThoroughly(s, caps, steps, memoDelay, meter)
}

// takes reports whether s can be a subject. To PCRE2 one that is not UTF-8 is an
// error in UTF mode, and that is not a match to httpd.
func (p *program) takes(s string) bool { return !p.utf || utf8.ValidString(s) }

// scratch is what a thorough match works with.
type scratch struct {
	frames []frame
	loops  []int32
	memo   memo
}

// scratches keeps scratch for later matches. It is a cache and nothing else.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// The largest scratch that is kept.
const (
	maxKeptFrames = 1 << 14
	maxKeptMemo   = 1 << 14
)

// matchThoroughly looks for the pattern in s with as much scratch as it takes. It
// remembers what has failed after some steps of delay, and asks meter from time
// to time whether it may go on.
func (p *program) matchThoroughly(s string, caps *Captures, steps, delay int, meter *work.Meter) (bool, error) {
	w := scratches.Get().(*scratch)
	if len(w.loops) < p.loops {
		w.loops = make([]int32, p.loops)
	}
	w.memo.reset(len(s)+1, p.memos, steps-delay)
	m := machine{program: p, s: s, caps: caps, steps: steps, stack: w.frames[:0], loops: w.loops, memo: &w.memo, meter: meter}
	ok := m.goOn() && m.find()
	if w.frames = m.stack; cap(w.frames) <= maxKeptFrames && cap(w.memo.bits) <= maxKeptMemo {
		scratches.Put(w)
	}
	if !ok && m.steps < 0 {
		if err := meter.Err(); err != nil {
			return false, err
		}
		return false, ErrBudget
	}
	return ok, nil
}

// goOn reports whether the match may take more steps: it looks for that each time
// these get down to the floor.
func (m *machine) goOn() bool {
	if m.steps < 0 {
		return false
	}
	if m.meter == nil {
		m.floor = 0
		return true
	}
	if !m.meter.Spend(work.Stride / 4) {
		m.steps = -1
		return false
	}
	m.floor = max(0, m.steps-work.Stride/4)
	return true
}

// find tries one place after the other. If the steps were used up, m.steps is
// negative.
func (m *machine) find() bool {
	if m.caps != nil {
		m.caps.unset()
	}
	if m.unicode != nil {
		m.clearHigh()
	}
	if m.anchored {
		return m.attempt(0)
	}
	from := 0
	if m.maxLen >= 0 {
		from = max(0, len(m.s)-m.maxLen)
	}
	m.near = [2]int{-1, -1}
	for from = m.candidate(from); from >= 0; from = m.candidate(from) {
		for m.utf && !charStart(m.s, from) {
			from++
		}
		if m.attempt(from) {
			return true
		}
		if m.steps < 0 {
			return false
		}
		from = m.skip(m.s, from) + 1
		if from+m.minLen > len(m.s) {
			return false
		}
		m.clearGroups()
	}
	return false
}

// clearGroups unsets what an attempt has left of captures.
func (m *machine) clearGroups() {
	if m.caps != nil {
		for i := range m.slots {
			m.caps[i] = -1
		}
	}
	if m.unicode != nil {
		m.clearHigh()
	}
}

// candidate returns the first place from which a match can start, from being
// the least, or -1.
func (m *machine) candidate(from int) int {
	switch m.look {
	case lookPrefix:
		i := strings.Index(m.s[from:], m.prefix)
		if i < 0 {
			return -1
		}
		return from + i
	case lookTwo:
		return m.nearer(from)
	case lookSet:
		for ; from < len(m.s); from++ {
			if m.first.Has(m.s[from]) {
				return from
			}
		}
		return -1
	case lookAnywhere:
	}
	return from
}

// nearer returns the first place, from on, of one of the two bytes a match can
// start with. Both places are kept, so that no part of the subject is searched
// twice for the same byte.
func (m *machine) nearer(from int) int {
	for i, b := range m.two {
		if m.near[i] >= from {
			continue
		}
		m.near[i] = math.MaxInt
		if n := strings.IndexByte(m.s[from:], b); n >= 0 {
			m.near[i] = from + n
		}
	}
	if at := min(m.near[0], m.near[1]); at < len(m.s) {
		return at
	}
	return -1
}

// skip returns the last place up to which no match can start, given that none
// starts at from. A pattern that starts with an unlimited run has tried all
// that starting further inside the run would.
func (p *program) skip(s string, from int) int {
	if p.lead != nil {
		for from < len(s) && p.lead.Has(s[from]) {
			from++
		}
	}
	return from
}
