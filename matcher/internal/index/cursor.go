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
	// its start, and returned as made; text does not count then. What is appended is
	// charged to the meter first. The Cursor gives that back, and charges once for the
	// longest answer to a question, which it keeps a buffer for.
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
	charged    int // for these, in the walk
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

// Clear forgets the request. Of its buffers no more than keep bytes stay.
func (c *Cursor) Clear(keep int) {
	c.list, c.asker, c.meter = nil, nil, nil
	for i := range c.answers[:c.used] {
		a := &c.answers[i]
		if a.text != "" {
			a.text = ""
		}
		a.walk = 0
		size := cap(a.ids)*4 + cap(a.buf) + cap(a.spare)
		if size > keep {
			a.ids, a.buf, a.spare, size = nil, nil, nil, 0
		}
		keep -= size
	}
	c.used = 0
}

// Segment returns the index, among the lists joined that are not empty, of the one that
// Next looks at.
func (c *Cursor) Segment() int { return c.segment }

// Changed notes that answers may have changed, to questions that are not fixed.
func (c *Cursor) Changed() { c.changes++ }

// Next returns the first item at or after from that may hold, the length of the
// list if there is none. from may be before what was returned earlier.
func (c *Cursor) Next(from int) int {
	l := c.list
	if l.lone != nil {
		return c.nextOfLone(l, from)
	}
	if ix := l.only; ix != nil {
		return int(c.nextOf(ix, 0, int32(from))) //nolint:gosec // no list has 2^31 items
	}
	for i := range l.segments {
		s := &l.segments[i]
		if from >= s.first+s.n {
			continue
		}
		c.segment = i
		if s.ix == nil {
			return max(from, s.first)
		}
		if item := c.nextOf(s.ix, s.state, int32(max(from-s.first, 0))); int(item) < s.n { //nolint:gosec // no list has 2^31 items
			return s.first + int(item)
		}
	}
	return l.n
}

// At notes that item i is looked at, although Next has not returned it.
func (c *Cursor) At(i int) {
	for n := range c.list.segments {
		if s := &c.list.segments[n]; i < s.first+s.n {
			c.segment = n
			return
		}
	}
}

// nextOfLone is Next for a list with a lone question.
func (c *Cursor) nextOfLone(l *List, from int) int {
	q, a := l.lone, &c.answers[0]
	if a.walk != c.walk || a.seen != c.changes && !q.fixed {
		c.ask(q, a)
	}
	if len(a.ids) == 0 { // as for most requests
		return l.n
	}
	return min(int(a.next(q, int32(from))), l.n) //nolint:gosec // no list has 2^31 items
}

// nextOf is Next for one of the lists, whose first answer is that with the index
// state.
func (c *Cursor) nextOf(ix *Index, state int, from int32) int32 {
	for {
		item := firstAtLeast(ix.always, from, ix.n)
		var by *answer
		answers := c.answers[state : state+len(ix.questions)]
		for i := range ix.questions {
			q, a := &ix.questions[i], &answers[i]
			if a.walk != c.walk || a.seen != c.changes && !q.fixed {
				c.ask(q, a)
			}
			if len(a.ids) > 0 {
				if first := a.next(q, from); first < item {
					item, by = first, a
				}
			}
		}
		if by == nil || ix.second == nil || c.maySecond(ix, state, item) {
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

// maySecond reports whether the second watch of item, if it has one, may hold. All questions
// are asked.
func (c *Cursor) maySecond(ix *Index, state int, item int32) bool {
	w := ix.second[item]
	if w.question < 0 {
		return true
	}
	ids := c.answers[state+int(w.question)].ids
	i, _ := slices.BinarySearch(ids, w.terms.from)
	return i < len(ids) && ids[i] < w.terms.to
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

// ask asks a question, and finds the terms that may hold unless the answer is the
// one it was before.
func (c *Cursor) ask(q *question, a *answer) {
	known := a.walk == c.walk
	a.walk, a.seen = c.walk, c.changes
	room := c.meter.Mark()
	text, made := c.asker.Answer(q.number, a.spare[:0])
	c.meter.Release(room)
	if !known {
		a.charged = 0
	}
	if made != nil {
		if len(made) > a.charged {
			c.meter.Charge(len(made) - a.charged)
			a.charged = len(made)
		}
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

// May reports whether a part of the item that Next returned last, or At was told, may hold, and
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

// Ahead returns how many parts from p on, of the same question and of the item that May is
// about, are certain not to hold, at most limit.
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
