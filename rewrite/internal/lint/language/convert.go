package language

import (
	"errors"
	"strings"
)

// errForeign says that a pattern uses what has no counterpart here.
var errForeign = errors.New("language: the pattern has no counterpart")

// look is a lookahead at the very beginning of an anchored pattern.
type look struct {
	text string
	not  bool
}

// converted is a pattern of PCRE in the syntax of package regexp.
type converted struct {
	text  string
	looks []look
	exact bool // text and looks say all that the pattern says
}

// convert rewrites a pattern of PCRE.
func convert(src string) (converted, error) {
	c := converted{exact: true}
	rest, anchored := strings.CutPrefix(src, "^")
	if !topAlternation(src) {
		for {
			text, not, after, ok := leadingLook(rest, anchored)
			if !ok {
				break
			}
			c.looks = append(c.looks, look{text: text, not: not})
			rest = after
		}
	}
	if anchored {
		rest = "^" + rest
	}
	b := builder{src: rest, exact: true}
	if err := b.run(); err != nil {
		return c, err
	}
	c.text, c.exact = b.out.String(), b.exact
	return c, nil
}

// leadingLook cuts a lookahead off the beginning of s.
func leadingLook(s string, anchored bool) (text string, not bool, rest string, ok bool) {
	if !anchored || !strings.HasPrefix(s, "(?!") && !strings.HasPrefix(s, "(?=") {
		return "", false, s, false
	}
	end := closing(s, 0)
	if end < 0 {
		return "", false, s, false
	}
	return s[3:end], s[2] == '!', s[end+1:], true
}

// topAlternation reports whether s has a "|" outside of all groups.
func topAlternation(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			i = classEnd(s, i)
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			if depth == 0 {
				return true
			}
		}
	}
	return false
}

// closing returns where the group that opens at i closes, -1 if it does not.
func closing(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			i = classEnd(s, i)
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// classEnd returns where the class that opens at i ends: the place of its "]", or
// that of the last byte if there is none.
func classEnd(s string, i int) int {
	j := i + 1
	if j < len(s) && s[j] == '^' {
		j++
	}
	if j < len(s) && s[j] == ']' {
		j++
	}
	for ; j < len(s); j++ {
		switch {
		case s[j] == '\\':
			j++
		case s[j] == '[' && j+1 < len(s) && s[j+1] == ':':
			if n := strings.Index(s[j:], ":]"); n > 0 {
				j += n + 1
			}
		case s[j] == ']':
			return j
		}
	}
	return len(s) - 1
}

// builder writes a pattern in the syntax of package regexp.
type builder struct {
	src   string
	i     int
	out   strings.Builder
	exact bool
}

func (b *builder) run() error {
	for b.i < len(b.src) {
		var err error
		switch c := b.src[b.i]; c {
		case '\\':
			err = b.escape()
		case '[':
			end := classEnd(b.src, b.i)
			b.copy(end + 1)
		case '(':
			err = b.group()
		case '*', '+', '?', '}':
			b.copy(b.i + 1)
			if b.i < len(b.src) && b.src[b.i] == '+' { // possessive
				b.i++
				b.exact = false
			}
		default:
			b.copy(b.i + 1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copy copies the source up to end.
func (b *builder) copy(end int) {
	b.out.WriteString(b.src[b.i:end])
	b.i = end
}

// escape converts the escape at the current place.
func (b *builder) escape() error {
	if b.i+1 == len(b.src) {
		return errForeign
	}
	c := b.src[b.i+1]
	switch {
	case c >= '1' && c <= '9': // a back-reference
		b.out.WriteString(`(?s:.*)`)
		b.exact = false
		b.i += 2
	case c == 'h':
		b.out.WriteString(`[ \t]`)
		b.i += 2
	case c == 'Z':
		b.out.WriteString(`\z`)
		b.i += 2
	case strings.IndexByte("gkKGRXNVHCcopPeQEuUlL", c) >= 0:
		return errForeign
	default:
		b.copy(b.i + 2)
	}
	return nil
}

// group converts what follows the "(" at the current place.
func (b *builder) group() error {
	s := b.src[b.i:]
	switch {
	case strings.HasPrefix(s, "(?=") || strings.HasPrefix(s, "(?!") || strings.HasPrefix(s, "(?<=") || strings.HasPrefix(s, "(?<!"):
		end := closing(b.src, b.i)
		if end < 0 {
			return errForeign
		}
		b.out.WriteString("(?:)") // matches wherever the lookaround might
		b.exact = false
		b.i = end + 1
	case strings.HasPrefix(s, "(?#"):
		end := strings.IndexByte(s, ')')
		if end < 0 {
			return errForeign
		}
		b.i += end + 1
	case strings.HasPrefix(s, "(?>"):
		b.out.WriteString("(?:")
		b.exact = false
		b.i += 3
	case strings.HasPrefix(s, "(*") || strings.HasPrefix(s, "(?|") || strings.HasPrefix(s, "(?(") || strings.HasPrefix(s, "(?R"):
		return errForeign
	default:
		b.copy(b.i + 1)
		if b.i < len(b.src) && b.src[b.i] == '?' {
			b.copy(b.i + 1)
		}
	}
	return nil
}
