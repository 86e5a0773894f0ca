package index

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// wild returns the node for low bytes of set, or more of them without a bound.
func wild(set pcre.Set, low int, unbounded bool) *pcre.Node {
	one := &pcre.Node{Op: pcre.OpSet, Set: set}
	if !unbounded {
		return one
	}
	return &pcre.Node{Op: pcre.OpRepeat, Min: low, Max: pcre.Unlimited, Subs: []*pcre.Node{one}}
}

// glob returns the nodes for text, in which "*" and "?" stand for bytes of any
// kind.
func glob(text string, fold bool) []*pcre.Node {
	var nodes []*pcre.Node
	for text != "" {
		i := strings.IndexAny(text, "*?")
		if i < 0 {
			i = len(text)
		}
		nodes = append(nodes, literal(text[:i], fold)...)
		if text = text[i:]; text != "" {
			nodes = append(nodes, wild(pcre.AnyByte(), 0, text[0] == '*'))
			text = text[1:]
		}
	}
	return nodes
}

// fileGlob returns the nodes for text, in which "*" and "?" stand for bytes that
// are no slash. From a bracket on they stand for anything, as what it means depends
// on where it ends; then exact is false.
func fileGlob(text string) (nodes []*pcre.Node, exact bool) {
	slash := pcre.Bytes("/")
	noSlash := slash.Negate()
	for text != "" {
		i := strings.IndexAny(text, `*?[\`)
		if i < 0 {
			i = len(text)
		}
		nodes = append(nodes, literal(text[:i], false)...)
		if text = text[i:]; text == "" {
			break
		}
		switch c := text[0]; {
		case c == '[', c == '\\' && len(text) == 1:
			return nodes, false
		case c == '\\':
			nodes = append(nodes, literal(text[1:2], false)...)
			text = text[1:]
		default:
			nodes = append(nodes, wild(noSlash, 0, c == '*'))
		}
		text = text[1:]
	}
	return append(nodes, &pcre.Node{Op: pcre.OpEndText}), true
}
