package matcher

import "strings"

const confSpace = " \t\n\v\f\r"

// confWord takes the first word off s as httpd's configuration does: it may
// stand in quotes, in which a backslash protects the quote and itself. rest
// begins with the next word.
func confWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, confSpace)
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
		case quote != 0 && c == quote, quote == 0 && strings.IndexByte(confSpace, c) >= 0:
			return string(b), strings.TrimLeft(s[i+1:], confSpace)
		}
		b = append(b, c)
	}
	return string(b), ""
}

// confWords returns the words of s up to an empty one, which ends the list for
// httpd.
func confWords(s string) []string {
	var words []string
	for {
		var w string
		if w, s = confWord(s); w == "" {
			return words
		}
		words = append(words, w)
	}
}
