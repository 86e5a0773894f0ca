package rules_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// generator makes rulesets that have much in common.
type generator struct{ *rand.Rand }

func (g generator) pick(s ...string) string { return s[g.IntN(len(s))] }

func (g generator) pattern() string {
	return g.pick("^/a", "^/b", "^/(.)", "b$", "a", "^/ab$", "^$", "^/a(.*)", "x", "(b|c)", "!^/a", "!c", "^/c$", "^/d$", "1")
}

func (g generator) cond() string {
	input := g.pick("%{const:a}", "%{const:b}", "%{var:v}", "%{dear:a}", "%{http:a}", "%{const:a}%{var:v}", "$1", "%1", "x")
	if g.IntN(12) == 0 {
		input = "%{loud:a}"
	}
	test := g.pick("^1$", "^2$", "^(3)$", "1", "(2)", "=1", "=2", "#1", "#2", "?", "!^1$", "!=2", "^4$", "^5$", "3")
	if g.IntN(15) == 0 {
		test = g.pick("+", "@1")
	}
	return fmt.Sprintf("cond %s %s %s", input, test, g.pick("", "", "[OR]", "[OR]", "[NV]"))
}

func (g generator) rule() string {
	return fmt.Sprintf("rule %s %s %s", g.pattern(), g.pick("-", "-", "/a", "/b$1", "/c%1", "/$1c", "/d"),
		g.pick("", "", "", "[C]", "[C]", "[L]", "[END]", "[N]", "[NS]", "[NS,C]", "[S=2]", "[STOP]", "[v=1]", "[v=$1]", "[v=%1]"))
}

func (g generator) ruleset() []string {
	var lines []string
	for range 1 + g.IntN(12) {
		for range g.IntN(5) * g.IntN(2) {
			lines = append(lines, g.cond())
		}
		lines = append(lines, g.rule())
	}
	return lines
}

// TestRandom runs random rulesets in all ways, which must not differ.
func TestRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(250) {
		g := generator{rand.New(rand.NewPCG(1, seed))}
		ruleset := g.ruleset()
		for range 3 {
			line := fmt.Sprintf("ask %s %s a=%d b=%d v=%d", g.pick("/a", "/b", "/ab", "-", "/c", "/d", "/bx1", "/abc"),
				g.pick("", "sub"), g.IntN(6), g.IntN(6), g.IntN(6))
			runCase(t, ruleset, readRequest(line))
			if t.Failed() {
				t.Fatalf("seed %d: %s\n%s", seed, line, strings.Join(ruleset, "\n"))
			}
		}
	}
}
