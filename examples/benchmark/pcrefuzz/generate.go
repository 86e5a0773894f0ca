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
	utf, ucp     bool // what starts the pattern
	groups       int  // opened so far
}

// alphabet is what patterns and subjects are made of: few bytes, so that they
// meet, and one of each kind that matters.
const alphabet = "aaabbbcABk0_-/. \n\v\r\xc3\xa9\xe9\xff"

// wideAlphabet is what they are made of in UTF mode: characters of each length, of
// each kind that matters, and with one, two and three cases.
var wideAlphabet = []rune("aaabbcABkKs0_-/. \n\v\r" +
	"\u0085\u00a0éÉéßẞµΜμÿŸåÅ\u212bK\u017fяЯёЁдДжЖσΣςǆǅǄθϴΘϑıİiI\u1c80вВ" + // cases
	"٣५²½ªʰ\u0300\u0903\u200d\u200e\u2028\u2029\u3000\u180e\u0600¡€中가ᄀ각\u11a8\u1160" + // properties
	"©❤\ufe0f🇦🇧😀👍🏽𐐀𐐨\u07ff\u0800\uffff\U00010000\U0010ffff\ua64a\u1c88\ud7ff\ue000ﬅﬆ") // clusters, ends of ranges

// char returns a random character, or a byte outside UTF mode.
func (g *generator) char() string {
	if g.utf {
		return string(wideAlphabet[g.IntN(len(wideAlphabet))])
	}
	return string([]byte{alphabet[g.IntN(len(alphabet))]})
}

// start returns verbs for the start of a pattern, and notes what they mean.
func (g *generator) start() (verbs string) {
	g.utf, g.ucp = false, false
	if g.IntN(8) == 0 {
		verbs += g.pick("(*NO_JIT)", "(*NO_START_OPT)", "(*NO_AUTO_POSSESS)", "(*NO_DOTSTAR_ANCHOR)", "(*NOTEMPTY)", "(*NOTEMPTY_ATSTART)",
			"(*LIMIT_HEAP=20000000)", "(*LIMIT_MATCH=1)", "(*LIMIT_DEPTH=10000000)", "(*LIMIT_RECURSION=5)", "(*LIMIT_MATCH=4294967295)",
			"(*CR)", "(*LF)", "(*CRLF)", "(*ANYCRLF)", "(*ANY)", "(*NUL)", "(*BSR_ANYCRLF)", "(*BSR_UNICODE)", "(*CR)(*LF)")
	}
	switch g.IntN(8) {
	case 0, 1, 2:
		g.utf = true
	case 3, 4:
		g.utf, g.ucp = true, true
	case 5:
		g.ucp = true
	}
	if g.utf {
		verbs += g.pick("(*UTF)", "(*UTF8)")
	}
	if g.ucp {
		verbs += "(*UCP)"
	}
	return verbs
}

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
	c := g.char()
	if strings.Contains("./-", c) || g.IntN(10) == 0 && (c < "0" && c > " " || c > "\x7f") {
		return "\\" + c
	}
	return c
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
			b.WriteString(g.classRange())
		case 1:
			if g.utf && g.IntN(3) == 0 {
				b.WriteString(g.property())
				break
			}
			b.WriteString(g.pick(`\w`, `\d`, `\s`, `\S`, `\h`, `\v`, `\W`, `\n`, `\b`, `\]`))
		default:
			c := g.char()
			if c == "-" {
				b.WriteByte('\\')
			}
			b.WriteString(c)
		}
	}
	b.WriteByte(']')
	return b.String()
}

// classRange returns a range of a class.
func (g *generator) classRange() string {
	if !g.utf {
		return g.pick("a-c", "A-K", "0-9", "a-z", "\x80-\xff", `\x00-\x1f`)
	}
	if g.IntN(2) == 0 {
		a, b := wideAlphabet[g.IntN(len(wideAlphabet))], wideAlphabet[g.IntN(len(wideAlphabet))]
		return fmt.Sprintf(`\x{%x}-\x{%x}`, min(a, b), max(a, b))
	}
	return g.pick("a-z", "A-Z", "а-я", "А-Я", `\x{80}-\x{ff}`, `\x{100}-\x{10ffff}`, "à-ÿ", `j-l`, `\x{3b1}-\x{3c9}`, `\x{1f1e6}-\x{1f1ff}`, "α-ω")
}

// property returns a property.
func (g *generator) property() string {
	return g.pick(`\p`, `\P`) + g.pick("L", "N", "{Lu}", "{Ll}", "{L&}", "{Lt}", "{Greek}", "{Cyrillic}", "{sc:Greek}", "{scx=Han}", "{Latin}", "{Common}",
		"{Xan}", "{Xwd}", "{Xsp}", "{Xuc}", "{Any}", "{Cn}", "{Zs}", "{M}", "{Alphabetic}", "{Emoji}", "{ASCII}", "{bidi_class:R}", "{^Nd}", "{Co}", "{Cs}")
}

func (g *generator) escape() string {
	if g.utf && g.IntN(2) == 0 {
		if g.IntN(2) == 0 {
			return g.property()
		}
		return g.pick(`\x{e9}`, `\x{2028}`, `\351`, `\x{10ffff}`, `\N{U+e9}`, `\x{212a}`, `\X`, `\R`, `\x{1f600}`, `\ß`, `\x{fc}`, `[\N{U+41}-\N{U+5a}]`, `\o{2013}`)
	}
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
	"(*LIMIT_MATCH=", "(*UCP", "(*UTF)", "(*UTF8)", "(*UCP)", "é", "я", "\\x{100}", "\\x{d800}", "\\x{110000}", "\\N{U+e9}", "(*LF)", "(*BSR_ANYCRLF)", "\\g{", "\\g<", "\\g'", "\\k{", "-1", "+1", "R", "DEFINE", "VERSION", "(?J)", "(?U)", "\\-",
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
