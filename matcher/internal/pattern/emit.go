package pattern

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// highByte is what the bytes from 0x80 on are shifted by for regexp2, which
// matches runes: into the private use area, where nothing has a case, is a
// letter or is white space. Bytes below stand for themselves, so that one rune
// is one byte.
const highByte = 0xF700

// toRune returns the rune that stands for b.
func toRune(b byte) rune {
	if b < 0x80 {
		return rune(b)
	}
	return highByte + rune(b)
}

// maxEmitted bounds the length of what is handed to regexp2.
const maxEmitted = 64 << 10

var errEmitted = errors.New("too large once written for the backtracking engine")

// emitter writes a syntax tree in the syntax of regexp2, using nothing whose
// meaning depends on an option, a culture or Unicode.
type emitter struct {
	strings.Builder
	keep    int          // the group that is to mark \K
	kept    bool         // it is written
	defined map[int]bool // the groups that are written
}

// emitted is a pattern as it is written for regexp2.
type emitted struct {
	expr   string
	groups []int // the groups up to MaxGroup that are in it
	keep   int   // the group that marks \K, or 0
}

// emit writes a pattern.
func emit(re *pcre.Regexp) (emitted, error) {
	e := &emitter{keep: re.NumGroups() + 1}
	e.findDefined(re.Root)
	e.node(re.Root)
	if e.full() {
		return emitted{}, errEmitted
	}
	out := emitted{expr: e.String()}
	if e.kept {
		out.keep = e.keep
	}
	for g := range MaxGroup + 1 {
		if e.defined[g] {
			out.groups = append(out.groups, g)
		}
	}
	return out, nil
}

// findDefined finds the groups that will be written. One inside what is never
// tried is not, and is never set; what depends on it being set is then never
// tried either.
func (e *emitter) findDefined(root *pcre.Node) {
	for before := -1; before != len(e.defined); {
		before = len(e.defined)
		defined := map[int]bool{}
		e.define(root, defined)
		e.defined = defined
	}
}

// define adds the groups in n to defined, as far as is known.
func (e *emitter) define(n *pcre.Node, defined map[int]bool) {
	subs := n.Subs
	switch n.Op {
	case pcre.OpCapture:
		defined[n.Group] = true
	case pcre.OpRepeat:
		if n.Max == 0 {
			return
		}
	case pcre.OpConditional:
		switch {
		case n.Cond == pcre.CondAlways:
			subs = subs[:1]
		case n.Cond == pcre.CondNever, n.Cond == pcre.CondGroup && e.defined != nil && len(e.written(n.Groups)) == 0:
			subs = subs[1:2]
		}
	default:
	}
	for _, sub := range subs {
		e.define(sub, defined)
	}
}

// full reports whether too much has been written.
func (e *emitter) full() bool { return e.Len() > maxEmitted }

// written returns those of some groups that are written.
func (e *emitter) written(groups []int) []int {
	return slices.DeleteFunc(slices.Clone(groups), func(g int) bool { return !e.defined[g] })
}

// node writes n.
func (e *emitter) node(n *pcre.Node) {
	if e.full() {
		return
	}
	switch n.Op {
	case pcre.OpEmpty:
		e.WriteString("(?:)")
	case pcre.OpFail:
		e.WriteString("(?!)")
	case pcre.OpLiteral:
		e.literal(n)
	case pcre.OpSet:
		e.set(n.Set)
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			e.node(sub)
		}
	case pcre.OpAlternate:
		e.group("(?:", n.Subs...)
	case pcre.OpRepeat:
		e.repeat(n)
	case pcre.OpCapture:
		e.group("(?<"+strconv.Itoa(n.Group)+">", n.Subs[0])
	case pcre.OpAtomic:
		e.group("(?>", n.Subs[0])
	case pcre.OpLook:
		e.look(n)
	case pcre.OpBackref:
		e.backref(n)
	case pcre.OpConditional:
		e.conditional(n)
	case pcre.OpKeep:
		e.kept = true
		e.group("(?<"+strconv.Itoa(e.keep)+">", &pcre.Node{Op: pcre.OpEmpty})
	case pcre.OpBeginText, pcre.OpEndText, pcre.OpEndTextOptionalNewline, pcre.OpBeginLine,
		pcre.OpEndLine, pcre.OpWordBoundary, pcre.OpNoWordBoundary:
		e.WriteString(assertion(n.Op))
	case pcre.OpCall, pcre.OpVerb, pcre.OpChars, pcre.OpCharStart, pcre.OpCluster, pcre.OpScriptRun:
		// Not in a pattern that is handed on.
		e.WriteString("(?!)")
	}
}

// assertion returns what an assertion is.
func assertion(op pcre.Op) string {
	switch op {
	case pcre.OpBeginText:
		return `\A`
	case pcre.OpEndText:
		return `\z`
	case pcre.OpEndTextOptionalNewline:
		return `(?=\n?\z)`
	case pcre.OpBeginLine:
		return `(?:\A|(?<=\n)(?!\z))`
	case pcre.OpEndLine:
		return `(?=\n|\z)`
	case pcre.OpWordBoundary:
		return `\b`
	default:
		return `\B`
	}
}

// group writes alternatives as a group that starts with open.
func (e *emitter) group(open string, subs ...*pcre.Node) {
	e.WriteString(open)
	for i, sub := range subs {
		if i > 0 {
			e.WriteByte('|')
		}
		e.node(sub)
	}
	e.WriteByte(')')
}

func (e *emitter) literal(n *pcre.Node) {
	for i := range len(n.Text) {
		one := pcre.Bytes(n.Text[i : i+1])
		if n.Fold {
			one = one.Fold()
		}
		e.set(one)
	}
}

// set writes a set of bytes.
func (e *emitter) set(set pcre.Set) {
	n := set.Len()
	b, ok := set.Min()
	switch {
	case !ok:
		e.WriteString("(?!)")
		return
	case n == 1:
		e.char(b)
		return
	}
	// All runes that occur are those of bytes: negating what is missing will do.
	if n > 128 {
		e.WriteString("[^")
		if set = set.Negate(); n == 256 {
			e.WriteString(`\uffff`)
		}
	} else {
		e.WriteByte('[')
	}
	for lo, hi := range set.Ranges() {
		if lo < 0x80 && hi >= 0x80 {
			e.span(lo, 0x7f)
			lo = 0x80
		}
		e.span(lo, hi)
	}
	e.WriteByte(']')
}

func (e *emitter) span(lo, hi byte) {
	e.char(lo)
	if lo < hi {
		e.WriteByte('-')
		e.char(hi)
	}
}

func (e *emitter) char(b byte) {
	if '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' || b == '/' || b == '_' {
		e.WriteByte(b)
		return
	}
	fmt.Fprintf(e, `\u%04x`, toRune(b))
}

// repeat writes a repeat. A body that may match nothing is written out as PCRE2
// sees it, since the engines differ in what they do after an empty iteration;
// for a back-reference that makes no difference.
func (e *emitter) repeat(n *pcre.Node) {
	if n.Max == 0 {
		e.WriteString("(?:)")
		return
	}
	open := "(?:"
	if n.Mode == pcre.Possessive {
		open = "(?>"
	}
	e.WriteString(open)
	if n.Subs[0].Nullable() && n.Subs[0].Op != pcre.OpBackref {
		e.repeatNullable(n)
	} else {
		e.group("(?:", n.Subs[0])
		e.quantifier(n.Min, n.Max, n.Mode)
	}
	e.WriteByte(')')
}

func (e *emitter) repeatNullable(n *pcre.Node) {
	copies := n.Min
	if n.Max == pcre.Unlimited && copies > 0 {
		copies--
	}
	for i := 0; i < copies && !e.full(); i++ {
		e.group("(?:", n.Subs[0])
	}
	if n.Max == pcre.Unlimited {
		e.group("(?:", n.Subs[0])
		e.quantifier(min(n.Min, 1), n.Max, n.Mode)
		return
	}
	for i := n.Min; i < n.Max && !e.full(); i++ {
		e.WriteString("(?:")
		e.group("(?:", n.Subs[0])
	}
	for i := n.Min; i < n.Max && !e.full(); i++ {
		e.WriteByte(')')
		e.quantifier(0, 1, n.Mode)
	}
}

func (e *emitter) quantifier(lo, hi int, mode pcre.Mode) {
	switch {
	case lo == 0 && hi == pcre.Unlimited:
		e.WriteByte('*')
	case lo == 1 && hi == pcre.Unlimited:
		e.WriteByte('+')
	case lo == 0 && hi == 1:
		e.WriteByte('?')
	case hi == pcre.Unlimited:
		fmt.Fprintf(e, "{%d,}", lo)
	default:
		fmt.Fprintf(e, "{%d,%d}", lo, hi)
	}
	if mode == pcre.Lazy {
		e.WriteByte('?')
	}
}

// look writes a lookaround. regexp2 matches what is behind from right to left,
// PCRE2 steps back and matches from left to right, which is written here as
// stepping back over a lookahead.
func (e *emitter) look(n *pcre.Node) {
	sign := "="
	if n.Negative {
		sign = "!"
	}
	if !n.Behind {
		e.group("(?"+sign, n.Subs...)
		return
	}
	e.WriteString("(?<" + sign)
	for i, sub := range n.Subs {
		if i > 0 {
			e.WriteByte('|')
		}
		e.group("(?=", sub)
		if n.Back[i] > 0 {
			e.set(pcre.AnyByte())
			fmt.Fprintf(e, "{%d}", n.Back[i])
		}
	}
	e.WriteByte(')')
}

// backref writes a reference to the first group that is set.
func (e *emitter) backref(n *pcre.Node) {
	format := `(?:\k<%d>)`
	if n.Fold {
		format = `(?i:\k<%d>)`
	}
	groups := e.written(n.Groups)
	if len(groups) == 1 {
		fmt.Fprintf(e, format, groups[0])
		return
	}
	for _, g := range groups {
		fmt.Fprintf(e, "(?(%d)"+format+"|", g, g)
	}
	e.WriteString("(?!)" + strings.Repeat(")", len(groups)))
}

// conditional writes a conditional group.
func (e *emitter) conditional(n *pcre.Node) {
	yes, no := n.Subs[0], n.Subs[1]
	switch n.Cond {
	case pcre.CondAlways:
		e.group("(?:", yes)
	case pcre.CondNever, pcre.CondRecursion:
		e.group("(?:", no)
	case pcre.CondGroup:
		groups := e.written(n.Groups)
		for _, g := range groups {
			e.WriteString("(?(" + strconv.Itoa(g) + ")")
			e.group("(?:", yes)
			e.WriteByte('|')
		}
		e.group("(?:", no)
		e.WriteString(strings.Repeat(")", len(groups)))
	case pcre.CondLook:
		look := n.Subs[2]
		if look.Negative {
			// PCRE2 keeps what a negative condition captured when it matched.
			positive := *look
			positive.Negative = false
			look, yes, no = &positive, no, yes
		}
		e.WriteString("(?")
		e.look(look)
		e.group("(?:", yes)
		e.WriteByte('|')
		e.group("(?:", no)
		e.WriteByte(')')
	}
}
