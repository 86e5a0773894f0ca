package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// substitution is a ${NAME} that was replaced.
type substitution struct {
	rawFrom, rawTo int // where it stood
	from, to       int // where its value stands
}

// maxExpanded is how long all lines together may become when their variables
// are replaced. httpd has no such limit.
const maxExpanded = 64 << 20

// interpolate replaces each ${NAME} in t that has a value. Values are not
// looked at again; what has none stays as it is.
func (p *parser) interpolate(t text) (text, []substitution) {
	if !strings.Contains(t.s, "${") {
		return t, nil
	}
	var subs []substitution
	out := text{src: t.src}
	var b []byte
	done := 0 // up to where t.s was copied
	for i := 0; i < len(t.s); {
		n := strings.Index(t.s[i:], "${")
		if n < 0 {
			break
		}
		from := i + n
		n = strings.IndexByte(t.s[from:], '}')
		if n < 0 {
			break
		}
		i = from + n + 1
		value, ok := p.variable(t.cut(from, i))
		if !ok {
			continue
		}
		b = out.take(b, t, done, from)
		out.pieces = append(out.pieces, piece{at: len(b), from: t.start(from), to: t.end(i)})
		subs = append(subs, substitution{from, i, len(b), len(b) + len(value)})
		b = append(b, value...)
		done = i
		if p.expanded+len(b) > maxExpanded {
			p.errorf(t.extent(), CodeTooLarge, "", "lines are longer than %d bytes together once their variables are replaced", maxExpanded)
			p.stop = true
			return t, nil
		}
	}
	if subs == nil {
		return t, nil
	}
	b = out.take(b, t, done, len(t.s))
	out.s = string(b)
	p.expanded += len(b)
	return out, subs
}

// take appends the part of from between i and j to b, the bytes of t so far,
// and says in t where it came from.
func (t *text) take(b []byte, from text, i, j int) []byte {
	first, last := from.base+i, from.base+j
	for n := from.pieceAt(first); n < len(from.pieces) && from.pieces[n].at < last; n++ {
		p := from.pieces[n]
		if p.at < first && p.to < 0 {
			p.from += first - p.at
		}
		p.at = max(p.at, first)
		p.at += len(b) - first
		t.pieces = append(t.pieces, p)
	}
	return append(b, from.s[i:j]...)
}

// variable returns the value of t, which is "${NAME}". It warns of a name
// without one, unless it holds a ":" and so is the call of a rewrite map.
func (p *parser) variable(t text) (string, bool) {
	name := t.s[2 : len(t.s)-1]
	if v, ok := p.values[ascii.LowerCase(name)]; ok {
		return v, true
	}
	if v, ok := p.opts.Getenv(name); ok {
		return v, true
	}
	if !strings.Contains(name, ":") {
		p.warnf(t.extent(), CodeUndefinedVariable, "", "variable ${%s} is not defined", name)
	}
	return "", false
}
