package access

import (
	"cmp"
	"sync"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Walk is a walk along a list with those of its items that may hold for a request.
type Walk interface {
	// Next returns the number of the first item from i on that may hold.
	Next(i int) int
	// Traced reports whether items that are passed over have to be looked at, for
	// PassedOver to be told where one stands that holds.
	Traced() bool
	PassedOver(at parser.Extent)
	// End ends the walk, which has to happen before those end that began earlier.
	End()
}

// The questions that indexes ask of a request.
const (
	askAddr index.Question = iota // the client's address
	askEnv                        // the names of the variables that are set
	askName                       // the client's name

	// OwnQuestions is how many these are. The numbers of others begin with it.
	OwnQuestions = iota
)

// Questions numbers what Watched tests ask of a request, from OwnQuestions on. It is the
// tests' own affair.
type Questions interface {
	Done() // no question is added any more
}

// Answer returns the answer of s to a question of an index, as index.Asker's Answer
// does. The client's name has to be known.
func Answer(s Subject, q index.Question, buf []byte) (text string, made []byte) {
	switch q {
	case askAddr:
		return "", index.AppendAddr(buf, s.ClientAddr())
	case askEnv:
		return "", s.AppendEnvNames(buf)
	}
	text, _ = s.ClientName()
	return text, nil
}

// term returns the term that holds if the client is in n.
func (n *Subnet) term() index.Term {
	if n.v6.IsValid() {
		return index.Network(askAddr, n.v6)
	}
	return index.MaskedNetwork(askAddr, bytesOf(n.addr), bytesOf(n.mask))
}

// tests tells which items of a list may hold for a request: parts of a Section or
// entries of a Compat. Those that test the client's name have an index of their own, as
// it is not looked up unless the first of them is reached. With the zero value each is
// tried.
type tests struct {
	prepare sync.Once
	others  *index.List // in which no test of a name holds but the first
	names   *index.List // in which only tests of a name hold; nil if others has each tried
	first   int         // the first test of a name
	asked   Questions   // by others, nil if nothing is
	watched int         // the first Watched test, if asked is not nil
	looks   *vary.Items // what items look at that are passed over, nil for nothing
}

// testList is what the items of a list need, in order.
type testList []testNeeds

// testNeeds are what has to hold for an item: of each watch one of its terms. Without
// watches it is to be tried in any case.
type testNeeds struct {
	watches [][]index.Term
	named   bool   // they ask for the client's name, else for anything but that
	looks   string // the names of headers that are looked at if they do not hold
}

// domainTerms returns the terms for a client's name that lies in one of domains.
func domainTerms(domains ...string) []index.Term {
	terms := make([]index.Term, len(domains))
	for i, d := range domains {
		terms[i] = index.Contains(askName, d, true)
	}
	return terms
}

// minTests is how many tests of a kind there must be for it to take less to ask an index
// than to make each.
const minTests = 8

// build makes t what tells the items of l apart, which ask for what asked numbers, too.
func (t *tests) build(l testList, o index.Options, asked Questions) {
	if asked != nil {
		asked.Done()
	}
	o.Fixed = func(index.Question) bool { return true }
	o.MinUsers = cmp.Or(o.MinUsers, minTests)
	var names, others index.Builder
	t.first = -1
	for i, needs := range l {
		if needs.named {
			names.Add(needs.watches...)
		} else {
			names.Add(nil)
		}
		if needs.named && t.first < 0 {
			t.first = i
		}
	}
	byName := names.Build(o)
	for i, needs := range l {
		switch {
		case len(needs.watches) == 0, needs.named && (byName == nil || i == t.first):
			others.Add()
		case needs.named:
			others.Add(nil)
		default:
			others.Add(needs.watches...)
		}
	}
	ix := others.Build(o)
	if ix == nil {
		return // each is tried
	}
	t.others, t.asked = ix.List(), asked
	var looks vary.Items
	for _, needs := range l {
		looks.Append(needs.looks)
	}
	t.looks = looks.Done()
	if byName != nil {
		t.names = byName.List()
	}
}

// passage is a walk along the items of a list that may hold.
type passage struct {
	t     *tests
	q     Subject
	walk  Walk // nil if each item is tried
	names Walk // once the client's name is known
}

// begin begins a walk along the items of t. It has to end.
func (t *tests) begin(q Subject) passage {
	p := passage{t: t, q: q}
	if t.others != nil {
		p.walk = q.Walk(t.others, t.asked)
	}
	return p
}

// next returns the number of the first item from i on that may hold.
func (p *passage) next(i int) int {
	if p.walk == nil {
		return i
	}
	i, from := p.walk.Next(i), i
	if p.names != nil {
		i = min(i, p.names.Next(from))
	}
	return i
}

// tried notes that item i was tried. Once that was the first test of the client's name,
// and the name is known, only those of the others are that it may hold for.
func (p *passage) tried(i int) {
	if i != p.t.first || p.t.names == nil {
		return
	}
	if _, known := p.q.ClientName(); known {
		p.names = p.q.Walk(p.t.names, nil)
	}
}

// traced reports whether it has to be seen that what is passed over does not hold.
func (p *passage) traced() bool { return p.walk != nil && p.walk.Traced() }

// end ends the walk.
func (p *passage) end() {
	if p.names != nil {
		p.names.End()
	}
	if p.walk != nil {
		p.walk.End()
	}
}
