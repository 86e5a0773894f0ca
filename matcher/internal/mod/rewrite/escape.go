package rewrite

import "github.com/modrewrite-go/modrewrite/matcher/internal/uri"

// escaping says which bytes of a back-reference are escaped.
type escaping struct {
	enabled  bool    // B or BCTLS: without them nothing is escaped
	controls bool    // BCTLS: control characters and blanks
	only     byteSet // of B=
	hasOnly  bool
	never    byteSet // of BNE=
	noPlus   bool    // BNP
}

// byteSet is a set of bytes.
type byteSet [4]uint64

func bytesOf(s string) (set byteSet) {
	for i := range len(s) {
		set[s[i]>>6] |= 1 << (s[i] & 63)
	}
	return set
}

func (b *byteSet) has(c byte) bool { return b[c>>6]&(1<<(c&63)) != 0 }

// apply escapes a back-reference as the flags B, BNE, BNP and BCTLS say.
func (e *escaping) apply(s string) string {
	if !e.enabled || s == "" {
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
