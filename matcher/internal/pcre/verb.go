package pcre

import "strings"

// startVerbs are the effects of the verbs that may only start a pattern.
type startVerbs struct {
	newline    construct // a verb that changes the newline from LF
	skipsLF    bool      // no match starts between a CR and a LF then, whatever the pattern is
	bsrAnyCRLF bool      // \R matches CR, LF and CR LF only
}

// startVerbNames are the verbs that may only start a pattern and that have no
// value.
func startVerbNames() []string {
	return []string{
		"UTF8", "UTF", "UCP", "NOTEMPTY", "NOTEMPTY_ATSTART", "NO_AUTO_POSSESS", "NO_DOTSTAR_ANCHOR",
		"NO_JIT", "NO_START_OPT", "CR", "LF", "CRLF", "ANY", "NUL", "ANYCRLF", "BSR_ANYCRLF", "BSR_UNICODE",
	}
}

// parseStartVerbs parses the verbs that may only start a pattern.
func (p *parser) parseStartVerbs() *Error {
	for strings.HasPrefix(p.rest(), "(*") {
		ok, err := p.startVerb()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
	}
	return nil
}

// startVerb parses one of them; ok is false where there is none.
func (p *parser) startVerb() (ok bool, err *Error) {
	pos, rest := p.pos, p.rest()[2:]
	for _, limit := range limits() {
		if strings.HasPrefix(rest, limit.name) {
			p.pos += 2 + len(limit.name)
			return true, p.limitVerb(limit, pos)
		}
	}
	for _, name := range startVerbNames() {
		if strings.HasPrefix(rest, name+")") {
			p.pos += 2 + len(name) + 1
			p.applyStartVerb(name, pos)
			return true, nil
		}
	}
	return false, nil
}

// limit is a verb that limits what a match may take, and the limit that PCRE2's
// default build has without it. A greater one has no effect.
type limit struct {
	name     string
	standard int
}

func limits() []limit {
	return []limit{
		{"LIMIT_HEAP=", 20_000_000},
		{"LIMIT_MATCH=", 10_000_000},
		{"LIMIT_DEPTH=", 10_000_000},
		{"LIMIT_RECURSION=", 10_000_000},
	}
}

// limitVerb parses the number of (*LIMIT_MATCH=n) and the like. What the steps
// and the memory are that PCRE2 counts depends on how it works, so that no limit
// can be kept here that is in effect.
func (p *parser) limitVerb(l limit, pos int) *Error {
	if !isDigit(p.peek()) {
		return p.fail(p.pos, CodeUnknownVerb)
	}
	const overflow = (1<<32-1)/10 - 1
	n := 0
	for ; isDigit(p.peek()) && n <= overflow; p.pos++ {
		n = n*10 + int(p.peek()-'0')
	}
	p.pos++
	if p.pos > len(p.src) || p.src[p.pos-1] != ')' {
		return p.fail(min(p.pos, len(p.src)), CodeUnknownVerb)
	}
	if n < l.standard {
		p.unsupported("limit (*"+l.name+"…)", pos)
	}
	return nil
}

// applyStartVerb does what a verb says. Those that are not named tell PCRE2 not to
// use one of its optimisations, none of which is meant to change a result.
func (p *parser) applyStartVerb(name string, pos int) {
	switch name {
	case "UTF8", "UTF":
		p.utf = true
	case "UCP":
		p.ucp = true
	case "NOTEMPTY", "NOTEMPTY_ATSTART":
		p.unsupported("(*"+name+")", pos)
	case "CR", "CRLF", "ANY", "NUL", "ANYCRLF":
		p.verbs.newline = construct{"newline convention (*" + name + ")", pos}
		p.verbs.skipsLF = name != "CR" && name != "NUL"
	case "LF":
		p.verbs.newline = construct{}
	case "BSR_ANYCRLF":
		p.verbs.bsrAnyCRLF = true
	case "BSR_UNICODE":
		p.verbs.bsrAnyCRLF = false
	}
}

// newlineMatters notes that the meaning of the pattern depends on what a
// newline is.
func (p *parser) newlineMatters() {
	if p.verbs.newline.text != "" {
		p.unsupported(p.verbs.newline.text, p.verbs.newline.pos)
	}
}

// star parses what starts with (*, with p.pos at the parenthesis.
func (p *parser) star(pos int) (item, *Error) {
	switch c := p.peekAt(2); {
	case pos+2 >= len(p.src) || c == ')':
		return item{}, p.fail(pos+1, CodeNothingToRepeat)
	case 'a' <= c && c <= 'z':
		return p.alphaAssertion(pos)
	}
	return p.verb(pos)
}

// alphaAssertion parses an assertion that is spelt out: (*pla:…) and the like.
func (p *parser) alphaAssertion(pos int) (item, *Error) {
	condition := p.asCondition
	p.asCondition = false
	p.pos += 2
	name := p.word()
	if len(name) > maxName {
		return item{}, p.fail(p.pos, CodeNameTooLong)
	}
	if p.peek() != ':' {
		return item{}, p.fail(p.pos, CodeUnknownAssertion)
	}
	node := &Node{Op: OpLook, Pos: pos}
	switch name {
	case "pla", "positive_lookahead":
	case "nla", "negative_lookahead":
		node.Negative = true
	case "plb", "positive_lookbehind":
		node.Behind = true
	case "nlb", "negative_lookbehind":
		node.Behind, node.Negative = true, true
	case "napla", "non_atomic_positive_lookahead":
		node.NonAtomic = true
	case "naplb", "non_atomic_positive_lookbehind":
		node.Behind, node.NonAtomic = true, true
	case "atomic", "sr", "script_run", "asr", "atomic_script_run":
		if condition {
			return item{}, p.fail(p.pos, CodeAssertionExpected)
		}
		return p.alphaGroup(name, pos)
	default:
		return item{}, p.fail(p.pos, CodeUnknownAssertion)
	}
	if condition && node.NonAtomic {
		return item{}, p.fail(p.pos, CodeAtomicAssertion)
	}
	p.pos++
	return p.look(node)
}

// alphaGroup parses an atomic group or a script run, with p.pos at the colon
// after its name.
func (p *parser) alphaGroup(name string, pos int) (item, *Error) {
	p.pos++
	if name == "atomic" {
		return p.wrapped(OpAtomic, pos)
	}
	p.unsupported("script run (*"+name+":", pos)
	it, err := p.wrapped(OpScriptRun, pos)
	it.kind = kindScript
	if name[0] == 'a' {
		it.size = addSize(it.size, groupSize)
	}
	return it, err
}

// verb parses a backtracking control verb.
func (p *parser) verb(pos int) (item, *Error) {
	p.pos += 2
	name := p.word()
	if len(name) > maxName {
		return item{}, p.fail(p.pos, CodeNameTooLong)
	}
	if p.peek() != ':' && p.peek() != ')' {
		return item{}, p.fail(p.pos, CodeUnknownVerb)
	}
	arg, err := p.verbArg(name)
	if err != nil {
		return item{}, err
	}
	size := 1
	if arg > 0 {
		size = 3 + arg
	}
	it := item{size: size}
	switch name {
	case "", "MARK": // Without (*SKIP:NAME) a mark has no effect.
	case "F", "FAIL":
		it.node = &Node{Op: OpFail, Pos: pos}
	case "ACCEPT":
		it.kind = kindGroup
		fallthrough
	default:
		it.node = &Node{Op: OpVerb, Pos: pos, Text: name}
		p.unsupported("backtracking verb (*"+name+")", pos)
	}
	return it, nil
}

// verbArg parses the argument of a verb and the closing parenthesis, and
// returns the argument's length.
func (p *parser) verbArg(name string) (int, *Error) {
	needed := false
	switch name {
	case "", "MARK":
		needed = true
	case "F", "FAIL", "ACCEPT", "COMMIT", "PRUNE", "SKIP", "THEN":
	default:
		return 0, p.fail(p.pos, CodeUnknownVerb)
	}
	if p.peek() == ':' && p.peekAt(1) == ')' {
		p.pos++
	}
	if p.peek() == ')' {
		if needed {
			return 0, p.fail(p.pos, CodeMarkArgument)
		}
		p.pos++
		return 0, nil
	}
	p.pos++
	n := strings.IndexByte(p.rest(), ')')
	switch {
	case n < 0:
		return 0, p.fail(len(p.src), CodeUnknownVerb)
	case n > maxVerbName:
		return 0, p.fail(p.pos+n, CodeVerbNameTooLong)
	}
	p.pos += n + 1
	return n, nil
}

// callout parses a callout, which does nothing here; p.pos is at the C.
func (p *parser) callout() (item, *Error) {
	p.pos++
	if p.pos >= len(p.src) {
		return item{}, p.fail(p.pos, CodeUnclosedGroup)
	}
	size := 6
	if c := p.peek(); c != ')' && !isDigit(c) {
		n, err := p.calloutString()
		if err != nil {
			return item{}, err
		}
		size = 9 + n
	} else if _, _, err := p.number(-1, 255, CodeCalloutNumber); err != nil {
		return item{}, err
	}
	if p.peek() != ')' {
		return item{}, p.fail(p.pos, CodeUnclosedCallout)
	}
	p.pos++
	return item{size: size}, nil
}

// calloutString parses the string argument of a callout and returns its length.
func (p *parser) calloutString() (int, *Error) {
	start, end := p.pos, p.peek()
	switch {
	case end == '{':
		end = '}'
	case strings.IndexByte("`'\"^%#$", end) < 0:
		return 0, p.fail(p.pos, CodeCalloutStart)
	}
	for {
		p.pos++
		if p.pos >= len(p.src) {
			return 0, p.fail(start, CodeCalloutDelimiter)
		}
		if p.peek() != end {
			continue
		}
		if p.pos++; p.pos >= len(p.src) || p.peek() != end {
			return p.pos - start, nil
		}
	}
}
