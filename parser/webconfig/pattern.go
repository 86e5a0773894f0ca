package webconfig

import (
	"math"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Pattern is an attribute that holds a pattern, in the syntax that its rule
// names.
type Pattern struct {
	Place
	Value string
	// Groups is how many groups the pattern captures, without that of the
	// whole match.
	Groups int
}

func (p *Pattern) write() string { return p.Value }

func (p *Pattern) read(r *reader, a *attribute) {
	p.Value, p.At = a.value, a.at
	switch r.syntax {
	case ECMAScript:
		c := patternChecker{r: r, text: a.value, at: locator{a: a}}
		c.check()
		p.Groups = c.groups
	case Wildcard:
		p.Groups = strings.Count(a.value, "*")
	case ExactMatch:
	}
}

// patternChecker looks for what is not a regular expression of ECMAScript, as far
// as that shows without compiling it.
type patternChecker struct {
	r      *reader
	text   string
	at     locator
	i      int
	groups int
	open   []int // the groups that are open
	atom   bool  // there is something to repeat
	bad    bool  // something was reported
}

// wrong reports the bytes from i to j.
func (c *patternChecker) wrong(i, j int, code parser.Code, message, hint string) {
	if c.bad {
		return // one finding a pattern
	}
	c.bad = true
	from := c.at.offset(i)
	c.r.flaw(c.r.s.extent(from, c.at.offset(j)), code, message, hint)
}

// check looks at the whole pattern.
func (c *patternChecker) check() {
	for c.i < len(c.text) && !c.bad {
		switch c.text[c.i] {
		case '\\':
			c.escape()
		case '[':
			c.class()
		case '(':
			c.group()
		case ')':
			c.close()
		case '|':
			c.i++
			c.atom = false
		case '*', '+', '?':
			c.quantifier(c.i + 1)
		case '{':
			c.count()
		default:
			c.i++
			c.atom = true
		}
	}
	if n := len(c.open); n > 0 {
		c.wrong(c.open[n-1], c.open[n-1]+1, CodeBadPattern, `the group is not closed: ")" is missing`, `a literal "(" is \(`)
	}
}

func (c *patternChecker) escape() {
	if c.i+1 == len(c.text) {
		c.wrong(c.i, c.i+1, CodeBadPattern, `a "\" at the end of the pattern`, `a literal "\" is \\`)
		return
	}
	c.i += 2
	c.atom = true
}

// class reads a bracket expression.
func (c *patternChecker) class() {
	from := c.i
	c.i++
	if strings.HasPrefix(c.text[c.i:], "^") {
		c.i++
	}
	last, between := -1, false // the character before, and whether a "-" follows it
	for first := true; c.i < len(c.text); first = false {
		ch := c.text[c.i]
		switch {
		case ch == ']' && !first:
			c.i++
			c.atom = true
			return
		case ch == '\\':
			c.i += 2
			last, between = -1, false
			continue
		case ch == '-' && last >= 0 && !between:
			between = true
			c.i++
			continue
		case between && int(ch) < last && ch < 0x80 && last < 0x80:
			c.wrong(c.i-2, c.i+1, CodeBadPattern, "the range "+c.text[c.i-2:c.i+1]+" is out of order", "")
			return
		}
		if between {
			last = -1
		} else {
			last = int(ch)
		}
		between = false
		c.i++
	}
	c.wrong(from, from+1, CodeBadPattern, `"[" is not closed: "]" is missing`, `a literal "[" is \[`)
}

// constructs are what may follow "(?" elsewhere.
var constructs = []struct{ start, name string }{
	{"<=", "a look-behind assertion"},
	{"<!", "a look-behind assertion"},
	{"<", "a named group"},
	{"P", "a named group"},
	{"'", "a named group"},
	{">", "an atomic group"},
	{"#", "a comment"},
	{"|", "a branch reset"},
	{"(", "a conditional group"},
}

// group reads the beginning of a group.
func (c *patternChecker) group() {
	from := c.i
	c.i++
	c.atom = false
	c.open = append(c.open, from)
	switch rest := c.text[c.i:]; {
	case strings.HasPrefix(rest, "?:"), strings.HasPrefix(rest, "?="), strings.HasPrefix(rest, "?!"):
		c.i += 2
	case strings.HasPrefix(rest, "?"):
		c.i++
		c.construct(from, rest[1:])
	case strings.HasPrefix(rest, "*"):
		c.wrong(from, from+2, CodePatternConstruct, `"(*" begins a verb of PCRE's, which ECMAScript does not have`, "")
	default:
		c.groups++
	}
}

// construct reports what follows "(?".
func (c *patternChecker) construct(from int, rest string) {
	for _, k := range constructs {
		if strings.HasPrefix(rest, k.start) {
			c.wrong(from, from+2+len(k.start), CodePatternConstruct,
				"(?"+k.start+" begins "+k.name+", which ECMAScript does not have", "")
			return
		}
	}
	if rest != "" && strings.IndexByte("imsnxU-^", rest[0]) >= 0 {
		c.wrong(from, from+3, CodePatternConstruct, "(?"+rest[:1]+" sets options, which ECMAScript does not have",
			"the attribute ignoreCase says whether case matters")
		return
	}
	c.wrong(from, min(from+3, len(c.text)), CodeBadPattern, `"(?" begins no group`, "")
}

func (c *patternChecker) close() {
	if len(c.open) == 0 {
		c.wrong(c.i, c.i+1, CodeBadPattern, `")" closes no group`, `a literal ")" is \)`)
		return
	}
	c.open = c.open[:len(c.open)-1]
	c.i++
	c.atom = true
}

// quantifier reads a quantifier that ends before the byte at end.
func (c *patternChecker) quantifier(end int) {
	from := c.i
	if !c.atom {
		c.wrong(from, end, CodeBadPattern, clip(c.text[from:end])+" has nothing to repeat", `a literal "`+c.text[from:from+1]+`" is \`+c.text[from:from+1])
		return
	}
	c.i = end
	c.atom = false
	switch {
	case strings.HasPrefix(c.text[end:], "?"):
		c.i++
	case strings.HasPrefix(c.text[end:], "+"):
		c.wrong(from, end+1, CodePatternConstruct, clip(c.text[from:end+1])+" is a possessive quantifier, which ECMAScript does not have", "")
	}
}

// maxRepeat is how often something may be repeated by number, as in PCRE.
const maxRepeat = 65535

// count reads a "{".
func (c *patternChecker) count() {
	from := c.i
	end, least, most, ok := counted(c.text[from:])
	switch {
	case !ok:
		c.wrong(from, from+1, CodeBadPattern, `"{" begins no count`, `a literal "{" is \{; a pattern is not a template`)
	case least > most:
		c.wrong(from, from+end, CodeBadPattern, clip(c.text[from:from+end])+" counts down", "")
	case least > maxRepeat || most > maxRepeat && most != unlimited:
		c.wrong(from, from+end, CodeBadPattern, clip(c.text[from:from+end])+" is more than "+decimal(maxRepeat), "")
	default:
		c.quantifier(from + end)
	}
}

// unlimited is the most of a count without one.
const unlimited = math.MaxInt

// counted reads "{n}", "{n,}" or "{n,m}" at the beginning of s and returns its
// length.
func counted(s string) (end, least, most int, ok bool) {
	n := strings.IndexByte(s[:min(len(s), 48)], '}')
	if n < 0 {
		return 0, 0, 0, false
	}
	first, second, both := strings.Cut(s[1:n], ",")
	least, ok = number(first)
	most = least
	switch {
	case !ok || !both:
	case second == "":
		most = unlimited
	default:
		most, ok = number(second)
	}
	return n + 1, least, most, ok
}

// number returns the value of digits, maxRepeat+1 for one that is larger.
func number(digits string) (int, bool) {
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n > maxRepeat {
		n = maxRepeat + 1
	}
	return n, true
}
