package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes random patterns.
type generator struct {
	*rand.Rand
	backtracking bool // with lookaround, back-references and their like
	groups       int  // opened so far
}

// alphabet is what patterns and subjects are made of: few bytes, so that they
// meet, and one of each kind that matters.
const alphabet = "aaabbbcABk0_-/. \n\v\r\xc3\xa9\xe9\xff"

func (g *generator) byte() byte { return alphabet[g.IntN(len(alphabet))] }

// pick returns one of some choices.
func (g *generator) pick(choices ...string) string { return choices[g.IntN(len(choices))] }

// pattern returns a random pattern.
func (g *generator) pattern() string {
	g.groups = 0
	s := g.alternatives(3)
	switch g.IntN(8) {
	case 0, 1:
		s = "^" + s
	case 2:
		s += "$"
	case 3:
		s = "^" + s + "$"
	}
	return s
}

func (g *generator) alternatives(depth int) string {
	n := 1
	if g.IntN(4) == 0 {
		n += 1 + g.IntN(3)
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = g.branch(depth)
	}
	return strings.Join(parts, "|")
}

func (g *generator) branch(depth int) string {
	var b strings.Builder
	for range g.IntN(5) {
		b.WriteString(g.item(depth))
	}
	return b.String()
}

func (g *generator) item(depth int) string {
	switch g.IntN(12) {
	case 0, 1, 2:
		if depth > 0 {
			return g.group(depth-1) + g.quantifier()
		}
	case 3:
		return g.assertion()
	case 4, 5:
		return g.class() + g.quantifier()
	case 6:
		return "." + g.quantifier()
	case 7:
		if g.backtracking {
			return g.special(depth)
		}
	case 8:
		return g.escape() + g.quantifier()
	}
	return g.literal() + g.quantifier()
}

func (g *generator) literal() string {
	c := g.byte()
	if strings.IndexByte("./-", c) >= 0 || g.IntN(10) == 0 && c > 0x20 && c != 'c' && c < 0x30 {
		return "\\" + string([]byte{c})
	}
	return string([]byte{c})
}

func (g *generator) quantifier() string {
	if g.IntN(5) < 3 {
		return ""
	}
	q := g.pick("*", "+", "?", "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "{1,}", "{3}", "{1}", "{0}", "{,2}")
	switch {
	case g.IntN(4) == 0:
		q += "?"
	case g.backtracking && g.IntN(4) == 0:
		q += "+"
	}
	return q
}

func (g *generator) class() string {
	if g.IntN(8) == 0 {
		return g.pick("[[:alpha:]]", "[[:upper:]]", "[[:^digit:]]", "[[:space:]x]", "[^[:punct:]]", "[[:word:]]", "[[:blank:]a]", "[[:cntrl:]]")
	}
	var b strings.Builder
	b.WriteByte('[')
	if g.IntN(3) == 0 {
		b.WriteByte('^')
	}
	for range 1 + g.IntN(3) {
		switch g.IntN(6) {
		case 0:
			b.WriteString(g.pick("a-c", "A-K", "0-9", "a-z", "\x80-\xff", `\x00-\x1f`))
		case 1:
			b.WriteString(g.pick(`\w`, `\d`, `\s`, `\S`, `\h`, `\v`, `\W`, `\n`, `\b`, `\]`))
		default:
			c := g.byte()
			if c == '-' {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		}
	}
	b.WriteByte(']')
	return b.String()
}

func (g *generator) escape() string {
	return g.pick(`\w`, `\d`, `\s`, `\W`, `\D`, `\S`, `\h`, `\v`, `\H`, `\V`, `\N`, `\x61`, `\x{e9}`, `\n`, `\Qa.\E`, `\141`, `\p{L}`, `\P{Lu}`, `\C`, `\cK`, `\é`)
}

func (g *generator) assertion() string {
	return g.pick(`\b`, `\B`, "^", "$", `\A`, `\z`, `\Z`, `\G`, "(?m:^)", "(?m:$)", "(?-s:.)")
}

func (g *generator) group(depth int) string {
	open := "(?:"
	switch g.IntN(10) {
	case 0, 1, 2, 3, 4:
		g.groups++
		open = "("
	case 5:
		open = g.pick("(?i:", "(?-i:", "(?s:", "(?-s:", "(?m:", "(?U:", "(?i)(?:", "(?x: ", "(?n:", "(?^:")
	case 6:
		g.groups++
		open = fmt.Sprintf(g.pick("(?<n%d>", "(?P<n%d>", "(?'n%d'"), g.groups)
	case 7:
		if g.IntN(3) == 0 {
			open = "(?|"
		}
	}
	return open + g.alternatives(depth) + ")"
}

// special returns a construct that needs backtracking.
func (g *generator) special(depth int) string {
	depth = max(depth-1, 0)
	switch g.IntN(12) {
	case 0, 1:
		return g.pick("(?=", "(?!") + g.alternatives(depth) + ")"
	case 2, 3:
		return g.pick("(?<=", "(?<!") + g.fixed() + ")"
	case 4, 5:
		return "(?>" + g.alternatives(depth) + ")" + g.quantifier()
	case 6, 7:
		if g.groups > 0 {
			n := 1 + g.IntN(g.groups)
			return fmt.Sprintf(g.pick(`\%d`, `\g{%d}`, `\g%d`, "(?i:\\%d)"), n) + g.quantifier()
		}
	case 8:
		if g.groups > 0 {
			return fmt.Sprintf("(?(%d)%s|%s)", 1+g.IntN(g.groups), g.branch(depth), g.branch(depth)) + g.quantifier()
		}
	case 9:
		return "(?(?" + g.pick("=", "!", "<=", "<!") + g.fixed() + ")" + g.branch(depth) + g.pick("", "|"+g.branch(depth)) + ")"
	case 10:
		return g.pick(`\R`, `\X`, `\K`, `\R`) + g.pick("", "", "+", "?")
	case 11:
		return g.pick("(*F)", "[[:<:]]", "[[:>:]]", "(?(DEFINE)a)", "(?(R)a|b)", "(?C1)", "(*MARK:x)", "(*atomic:a|ab)", "(*pla:a)")
	}
	return g.literal()
}

// fixed returns a pattern of fixed length, or nearly always.
func (g *generator) fixed() string {
	var b strings.Builder
	for range 1 + g.IntN(2) {
		switch g.IntN(6) {
		case 0:
			b.WriteString(g.class())
		case 1:
			b.WriteString(".")
		case 2:
			g.groups++
			b.WriteString("(" + g.literal() + "|" + g.class() + ")")
		case 3:
			b.WriteString(g.literal() + "|" + g.literal() + g.literal())
		default:
			b.WriteString(g.literal())
		}
	}
	return b.String()
}

// tokens are pieces of syntax, for patterns that are mostly wrong.
var tokens = []string{
	"a", "b", "1", "9", "n", "é", "\\", "\\Q", "\\E", "[", "]", "[^", "(", ")", "(?", "(?:", "(?<", "(?P", "(?|", "(?#", "(?i", "(?x)", "(?xx)", "(?n)",
	"(?^", "(?-", "-", "*", "+", "?", "{", "}", "{1}", "{2,3}", "{65535}", "{65536}", "{3,2}", ",", "|", "^", "$", ".", "\\b", "\\d", "\\x", "{", "\\x{",
	"\\o{", "\\c", "\\g", "\\k", "<", ">", "'", "n>", "\\1", "\\2", "\\10", "\\81", "\\08", "\\p", "\\p{L}", "\\p{", "L}", "^", "[:", ":]", "[:alpha:]",
	"[:^", "[.", ".]", "[=", "=]", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?(", "(?(1)", "(?(R", "(?(DEFINE)", "(?(VERSION>=10.4)", "(?(<n>)", "(?R)",
	"(?1)", "(?+1)", "(?-1)", "(?&n)", "(?P>n)", "(?P=n)", "(?<n>", "(?'n'", "(*", "(*F)", "(*ACCEPT)", "(*MARK:", "(*MARK)", "(*:", "(*COMMIT)",
	"(*pla:", "(*atomic:", "(*sr:", "(*napla:", "(?C", "(?C1)", "(?C'x')", "(?C{", "#", "\n", " ", "\\N", "\\N{", "\\R", "\\X", "\\K", "\\G", "\\C", "\\A",
	"\\z", "\\B", "\\h", "\\u", "\\L", "\\i", "\\e", "\\_", "\\/", "[[:<:]]", "[[:>:]]", "=", "!", "&", "0", ":", "i", "m", "s", "J", "U", "x", "\xff", "\x85",
	"(*LIMIT_MATCH=", "(*UCP", "(*LF)", "(*BSR_ANYCRLF)", "\\g{", "\\g<", "\\g'", "\\k{", "-1", "+1", "R", "DEFINE", "VERSION", "(?J)", "(?U)", "\\-",
}

// garbage returns a string of random syntax.
func (g *generator) garbage() string {
	var b strings.Builder
	for range 1 + g.IntN(9) {
		b.WriteString(tokens[g.IntN(len(tokens))])
	}
	return b.String()
}

// mutate changes a pattern in a few places.
func (g *generator) mutate(s string) string {
	for range 1 + g.IntN(2) {
		at := g.IntN(len(s) + 1)
		switch g.IntN(3) {
		case 0:
			s = s[:at] + tokens[g.IntN(len(tokens))] + s[at:]
		case 1:
			s = s[:at] + s[min(len(s), at+1+g.IntN(2)):]
		default:
			s = s[:at] + s[:g.IntN(len(s)+1)][at*0:] + s[at:]
		}
	}
	return s
}
