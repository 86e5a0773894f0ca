package expr

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// quoted reads the string that the token at hand opens. base is the depth
// before it.
func (r *reader) quoted(base int) *Text {
	quote := r.s[r.tok.i]
	r.pos = r.tok.j
	r.push()
	t := r.textUntil(quote)
	r.push()
	r.pos = min(r.pos+1, len(r.s))
	r.last = r.pos
	r.depth = base + 1
	r.next()
	return t
}

// textUntil reads text from r.pos to the byte end, which is a quote or "}", or
// to the end of all if end is 0.
func (r *reader) textUntil(end byte) *Text {
	base, i := r.depth, r.pos
	t := &Text{}
	for !r.failed && !r.textEnds(end) {
		t.Parts = append(t.Parts, r.textPart(end))
		r.depth = base + 1
	}
	t.Extent = r.extent(i, r.pos)
	return t
}

// textEnds reports whether the text up to the byte end is over at r.pos.
func (r *reader) textEnds(end byte) bool {
	if r.pos < len(r.s) {
		return r.s[r.pos] == end
	}
	if end != 0 {
		r.openText(end)
	}
	return true
}

// textPart reads a part of a text.
func (r *reader) textPart(end byte) Word {
	rest := r.s[r.pos:]
	switch {
	case strings.HasPrefix(rest, "%{"):
		return r.braced()
	case isBackref(rest):
		r.push()
		r.pos += 2
		return &Group{Extent: r.extent(r.pos-2, r.pos), N: int(rest[1] - '0')}
	}
	return r.literal(end)
}

// isBackref reports whether s begins with "$N".
func isBackref(s string) bool { return len(s) > 1 && s[0] == '$' && ascii.IsDigit(s[1]) }

// literal reads a part of a text that stands for itself.
func (r *reader) literal(end byte) *Literal {
	r.push()
	i := r.pos
	var b []byte
	for r.pos < len(r.s) && r.s[r.pos] != end {
		rest := r.s[r.pos:]
		if strings.HasPrefix(rest, "%{") || isBackref(rest) {
			break
		}
		c, n := r.textByte(rest, end)
		if n == 0 {
			break
		}
		b = append(b, c)
		r.pos += n
	}
	if len(b) > maxString {
		r.tooLong(r.extent(i, r.pos), "a string")
	}
	value, _, _ := strings.Cut(string(b), "\x00")
	return &Literal{Extent: r.extent(i, r.pos), Text: value}
}

// textByte returns the byte that s begins with, escapes resolved, and its
// length, 0 after an error. In the argument of %{func:argument}, which "}"
// ends, no quote may stand.
func (r *reader) textByte(s string, end byte) (c byte, n int) {
	switch {
	case s[0] == '\\':
		return r.escape(s)
	case s[0] == '\n':
		r.openText(end)
		return 0, 0
	case end == '}' && (s[0] == '\'' || s[0] == '"'):
		r.strayQuote()
		return 0, 0
	}
	return s[0], 1
}

// escape resolves the escape that s begins with: up to three octal digits and
// no other digit behind them, or one byte.
func (r *reader) escape(s string) (c byte, n int) {
	if len(s) == 1 {
		r.badEscape(s)
		return 0, 0
	}
	if d := digits(s[1:]); d > 0 {
		return r.octal(s[:1+d])
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
func (r *reader) octal(s string) (c byte, n int) {
	v := 0
	for i := 1; i < len(s); i++ {
		if s[i] > '7' {
			v = 1 << 8
			break
		}
		v = min(v<<3|int(s[i]-'0'), 1<<8)
	}
	if len(s) > 4 || v >= 1<<8 {
		r.badEscape(s)
		return 0, 0
	}
	return byte(v), len(s)
}

// braced reads "%{NAME}" or "%{func:argument}" at r.pos.
func (r *reader) braced() Word {
	base, i := r.depth, r.pos
	r.push()
	name := r.s[i+2:]
	if name != "" && ascii.IsLetter(name[0]) {
		name = name[:1+nameBytes(name[1:])]
	} else {
		name = ""
	}
	r.push()
	at := r.extent(i+2, i+2+len(name))
	r.pos = i + 2 + len(name)
	if name == "" || r.pos == len(r.s) || r.s[r.pos] != '}' && r.s[r.pos] != ':' {
		r.badVariable()
		return nil
	}
	if r.s[r.pos] == '}' {
		v := r.variable(name, at)
		return &Variable{Extent: r.closed(base, i), Name: name, Var: v}
	}
	r.push()
	r.pos++
	arg := r.textUntil('}')
	if len(arg.Parts) == 0 {
		r.noArgument(name)
	}
	if r.failed {
		return nil
	}
	fn := r.function(name, at)
	return &Call{Extent: r.closed(base, i), Name: name, Func: fn, Arg: arg}
}

// closed goes over the "}" of what began at i.
func (r *reader) closed(base, i int) parser.Extent {
	r.push()
	r.pos++
	r.depth = base + 1
	return r.extent(i, r.pos)
}
