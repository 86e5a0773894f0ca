package workload

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// Random makes random patterns, and subjects that they may match: to be compared
// with what is known to be right, not to be measured.
type Random struct {
	*rand.Rand
	Regular bool // leave lookaround and the like out
	Unicode bool // put some patterns in UTF mode

	groups int  // that the pattern under way has so far
	utf    bool // it is in UTF mode
}

// NewRandom returns a Random that makes the same for the same seed.
func NewRandom(seed uint64) *Random {
	return &Random{Rand: rand.New(rand.NewPCG(seed, 1))}
}

// letters are what patterns and subjects are made of: few, so that subjects
// match, but of all kinds.
const letters = "aaaabbbcAB/-._ 0129\n\v\xe9\xc9\xff"

func (g *Random) letter() byte { return letters[g.IntN(len(letters))] }

// wideLetters are what they are made of in UTF mode, in which letters are bytes.
var wideLetters = []rune("aaabbcABkK/-. 01\nßẞéÉяЯσΣς中©😀\u212a\u0301\u2028")

// text returns a letter, or a character in UTF mode.
func (g *Random) text() string {
	if g.utf {
		return string(wideLetters[g.IntN(len(wideLetters))])
	}
	return string([]byte{g.letter()})
}

func (g *Random) chance(percent int) bool { return g.IntN(100) < percent }

func (g *Random) oneOf(choices ...string) string { return choices[g.IntN(len(choices))] }

// Pattern returns a pattern, which PCRE may refuse.
func (g *Random) Pattern() string {
	g.groups = 0
	verbs := ""
	if g.utf = g.Unicode && g.chance(50); g.utf {
		verbs = g.oneOf("(*UTF)", "(*UTF8)", "(*UTF)(*UCP)")
	}
	return verbs + g.pattern()
}

// pattern is Pattern without what sets a mode.
func (g *Random) pattern() string {
	switch g.IntN(12) {
	case 0:
		return "^" + g.literal() + g.oneOf("", "/?") + "$"
	case 1:
		return "^" + g.literal() + g.alternation(2)
	case 2:
		return g.literal() + ".*" + g.literal()
	case 3:
		return g.oneOf("", "^") + g.literal() + fmt.Sprintf(".{%d}", g.IntN(6)) + g.literal() + g.oneOf("", "$")
	case 4:
		return "(^|/)" + g.literal() + "($|/)"
	case 5:
		return g.literal() + g.oneOf("", "$", `\Z`, `\b`)
	}
	return g.oneOf("", "", "^", `\A`, "(?m)^", "(?-s)") + g.alternation(3) + g.oneOf("", "", "$", `\z`, `\Z`, "(?m)$")
}

func (g *Random) literal() string {
	var b strings.Builder
	for range 1 + g.IntN(5) {
		b.WriteString(quote(g.text()))
	}
	return b.String()
}

// quote returns a pattern for a byte or a character.
func quote(text string) string {
	if c := text[0]; len(text) == 1 && (c == '.' || c == '-' || c < ' ' || c >= 0x80) {
		return fmt.Sprintf(`\x%02x`, c)
	}
	return text
}

func (g *Random) alternation(depth int) string {
	var parts []string
	for range 1 + g.IntN(3)/2 + g.IntN(3)/2 {
		var b strings.Builder
		for range g.IntN(5) {
			b.WriteString(g.item(depth))
		}
		parts = append(parts, b.String())
	}
	return strings.Join(parts, "|")
}

func (g *Random) item(depth int) string {
	if g.chance(10) {
		return g.oneOf("^", "$", `\b`, `\B`, `\A`, `\z`, `\Z`, "(?m:^)", "(?m:$)")
	}
	if !g.Regular && g.chance(5) {
		return g.irregular(depth)
	}
	atom := g.atom(depth)
	if g.chance(35) {
		atom += g.oneOf("?", "*", "+", "{2}", "{0,2}", "{1,3}", "{2,}", "{0}", "{3,5}", "??", "*?", "+?")
	}
	return atom
}

func (g *Random) atom(depth int) string {
	switch n := g.IntN(10); {
	case n < 5 || depth == 0 && n > 6:
		return quote(g.text())
	case n == 5:
		return "."
	case n == 6:
		return g.class()
	case n == 7:
		return "(?:" + g.alternation(depth-1) + ")"
	case n == 8:
		return "(?" + g.oneOf("i", "-i", "s", "-s", "m", "-m") + ":" + g.alternation(depth-1) + ")"
	}
	g.groups++
	return "(" + g.alternation(depth-1) + ")"
}

func (g *Random) class() string {
	switch g.IntN(4) {
	case 0:
		if g.utf && g.chance(50) {
			return g.oneOf(`\pL`, `\P{Lu}`, `\p{Cyrillic}`, `\X`, `\R`, `[^\pN/]`, "[а-я]", `[\x{80}-\x{2fff}]`, `\x{e9}`, `[^\x{e9}]`, `[[:^alpha:]]`)
		}
		return g.oneOf(`\d`, `\w`, `\s`, `\D`, `\W`, `\S`, `\h`, `\v`, `\N`, "[^/]", "[a-z]", "[[:alpha:]]", "[A-Za-z0-9_]")
	case 1:
		return "[^" + quote(g.text()) + quote(g.text()) + "]"
	}
	return "[" + quote(g.text()) + quote(g.text()) + g.oneOf("", "0-9", "a-c", `\x80-\xff`) + "]"
}

// irregular returns something that is not regular.
func (g *Random) irregular(depth int) string {
	sub := max(depth-1, 0)
	switch g.IntN(12) {
	case 0:
		return "(?=" + g.alternation(sub) + ")"
	case 1:
		return "(?!" + g.alternation(sub) + ")"
	case 2:
		return "(?<" + g.oneOf("=", "!") + quote(g.text()) + ")"
	case 3:
		return "(?>" + g.alternation(sub) + ")"
	case 4:
		return g.atom(sub) + g.oneOf("*+", "++", "?+")
	case 5:
		return g.oneOf(`\R`, `\K`, `\X`, `\G`, "(*ACCEPT)", "(*COMMIT)", "(*SKIP)", "(*PRUNE)", "(*FAIL)")
	case 6:
		return "(?(?=" + quote(g.text()) + ")" + g.alternation(sub) + "|" + g.alternation(sub) + ")"
	case 7:
		return "(?|(" + g.alternation(sub) + ")|(" + g.alternation(sub) + "))"
	}
	if g.groups == 0 {
		return "(?:)"
	}
	group := 1 + g.IntN(g.groups)
	switch g.IntN(4) {
	case 0:
		return fmt.Sprintf("(?(%d)%s|%s)", group, quote(g.text()), quote(g.text()))
	case 1:
		return fmt.Sprintf("(?%d)", group)
	}
	return fmt.Sprintf(`\%d`, group)
}

// Flags returns flags to parse a pattern with: mostly Apache's own.
func (g *Random) Flags() pcre.Flags {
	f := pcre.DotAll | pcre.DollarEndOnly
	if g.chance(25) {
		f |= pcre.Caseless
	}
	if g.chance(10) {
		f &^= pcre.DotAll
	}
	if g.chance(10) {
		f &^= pcre.DollarEndOnly
	}
	return f
}

// Parsed returns a pattern that PCRE accepts.
func (g *Random) Parsed() *pcre.Regexp {
	for {
		if re, err := pcre.Parse(g.Pattern(), g.Flags()); err == nil {
			return re
		}
	}
}

// Subject returns a string that some of the patterns may match.
func (g *Random) Subject(patterns []*pcre.Regexp) string {
	var b strings.Builder
	parts := g.IntN(4)
	if g.chance(20) {
		parts *= 6
	}
	for range parts {
		if len(patterns) == 0 || g.chance(30) {
			for range g.IntN(6) {
				b.WriteString(g.text())
			}
			continue
		}
		re := patterns[g.IntN(len(patterns))]
		g.utf = re.UTF
		g.sample(&b, re.Root)
		if parts < 4 && g.chance(50) {
			break
		}
	}
	s := b.String()
	if s != "" && g.chance(20) {
		i := g.IntN(len(s))
		s = s[:i] + g.text() + s[i+g.IntN(2):]
	}
	if g.utf && g.chance(80) {
		s = strings.ToValidUTF8(s, "")
	}
	return s
}

// sample writes something that n may match.
func (g *Random) sample(b *strings.Builder, n *pcre.Node) {
	if b.Len() > 200 {
		return
	}
	switch n.Op {
	case pcre.OpLiteral:
		text := n.Text
		if n.Fold && g.chance(50) {
			text = strings.ToUpper(text)
		}
		b.WriteString(text)
	case pcre.OpSet:
		for range 50 {
			if c := g.letter(); n.Set.Has(c) {
				b.WriteByte(c)
				return
			}
		}
		if c, ok := n.Set.Min(); ok {
			b.WriteByte(c)
		}
	case pcre.OpChars:
		g.sample(b, n.Chars.Bytes())
	case pcre.OpCluster:
		b.WriteString(g.text())
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			g.sample(b, sub)
		}
	case pcre.OpAlternate, pcre.OpConditional:
		g.sample(b, n.Subs[g.IntN(len(n.Subs))])
	case pcre.OpRepeat:
		most := n.Max
		if most == pcre.Unlimited {
			most = n.Min + 3
		}
		for range n.Min + g.IntN(most-n.Min+1) {
			g.sample(b, n.Subs[0])
		}
	case pcre.OpCapture, pcre.OpAtomic, pcre.OpScriptRun:
		g.sample(b, n.Subs[0])
	case pcre.OpLook:
		if !n.Negative && g.chance(30) {
			g.sample(b, n.Subs[0])
		}
	case pcre.OpEndLine, pcre.OpEndTextOptionalNewline, pcre.OpBeginLine:
		if g.chance(40) {
			b.WriteByte('\n')
		}
	default:
	}
}
