package pcre

// backref makes an item for a back-reference to a numbered group.
func (p *parser) backref(n, pos int) item {
	node := &Node{Op: OpBackref, Pos: pos, Groups: []int{n}, Fold: p.flags&Caseless != 0}
	p.refs = append(p.refs, reference{node: node, kind: refBack, pos: pos})
	return item{node: node, kind: kindRef, size: 3}
}

// namedBackref parses the delimited name of a back-reference, with p.pos at the
// opening delimiter.
func (p *parser) namedBackref(pos int) (item, *Error) {
	return p.namedBackrefTo(closing(p.peek()), pos)
}

// namedBackrefTo is namedBackref with the closing delimiter given.
func (p *parser) namedBackrefTo(end byte, pos int) (item, *Error) {
	name, at, err := p.name(end)
	if err != nil {
		return item{}, err
	}
	node := &Node{Op: OpBackref, Pos: pos, Fold: p.flags&Caseless != 0}
	p.refs = append(p.refs, reference{node: node, kind: refBack, name: name, pos: at})
	return item{node: node, kind: kindRef, size: 3}, nil
}

// call makes an item for a subroutine call of a numbered group.
func (p *parser) call(n, pos int) item {
	node := &Node{Op: OpCall, Pos: pos, Group: n}
	p.refs = append(p.refs, reference{node: node, kind: refCall, pos: pos})
	return item{node: node, kind: kindCall, size: 3}
}

// namedCall parses the name of a subroutine call up to the delimiter end.
func (p *parser) namedCall(end byte, pos int) (item, *Error) {
	name, at, err := p.name(end)
	if err != nil {
		return item{}, err
	}
	node := &Node{Op: OpCall, Pos: pos}
	p.refs = append(p.refs, reference{node: node, kind: refCall, name: name, pos: at})
	return item{node: node, kind: kindCall, size: 3}, nil
}

// escapeG parses \g outside classes, with p.pos at the g: a back-reference by
// number or name, or a call.
func (p *parser) escapeG(pos int) (item, *Error) {
	p.pos++
	switch p.peek() {
	case '<', '\'':
		return p.escapeGCall(pos)
	case '{':
		save := p.pos
		p.pos++
		n, ok, err := p.number(p.groups, maxGroups, CodeGroupNumberTooBig)
		if err != nil {
			return item{}, err
		}
		if !ok {
			p.pos = save
			return p.namedBackref(pos)
		}
		if p.peek() != '}' {
			return item{}, p.fail(p.pos, CodeReferenceSyntax)
		}
		p.pos++
		return p.checkedBackref(n, pos)
	}
	n, ok, err := p.number(p.groups, maxGroups, CodeGroupNumberTooBig)
	if err == nil && !ok {
		err = p.fail(p.pos, CodeReferenceSyntax)
	}
	if err != nil {
		return item{}, err
	}
	return p.checkedBackref(n, pos)
}

func (p *parser) checkedBackref(n, pos int) (item, *Error) {
	if n <= 0 {
		return item{}, p.fail(p.pos, CodeNoSuchGroup)
	}
	return p.backref(n, pos), nil
}

// escapeGCall parses \g<…> and \g'…', with p.pos at the delimiter.
func (p *parser) escapeGCall(pos int) (item, *Error) {
	save, end := p.pos, closing(p.peek())
	p.pos++
	n, ok, err := p.number(p.groups, maxGroups, CodeGroupNumberTooBig)
	if err != nil {
		return item{}, err
	}
	if !ok {
		p.pos = save
		return p.namedCall(end, pos)
	}
	if p.peek() != end {
		return item{}, p.fail(p.pos, CodeReferenceSyntax)
	}
	p.pos++
	return p.call(n, pos), nil
}

// digitReference parses the number of \1 and the like, if it is one of a group
// rather than an octal code; p.pos is at the first digit.
func (p *parser) digitReference() (n int, ok bool, err *Error) {
	save, first := p.pos, p.peek()
	const tooBig = (1<<31 - 1) / 10
	n, _, err = p.number(-1, tooBig-1, CodeGroupNumberTooBig)
	ok = err == nil && (n < 10 || first >= '8' || n <= p.groups)
	switch {
	case !ok:
		p.pos = save
		return 0, false, nil
	case n > maxGroups:
		return 0, false, p.fail(p.pos, CodeGroupNumberTooBig)
	}
	return n, true, nil
}

// number parses a decimal number. With base >= 0 a sign may precede it, which
// makes it relative to that number of groups. ok is false, and nothing is read,
// where there is none.
func (p *parser) number(base, limit int, tooBig Code) (n int, ok bool, err *Error) {
	save, sign := p.pos, byte(0)
	if c := p.peek(); base >= 0 && (c == '+' || c == '-') {
		sign = c
		p.pos++
		if sign == '+' {
			limit -= base
		}
	}
	if !isDigit(p.peek()) {
		p.pos = save
		return 0, false, nil
	}
	for ; isDigit(p.peek()); p.pos++ {
		n = n*10 + int(p.peek()-'0')
		if n > limit {
			return 0, false, p.fail(p.pos+1, tooBig)
		}
	}
	switch {
	case sign != 0 && n == 0:
		return 0, false, p.fail(p.pos, CodeRelativeZero)
	case sign == '+':
		n += base
	case sign == '-' && n > base:
		return 0, false, p.fail(p.pos, CodeNoSuchGroup)
	case sign == '-':
		n = base + 1 - n
	}
	return n, true, nil
}

// atNameStart reports whether the delimiter of a name is next.
func (p *parser) atNameStart() bool {
	c := p.peek()
	return c == '{' || c == '<' || c == '\''
}

// closing returns the delimiter that ends a name opened by c.
func closing(c byte) byte {
	switch c {
	case '{':
		return '}'
	case '<':
		return '>'
	}
	return c
}

// name parses a group's name and the delimiter end after it; p.pos is at the
// byte before the name. at is where the name starts.
func (p *parser) name(end byte) (name string, at int, err *Error) {
	p.pos++
	at = p.pos
	if at >= len(p.src) {
		return "", 0, p.fail(at, CodeNameExpected)
	}
	if r, _ := p.next(); p.isNameDigit(r) {
		return "", 0, p.fail(at, CodeNameStartsWithDigit)
	}
	name = p.nameWord()
	switch {
	case len(name) > maxName:
		return "", 0, p.fail(p.pos, CodeNameTooLong)
	case name == "":
		return "", 0, p.fail(p.pos, CodeNameExpected)
	case p.pos >= len(p.src) || p.peek() != end:
		return "", 0, p.fail(p.pos, CodeNameTerminator)
	}
	p.pos++
	return name, at, nil
}

// nameWord passes over the characters of a group's name and returns them.
func (p *parser) nameWord() string {
	start := p.pos
	for p.pos < len(p.src) {
		r, size := p.next()
		if r != '_' && !p.isNameDigit(r) && !p.isNameLetter(r) {
			break
		}
		p.pos += size
	}
	return p.src[start:p.pos]
}

// isNameDigit reports whether r is a digit in the name of a group.
func (p *parser) isNameDigit(r rune) bool {
	return r < 0x80 && isDigit(byte(r)) || r >= 0x80 && p.utf && knownChars("nd").has(r)
}

// isNameLetter reports whether r is a letter in the name of a group.
func (p *parser) isNameLetter(r rune) bool {
	return r < 0x80 && isLetter(byte(r)) || r >= 0x80 && p.utf && knownChars("l").has(r)
}

// word passes over word characters and returns them.
func (p *parser) word() string {
	start := p.pos
	for p.pos < len(p.src) && isWord(p.peek()) {
		p.pos++
	}
	return p.src[start:p.pos]
}

// define gives the group with the current number a name.
func (p *parser) define(name string) *Error {
	for len(p.names) <= p.groups {
		p.names = append(p.names, "")
	}
	numbers, current := p.numbered[name], p.names[p.groups]
	switch {
	case p.named >= maxNames:
		return p.fail(p.pos, CodeTooManyNames)
	case current == name:
		return nil // The same group in another branch of (?|…).
	case current != "":
		return p.fail(p.pos, CodeNumberNameConflict)
	case len(numbers) > 0 && p.flags&dupNames == 0:
		return p.fail(p.pos, CodeDuplicateName)
	}
	if p.numbered == nil {
		p.numbered = map[string][]int{}
	}
	p.numbered[name] = append(numbers, p.groups)
	p.names[p.groups] = name
	p.named++
	return nil
}
