package index

import (
	"math"
	"slices"
)

// maxOdds is how often a watch may hold to be one. Patterns that a set can't hold
// are above it.
const maxOdds = 0.75

// chooser chooses the watches of a list.
type chooser struct {
	*Builder
	*Options

	reader  reader
	uses    *uses
	numbers []int32           // by term: its number among the uses
	odds    []float64         // by watch, negative until they are known
	dropped map[Question]bool // questions that too few items name
	asked   map[Question]int  // the others: how many items do
	chosen  []int32           // by item: the watch, or none
	second  []int32           // by item: another watch, or none; nil if all have none
}

// none stands for no watch.
const none = -1

// choose chooses the watches of b. It returns nil if nothing is asked and all items
// are candidates.
func choose(b *Builder, o *Options) *chooser {
	c := &chooser{Builder: b, Options: o, dropped: map[Question]bool{}, chosen: make([]int32, b.Len())}
	c.count()
	c.dropRare()
	c.estimate()
	c.settle()
	if len(c.asked) == 0 && !slices.ContainsFunc(c.chosen, func(watch int32) bool { return watch != none }) {
		return nil
	}
	c.chooseSecond()
	return c
}

// count counts how many items name each term.
func (c *chooser) count() {
	c.uses = newUses(len(c.terms) + len(c.also))
	c.numbers = make([]int32, len(c.terms))
	for i := range c.terms {
		number := c.uses.number(&c.terms[i])
		c.numbers[i] = number
		c.uses.at(number).items++
	}
	c.odds = make([]float64, len(c.watches))
	for w := range c.odds {
		c.odds[w] = -1
	}
}

// dropRare drops the questions that fewer items name, in any watch, than it takes for one to
// be asked. Else the items that have no other in common would be in the way of what they all
// could watch as well, which none of them does as long as its own seems better.
func (c *chooser) dropRare() {
	type naming struct{ items, last int32 } // last is the number of the last item, plus one
	var named []naming                      // by question
	count := func(q Question, item int32) {
		if int(q) >= len(named) {
			named = append(named, make([]naming, int(q)+1-len(named))...)
		}
		if n := &named[q]; n.last != item+1 {
			n.items, n.last = n.items+1, item+1
		}
	}
	for i := range c.items {
		item := int32(i) //nolint:gosec // no list has 2^31 items
		s := spanAt(c.items, item)
		for w := s.from; w < s.to; w++ {
			terms := c.termsOf(w)
			for k := range terms {
				count(terms[k].question, item)
			}
		}
	}
	for i := range c.also {
		n := c.also[i]
		count(n.term.question, n.item)
	}
	for q, n := range named {
		if n.items > 0 && int(n.items) < c.MinUsers {
			c.dropped[Question(q)] = true //nolint:gosec // it was one
		}
	}
}

// numbersOf returns the numbers of the terms of a watch.
func (c *chooser) numbersOf(watch int32) []int32 {
	s := spanAt(c.watches, watch)
	return c.numbers[s.from:s.to]
}

// oddsOf returns how often a watch holds.
//
// A term holds as often as the texts in it suggest, or as often as items of the
// list name it: what many of them name is what requests have. The latter ranks
// "^(.*)$", "^GET$" and the one host of all rules behind what tells items apart. It is
// infinite where it can't be told.
func (c *chooser) oddsOf(watch int32) float64 {
	if c.odds[watch] >= 0 {
		return c.odds[watch]
	}
	sum := 0.0
	others := max(c.Len()-1, 1)
	for _, number := range c.numbersOf(watch) {
		u := c.uses.at(number)
		if u.share < 0 {
			u.estimate(&c.reader)
		}
		if u.share > maxOdds {
			c.odds[watch] = math.Inf(1)
			return c.odds[watch]
		}
		sum += max(u.share, float64(u.items-1)/float64(others)*maxOdds)
	}
	sum = min(sum, maxOdds)
	c.odds[watch] = sum
	return sum
}

// sharers returns how many items name the one term of a watch, 0 if it has more.
func (c *chooser) sharers(watch int32) int {
	numbers := c.numbersOf(watch)
	if len(numbers) != 1 {
		return 0
	}
	return int(c.uses.at(numbers[0]).items)
}

// dropRounds is how often the least question is dropped by itself.
const dropRounds = 8

// settle chooses a watch for each item. Questions that too few items name are
// dropped, and their items take what is next best.
func (c *chooser) settle() {
	for round := 0; ; round++ {
		users := map[Question]int{}
		for i := range c.chosen {
			c.chosen[i] = c.best(i, none)
			c.eachQuestion(c.chosen[i], func(q Question) { users[q]++ })
		}
		for i := range c.also {
			if q := c.also[i].term.question; !c.dropped[q] {
				users[q]++
			}
		}
		var few []Question
		for q, n := range users {
			if n < c.MinUsers {
				few = append(few, q)
			}
		}
		if len(few) == 0 {
			c.asked = users
			return
		}
		if round < dropRounds {
			few = []Question{slices.MinFunc(few, func(a, b Question) int {
				if users[a] != users[b] {
					return users[a] - users[b]
				}
				return int(a - b)
			})}
		}
		for _, q := range few {
			c.dropped[q] = true
		}
	}
}

// eachQuestion calls f for each question of a watch once.
func (c *chooser) eachQuestion(watch int32, f func(q Question)) {
	if watch == none {
		return
	}
	terms := c.termsOf(watch)
	for i := range terms {
		q := terms[i].question
		if !slices.ContainsFunc(terms[:i], func(t Term) bool { return t.question == q }) {
			f(q)
		}
	}
}

// best returns the watch of an item to choose: the first that is good, or else the
// one with the least odds. It asks nothing that the watch other asks.
func (c *chooser) best(item int, other int32) int32 {
	least := int32(none)
	s := spanAt(c.items, int32(item)) //nolint:gosec // no list has 2^31 items
	for w := s.from; w < s.to; w++ {
		if !c.usable(w, other) {
			continue
		}
		switch odds := c.oddsOf(w); {
		case odds > maxOdds:
		case odds <= c.Good:
			return w
		case least == none || odds < c.odds[least]:
			least = w
		}
	}
	return least
}

// usable reports whether the questions of a watch are asked, and not by the watch
// other too.
func (c *chooser) usable(watch, other int32) bool {
	ok := true
	c.eachQuestion(watch, func(q Question) {
		ok = ok && !c.dropped[q]
		if other != none {
			ok = ok && !slices.ContainsFunc(c.termsOf(other), func(t Term) bool { return t.question == q })
		}
	})
	return ok
}

// chooseSecond chooses another watch for the items that share theirs with many
// others, of one question each.
func (c *chooser) chooseSecond() {
	users := map[Question]int{}
	second := make([]int32, c.Len())
	for i, w := range c.chosen {
		second[i] = none
		if w == none || c.sharers(w) < c.Sharers {
			continue
		}
		if s := c.best(i, w); s != none && c.oneQuestion(s) {
			second[i] = s
			users[c.termsOf(s)[0].question]++
		}
	}
	for i, s := range second {
		if s != none && users[c.termsOf(s)[0].question] < c.MinUsers {
			second[i] = none
		}
	}
	if slices.ContainsFunc(second, func(w int32) bool { return w != none }) {
		c.second = second
	}
}

// oneQuestion reports whether all terms of a watch are of one question.
func (c *chooser) oneQuestion(watch int32) bool {
	n := 0
	c.eachQuestion(watch, func(Question) { n++ })
	return n == 1
}
