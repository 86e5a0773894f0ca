package index_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

const apache = pcre.DotAll | pcre.DollarEndOnly

// term is a term and a slow way to tell whether it holds for an answer.
type term struct {
	index.Term

	question int
	name     string
	holds    func(answer string) bool
}

// item is what has to hold for an item: one term of each watch.
type item [][]term

func (it item) holds(answers []string) bool {
	return !slices.ContainsFunc(it, func(watch []term) bool {
		return !slices.ContainsFunc(watch, func(t term) bool { return t.holds(answers[t.question]) })
	})
}

func (it item) String() string {
	var b strings.Builder
	for i, watch := range it {
		if i > 0 {
			b.WriteString(" and ")
		}
		for j, t := range watch {
			if j > 0 {
				b.WriteString(" or ")
			}
			fmt.Fprintf(&b, "%d %s", t.question, t.name)
		}
	}
	return b.String()
}

// The questions of the generator: three texts, one that is made, an address.
const (
	madeQuestion = 3
	addrQuestion = 4
	questions    = 5
)

// generator makes random lists and requests that meet.
type generator struct {
	*rand.Rand

	kinds []int // of the terms of a list
}

func (g *generator) pick(s ...string) string { return s[g.IntN(len(s))] }

func (g *generator) word() string { return g.pick("a", "b", "ab", "old", "new", "x1", "x2", "Ab") }

// term returns a random term.
func (g *generator) term() term {
	q := g.kinds[g.IntN(len(g.kinds))]
	number := index.Question(q) //nolint:gosec // a small number
	w := g.word()
	if q == addrQuestion {
		return g.network(number)
	}
	t := term{question: q}
	switch g.IntN(9) {
	case 8:
		fold := g.IntN(2) == 0
		t.Term, t.name = index.Contains(number, w, fold), fmt.Sprintf("has %s %v", w, fold)
		t.holds = func(a string) bool {
			return strings.Contains(a, w) || fold && strings.Contains(strings.ToLower(a), strings.ToLower(w))
		}
	case 0:
		fold := g.IntN(2) == 0
		t.Term, t.name = index.Text(number, w, fold), fmt.Sprintf("is %s %v", w, fold)
		t.holds = func(a string) bool { return a == w || fold && strings.EqualFold(a, w) }
	case 1:
		t.Term, t.name = index.Prefix(number, w), "starts with "+w
		t.holds = func(a string) bool { return strings.HasPrefix(a, w) }
	case 2:
		w = "/" + w + g.pick("", "/")
		t.Term, t.name = index.Path(number, w), "path "+w
		w = strings.TrimSuffix(w, "/")
		t.holds = func(a string) bool { return a == w || strings.HasPrefix(a, w+"/") }
	case 3:
		w = g.pick("*."+w, w+"?", "*"+w+"*", w+".*", "?")
		fold := g.IntN(2) == 0
		t.Term, t.name = index.Glob(number, w, fold), fmt.Sprintf("glob %s %v", w, fold)
		t.holds = func(a string) bool {
			return apr.MatchWild(w, a) || fold && apr.MatchWild(strings.ToLower(w), strings.ToLower(a))
		}
	case 4:
		w = g.pick("*/"+w, w+"?", "/"+w+"*", "/["+w+"]/x", `\`+w+"*", w+`\`, "["+w)
		t.Term, t.name = index.FileGlob(number, w), "file glob "+w
		t.holds = func(a string) bool { return apr.MatchFile(w, a) }
	default:
		src := g.pick("^"+w+"$", "^/("+w+"|"+g.word()+")/", w, "^$", "^(.*)$", "("+w+"|x)$", "^(?!"+w+")", "^[^/]+$", ".", w+".*"+g.word())
		flags := apache
		if g.IntN(3) == 0 {
			flags |= pcre.Caseless
		}
		t.Term, t.name = index.Pattern(number, src, flags), "matches "+src
		p, err := pattern.Compile(src, flags)
		if err != nil {
			panic(err)
		}
		t.holds = func(a string) bool {
			ok, err := p.Match(a, nil, 0)
			return ok && err == nil
		}
	}
	return t
}

// network returns a term about an address.
func (g *generator) network(q index.Question) term {
	t := term{question: addrQuestion}
	if g.IntN(4) == 0 {
		addr, mask := [4]byte{192, 0, byte(g.IntN(3)), byte(g.IntN(4))}, [4]byte{255, 0, 255, byte(g.IntN(4))}
		t.Term, t.name = index.MaskedNetwork(q, addr, mask), fmt.Sprint("network ", addr, mask)
		t.holds = func(a string) bool {
			to, _ := netip.AddrFromSlice([]byte(a))
			if !to.Is4() {
				return false
			}
			b := to.As4()
			for i := range b {
				if b[i]&mask[i] != addr[i]&mask[i] {
					return false
				}
			}
			return true
		}
		return t
	}
	text := fmt.Sprintf("192.0.%d.%d/%d", g.IntN(3), g.IntN(4), g.IntN(33))
	if g.IntN(3) == 0 {
		text = fmt.Sprintf("2001:db8:%x::%x/%d", g.IntN(3), g.IntN(4), g.IntN(129))
	}
	p := netip.MustParsePrefix(text)
	t.Term, t.name = index.Network(q, p), "network "+text
	t.holds = func(a string) bool {
		to, _ := netip.AddrFromSlice([]byte(a))
		return to.IsValid() && p.Masked().Contains(to)
	}
	return t
}

// list returns a random list.
func (g *generator) list() []item {
	g.kinds = nil
	for range 1 + g.IntN(4) {
		g.kinds = append(g.kinds, g.IntN(questions))
	}
	least := g.IntN(2) // watches of an item
	items := make([]item, g.IntN(30))
	for i := range items {
		for range least + g.IntN(4-least) {
			watch := make([]term, 1+g.IntN(3)*g.IntN(2))
			for j := range watch {
				watch[j] = g.term()
			}
			items[i] = append(items[i], watch)
		}
	}
	return items
}

// answer returns an answer to a question.
func (g *generator) answer(q int) string {
	if q == addrQuestion {
		switch g.IntN(5) {
		case 0:
			return ""
		case 1:
			a := netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::%x", g.IntN(3), g.IntN(4)))
			return string(index.AppendAddr(nil, a))
		}
		a := netip.MustParseAddr(fmt.Sprintf("192.0.%d.%d", g.IntN(3), g.IntN(4)))
		return string(index.AppendAddr(nil, a))
	}
	return g.pick("", "", "/", "x") + g.word() + g.pick("", "/", "."+g.word(), "/x", "/"+g.word()+"/"+g.word())
}

// request is what is asked: answers that change.
type request struct{ answers []string }

func (r *request) Answer(q index.Question, buf []byte) (text string, made []byte) {
	if q == madeQuestion || q == addrQuestion {
		return "", append(buf, r.answers[q]...)
	}
	return r.answers[q], nil
}

// build returns the index of items, with what is watched of them.
func build(items []item, o index.Options) (*index.Index, map[[3]int]index.Part) {
	var b index.Builder
	for _, it := range items {
		watches := make([][]index.Term, len(it))
		for i, watch := range it {
			for _, t := range watch {
				watches[i] = append(watches[i], t.Term)
			}
		}
		b.Add(watches...)
		if len(it) > 0 {
			b.Also(it[0][0].Term)
		}
	}
	parts := map[[3]int]index.Part{}
	o.Chosen = func(item, watch, term int, p index.Part) { parts[[3]int{item, watch, term}] = p }
	return b.Build(o), parts
}

// walk walks along a list as its items have effects, and compares what is found
// with trying each item.
func walk(t *testing.T, g *generator, lists [][]item, o index.Options, rounds int) (candidates int) {
	t.Helper()
	var items []item
	var parts []map[[3]int]index.Part
	var first []int
	var indexes []*index.Index
	var lens []int
	for _, l := range lists {
		ix, p := build(l, o)
		indexes, lens = append(indexes, ix), append(lens, len(l))
		for range l {
			parts, first = append(parts, p), append(first, len(items))
		}
		items = append(items, l...)
	}
	joined := index.Join(indexes, lens)
	if joined == nil {
		return len(items) * rounds
	}
	var c index.Cursor
	for range rounds {
		req := &request{make([]string, questions)}
		for q := range questions {
			req.answers[q] = g.answer(q)
		}
		c.Start(joined, req, nil)
		restarts := 0
		for i := 0; ; {
			from := i
			i = c.Next(from)
			for passed := from; passed < min(i, len(items)); passed++ {
				if items[passed].holds(req.answers) {
					t.Fatalf("item %d is passed over: %v\nanswers %q\nlist:\n%s", passed, items[passed], req.answers, show(items))
				}
			}
			if i >= len(items) {
				break
			}
			candidates++
			local := i
			for j := range i + 1 {
				if first[j] == first[i] {
					local = i - j
					break
				}
			}
			checkParts(t, &c, items[i], local, parts[i], req)
			i++
			if items[i-1].holds(req.answers) && g.IntN(3) == 0 {
				if q := g.IntN(questions); q != 0 { // that one is fixed
					req.answers[q] = g.answer(q)
				}
				c.Changed()
				if restarts < 2 && g.IntN(4) == 0 {
					restarts++
					i = g.IntN(i)
				}
			}
		}
		if g.IntN(2) == 0 {
			c.Clear(64)
		}
	}
	return candidates
}

// checkParts compares what the cursor knows of the parts of an item.
func checkParts(t *testing.T, c *index.Cursor, it item, local int, parts map[[3]int]index.Part, req *request) {
	t.Helper()
	if len(it) == 0 {
		return
	}
	for w := -1; w < len(it); w++ {
		for j, tm := range it[max(w, 0)] {
			p := parts[[3]int{local, w, j}]
			may, certain := c.May(p)
			holds := tm.holds(req.answers[tm.question])
			if holds && !may || certain && !holds {
				t.Fatalf("part %q of %q: may %v, certain %v, holds %v", tm.name, req.answers[tm.question], may, certain, holds)
			}
			if n := c.Ahead(p, 1); n > 0 && holds {
				t.Fatalf("part %q of %q: is passed over", tm.name, req.answers[tm.question])
			}
		}
	}
}

func show(items []item) string {
	var b strings.Builder
	for i, it := range items {
		b.WriteString(strconv.Itoa(i) + ": " + it.String() + "\n")
	}
	return b.String()
}

// fixed says that the answer to the first question never changes.
func fixed(q index.Question) bool { return q == 0 }

// TestRandom compares random lists with trying each item, with thresholds that make
// an index of nearly all and with those of use.
func TestRandom(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]index.Options{
		"all":      {Fixed: fixed, MinItems: 1, MinUsers: 1, Sharers: 1, Good: 1e-9},
		"first":    {Fixed: fixed, MinItems: 1, MinUsers: 1, Sharers: 2, Good: 0.5},
		"defaults": {Fixed: fixed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			items, candidates := 0, 0
			for seed := range uint64(300) {
				g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
				lists := [][]item{g.list()}
				for range g.IntN(3) {
					lists = append(lists, g.list())
				}
				for _, l := range lists {
					items += 8 * len(l)
				}
				candidates += walk(t, g, lists, o, 8)
			}
			t.Logf("%d of %d items are candidates", candidates, items)
			if candidates == 0 || candidates > items*2/3 {
				t.Errorf("%d of %d items are candidates", candidates, items)
			}
		})
	}
}

// TestChoice shows what is watched of lists.
func TestChoice(t *testing.T) {
	t.Parallel()
	const subject, host, query, method = 0, 1, 2, 3
	tests := []struct {
		name      string
		list      [][][]index.Term
		questions []index.Question
		always    int
		seconds   int
	}{
		{"pattern", each(20, func(i int) [][]index.Term {
			return [][]index.Term{one(re(subject, "^/old/%d/(.*)$", i)), one(index.Text(host, "h", false))}
		}), []index.Question{subject}, 0, 0},
		{"one host each", each(20, func(i int) [][]index.Term {
			return [][]index.Term{one(re(subject, "^(.*)$")), one(re(host, "^h%d\\.example$", i))}
		}), []index.Question{host}, 0, 0},
		{"the same page", each(20, func(i int) [][]index.Term {
			return [][]index.Term{one(re(subject, "^/page\\.php$")), one(re(query, "^id=%d$", i)), one(index.Text(host, "h.example", false))}
		}), []index.Question{query}, 0, 0},
		{"the same all over", each(20, func(int) [][]index.Term {
			return [][]index.Term{one(re(subject, "^")), one(index.Text(method, "POST", false))}
		}), []index.Question{method}, 0, 0},
		{"one of two", each(20, func(i int) [][]index.Term {
			return [][]index.Term{one(re(host, "^a%d\\.example$", i), re(query, "^b%d$", i))}
		}), []index.Question{host, query}, 0, 0},
		{"everything", each(20, func(int) [][]index.Term { return [][]index.Term{one(re(subject, ".*"))} }), nil, 20, 0},
		{"too few", each(3, func(i int) [][]index.Term { return [][]index.Term{one(re(subject, "^/old/%d", i))} }), nil, 3, 0},
		{"few users", each(20, func(i int) [][]index.Term {
			if i < 3 {
				return [][]index.Term{one(re(query, "^id=%d$", i))}
			}
			return [][]index.Term{one(re(host, "^h%d\\.example$", i))}
		}), []index.Question{host}, 3, 0},
		{"hosts and paths", each(400, func(i int) [][]index.Term {
			return [][]index.Term{one(re(subject, "^/path%d$", i%20)), one(re(host, "^h%d\\.example$", i/20))}
		}), []index.Question{subject, host}, 0, 400},
		{"unknowable", each(20, func(i int) [][]index.Term {
			return [][]index.Term{one(re(subject, "(?R)?%d", i)), one(re(host, "h%d", i))}
		}), []index.Question{host}, 0, 0},
	}
	for _, tt := range tests {
		got := chosen(tt.list, index.Options{})
		if diff := cmp.Diff(choice{tt.questions, tt.always, tt.seconds}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
