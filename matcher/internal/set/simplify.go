package set

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// simplifier turns the tree of a pattern into an expr that matches the same
// subjects, or more where exact is false.
type simplifier struct {
	*memory

	exact bool
	// hopeless is set by what may let a match end anywhere: no expr stands for
	// the pattern then.
	hopeless bool
	// visits counts nodes: as they may be shared, a small tree can stand for a
	// pattern of any size.
	visits int
}

// maxVisits bounds the nodes of a pattern.
const maxVisits = 1 << 16

// simplify returns the expr for n. tail says that nothing comes after n in the
// pattern.
func (s *simplifier) simplify(n *pcre.Node, tail bool) *expr {
	if s.visits++; s.visits > maxVisits {
		s.hopeless = true
	}
	if s.hopeless {
		return emptyExpr
	}
	switch n.Op {
	case pcre.OpEmpty:
		return emptyExpr
	case pcre.OpFail:
		return failExpr
	case pcre.OpLiteral:
		return s.literal(n.Text, n.Fold)
	case pcre.OpSet:
		return s.oneByte(&n.Set)
	case pcre.OpChars:
		return s.simplify(n.Chars.Bytes(), tail)
	case pcre.OpConcat:
		return s.simplifyConcat(n.Subs, tail)
	case pcre.OpAlternate:
		return s.simplifyAlternate(n.Subs, tail)
	case pcre.OpRepeat:
		if n.Mode == pcre.Possessive {
			s.exact = false
		}
		return s.repeat(s.simplify(n.Subs[0], tail && n.Max == 1), int32(n.Min), int32(n.Max))
	case pcre.OpCapture:
		return s.simplify(n.Subs[0], tail)
	case pcre.OpBeginText:
		return s.assertion(beginText)
	case pcre.OpEndText:
		return s.assertion(endText)
	case pcre.OpEndTextOptionalNewline:
		return s.endOptionalNewline(tail)
	case pcre.OpBeginLine:
		return s.assertion(beginLine)
	case pcre.OpEndLine:
		return s.assertion(endLine)
	case pcre.OpWordBoundary:
		return s.assertion(wordBoundary)
	case pcre.OpNoWordBoundary:
		return s.assertion(noWordBoundary)
	case pcre.OpCharStart, pcre.OpLook, pcre.OpAtomic, pcre.OpBackref, pcre.OpConditional, pcre.OpKeep, pcre.OpCall,
		pcre.OpVerb, pcre.OpCluster, pcre.OpScriptRun:
	}
	s.exact = false
	return s.irregular(n, tail)
}

// irregular returns an expr for something that is not regular. It matches at
// least as much.
func (s *simplifier) irregular(n *pcre.Node, tail bool) *expr {
	switch n.Op {
	case pcre.OpCharStart, pcre.OpLook, pcre.OpKeep:
		return emptyExpr
	case pcre.OpAtomic, pcre.OpScriptRun:
		return s.simplify(n.Subs[0], tail)
	case pcre.OpConditional:
		return s.simplifyAlternate(n.Subs[:2], tail)
	case pcre.OpVerb:
		// (*ACCEPT) ends the match where it stands.
		s.hopeless = true
		return emptyExpr
	default:
		// A back-reference, a call or a cluster may match anything.
		return s.repeat(s.expr(expr{op: opSet, set: &anyByte}), 0, unlimited)
	}
}

// endOptionalNewline returns an expr for \Z. Where nothing comes after it, the
// LF may as well be consumed.
func (s *simplifier) endOptionalNewline(tail bool) *expr {
	if tail {
		return s.concat([]*expr{s.repeat(s.literal("\n", false), 0, 1), s.assertion(endText)})
	}
	s.exact = false
	return s.assertion(endLine)
}

func (s *simplifier) simplifyConcat(nodes []*pcre.Node, tail bool) *expr {
	from := len(s.items)
	for i, n := range nodes {
		s.items = append(s.items, s.simplify(n, tail && i == len(nodes)-1))
	}
	e := s.concat(s.items[from:])
	s.items = s.items[:from]
	return e
}

func (s *simplifier) simplifyAlternate(nodes []*pcre.Node, tail bool) *expr {
	from := len(s.items)
	for _, n := range nodes {
		s.items = append(s.items, s.simplify(n, tail))
	}
	e := s.alternate(s.items[from:])
	s.items = s.items[:from]
	return e
}

// assertion returns the expr for a.
func (m *memory) assertion(a assertion) *expr { return m.expr(expr{op: opAssert, assert: a}) }

// literal returns the expr for the bytes of text, which is not empty. The text
// of an expr is in lower case if it folds, and it folds only if it has a letter.
func (m *memory) literal(text string, fold bool) *expr {
	if fold = fold && hasLetter(text); fold {
		text = lower(text)
	}
	return m.expr(expr{op: opLiteral, text: text, fold: fold})
}

// lower returns s with its ASCII letters in lower case.
func lower(s string) string {
	for i := range len(s) {
		if s[i] != pcre.FoldByte(s[i]) {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				b[j] = pcre.FoldByte(b[j])
			}
			return string(b)
		}
	}
	return s
}

// oneByte returns the expr for one byte of set.
func (m *memory) oneByte(set *pcre.Set) *expr {
	low, ok := set.Min()
	if !ok {
		return failExpr
	}
	switch set.Len() {
	case 1:
		return m.literal(string([]byte{low}), false)
	case 2:
		var pair pcre.Set
		pair.Add(low)
		if pair.Fold() == *set {
			return m.literal(string([]byte{low}), true)
		}
	}
	if *set == anyByte {
		return m.expr(expr{op: opSet, set: &anyByte})
	}
	own := *set
	return m.expr(expr{op: opSet, set: &own})
}

// concat returns the expr for subs one after the other: without a concat or an
// empty one among them, and with neighbouring literals joined.
func (m *memory) concat(subs []*expr) *expr {
	from := len(m.items)
	for _, sub := range subs {
		switch sub.op {
		case opFail:
			m.items = m.items[:from]
			return sub
		case opEmpty:
		case opConcat:
			for _, inner := range sub.subs {
				m.items = m.appendJoined(m.items, from, inner)
			}
		case opLiteral, opSet, opAlternate, opRepeat, opAssert:
			m.items = m.appendJoined(m.items, from, sub)
		}
	}
	out := m.items[from:]
	m.items = m.items[:from]
	switch len(out) {
	case 0:
		return emptyExpr
	case 1:
		return out[0]
	}
	return m.expr(expr{op: opConcat, subs: m.lists.Copy(out)})
}

// appendJoined appends e to items, joining two literals of those from one on if they can
// be one.
func (m *memory) appendJoined(items []*expr, from int, e *expr) []*expr {
	if len(items) > from && e.op == opLiteral {
		last := items[len(items)-1]
		if last.op == opLiteral && (last.fold == e.fold || !hasLetter(last.text) || !hasLetter(e.text)) {
			items[len(items)-1] = m.expr(expr{op: opLiteral, text: last.text + e.text, fold: last.fold || e.fold})
			return items
		}
	}
	return append(items, e)
}

// hasLetter reports whether there is an ASCII letter in s.
func hasLetter(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; 'a' <= c && c <= 'z' {
			return true
		}
	}
	return false
}

// alternate returns the expr for one of subs: without an alternate among them,
// with at most one empty one, and with those that match one byte in one set.
func (m *memory) alternate(subs []*expr) *expr {
	var out []*expr
	var bytes pcre.Set
	empty, single := false, -1
	var add func(sub *expr)
	add = func(sub *expr) {
		switch set, one := sub.oneByte(); {
		case sub.op == opAlternate:
			for _, inner := range sub.subs {
				add(inner)
			}
		case sub.op == opFail, sub.op == opEmpty && empty:
		case one && single >= 0:
			bytes = bytes.Union(set)
		case one:
			single, bytes = len(out), set
			out = append(out, sub)
		default:
			empty = empty || sub.op == opEmpty
			out = append(out, sub)
		}
	}
	for _, sub := range subs {
		add(sub)
	}
	if single >= 0 {
		out[single] = m.oneByte(&bytes)
	}
	switch len(out) {
	case 0:
		return failExpr
	case 1:
		return out[0]
	}
	return m.expr(expr{op: opAlternate, subs: out})
}

// oneByte returns the bytes that e matches if it always matches one.
func (e *expr) oneByte() (pcre.Set, bool) {
	switch {
	case e.op == opSet:
		return *e.set, true
	case e.op == opLiteral && len(e.text) == 1:
		set := pcre.Bytes(e.text)
		if e.fold {
			set = set.Fold()
		}
		return set, true
	}
	return pcre.Set{}, false
}

// repeat returns the expr for sub min to max times.
func (m *memory) repeat(sub *expr, minimum, maximum int32) *expr {
	if maximum == 0 || sub.op == opEmpty {
		return emptyExpr
	}
	if sub.nullable() {
		minimum = 0
	}
	switch {
	case sub.op == opFail && minimum > 0:
		return failExpr
	case sub.op == opFail, sub.zeroWidth() && minimum == 0:
		return emptyExpr
	case sub.zeroWidth(), minimum == 1 && maximum == 1:
		return sub
	}
	if sub.op == opRepeat && sub.min <= 1 {
		switch {
		case maximum == unlimited:
			// As the inner one may repeat once, the numbers add up to any.
			return m.expr(expr{op: opRepeat, min: sub.min * minimum, max: unlimited, subs: sub.subs})
		case minimum <= 1 && sub.max == unlimited:
			return m.expr(expr{op: opRepeat, min: sub.min * minimum, max: unlimited, subs: sub.subs})
		case sub.min == 0 && sub.max == 1:
			return m.expr(expr{op: opRepeat, max: maximum, subs: sub.subs})
		}
	}
	return m.expr(expr{op: opRepeat, min: minimum, max: maximum, subs: m.one(sub)})
}
