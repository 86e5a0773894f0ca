package pattern

import "sync"

const (
	// maxStack bounds the frames of one match: 32 MiB. PCRE2 would use more.
	maxStack = 1 << 21
	// maxKeptStack is the largest stack that is kept for later matches.
	maxKeptStack = 1 << 14
)

// stacks holds stacks for the matches that outgrow their first home. It is a
// cache and nothing else.
var stacks = sync.Pool{New: func() any {
	s := make([]frame, 0, 1<<10)
	return &s
}}

// grow makes room for more frames, or uses up the steps if there are too many.
func (m *machine) grow() {
	if m.pooled == nil {
		m.pooled = stacks.Get().(*[]frame)
		m.stack = append((*m.pooled)[:0], m.stack...)
		return
	}
	if len(m.stack) >= maxStack {
		m.steps = -1
		m.stack = m.stack[:0]
		return
	}
	*m.pooled = make([]frame, 0, 2*cap(m.stack))
	m.stack = append(*m.pooled, m.stack...)
}

// release gives back what the machine took.
func (m *machine) release() {
	if m.pooled != nil && cap(*m.pooled) <= maxKeptStack {
		stacks.Put(m.pooled)
	}
}
