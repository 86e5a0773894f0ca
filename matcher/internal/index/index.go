package index

import "slices"

// Index tells which items of a list may hold. It is immutable, and safe for
// concurrent use.
type Index struct {
	n         int32
	always    []int32 // the items that are candidates whatever the answers are
	questions []question
	second    []secondWatch // by item; nil if none has one
}

// question is the watched terms of a question.
type question struct {
	number Question
	fixed  bool
	terms  matcher
	// items are the items of the terms, by number, ascending but for those of second
	// watches, which are -1. nil means that each item has one, of its own number.
	items []int32
}

// secondWatch is the numbers of the terms of a second watch, and their question by
// its index; there is none if that is negative.
type secondWatch struct {
	question int32
	terms    span
}

// Part is a term that is watched.
type Part struct {
	question int32 // its index in the Index, plus one; 0 if the term is not watched
	number   int32
}

// Watched reports whether p is a watched term, as opposed to the zero Part.
func (p Part) Watched() bool { return p.question > 0 }

// Next returns whether the part o is the one after p, of the same question.
func (p Part) Next(o Part) bool { return p.question == o.question && p.number+1 == o.number }

// Together reports whether p and o are of the same question.
func (p Part) Together(o Part) bool { return p.question == o.question }

// Len returns how many items the list has.
func (ix *Index) Len() int { return int(ix.n) }

// Always returns how many of the items are always candidates.
func (ix *Index) Always() int { return len(ix.always) }

// assembler makes an Index of what a chooser has chosen.
type assembler struct {
	*chooser

	ix      *Index
	numbers map[Question]int32
	terms   [][]int32 // of each question: their numbers among the uses
}

func (c *chooser) build() *Index {
	a := &assembler{
		chooser: c, numbers: map[Question]int32{},
		ix: &Index{n: int32(c.Len())}, //nolint:gosec // no list has 2^31 items
	}
	if c.second != nil {
		a.ix.second = make([]secondWatch, c.Len())
	}
	for i, w := range c.chosen {
		item := int32(i) //nolint:gosec // no list has 2^31 items
		if w == none {
			a.ix.always = append(a.ix.always, item)
		} else {
			a.watch(item, w, item)
		}
		if c.second == nil {
			continue
		}
		a.ix.second[i] = secondWatch{question: none}
		if w := c.second[i]; w != none {
			a.ix.second[i] = a.watch(item, w, none)
		}
	}
	for i := range c.also {
		if t := &c.also[i]; c.asked[t.term.question] > 0 {
			p := a.add(a.uses.number(&t.term), none)
			if a.Chosen != nil {
				a.Chosen(int(t.item), AlsoTerm, 0, p)
			}
		}
	}
	for i := range a.ix.questions {
		a.finish(i)
	}
	return a.ix
}

// watch adds the terms of a watch of item, to be known as those of the item known.
// It returns where those of the last question are.
func (a *assembler) watch(item, watch, known int32) (last secondWatch) {
	for i, number := range a.numbersOf(watch) {
		p := a.add(number, known)
		if a.Chosen != nil {
			a.Chosen(int(item), int(watch-spanAt(a.items, item).from), i, p)
		}
		if i == 0 {
			last.terms.from = p.number
		}
		last.question, last.terms.to = p.question-1, p.number+1
	}
	return last
}

// add adds the term with the given number among the uses, to be known as that of the item
// known.
func (a *assembler) add(use, known int32) Part {
	asked := a.uses.at(use).term.question
	q := a.question(asked)
	number := int32(len(a.terms[q])) //nolint:gosec // no list has 2^31 items
	a.terms[q] = append(a.terms[q], use)
	a.ix.questions[q].items = append(a.ix.questions[q].items, known)
	return Part{q + 1, number}
}

// question returns the index of a question, adding it if need be.
func (a *assembler) question(number Question) int32 {
	q, ok := a.numbers[number]
	if !ok {
		q = int32(len(a.ix.questions)) //nolint:gosec // no more than terms
		a.numbers[number] = q
		a.ix.questions = append(a.ix.questions, question{number: number, fixed: a.Fixed(number)})
		// Of each item that asks there is a term at least.
		a.terms = append(a.terms, make([]int32, 0, a.asked[number]))
		a.ix.questions[q].items = make([]int32, 0, a.asked[number])
	}
	return q
}

// finish makes the matcher of a question.
func (a *assembler) finish(i int) {
	q := &a.ix.questions[i]
	q.terms = a.newMatcher(a.terms[i])
	identity := true
	for id, item := range q.items {
		identity = identity && int(item) == id
	}
	if identity {
		q.items = nil
	} else {
		q.items = slices.Clip(q.items)
	}
	a.terms[i] = nil
}

// item returns the item of a term, -1 if that is a second watch.
func (q *question) item(term int32) int32 {
	if q.items == nil {
		return term
	}
	return q.items[term]
}
