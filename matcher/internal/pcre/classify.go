package pcre

// classify sets the class of re.
func (p *parser) classify(re *Regexp) {
	if p.verbs.skipsLF && !startsText(re.Root) {
		p.newlineMatters()
	}
	if p.unsupp.text != "" {
		re.Class, re.Construct, re.Offset = Unsupported, p.unsupp.text, p.unsupp.pos
		return
	}
	if n := firstIrregular(re.Root); n != nil {
		re.Class, re.Construct, re.Offset = Backtracking, n.construct(), n.Pos
	}
}

// startsText reports whether n is a sequence that starts with ^.
func startsText(n *Node) bool {
	return n.Op == OpBeginText || n.Op == OpConcat && n.Subs[0].Op == OpBeginText
}

// firstIrregular returns the first node of n that needs backtracking, or nil.
func firstIrregular(n *Node) *Node {
	if n.Op >= OpLook || n.Op == OpRepeat && n.Mode == Possessive {
		return n
	}
	for _, sub := range n.Subs {
		if found := firstIrregular(sub); found != nil {
			return found
		}
	}
	return nil
}

// construct returns the name of what n is, for messages.
func (n *Node) construct() string {
	switch n.Op {
	case OpLook:
		switch {
		case n.Behind:
			return "lookbehind"
		default:
			return "lookahead"
		}
	case OpAtomic:
		return "atomic group"
	case OpBackref:
		return "back-reference"
	case OpConditional:
		return "conditional group"
	case OpKeep:
		return `\K`
	case OpRepeat:
		return "possessive quantifier"
	case OpCall:
		return "recursion"
	case OpVerb:
		return "backtracking verb"
	case OpCluster:
		return `\X`
	case OpScriptRun:
		return "script run"
	case OpEmpty, OpFail, OpLiteral, OpSet, OpChars, OpConcat, OpAlternate, OpCapture, OpBeginText, OpEndText,
		OpEndTextOptionalNewline, OpBeginLine, OpEndLine, OpWordBoundary, OpNoWordBoundary, OpCharStart:
	}
	return "regular construct"
}
