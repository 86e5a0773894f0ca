package main

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// subject returns a string that the pattern may match: one it nearly describes,
// changed at times, or a random one.
func (g *generator) subject(root *pcre.Node) string {
	var b []byte
	if g.IntN(5) > 0 {
		b = g.sample(root, b, 0)
	} else {
		b = g.noise(b, g.IntN(8))
	}
	for g.IntN(3) == 0 {
		switch at := g.IntN(len(b) + 1); g.IntN(4) {
		case 0:
			b = append(b[:at:at], append([]byte(g.char()), b[at:]...)...)
		case 1:
			b = append(b[:at:at], b[min(len(b), at+1):]...)
		case 2:
			b = append(b, g.noise(nil, 1+g.IntN(3))...)
		case 3:
			b = append(g.noise(nil, 1+g.IntN(3)), b...)
		}
	}
	if len(b) > 60 {
		b = b[:60]
	}
	if g.utf && g.IntN(10) > 0 {
		return strings.ToValidUTF8(string(b), "")
	}
	return string(b)
}

func (g *generator) noise(b []byte, n int) []byte {
	for range n {
		b = append(b, g.char()...)
	}
	return b
}

// sample appends something n may match.
func (g *generator) sample(n *pcre.Node, b []byte, depth int) []byte {
	if len(b) > 80 || depth > 40 {
		return b
	}
	depth++
	switch n.Op {
	case pcre.OpLiteral:
		for i := range len(n.Text) {
			c := n.Text[i]
			if n.Fold && g.IntN(2) == 0 && c|0x20 >= 'a' && c|0x20 <= 'z' {
				c ^= 0x20
			}
			b = append(b, c)
		}
	case pcre.OpSet:
		for range 20 {
			if c := g.char(); len(c) == 1 && n.Set.Has(c[0]) {
				return append(b, c...)
			}
		}
		if c, ok := n.Set.Min(); ok {
			b = append(b, c)
		}
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			b = g.sample(sub, b, depth)
		}
	case pcre.OpAlternate:
		b = g.sample(n.Subs[g.IntN(len(n.Subs))], b, depth)
	case pcre.OpRepeat:
		times := n.Min + g.IntN(3)
		if n.Max >= 0 {
			times = min(times, n.Max)
		}
		for range min(times, 10) {
			b = g.sample(n.Subs[0], b, depth)
		}
	case pcre.OpCapture, pcre.OpAtomic, pcre.OpScriptRun:
		b = g.sample(n.Subs[0], b, depth)
	case pcre.OpLook:
		if g.IntN(3) == 0 {
			b = g.sample(n.Subs[0], b, depth)
		}
	case pcre.OpBackref:
		if len(b) > 0 {
			at := g.IntN(len(b))
			b = append(b, b[at:]...)
		}
	case pcre.OpConditional:
		b = g.sample(n.Subs[g.IntN(2)], b, depth)
	case pcre.OpCluster:
		b = g.noise(b, 1+g.IntN(3))
	case pcre.OpBeginLine, pcre.OpEndLine, pcre.OpEndTextOptionalNewline:
		if g.IntN(2) == 0 {
			b = append(b, '\n')
		}
	default:
	}
	return b
}
