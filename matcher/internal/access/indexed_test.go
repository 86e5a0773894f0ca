package access

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// testWalk is a walk along a list for a visitor.
type testWalk struct {
	v      visitor
	asked  *testQuestions
	cursor index.Cursor
	ended  bool
}

func (v visitor) Walk(l *index.List, asked Questions) Walk {
	w := &testWalk{v: v}
	if asked != nil {
		w.asked = asked.(*testQuestions)
	}
	m := new(work.Meter)
	m.Start(context.Background(), &work.Limits{Bytes: 1 << 20, Time: time.Minute})
	w.cursor.Start(l, w, m)
	return w
}

func (w *testWalk) Answer(q index.Question, buf []byte) (text string, made []byte) {
	if w.v.blind {
		return "", nil
	}
	if q >= OwnQuestions {
		return w.v.has(w.asked.names[q-OwnQuestions]), nil
	}
	return Answer(w.v, q, buf)
}

func (w *testWalk) Next(i int) int                 { return w.cursor.Next(i) }
func (w *testWalk) Traced() bool                   { return w.v.passed != nil }
func (w *testWalk) PassedOver(place parser.Extent) { w.v.passed(place) }
func (w *testWalk) End()                           { w.ended = true }

// testQuestions numbers the variables that a visitor may have.
type testQuestions struct {
	names []string
	done  bool
}

func (a *testQuestions) Done() { a.done = true }

func noQuestions() Questions { return new(testQuestions) }

// has returns what a question for a variable comes to.
func (v visitor) has(name string) string {
	if v.HasEnv(name) {
		return "set"
	}
	return ""
}

// watchedTest is a Watched test of a variable. A test that has no name is made always.
type watchedTest string

func (t watchedTest) Watches(asked Questions) (watches [][]index.Term, looks string, ok bool) {
	a := asked.(*testQuestions)
	if t == "" || a.done {
		return nil, "", false
	}
	n := slices.Index(a.names, string(t))
	if n < 0 {
		n = len(a.names)
		a.names = append(a.names, string(t))
	}
	return [][]index.Term{{index.Text(OwnQuestions+index.Question(n), "set", false)}}, string(t), true //nolint:gosec // few
}

func (t watchedTest) Holds(s Subject) bool { return s.HasEnv(string(t)) }

func (watchedTest) PassedOver(s Subject) { *s.(visitor).taken = true }

func (t watchedTest) Check(s Subject, known bool) Outcome {
	if known {
		t.PassedOver(s)
	}
	if v := s.(visitor); v.looked != nil && t != "" {
		v.looked.Add(string(t))
	}
	return outcome(t.Holds(s))
}

// randomTest returns a test of what visitors of randomVisitor have.
func randomTest(r *rand.Rand) Test {
	some := func(words ...string) []string {
		return []string{words[r.IntN(len(words))], words[r.IntN(len(words))]}[:1+r.IntN(2)]
	}
	switch r.IntN(16) {
	case 0:
		return All(r.IntN(2) == 0)
	case 1, 2:
		return Env(some("A", "B", "AB", "C"))
	case 3, 4, 5:
		return Hosts(some("example", ".example", "a.example", "b.example", "le", "EXAMPLE", "other"))
	case 6:
		return Users(some("a", "b"))
	case 12, 13, 14, 15:
		return watchedTest(some("A", "B", "AB", "C", "D", "")[0])
	case 7:
		return outcomes([]Outcome{Failed, Unknown, Neutral, NoUser}[r.IntN(4)])
	}
	var list Subnets
	for _, text := range some("10.1.2.3", "10.1", "10.0.0.0/8", "10.0.0.3/255.0.0.255", "192.0.2.0/24", "2001:db8::/32", "::1", "10.1.2.4", "11") {
		n, _ := ParseSubnet(text)
		list = append(list, n)
	}
	return list
}

// randomSection puts n random parts into s.
func randomSection(r *rand.Rand, s *Section, n, depth int) *Section {
	for i := range n {
		if depth > 0 && r.IntN(8) == 0 {
			_ = s.Add(randomSection(r, NewSection(Kind(r.IntN(3)), at(uint32(100*depth+i))), 1+r.IntN(12), depth-1)) //nolint:gosec // small
			continue
		}
		limited := AllMethods
		if r.IntN(6) == 0 {
			limited = 1 << 0
		}
		_ = s.Add(NewRequire(randomTest(r), !s.any && r.IntN(4) > 0, limited, at(uint32(1000*depth+i)))) //nolint:gosec // small
	}
	return s
}

// randomVisitor returns a visitor who says in asked whether its name was asked for.
func randomVisitor(r *rand.Rand, asked *bool) visitor {
	one := func(words ...string) string { return words[r.IntN(len(words))] }
	return visitor{
		method: one("GET", "POST"), addr: one("", "10.1.2.3", "10.2.2.3", "192.0.2.77", "2001:db8::1", "::ffff:10.1.2.4", "172.16.0.1"),
		name: one("", unknownName, "a.example", "b.a.example", "example", "x.invalid"),
		env:  [][]string{nil, {"A"}, {"AB", "C"}, {"B", "X"}}[r.IntN(4)], user: one("", "a", "c"), asked: asked,
	}
}

// TestIndexed asks random requirements with an index and without: the outcome is the
// same, and so is what decided, and the client's name is not asked for in vain.
func TestIndexed(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		build := func() *Config {
			r := rand.New(rand.NewPCG(seed, 5)) //nolint:gosec // the cases are to be the same each time
			c := &Config{Authz: &Authz{Root: randomSection(r, NewSection(Kind(r.IntN(2)), at(1)), 2+r.IntN(14), 2)}}
			if r.IntN(2) == 0 {
				c.Compat = randomCompat(r)
			}
			if r.IntN(3) == 0 {
				c.Authn = AuthnSome
			}
			return c
		}
		linear, indexed := build(), build()
		o := index.Options{MinItems: 1, MinUsers: 1}
		if seed%2 == 0 {
			o = index.Options{}
		}
		indexed.Prepare(&o, noQuestions)
		r := rand.New(rand.NewPCG(seed, 6)) //nolint:gosec // the cases are to be the same each time
		for range 20 {
			var asked, askedIndexed, taken, takenIndexed bool
			v := randomVisitor(r, &asked)
			var looked, lookedIndexed vary.Names
			v.taken, v.looked = &taken, &looked
			status, by := linear.Check(v, false)
			v.asked, v.taken, v.looked = &askedIndexed, &takenIndexed, &lookedIndexed
			v.passed = func(place parser.Extent) { t.Errorf("seed %d: %v is passed over for %+v", seed, place, v) }
			name := fmt.Sprintf("seed %d: %+v", seed, v)
			got, gotBy := indexed.Check(v, false)
			require.Equal(t, status, got, name)
			require.Equal(t, by, gotBy, name)
			require.Equal(t, taken, takenIndexed, "%s: the user is taken", name)
			require.Equal(t, looked.Text(), lookedIndexed.Text(), "%s: what is looked at", name)
			require.True(t, asked || !askedIndexed, "%s: the name is asked for", name)
		}
	}
}

// randomCompat returns random Order, Allow and Deny.
func randomCompat(r *rand.Rand) *Compat {
	c := &Compat{}
	_ = c.Order([]string{"allow,deny", "deny,allow"}[r.IntN(2)], AllMethods, at(2))
	who := []string{"env=A", "env=!B", "env=c", "10.1", "10.1.2.3", "192.0.2.0/24", "2001:db8::/32", "example", ".example", "a.example", "x", "172.16"}
	for i := range uint32(2 + r.IntN(14)) { //nolint:gosec // small
		add, limited := c.Deny, AllMethods
		if r.IntN(3) == 0 {
			add = c.Allow
		}
		if r.IntN(6) == 0 {
			limited = 1 << 0
		}
		_ = add(who[r.IntN(len(who))], limited, at(10+i))
	}
	if r.IntN(10) == 0 {
		_ = c.Allow("all", AllMethods, at(90))
	}
	return c
}

// lastVisitor is one for whom the last alone of some requirements holds.
func lastVisitor() visitor {
	return visitor{method: "GET", addr: "10.0.0.11", name: "h11.example", env: []string{"V11"}}
}

// requirements returns a section of as many tests of a kind as it takes, numbered from 0.
func requirements(test func(n int) Test) *Section {
	s := NewSection(RequireAny, at(1))
	for n := range 12 {
		_ = s.Add(NewRequire(test(n), false, AllMethods, at(uint32(10+n)))) //nolint:gosec // small
	}
	return s
}

func ownTest(n int) Test  { return watchedTest(fmt.Sprintf("V%d", n)) }
func envTest(n int) Test  { return Env{fmt.Sprintf("V%d", n)} }
func hostTest(n int) Test { return Hosts{fmt.Sprintf("h%d.example", n)} }
func netTest(n int) Test {
	s, _ := ParseSubnet(fmt.Sprintf("10.0.0.%d", n))
	return Subnets{s}
}

// TestPassedOver goes from candidate to candidate: what can't hold is none, but for the
// first test of the client's name, which has to be looked up.
func TestPassedOver(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		test  func(n int) Test
		first int // candidate
	}{"watched": {ownTest, 11}, "env": {envTest, 11}, "net": {netTest, 11}, "host": {hostTest, 0}} {
		s := requirements(tt.test)
		s.Prepare(&index.Options{MinItems: 1, MinUsers: 1}, noQuestions)
		p := s.tests.begin(lastVisitor())
		i := p.next(0)
		require.Equal(t, tt.first, i, name)
		p.tried(i)
		require.GreaterOrEqual(t, p.next(i+1), 11, name)
		p.end()
	}
	none := &index.Options{}
	(&Config{}).Prepare(none, noQuestions)
	(*Section)(nil).Prepare(none, noQuestions)
	NewSection(RequireAll, at(1)).Prepare(none, noQuestions)
}

// TestWrongIndexIsSeen asks with an index that takes all answers to be empty: that
// something holds which it passes over is noticed.
func TestWrongIndexIsSeen(t *testing.T) {
	t.Parallel()
	compat := func(who func(n int) string) *Compat {
		c := &Compat{}
		_ = c.Order("allow,deny", AllMethods, at(2))
		for n := range 12 {
			_ = c.Deny(who(n), AllMethods, at(uint32(10+n))) //nolint:gosec // small
		}
		return c
	}
	for name, c := range map[string]*Config{
		"env":            {Authz: &Authz{Root: requirements(envTest)}},
		"watched":        {Authz: &Authz{Root: requirements(ownTest)}},
		"net":            {Authz: &Authz{Root: requirements(netTest)}},
		"host":           {Authz: &Authz{Root: requirements(hostTest)}},
		"Deny from env":  {Compat: compat(func(n int) string { return fmt.Sprintf("env=V%d", n) })},
		"Deny from net":  {Compat: compat(func(n int) string { return fmt.Sprintf("10.0.0.%d", n) })},
		"Deny from host": {Compat: compat(func(n int) string { return fmt.Sprintf("h%d.example", n) })},
	} {
		c.Prepare(&index.Options{MinItems: 1, MinUsers: 1}, noQuestions)
		for _, blind := range []bool{false, true} {
			var passed []parser.Extent
			v := lastVisitor()
			v.blind, v.passed = blind, func(place parser.Extent) { passed = append(passed, place) }
			_, _ = c.Check(v, false)
			want := []parser.Extent(nil)
			if blind {
				want = []parser.Extent{at(21)}
			}
			require.Equal(t, want, passed, name)
		}
	}
}
