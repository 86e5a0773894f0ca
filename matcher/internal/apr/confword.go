package apr

import "strings"

// Space is the white space that separates words of the configuration.
const Space = " \t\n\v\f\r"

// Word takes the first word off s as httpd's configuration does: it may
// stand in quotes, in which a backslash protects the quote and itself. rest
// begins with the next word.
func Word(s string) (word, rest string) {
	s = strings.TrimLeft(s, Space)
	if s == "" {
		return "", ""
	}
	quote, i := byte(0), 0
	if s[0] == '"' || s[0] == '\'' {
		quote, i = s[0], 1
	}
	var b []byte
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '\\' || quote != 0 && s[i+1] == quote):
			i++
			c = s[i]
		case quote != 0 && c == quote, quote == 0 && strings.IndexByte(Space, c) >= 0:
			return string(b), strings.TrimLeft(s[i+1:], Space)
		}
		b = append(b, c)
	}
	return string(b), ""
}

// Words returns the words of s up to an empty one, which ends the list for
// httpd.
func Words(s string) []string {
	var words []string
	for {
		var w string
		if w, s = Word(s); w == "" {
			return words
		}
		words = append(words, w)
	}
}
