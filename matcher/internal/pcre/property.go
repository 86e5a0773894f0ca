package pcre

import "strings"

// propertyItem parses \p and \P outside classes, with p.pos at the letter.
func (p *parser) propertyItem(pos int) (item, *Error) {
	set, anything, err := p.property()
	if err != nil {
		return item{}, err
	}
	it := p.set(set, pos)
	if !anything {
		it.kind, it.size = kindProperty, 3
	}
	return it, nil
}

// property parses a property, with p.pos at the p or P, and returns the
// characters that have it. anything is true for \p{Any}.
func (p *parser) property() (set chars, anything bool, err *Error) {
	negated := p.peek() == 'P'
	p.pos++
	name, inverted, err := p.propertyName()
	if err != nil {
		return chars{}, false, err
	}
	set, ok := propertyChars(name)
	if !ok {
		return chars{}, false, p.fail(p.pos, CodeUnknownProperty)
	}
	anything = name == "any" && !negated && !inverted
	if negated != inverted {
		set = p.negate(set)
	}
	return set, anything, nil
}

// propertyName parses a letter, or a name in braces, and returns it in lower
// case and without what does not count.
func (p *parser) propertyName() (name string, inverted bool, err *Error) {
	if p.peek() != '{' {
		c := p.peek()
		if !isLetter(c) {
			return "", false, p.fail(min(p.pos+1, len(p.src)), CodeMalformedProperty)
		}
		p.pos++
		return string(rune(FoldByte(c))), false, nil
	}
	p.pos++
	if inverted = p.peek() == '^'; inverted {
		p.pos++
	}
	const maxProperty = 49
	var b strings.Builder
	for ; p.pos < len(p.src); p.pos++ {
		c := p.peek()
		switch {
		case c == '}':
			p.pos++
			return b.String(), inverted, nil
		case c == '_' || c == '-' || isSpace(c):
			continue
		case c == 0 || b.Len() == maxProperty-1:
			return "", false, p.fail(p.pos, CodeMalformedProperty)
		}
		b.WriteByte(FoldByte(c))
	}
	return "", false, p.fail(p.pos, CodeMalformedProperty)
}

// propertyChars returns the characters with the named property. The name is in
// lower case, without white space, hyphens and underscores.
func propertyChars(name string) (chars, bool) {
	i := strings.IndexAny(name, ":=")
	if i < 0 {
		return tableChars(name)
	}
	class, value := name[:i], name[i+1:]
	switch class {
	case "bidiclass", "bc":
		return tableChars("bidi" + value)
	case "script", "sc":
		return tableChars("sc=" + value)
	case "scriptextensions", "scx":
		return tableChars("scx=" + value)
	}
	return chars{}, false
}
