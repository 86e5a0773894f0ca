package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/setbench/pcreloop"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// attack is rules and subjects that are hard on an automaton. Each subject is
// matched once: whatever is worth keeping is not known before.
type attack struct {
	name     string
	rules    []workload.Rule
	subjects []string
}

// attacks returns what a set may meet at its worst.
func attacks() []attack {
	rnd := rand.New(rand.NewPCG(5, 6))
	all := []attack{
		{"distinct paths, mixed rules", workload.Mixed(10000), distinctPaths(rnd, 100000)},
		{"each rule hit once, mixed rules", workload.Mixed(10000), hits(rnd, workload.Mixed(10000))},
		{"each rule hit once, redirects", workload.Redirects(10000), hits(rnd, workload.Redirects(10000))},
		{"each robot hit once", workload.UserAgents(10000), hits(rnd, workload.UserAgents(10000))},
	}
	for _, n := range []int{5, 20, 200} {
		rules, subjects := gaps(rnd, n, "%s.*%s")
		all = append(all, attack{fmt.Sprintf("%d x X.*Y", n), rules, subjects})
	}
	for _, n := range []int{20, 200} {
		rules, subjects := gaps(rnd, n, "%s[a-z]*%s")
		all = append(all, attack{fmt.Sprintf("%d x X[a-z]*Y", n), rules, subjects})
		rules, subjects = gaps(rnd, n, "/%s/[^/]+/%s")
		all = append(all, attack{fmt.Sprintf("%d x /X/[^/]+/Y", n), rules, subjects})
		rules, subjects = gaps(rnd, n, "%s.{0,30}%s")
		all = append(all, attack{fmt.Sprintf("%d x X.{0,30}Y", n), rules, subjects})
		rules, subjects = gaps(rnd, n, "%[2]s.*%[1]s")
		all = append(all, attack{fmt.Sprintf("%d x Y.*X", n), rules, subjects})
		rules, subjects = gaps(rnd, n, "%[1]s.*wxyz%[2].0s")
		all = append(all, attack{fmt.Sprintf("%d x X.*same", n), rules, subjects})
		rules, subjects = gaps(rnd, n, "(?i)%s.*%s")
		all = append(all, attack{fmt.Sprintf("%d x (?i)X.*Y", n), rules, subjects})
		rules, subjects = gaps(rnd, n, "(?i)%[2]s.*%[1]s")
		all = append(all, attack{fmt.Sprintf("%d x (?i)Y.*X", n), rules, subjects})
	}
	return append(all,
		attack{"10000 x unanchored names, random text", names(rnd, 10000), random(rnd, 20000, 100, "abcdefghijklmnopqrstuvwxyz/;. ()0123456789")},
		attack{"10000 x (name|name)-n, random text", alternatives(rnd, 10000), random(rnd, 3000, 100, "abcdefghijklmnopqrstuvwxyz-0123456789")},
		attack{"(a|b)*a(a|b){12}$", patterns("(a|b)*a(a|b){12}$"), random(rnd, 3000, 60, "ab")},
		attack{"(a|b)*a(a|b){20}$", patterns("(a|b)*a(a|b){20}$"), random(rnd, 3000, 60, "ab")},
		attack{"20 x a.{k}b", counted(20, "%c.{%d}%c"), random(rnd, 3000, 100, "abcdefghij")},
		attack{"200 x a.{k}b", counted(200, "%c.{%d}%c"), random(rnd, 3000, 100, "abcdefghij")},
		attack{"20 x a[a-h]{k}b", counted(20, "%c[a-h]{%d}%c"), random(rnd, 3000, 100, "abcdefghij")},
		attack{"20 x a.*b.*c.*d", patterns(shortGaps(rnd, 20)...), random(rnd, 3000, 100, "abcdefghijklmnop")},
		attack{"^(a+)+$", patterns("^(a+)+$"), []string{strings.Repeat("a", 30) + "!"}},
		attack{"(x+x+)+y", patterns("(x+x+)+y"), []string{strings.Repeat("x", 30)}},
		attack{"^(.*?,){11}P", patterns("^(.*?,){11}P"), []string{strings.Repeat("1,", 13) + "22"}},
	)
}

func patterns(list ...string) []workload.Rule {
	rules := make([]workload.Rule, len(list))
	for i, p := range list {
		rules[i].Pattern = p
	}
	return rules
}

// distinctPaths returns paths that are all different.
func distinctPaths(rnd *rand.Rand, n int) []string {
	words := strings.Fields("shoes bags hats shirts news about team careers press events blog shop sale docs help static css js legacy en de")
	paths := make([]string, n)
	for i := range paths {
		var parts []string
		for range 2 + rnd.IntN(4) {
			word := words[rnd.IntN(len(words))]
			if rnd.IntN(3) == 0 {
				word += fmt.Sprintf("-%d", rnd.IntN(100000))
			}
			parts = append(parts, word)
		}
		paths[i] = strings.Join(parts, "/") + []string{".html", "/", ".php", "", ""}[rnd.IntN(5)]
	}
	return paths
}

// hits returns a subject for each rule, in any order.
func hits(rnd *rand.Rand, rules []workload.Rule) []string {
	all := make([]string, len(rules))
	for i := range rules {
		all[i] = rules[i].Hit
	}
	rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// text returns n of the bytes of alphabet.
func text(rnd *rand.Rand, n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[rnd.IntN(len(alphabet))]
	}
	return string(b)
}

func random(rnd *rand.Rand, n, length int, alphabet string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = text(rnd, length, alphabet)
	}
	return all
}

// gaps returns rules that need one text after another, and subjects full of the
// first ones.
func gaps(rnd *rand.Rand, n int, format string) (rules []workload.Rule, subjects []string) {
	first := make([]string, n)
	for i := range first {
		first[i] = text(rnd, 4, "abcdefghij")
		rules = append(rules, workload.Rule{Pattern: fmt.Sprintf(format, first[i], text(rnd, 4, "klmnopqrst"))})
	}
	for range 3000 {
		parts := make([]string, 12)
		for i := range parts {
			parts[i] = first[rnd.IntN(n)]
		}
		subjects = append(subjects, strings.Join(parts, []string{"", "/", "x"}[rnd.IntN(3)]))
	}
	return rules, subjects
}

func names(rnd *rand.Rand, n int) []workload.Rule {
	rules := make([]workload.Rule, n)
	for i := range rules {
		rules[i] = workload.Rule{Pattern: text(rnd, 5+rnd.IntN(8), "abcdefghijklmnopqrstuvwxyz"), NoCase: true}
	}
	return rules
}

func alternatives(rnd *rand.Rand, n int) []workload.Rule {
	rules := make([]workload.Rule, n)
	for i := range rules {
		rules[i].Pattern = fmt.Sprintf("(%s|%s)-%d", text(rnd, 3, "abcdefghij"), text(rnd, 4, "abcdefghij"), rnd.IntN(1000))
	}
	return rules
}

func counted(n int, format string) []workload.Rule {
	rules := make([]workload.Rule, n)
	for i := range rules {
		rules[i].Pattern = fmt.Sprintf(format, 'a'+i%4, 10+i, 'e'+i%3)
	}
	return rules
}

func shortGaps(rnd *rand.Rand, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.Join(strings.Split(text(rnd, 4, "abcdefghijklmnop"), ""), ".*")
	}
	return all
}

// adversarial prints what the hardest rules and subjects cost, cold and warm.
func adversarial(only string) error {
	fmt.Printf("%-40s %6s %8s %12s %12s %12s %10s %10s %7s %7s %7s\n", "attack", "rules", "subjects", "PCRE2 loop",
		"set, cold", "set, warm", "cold/PCRE2", "worst cold", "states", "flushes", "giveups")
	for _, a := range attacks() {
		if !strings.Contains(a.name, only) {
			continue
		}
		if err := a.print(); err != nil {
			return err
		}
	}
	return nil
}

// print measures an attack. A cold set is one that is new.
func (a *attack) print() error {
	c, err := newContest(a.rules)
	if err != nil {
		return err
	}
	defer c.pcre.Free()
	some := a.subjects[:min(len(a.subjects), 1000)]
	forC := pcreloop.NewSubjects(some)
	var loop, cold, warm, worst time.Duration
	for range 5 {
		loop = least(loop, best(1, func() { c.pcre.Run(forC, 1, false) })/time.Duration(len(some)))
		if err := c.renew(); err != nil {
			return err
		}
		average, slowest := c.pass(a.subjects)
		cold, worst = least(cold, average), least(worst, slowest)
		average, _ = c.pass(a.subjects)
		warm = least(warm, average)
	}
	st := c.set.Stats()
	fmt.Printf("%-40s %6d %8d %9d ns %9d ns %9d ns %10.2f %10v %7d %7d %7d\n", a.name, len(a.rules), len(a.subjects),
		loop.Nanoseconds(), cold.Nanoseconds(), warm.Nanoseconds(), float64(cold)/float64(loop),
		worst.Round(time.Microsecond), st.States, st.Flushes, st.GiveUps)
	return nil
}

// least returns the lesser of two durations, 0 being none yet.
func least(a, b time.Duration) time.Duration {
	if a == 0 || b < a {
		return b
	}
	return a
}

// pass looks for the first rule that matches each subject once. It returns how
// long that takes on the average, and at worst.
func (c *contest) pass(subjects []string) (average, worst time.Duration) {
	start := time.Now()
	last := start
	for _, s := range subjects {
		c.first(s)
		now := time.Now()
		worst = max(worst, now.Sub(last))
		last = now
	}
	return last.Sub(start) / time.Duration(len(subjects)), worst
}

// best returns how long f takes at best.
func best(times int, f func()) time.Duration {
	var took time.Duration
	for range times {
		start := time.Now()
		f()
		took = least(took, time.Since(start))
	}
	return took
}
