package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/uri"

// escapeGrowth is how many bytes a byte can become when it is escaped.
const escapeGrowth = 3

// apply escapes a back-reference as the flags B, BNE, BNP and BCTLS say. A nil
// receiver leaves it as it is.
func (e *escaping) apply(s string) string {
	if e == nil || !e.enabled || s == "" {
		return s
	}
	b := make([]byte, 0, len(s)+8)
	for i := range len(s) {
		switch c := s[i]; {
		case !e.selects(c), uri.IsAlnum(c), c == '_':
			b = append(b, c)
		case c == ' ' && !e.noPlus:
			b = append(b, '+')
		default:
			b = uri.AppendEscaped(b, c)
		}
	}
	return string(b)
}

func (e *escaping) selects(c byte) bool {
	selected := !e.hasOnly
	if e.controls {
		selected = uri.IsControl(c)
	}
	return (selected || e.hasOnly && e.only.has(c)) && !e.never.has(c)
}
