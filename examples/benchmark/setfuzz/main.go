// Command setfuzz compares sets of random patterns with PCRE2 itself: each
// pattern that PCRE2 matches has to be a candidate, and a candidate that the set
// is certain of has to match.
//
//	setfuzz [-for 60s] [-seed N]
//
// A difference that goes away when PCRE2's optimisations are switched off is one
// of PCRE2's own, and counted as such. Any other is printed, and makes the
// command fail.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// matchLimit is where PCRE2 gives up here: before it takes long.
const matchLimit = 200_000

func main() {
	duration := flag.Duration("for", time.Minute, "how long to run")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the random patterns")
	flag.Parse()
	f := fuzzer{Random: workload.NewRandom(*seed), matcher: pcre2.NewMatcher(matchLimit)}
	fmt.Printf("seed %d\n", *seed)
	for end := time.Now().Add(*duration); time.Now().Before(end) && f.different < 20; {
		f.round()
	}
	fmt.Printf("%d sets, %d checks, %d matches, %d candidates that do not match, %d gave up, %d differences of PCRE2's own, %d different\n",
		f.sets, f.checks, f.matches, f.inexact, f.gaveUp, f.defects, f.different)
	if f.different > 0 {
		os.Exit(1)
	}
}

// fuzzer compares sets with PCRE2.
type fuzzer struct {
	*workload.Random
	matcher *pcre2.Matcher

	sets, checks, matches, inexact, gaveUp, defects, different int
}

// rule is a pattern in both forms.
type rule struct {
	ours   *pcre.Regexp
	theirs *pcre2.Regexp
}

// round makes a set and tries some subjects.
func (f *fuzzer) round() {
	f.sets++
	f.Regular, f.Unicode = f.IntN(2) == 0, f.IntN(2) == 0
	rules := make([]rule, []int{1, 5, 30, 200}[f.IntN(4)])
	patterns := make([]*pcre.Regexp, len(rules))
	for i := range rules {
		rules[i] = f.rule()
		patterns[i] = rules[i].ours
		defer rules[i].theirs.Free()
	}
	var options set.Options
	if f.IntN(2) == 0 {
		options.CacheBytes = 1 << (8 + f.IntN(10))
	}
	s := set.New(patterns, &options)
	for range 40 {
		f.compare(s, rules, strings.ReplaceAll(f.Subject(patterns), "\x00", ""))
	}
}

// rule returns a random pattern that both accept.
func (f *fuzzer) rule() rule {
	for {
		re := f.Parsed()
		if theirs, err := pcre2.Compile(re.Source, options(re.Flags)); err == nil {
			return rule{re, theirs}
		}
	}
}

// options returns the flags as PCRE2 has them.
func options(flags pcre.Flags) pcre2.Options {
	o := pcre2.DupNames
	if flags&pcre.Caseless != 0 {
		o |= pcre2.Caseless
	}
	if flags&pcre.DotAll != 0 {
		o |= pcre2.DotAll
	}
	if flags&pcre.DollarEndOnly != 0 {
		o |= pcre2.DollarEndOnly
	}
	return o
}

// compare compares what the set says of a subject with what matches.
func (f *fuzzer) compare(s *set.Set, rules []rule, subject string) {
	candidates := s.Candidates(nil, subject)
	if !slices.IsSorted(candidates) || len(slices.Compact(slices.Clone(candidates))) != len(candidates) {
		f.different++
		fmt.Printf("candidates for %q are not ascending: %v\n", subject, candidates)
	}
	for id := range rules {
		n := f.matcher.Match(rules[id].theirs, subject, nil)
		if pcre2.InvalidUTF(n) {
			n = pcre2.NoMatch
		}
		if n < 0 && n != pcre2.NoMatch {
			f.gaveUp++
			continue
		}
		f.checks++
		_, candidate := slices.BinarySearch(candidates, int32(id))
		switch {
		case n > 0 && candidate:
			f.matches++
		case candidate && !s.Exact(int32(id)):
			f.inexact++
		case (n > 0) == candidate:
		case candidate && f.isDefect(rules[id], subject):
			f.defects++
		default:
			f.different++
			fmt.Printf("pattern %q flags %#x on %q: PCRE2 %d, candidate %v, exact %v\n",
				rules[id].ours.Source, int(rules[id].ours.Flags), subject, n, candidate, s.Exact(int32(id)))
		}
	}
}

// isDefect reports whether PCRE2 matches the subject after all, without its
// optimisations, or fails to because it takes a pattern with a group repeated no
// times for one that matches at the start only.
func (f *fuzzer) isDefect(r rule, subject string) bool {
	re, err := pcre2.Compile(r.ours.Source, options(r.ours.Flags)|pcre2.Unoptimized)
	if err != nil {
		return false
	}
	defer re.Free()
	return f.matcher.Match(re, subject, nil) > 0 || strings.Contains(r.ours.Source, "{0}") && re.Anchored()
}
