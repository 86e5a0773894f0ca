package parser

import "strings"

// quoted reads the string that the token at hand opens. base is the depth
// before it.
func (p *exprParser) quoted(base int) *ExprText {
	quote := p.s[p.tok.i]
	p.pos = p.tok.j
	p.push()
	t := p.textUntil(quote)
	p.push()
	p.pos = min(p.pos+1, len(p.s))
	p.last = p.pos
	p.depth = base + 1
	p.next()
	return t
}

// textUntil reads text from p.pos to the byte end, which is a quote or "}", or
// to the end of all if end is 0.
func (p *exprParser) textUntil(end byte) *ExprText {
	base, i := p.depth, p.pos
	t := &ExprText{}
	for !p.failed && !p.textEnds(end) {
		t.Parts = append(t.Parts, p.textPart(end))
		p.depth = base + 1
	}
	t.Extent = p.cut(i, p.pos).extent()
	return t
}

// textEnds reports whether the text up to the byte end is over at p.pos.
func (p *exprParser) textEnds(end byte) bool {
	if p.pos < len(p.s) {
		return p.s[p.pos] == end
	}
	if end != 0 {
		p.openText(end)
	}
	return true
}

// textPart reads a part of a text.
func (p *exprParser) textPart(end byte) ExprWord {
	rest := p.s[p.pos:]
	switch {
	case strings.HasPrefix(rest, "%{"):
		return p.braced()
	case isBackref(rest):
		p.push()
		p.pos += 2
		return &ExprGroup{Extent: p.cut(p.pos-2, p.pos).extent(), N: int(rest[1] - '0')}
	}
	return p.literal(end)
}

// isBackref reports whether s begins with "$N".
func isBackref(s string) bool { return len(s) > 1 && s[0] == '$' && isDigit(s[1]) }

// literal reads a part of a text that stands for itself.
func (p *exprParser) literal(end byte) *ExprLiteral {
	p.push()
	i := p.pos
	var b []byte
	for p.pos < len(p.s) && p.s[p.pos] != end {
		rest := p.s[p.pos:]
		if strings.HasPrefix(rest, "%{") || isBackref(rest) {
			break
		}
		c, n := p.textByte(rest, end)
		if n == 0 {
			break
		}
		b = append(b, c)
		p.pos += n
	}
	if len(b) > maxExprString {
		p.exprTooLong(p.cut(i, p.pos), "a string")
	}
	value, _, _ := strings.Cut(string(b), "\x00")
	return &ExprLiteral{Extent: p.cut(i, p.pos).extent(), Text: value}
}

// textByte returns the byte that s begins with, escapes resolved, and its
// length, 0 after an error. In the argument of %{func:argument}, which "}"
// ends, no quote may stand.
func (p *exprParser) textByte(s string, end byte) (c byte, n int) {
	switch {
	case s[0] == '\\':
		return p.escape(s)
	case s[0] == '\n':
		p.openText(end)
		return 0, 0
	case end == '}' && (s[0] == '\'' || s[0] == '"'):
		p.strayQuote()
		return 0, 0
	}
	return s[0], 1
}

// escape resolves the escape that s begins with: up to three octal digits and
// no other digit behind them, or one byte.
func (p *exprParser) escape(s string) (c byte, n int) {
	if len(s) == 1 {
		p.badEscape(s)
		return 0, 0
	}
	if d := digits(s[1:]); d > 0 {
		return p.octal(s[:1+d])
	}
	switch s[1] {
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	default:
		c = s[1]
	}
	return c, 2
}

// octal resolves a backslash and digits.
func (p *exprParser) octal(s string) (c byte, n int) {
	v := 0
	for i := 1; i < len(s); i++ {
		if s[i] > '7' {
			v = 1 << 8
			break
		}
		v = min(v<<3|int(s[i]-'0'), 1<<8)
	}
	if len(s) > 4 || v >= 1<<8 {
		p.badEscape(s)
		return 0, 0
	}
	return byte(v), len(s)
}

// braced reads "%{NAME}" or "%{func:argument}" at p.pos.
func (p *exprParser) braced() ExprWord {
	base, i := p.depth, p.pos
	p.push()
	name := p.s[i+2:]
	if name != "" && isLetter(name[0]) {
		name = name[:1+nameBytes(name[1:])]
	} else {
		name = ""
	}
	p.push()
	at := p.cut(i+2, i+2+len(name)).extent()
	p.pos = i + 2 + len(name)
	if name == "" || p.pos == len(p.s) || p.s[p.pos] != '}' && p.s[p.pos] != ':' {
		p.badVariable()
		return nil
	}
	if p.s[p.pos] == '}' {
		v := p.variable(name, at)
		return &ExprVariable{Extent: p.closed(base, i), Name: name, Var: v}
	}
	p.push()
	p.pos++
	arg := p.textUntil('}')
	if len(arg.Parts) == 0 {
		p.noArgument(name)
	}
	if p.failed {
		return nil
	}
	fn := p.function(name, at)
	return &ExprCall{Extent: p.closed(base, i), Name: name, Func: fn, Arg: arg}
}

// closed goes over the "}" of what began at i.
func (p *exprParser) closed(base, i int) Extent {
	p.push()
	p.pos++
	p.depth = base + 1
	return p.cut(i, p.pos).extent()
}
