package pcre

import "slices"

// Op says what a Node matches. The comment of each names the fields of Node
// that it uses; the others are zero.
type Op uint8

// The operators. Those from OpLook on are not regular.
const (
	// OpEmpty matches the empty string.
	OpEmpty Op = iota
	// OpFail never matches: (*FAIL), (?!).
	OpFail
	// OpLiteral matches the bytes of Text, which is not empty. With Fold, ASCII
	// letters match in either case.
	OpLiteral
	// OpSet matches one byte of Set: a class, an escape such as \d, or a dot.
	// Case folding is already in the set.
	OpSet
	// OpChars matches one character of Chars: in UTF mode, where OpSet would take
	// many of them.
	OpChars
	// OpConcat matches Subs one after the other; there are at least two.
	OpConcat
	// OpAlternate matches one of Subs, tried from left to right; there are at
	// least two.
	OpAlternate
	// OpRepeat matches Subs[0] Min to Max times as Mode says; Max may be
	// Unlimited. Where Max is 0 it matches the empty string, and Subs[0] is
	// there for its group numbers only.
	OpRepeat
	// OpCapture matches Subs[0] as the group with number Group. Several nodes
	// have one number inside (?|…).
	OpCapture
	// OpBeginText matches at the start of the subject: ^, \A, \G.
	OpBeginText
	// OpEndText matches at the very end of the subject: \z, and $ under
	// DollarEndOnly.
	OpEndText
	// OpEndTextOptionalNewline matches at the end, or before a LF that is the
	// last byte: \Z, and $ without DollarEndOnly.
	OpEndTextOptionalNewline
	// OpBeginLine matches at the start of the subject, and after any LF but one
	// that is the last byte: ^ under Multiline.
	OpBeginLine
	// OpEndLine matches before any LF and at the very end: $ under Multiline.
	OpEndLine
	// OpWordBoundary matches between a byte of [0-9A-Za-z_] and one that is
	// not, or an end of the subject: \b, unless UCP mode makes lookarounds of it.
	OpWordBoundary
	// OpNoWordBoundary matches where OpWordBoundary does not: \B.
	OpNoWordBoundary
	// OpCharStart matches where no byte follows that continues a character: in UTF
	// mode, after what is otherwise a run of bytes.
	OpCharStart
	// OpLook matches the empty string where one of Subs, tried from left to
	// right, matches what is ahead. If Behind, Subs[i] is matched from Back[i]
	// bytes, in UTF mode characters, before the current position on instead.
	// Negative inverts the answer.
	// A lookaround is atomic unless NonAtomic.
	OpLook
	// OpAtomic matches Subs[0] and then never gives back: (?>…). \R becomes an
	// atomic node too, and \X outside UTF mode.
	OpAtomic
	// OpBackref matches what the first set group of Groups matched; if none is
	// set it fails. Several numbers come from a name used more than once. With
	// Fold, ASCII letters match in either case; in UTF and UCP mode, characters
	// that Folds calls the same do.
	OpBackref
	// OpConditional matches Subs[0] if the condition Cond holds, else Subs[1].
	// For CondLook the OpLook is Subs[2].
	OpConditional
	// OpKeep sets the start of the whole match to the current position: \K.
	OpKeep
	// OpCall matches what the group with number Group stands for, 0 being the
	// whole pattern: (?R), (?1), (?&name). Calls that are not recursive have
	// been replaced by what they call where that is exact.
	OpCall
	// OpVerb is a backtracking control verb, Text: (*COMMIT), (*ACCEPT).
	OpVerb
	// OpCluster matches what a reader takes for one character: \X in UTF mode.
	OpCluster
	// OpScriptRun matches Subs[0] if it is a script run: (*sr:…).
	OpScriptRun
)

// Unlimited is the Max of a repeat without an upper bound.
const Unlimited = -1

// Mode is how a repeat chooses among the numbers of times it can match.
type Mode uint8

// The modes.
const (
	Greedy     Mode = iota // as often as possible, then less
	Lazy                   // as rarely as possible, then more
	Possessive             // as often as possible, and no less
)

// Cond is the kind of condition of an OpConditional.
type Cond uint8

// The conditions.
const (
	CondNever     Cond = iota // (?(DEFINE)…), and a (?(VERSION…)…) that is false
	CondAlways                // a (?(VERSION…)…) that is true
	CondGroup                 // a group of Groups is set
	CondLook                  // the OpLook in Subs[2] matches
	CondRecursion             // inside a call of Group, -1 being any call
)

// Node is a node of the syntax tree. A tree is never changed after Parse has
// returned it, and nodes may be shared between places of one tree. Its depth is
// bounded by a small multiple of the 250 groups that may nest.
type Node struct {
	Op        Op
	Mode      Mode   // OpRepeat
	Cond      Cond   // OpConditional
	Fold      bool   // OpLiteral, OpBackref
	Negative  bool   // OpLook
	Behind    bool   // OpLook
	NonAtomic bool   // OpLook
	marks     marks  // together with what is above in one word
	Pos       int    // offset in the pattern where the construct starts
	Min, Max  int    // OpRepeat
	Group     int    // OpCapture, OpCall, OpConditional
	Text      string // OpLiteral, OpVerb
	Groups    []int  // OpBackref, OpConditional
	Back      []int  // OpLook
	Set       Set    // OpSet
	Chars     *Chars // OpChars
	Subs      []*Node

	end int // OpCapture: offset after the group
}

// TakesBytes reports whether n is certain to match at least one byte, so that it does not
// match an empty subject.
func (n *Node) TakesBytes() bool {
	takes := func(sub *Node) bool { return sub.TakesBytes() }
	switch n.Op {
	case OpFail, OpLiteral, OpSet, OpChars, OpCluster:
		return true
	case OpConcat:
		return slices.ContainsFunc(n.Subs, takes)
	case OpAlternate:
		return !slices.ContainsFunc(n.Subs, func(sub *Node) bool { return !sub.TakesBytes() })
	case OpRepeat:
		return n.Min > 0 && takes(n.Subs[0])
	case OpCapture, OpAtomic, OpScriptRun:
		return takes(n.Subs[0])
	default:
		return false
	}
}

// marks are what the parser has to know of a node, as bits.
type marks uint8

const (
	oneBranch marks = 1 << iota // OpConditional: Subs[1] is not in the pattern
	define                      // OpConditional: (?(DEFINE)…)
	edge                        // OpAlternate: a \b or \B made of lookarounds
)

// OneByte returns the set of the bytes n matches if n always matches exactly
// one byte and captures nothing.
func (n *Node) OneByte() (set Set, ok bool) {
	switch {
	case n.Op == OpSet:
		return n.Set, true
	case n.Op == OpLiteral && len(n.Text) == 1:
		set.Add(n.Text[0])
		if n.Fold {
			set = set.Fold()
		}
		return set, true
	}
	return Set{}, false
}

// Nullable reports whether n can match the empty string somewhere. Where it is
// hard to tell it says yes.
func (n *Node) Nullable() bool {
	switch n.Op {
	case OpFail, OpLiteral, OpSet, OpChars, OpCluster:
		return false
	case OpConcat:
		for _, sub := range n.Subs {
			if !sub.Nullable() {
				return false
			}
		}
		return true
	case OpAlternate:
		for _, sub := range n.Subs {
			if sub.Nullable() {
				return true
			}
		}
		return false
	case OpRepeat:
		return n.Min == 0 || n.Subs[0].Nullable()
	case OpCapture, OpAtomic, OpScriptRun:
		return n.Subs[0].Nullable()
	case OpConditional:
		return n.Subs[0].Nullable() || n.Subs[1].Nullable()
	case OpEmpty, OpBeginText, OpEndText, OpEndTextOptionalNewline, OpBeginLine, OpEndLine,
		OpWordBoundary, OpNoWordBoundary, OpCharStart, OpLook, OpBackref, OpKeep, OpCall, OpVerb:
	}
	return true
}
