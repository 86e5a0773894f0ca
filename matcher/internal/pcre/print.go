package pcre

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns the tree as a pattern that, parsed with any flags, gives an
// equal tree, names and positions aside. There are four exceptions: group
// numbers that (?|…) gives twice, back-references by a name that is used twice,
// what has been put in place of a call, and what only UTF and UCP mode have.
func (n *Node) String() string {
	var b strings.Builder
	b.WriteString("(?^)")
	n.print(&b)
	return b.String()
}

func (n *Node) print(b *strings.Builder) {
	switch n.Op {
	case OpEmpty:
		b.WriteString("(?:)")
	case OpFail:
		b.WriteString("(*FAIL)")
	case OpLiteral:
		n.printLiteral(b)
	case OpSet:
		printSet(b, n.Set)
	case OpChars:
		n.Chars.Bytes().print(b)
	case OpConcat:
		for _, sub := range n.Subs {
			sub.print(b)
		}
	case OpAlternate:
		printGroup(b, "(?:", n.Subs)
	case OpRepeat:
		n.printRepeat(b)
	case OpCapture:
		printGroup(b, "(", n.Subs)
	case OpLook:
		printGroup(b, n.lookOpening(), n.Subs)
	case OpAtomic:
		printGroup(b, "(?>", n.Subs)
	case OpBackref:
		n.printBackref(b)
	case OpConditional:
		n.printConditional(b)
	case OpCall:
		fmt.Fprintf(b, "(?%d)", n.Group)
	case OpVerb:
		b.WriteString("(*" + n.Text + ")")
	case OpScriptRun:
		printGroup(b, "(*sr:", n.Subs)
	case OpBeginText, OpEndText, OpEndTextOptionalNewline, OpBeginLine, OpEndLine,
		OpWordBoundary, OpNoWordBoundary, OpCharStart, OpCluster, OpKeep:
		b.WriteString(n.Op.assertion())
	}
}

// assertion returns how an operator without operands is written.
func (op Op) assertion() string {
	switch op {
	case OpBeginText:
		return `\A`
	case OpEndText:
		return `\z`
	case OpEndTextOptionalNewline:
		return `\Z`
	case OpBeginLine:
		return "(?m:^)"
	case OpEndLine:
		return "(?m:$)"
	case OpWordBoundary:
		return `\b`
	case OpNoWordBoundary:
		return `\B`
	case OpCharStart:
		return `(?![\x80-\xbf])`
	case OpCluster:
		return `\X`
	default:
		return `\K`
	}
}

func printGroup(b *strings.Builder, open string, subs []*Node) {
	b.WriteString(open)
	for i, sub := range subs {
		if i > 0 {
			b.WriteByte('|')
		}
		sub.print(b)
	}
	b.WriteByte(')')
}

func (n *Node) printLiteral(b *strings.Builder) {
	if n.Fold {
		b.WriteString("(?i:")
	}
	for i := range len(n.Text) {
		printByte(b, n.Text[i])
	}
	if n.Fold {
		b.WriteByte(')')
	}
}

// printByte writes a byte in a way that holds in and outside classes.
func printByte(b *strings.Builder, c byte) {
	if isWord(c) || c == '/' {
		b.WriteByte(c)
		return
	}
	fmt.Fprintf(b, `\x%02x`, c)
}

func printSet(b *strings.Builder, s Set) {
	switch {
	case s == anyByte:
		b.WriteString(`\C`)
		return
	case s.IsEmpty():
		b.WriteString(`[^\x00-\xff]`)
		return
	case s.Len() > 128:
		b.WriteString("[^")
		s = s.Negate()
	default:
		b.WriteByte('[')
	}
	for lo, hi := range s.Ranges() {
		printByte(b, lo)
		if hi > lo {
			b.WriteByte('-')
			printByte(b, hi)
		}
	}
	b.WriteByte(']')
}

func (n *Node) printRepeat(b *strings.Builder) {
	printGroup(b, "(?:", n.Subs)
	if n.Max == Unlimited {
		fmt.Fprintf(b, "{%d,}", n.Min)
	} else {
		fmt.Fprintf(b, "{%d,%d}", n.Min, n.Max)
	}
	switch n.Mode {
	case Greedy:
	case Lazy:
		b.WriteByte('?')
	case Possessive:
		b.WriteByte('+')
	}
}

func (n *Node) lookOpening() string {
	open := "(?"
	if n.Behind {
		open = "(?<"
	}
	switch {
	case n.NonAtomic:
		return open + "*"
	case n.Negative:
		return open + "!"
	}
	return open + "="
}

func (n *Node) printBackref(b *strings.Builder) {
	open := "(?:"
	if n.Fold {
		open = "(?i:"
	}
	b.WriteString(open + `\g{` + strconv.Itoa(n.Groups[0]) + "})")
}

func (n *Node) printConditional(b *strings.Builder) {
	switch n.Cond {
	case CondNever:
		b.WriteString("(?(VERSION=0.0)")
	case CondAlways:
		b.WriteString("(?(VERSION>=0.0)")
	case CondGroup:
		fmt.Fprintf(b, "(?(%d)", n.Groups[0])
	case CondRecursion:
		fmt.Fprintf(b, "(?(R%d)", max(n.Group, 0))
	case CondLook:
		b.WriteString("(?")
		n.Subs[2].print(b)
	}
	n.Subs[0].print(b)
	b.WriteByte('|')
	n.Subs[1].print(b)
	b.WriteByte(')')
}
