package index

import (
	"math"
	"slices"
	"unsafe"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// Asker answers questions about a request.
type Asker interface {
	// Answer returns the answer to q. One that has to be made is made in buf, from
	// its start, and returned as made; text does not count then.
	Answer(q Question, buf []byte) (text string, made []byte)
}

// Cursor is a walk along a list for one request. The zero value is ready for Start.
// Its buffers stay for the next walk; what they held is forgotten with Clear.
type Cursor struct {
	asker   Asker
	meter   *work.Meter
	list    *List
	segment int // of the item returned last
	walk    uint64
	changes uint64 // Changed was called so often, in all walks
	answers []answer
	used    int // how many of them since Clear
}

// answer is what is known of the answer to a question.
type answer struct {
	walk uint64 // the walk that it is of
	seen uint64 // the number of changes that it has seen
	text string
	// buf is what text is in if it had to be made, and spare what the next one is
	// made in.
	buf, spare []byte
	ids        []int32
	at         int   // the first of the ids that are not behind
	from       int32 // the item that they are behind of
}

// Start begins a walk along l, from its first item.
func (c *Cursor) Start(l *List, a Asker, m *work.Meter) {
	c.list, c.asker, c.meter, c.segment = l, a, m, 0
	c.walk++
	if len(c.answers) < l.questions {
		c.answers = slices.Grow(c.answers, l.questions-len(c.answers))[:l.questions]
	}
	c.used = max(c.used, l.questions)
}

// Clear forgets the request. Buffers that have grown beyond keep bytes are dropped.
func (c *Cursor) Clear(keep int) {
	c.list, c.asker, c.meter = nil, nil, nil
	for i := range c.answers[:c.used] {
		a := &c.answers[i]
		a.text, a.walk = "", 0
		if cap(a.buf)+cap(a.spare) > keep {
			a.buf, a.spare = nil, nil
		}
		if cap(a.ids) > keep/4 {
			a.ids = nil
		}
	}
	c.used = 0
}

// Changed notes that answers may have changed, to questions that are not fixed.
func (c *Cursor) Changed() { c.changes++ }

// Next returns the first item at or after from that may hold, the length of the
// list if there is none. from may be before what was returned earlier.
func (c *Cursor) Next(from int) int {
	for i := range c.list.segments {
		s := &c.list.segments[i]
		if from >= s.first+s.n {
			continue
		}
		if s.ix == nil {
			c.segment = i
			return max(from, s.first)
		}
		if item := c.next(s, int32(max(from-s.first, 0))); int(item) < s.n { //nolint:gosec // no list has 2^31 items
			c.segment = i
			return s.first + int(item)
		}
	}
	return c.list.n
}

// next is Next within a segment.
func (c *Cursor) next(s *segment, from int32) int32 {
	ix := s.ix
	for {
		item := firstAtLeast(ix.always, from, int32(s.n)) //nolint:gosec // no list has 2^31 items
		var by *answer
		for i := range ix.questions {
			q := &ix.questions[i]
			a := &c.answers[s.state+i]
			c.refresh(q, a)
			if first := a.next(q, from); first < item {
				item, by = first, a
			}
		}
		if by == nil || ix.second == nil || c.maySecond(s, item, by) {
			return item
		}
		from = item + 1
	}
}

// firstAtLeast returns the first of items, which are ascending, that is not before
// from, or end if there is none.
func firstAtLeast(items []int32, from, end int32) int32 {
	if len(items) == 0 {
		return end
	}
	i, _ := slices.BinarySearch(items, from)
	if i == len(items) {
		return end
	}
	return items[i]
}

// maySecond reports whether the second watch of item, if it has one, may hold. It is
// asked for only if there are many candidates.
func (c *Cursor) maySecond(s *segment, item int32, by *answer) bool {
	w := s.ix.second[item]
	if w.question < 0 || len(by.ids) < int(s.ix.sharers) {
		return true
	}
	a := &c.answers[s.state+int(w.question)]
	c.refresh(&s.ix.questions[w.question], a)
	i, _ := slices.BinarySearch(a.ids, w.terms.from)
	return i < len(a.ids) && a.ids[i] < w.terms.to
}

// next returns the first item, not before from, of a term that may hold.
func (a *answer) next(q *question, from int32) int32 {
	if from < a.from {
		a.at = 0
	}
	a.from = from
	for ; a.at < len(a.ids); a.at++ {
		if item := q.item(a.ids[a.at]); item >= from {
			return item
		}
	}
	return math.MaxInt32
}

// refresh asks a question unless its answer is known.
func (c *Cursor) refresh(q *question, a *answer) {
	if a.walk == c.walk && (q.fixed || a.seen == c.changes) {
		return
	}
	c.ask(q, a)
}

// ask asks a question, and finds the terms that may hold unless the answer is the
// one it was before.
func (c *Cursor) ask(q *question, a *answer) {
	known := a.walk == c.walk
	a.walk, a.seen = c.walk, c.changes
	text, made := c.asker.Answer(q.number, a.spare[:0])
	if made != nil {
		if known && string(made) == a.text {
			a.spare = made
			return
		}
		a.spare, a.buf = a.buf, made
		// Nothing writes to buf as long as text is in use, which is compared and
		// looked at by sets, and not handed out.
		text = unsafe.String(unsafe.SliceData(made), len(made))
	} else if known && text == a.text {
		return
	}
	a.text = text
	a.ids = q.terms.CandidatesWithin(a.ids[:0], text, c.meter)
	a.at, a.from = 0, 0
}

// May reports whether a part of the item that Next returned last may hold, and
// whether it is certain to if it may. An answer that is not known allows both.
func (c *Cursor) May(p Part) (may, certain bool) {
	a, q := c.answerOf(p)
	if a == nil {
		return true, false
	}
	if _, may = slices.BinarySearch(a.ids, p.number); !may {
		return false, false
	}
	return true, q.terms.Exact(p.number)
}

// Ahead returns how many parts from p on, of the same question and of the item that
// Next returned last, are certain not to hold, at most limit.
func (c *Cursor) Ahead(p Part, limit int) int {
	a, _ := c.answerOf(p)
	if a == nil {
		return 0
	}
	i, _ := slices.BinarySearch(a.ids, p.number)
	if i == len(a.ids) {
		return limit
	}
	return min(limit, int(a.ids[i]-p.number))
}

// answerOf returns the answer that p is a part of the question of, nil if it is not
// known, and that question.
func (c *Cursor) answerOf(p Part) (*answer, *question) {
	if !p.Watched() {
		return nil, nil
	}
	s := &c.list.segments[c.segment]
	q := &s.ix.questions[p.question-1]
	a := &c.answers[s.state+int(p.question-1)]
	if a.walk != c.walk || !q.fixed && a.seen != c.changes {
		return nil, nil
	}
	return a, q
}
