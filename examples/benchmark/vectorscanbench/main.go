// Vectorscanbench compares sets of patterns with Vectorscan on the lists of patterns that
// rulesets have: which is the first of them that matches a subject? It needs cgo and
// libvectorscan-dev.
//
//	go run ./vectorscanbench folder-of-rulesets
//
// A list is all rules of a file, or all its conditions with one test string, and there is
// one of all files together; the longest are taken. Patterns that Vectorscan does not
// take, as they look around or refer to groups, are left out on both sides. Each list has
// three rows: subjects that look like nothing in it, subjects that differ from a match in
// one byte, and matches of each pattern. Captures are not asked for, as Vectorscan has
// none.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/vectorscanbench/vectorscan"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
)

func main() {
	rounds := flag.Int("rounds", 7, "rounds per row; the best counts")
	slice := flag.Duration("time", 20*time.Millisecond, "how long a round takes at least")
	count := flag.Int("lists", 18, "how many lists to take, the longest first")
	only := flag.String("only", "", "lists to measure: a part of their names")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "vectorscanbench: give the folder of the rulesets, behind the flags")
		os.Exit(2)
	}
	if err := compare(flag.Arg(0), *only, *count, *rounds, *slice); err != nil {
		fmt.Fprintln(os.Stderr, "vectorscanbench:", err)
		os.Exit(1)
	}
}

// compare prints a table of the longest lists of the rulesets below dir, of those whose
// names have only in them.
func compare(dir, only string, count, rounds int, slice time.Duration) error {
	lists, err := readLists(dir)
	if err != nil {
		return err
	}
	if len(lists) == 0 {
		return fmt.Errorf("%s holds no rulesets", dir)
	}
	fmt.Printf("%-44s %8s %-7s %10s %10s %6s\n", "list", "patterns", "subject", "Vectorscan", "set", "ratio")
	for _, l := range lists[:min(count, len(lists))] {
		if !strings.Contains(l.name, only) {
			continue
		}
		c, err := newContest(l)
		if err != nil {
			return err
		}
		if len(c.patterns) == 0 {
			continue
		}
		for _, r := range c.rows() {
			if len(r.subjects) == 0 {
				continue
			}
			theirs, ours := c.measure(r.subjects, rounds, slice)
			fmt.Printf("%-44.44s %8d %-7s %7.0f ns %7.0f ns %6.2f\n", l.name, len(c.patterns), r.name, theirs, ours, theirs/ours)
		}
		c.database.Free()
	}
	return nil
}

// contest is a list in both forms.
type contest struct {
	list     list
	parsed   []*pcre.Regexp
	patterns []*pattern.Pattern
	set      *set.Set
	database *vectorscan.Database
	buf      []int32
}

// newContest compiles the patterns of l that both take, which may be none.
func newContest(l list) (*contest, error) {
	c := &contest{list: l}
	var sources []vectorscan.Pattern
	for _, re := range l.patterns {
		source := vectorscan.Pattern{Source: sourceOf(re)}
		if re.Class != pcre.Regular || !vectorscan.Runs(source) {
			continue
		}
		p, err := pattern.New(re)
		if err != nil {
			return nil, err
		}
		c.parsed, c.patterns, sources = append(c.parsed, re), append(c.patterns, p), append(sources, source)
	}
	if len(sources) == 0 {
		return c, nil
	}
	c.set = set.New(c.parsed, nil)
	var err error
	c.database, err = vectorscan.New(sources)
	return c, err
}

// first returns the index of the first pattern that matches, or the number of patterns.
func (c *contest) first(subject string) int {
	c.buf = c.set.Candidates(c.buf[:0], subject)
	for _, id := range c.buf {
		if c.set.Exact(id) {
			return int(id)
		}
		if ok, _ := c.patterns[id].Match(subject, nil, 0); ok {
			return int(id)
		}
	}
	return len(c.patterns)
}

// measure returns the nanoseconds that a subject takes with Vectorscan and with the set,
// by turns, each at its best.
func (c *contest) measure(subjects []string, rounds int, slice time.Duration) (theirs, ours float64) {
	forC := vectorscan.NewSubjects(subjects)
	run := [2]func(times int) int{
		func(times int) int { return c.database.First(forC, times) },
		func(times int) int {
			sum := 0
			for range times {
				for _, s := range subjects {
					sum += c.first(s)
				}
			}
			return sum
		},
	}
	if want, got := run[0](1), run[1](1); want != got {
		fmt.Printf("%s: DIFFERENT: Vectorscan %d, set %d\n", c.list.name, want, got)
	}
	var best [2]float64
	for range rounds {
		for i := range run {
			if each := timed(run[i], slice) / float64(len(subjects)); best[i] == 0 || each < best[i] {
				best[i] = each
			}
		}
	}
	return best[0], best[1]
}

// timed returns the nanoseconds of one time, once slice has gone by.
func timed(run func(times int) int, slice time.Duration) float64 {
	for times := 1; ; times *= 2 {
		start := time.Now()
		run(times)
		if took := time.Since(start); took >= slice {
			return float64(took) / float64(times)
		}
	}
}
