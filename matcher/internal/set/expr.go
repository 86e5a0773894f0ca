package set

import "github.com/modrewrite-go/modrewrite/matcher/internal/pcre"

// op says what an expr matches.
type op uint8

const (
	opEmpty     op = iota // the empty string
	opFail                // nothing
	opLiteral             // the bytes of text; with fold, ASCII letters in either case
	opSet                 // one byte of set
	opConcat              // subs one after the other
	opAlternate           // one of subs
	opRepeat              // subs[0], min to max times
	opAssert              // the empty string where assert holds
)

// assertion is a condition on a place in the subject.
type assertion uint8

const (
	beginText assertion = iota
	endText
	beginLine
	endLine
	wordBoundary
	noWordBoundary
	numAssertions
)

// unlimited is the max of a repeat without an upper bound.
const unlimited = -1

// expr is a pattern, or a part of one, as far as it matters for whether a
// subject matches. It never changes once made, and parts may be shared.
type expr struct {
	op       op
	fold     bool
	assert   assertion
	min, max int32
	text     string
	set      *pcre.Set
	subs     []*expr
}

// The exprs without parts.
var (
	emptyExpr = &expr{op: opEmpty}
	failExpr  = &expr{op: opFail}
	anyByte   = pcre.AnyByte()
)

// nullable reports whether e matches the empty string at every place.
func (e *expr) nullable() bool {
	switch e.op {
	case opEmpty:
		return true
	case opConcat:
		for _, sub := range e.subs {
			if !sub.nullable() {
				return false
			}
		}
		return true
	case opAlternate:
		for _, sub := range e.subs {
			if sub.nullable() {
				return true
			}
		}
		return false
	case opRepeat:
		return e.min == 0 || e.subs[0].nullable()
	case opFail, opLiteral, opSet, opAssert:
	}
	return false
}

// zeroWidth reports whether e consumes nothing ever.
func (e *expr) zeroWidth() bool {
	switch e.op {
	case opEmpty, opAssert:
		return true
	case opConcat, opAlternate:
		for _, sub := range e.subs {
			if !sub.zeroWidth() {
				return false
			}
		}
		return true
	case opFail, opLiteral, opSet, opRepeat:
	}
	return false
}

// isAny reports whether e matches one byte, whichever it is.
func (e *expr) isAny() bool { return e.op == opSet && *e.set == anyByte }

// isAnyRun reports whether e matches as many bytes as one likes, whichever they
// are, beyond the first min.
func (e *expr) isAnyRun() bool {
	return e.op == opRepeat && e.max == unlimited && e.subs[0].isAny()
}

// maxSize is where the count of size ends.
const maxSize = 1 << 14

// size returns about how many instructions e takes.
func (e *expr) size() int {
	n := 1
	switch e.op {
	case opLiteral:
		n = len(e.text)
	case opConcat, opAlternate:
		for _, sub := range e.subs {
			n = min(n+sub.size(), maxSize)
		}
	case opRepeat:
		times := max(int(e.max), int(e.min)+1)
		n = min(times*(e.subs[0].size()+1), maxSize)
	case opEmpty, opFail, opSet, opAssert:
	}
	return n
}
