// Command pcrefuzz compares our regular expression engines with PCRE2 itself on
// random patterns and subjects: whether a pattern is accepted, whether it
// matches, and where the groups 0 to 9 are.
//
//	pcrefuzz [-for 60s] [-seed N] [-mode regular|backtracking|syntax|size|repeats|all] [-unicode] [-subjects N] [-record FILE -lines N]
//
// A difference that goes away when PCRE2's optimisations are switched off is one
// of PCRE2's own, and counted as such. Any other is printed, and makes the
// command fail. With -record a sample of what PCRE2 answers is written to a file
// that the tests of matcher/internal/pattern replay.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"time"
)

func main() {
	var (
		duration = flag.Duration("for", time.Minute, "how long to run")
		seed     = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the random patterns")
		mode     = flag.String("mode", "all", "regular, backtracking, syntax, size, repeats or all")
		subjects = flag.Int("subjects", 6, "how many subjects to try each pattern on")
		record   = flag.String("record", "", "write a sample of PCRE2's answers to this file")
		lines    = flag.Int("lines", 3000, "how many patterns to record")
		unicode  = flag.Bool("unicode", false, "put verbs in front of patterns: UTF, UCP and the others that stand there")
		show     = flag.Int("show", 20, "how many differences to print")
	)
	flag.Parse()
	f := newFuzzer(*seed, *mode, *subjects)
	f.unicode = *unicode
	if *record != "" {
		f.recordTo(*record, *lines)
	}
	fmt.Printf("seed %d\n", *seed)
	for end := time.Now().Add(*duration); time.Now().Before(end) && !f.done() && f.counts["different"] < *show; {
		f.round()
	}
	if err := f.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	report(f.counts)
	if f.counts["different"] > 0 {
		os.Exit(1)
	}
}

// report prints the counts in the order of their names.
func report(counts map[string]int) {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("%10d %s\n", counts[name], name)
	}
}

// newRand returns the source of randomness for a seed.
func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)) }
