package pattern

import "github.com/modrewrite-go/modrewrite/matcher/internal/pcre"

// ends says that, whatever the subject, a match can stand at its start, at its
// end, or both.
type ends uint8

const (
	atStart ends = 1 << iota
	atEnd
)

// matchesAll reports whether the regular pattern matches every subject, as far
// as that is easy to tell.
func matchesAll(root *pcre.Node) bool { return reach(root, atStart|atEnd) != 0 }

// reach returns where a match of n can surely stand after it, if it surely can
// stand at from before it.
func reach(n *pcre.Node, from ends) ends {
	switch n.Op {
	case pcre.OpEmpty:
		return from
	case pcre.OpBeginText, pcre.OpBeginLine:
		return from & atStart
	case pcre.OpEndText, pcre.OpEndTextOptionalNewline, pcre.OpEndLine:
		return from & atEnd
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			from = reach(sub, from)
		}
		return from
	case pcre.OpAlternate:
		var to ends
		for _, sub := range n.Subs {
			to |= reach(sub, from)
		}
		return to
	case pcre.OpRepeat:
		if n.Min > 0 {
			return reach(n.Subs[0], from)
		}
		if n.Max == pcre.Unlimited && n.Subs[0].Op == pcre.OpSet && n.Subs[0].Set == pcre.AnyByte() && from&atStart != 0 {
			return from | atEnd
		}
		return from
	case pcre.OpCapture:
		return reach(n.Subs[0], from)
	default:
		return 0
	}
}
