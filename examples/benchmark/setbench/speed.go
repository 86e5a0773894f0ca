package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/setbench/pcreloop"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// list is a kind of rules, and the subjects that match none of them.
type list struct {
	name   string
	rules  func(n int) []workload.Rule
	misses []string
}

func lists() []list {
	return []list{
		{"redirects", workload.Redirects, workload.Paths()},
		{"mixed", workload.Mixed, workload.Paths()},
		{"user agents", workload.UserAgents, workload.Browsers()},
	}
}

// speed prints how long it takes to find the first rule that matches.
func speed(sizes, only string, rounds int, slice time.Duration) error {
	counts, err := numbers(sizes)
	if err != nil {
		return err
	}
	fmt.Printf("%-12s %6s %-6s %12s %12s %10s %9s %9s %7s\n",
		"rules", "number", "hit", "PCRE2 loop", "own loop", "set", "PCRE2/set", "own/set", "allocs")
	for _, l := range lists() {
		for _, n := range counts {
			c, err := newContest(l.rules(n))
			if err != nil {
				return err
			}
			for _, row := range c.rows(l.misses) {
				if strings.Contains(l.name+" "+row.name, only) {
					c.print(fmt.Sprintf("%-12s %6d %-6s", l.name, n, row.name), row.subjects, rounds, slice)
				}
			}
			c.pcre.Free()
		}
	}
	return nil
}

// contest is a list of rules in all forms.
type contest struct {
	rules    []workload.Rule
	pcre     *pcreloop.Loop
	patterns []*pattern.Pattern
	set      *set.Set
	buf      []int32
	caps     pattern.Captures
}

func newContest(rules []workload.Rule) (*contest, error) {
	c := &contest{rules: rules, pcre: &pcreloop.Loop{}, buf: make([]int32, 0, len(rules)+16)}
	for i := range rules {
		r := &rules[i]
		p, err := pattern.Compile(r.Pattern, r.Flags())
		if err != nil {
			return nil, fmt.Errorf("pattern %q: %w", r.Pattern, err)
		}
		c.patterns = append(c.patterns, p)
		options := uint32(pcreloop.Apache)
		if r.NoCase {
			options |= pcreloop.Caseless
		}
		if err := c.pcre.Add(r.Pattern, options); err != nil {
			return nil, err
		}
	}
	c.pcre.Finish()
	return c, c.renew()
}

// renew makes a new set.
func (c *contest) renew() error {
	parsed, err := workload.Parse(c.rules)
	if err != nil {
		return err
	}
	c.set = set.New(parsed, nil)
	return nil
}

// row is subjects of one kind.
type row struct {
	name     string
	subjects []string
}

// rows returns the rows of the table: subjects that match nothing, the first
// rule, or one of the last eight.
func (c *contest) rows(misses []string) []row {
	var last []string
	for i := max(0, len(c.rules)-8); i < len(c.rules); i++ {
		last = append(last, c.rules[i].Hit)
	}
	return []row{{"none", shuffled(misses)}, {"first", []string{c.rules[0].Hit}}, {"last", shuffled(last)}}
}

// shuffled returns the subjects several times over, each time in another order:
// a processor would learn to foresee what comes of a short list.
func shuffled(subjects []string) []string {
	rnd := rand.New(rand.NewPCG(1, 1))
	var all []string
	for range 16 {
		for _, i := range rnd.Perm(len(subjects)) {
			all = append(all, subjects[i])
		}
	}
	return all
}

// first returns the index of the first rule that matches, found with the set,
// and takes its captures. Where none matches it is the number of rules.
func (c *contest) first(subject string) int {
	c.buf = c.set.Candidates(c.buf[:0], subject)
	for _, id := range c.buf {
		p := c.patterns[id]
		if c.set.Exact(id) && p.NumGroups() == 0 {
			return int(id)
		}
		if ok, _ := p.Match(subject, &c.caps, 0); ok {
			return int(id)
		}
	}
	return len(c.rules)
}

// each returns the index of the first rule that matches, found by trying them.
func (c *contest) each(subject string) int {
	for i, p := range c.patterns {
		if ok, _ := p.Match(subject, &c.caps, 0); ok {
			return i
		}
	}
	return len(c.rules)
}

// print measures and prints a row.
func (c *contest) print(name string, subjects []string, rounds int, slice time.Duration) {
	forC := pcreloop.NewSubjects(subjects)
	own := func(find func(string) int) func(int) {
		return func(times int) {
			for range times {
				for _, s := range subjects {
					find(s)
				}
			}
		}
	}
	want := c.pcre.Run(forC, 1, false)
	got := 0
	for _, s := range subjects {
		got += c.first(s)
	}
	if got != want {
		fmt.Printf("%s DIFFERENT: PCRE2 %d, set %d\n", name, want, got)
	}
	find := own(c.first)
	took := measure(rounds, slice, func(times int) { c.pcre.Run(forC, times, false) }, own(c.each), find)
	per := func(d time.Duration) float64 { return float64(d) / 1000 / float64(len(subjects)) }
	fmt.Printf("%s %9.0f ns %9.0f ns %7.1f ns %9.1f %9.1f %7.1f\n", name,
		per(took[0]), per(took[1]), per(took[2]), per(took[0])/per(took[2]), per(took[1])/per(took[2]),
		allocations(func() { find(1) })/float64(len(subjects)))
}
