package lint

import (
	"regexp"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// regexOf is a regular expression of the file.
type regexOf struct {
	at   parser.Extent
	text string
}

// regexes returns the regular expressions of rules and conditions.
func (c *checker) regexes() []regexOf {
	var all []regexOf
	for r := range c.rules() {
		for _, d := range r.conds {
			if d.Op == parser.CondRegex {
				all = append(all, regexOf{d.Pattern.Extent, d.Operand})
			}
		}
		all = append(all, regexOf{r.Pattern.Extent, r.Regex})
	}
	return all
}

var (
	// starAtEnd is a star on one literal at the open end of a pattern.
	starAtEnd   = regexp.MustCompile(`^(.*?)((?:\\[^A-Za-z0-9\s]|[A-Za-z0-9/_=&%@~,:;#-])\*)\)*$`)
	starAtStart = regexp.MustCompile(`^\(?((?:\\[^A-Za-z0-9\s]|[A-Za-z0-9/_=&%@~,:;#-])\*)[^*+?{|)]`)
)

// checkStar looks for stars at open ends, which match nothing as well as anything.
func checkStar(c *checker) {
	for _, p := range c.regexes() {
		star := ""
		if m := starAtEnd.FindStringSubmatch(p.text); m != nil && !strings.HasSuffix(m[1], `\`) && !blank(m[1]) {
			star = m[2]
		} else if m := starAtStart.FindStringSubmatch(p.text); m != nil {
			star = m[1]
		}
		if star == "" {
			continue
		}
		c.warn(p.at, codeStar, "drop it, or write (/|$) for a boundary or .* for anything",
			"%q at the open end of the pattern means \"or none\", so it changes nothing", star)
	}
}

// blank reports whether what stands before a star asks for nothing.
func blank(before string) bool { return strings.Trim(before, "^(?:|") == "" }

// wideRanges are ranges of punctuation that are meant.
var wideRanges = map[string]bool{" -~": true, "!-~": true, " -/": true, "!-/": true, ":-@": true, "[-`": true, "{-~": true, "#-~": true}

// checkRange looks for ranges that hold more than it seems.
func checkRange(c *checker) {
	for _, p := range c.regexes() {
		for _, r := range classRanges(p.text) {
			if !wideRanges[r] && wide(r) {
				c.warn(p.at, codeRange, "write A-Za-z for letters, and put a hyphen that stands for itself last",
					"the range %s holds more than it seems: %s", r, held(r))
				break
			}
		}
	}
}

// classRanges returns the ranges of two plain bytes in the classes of a pattern.
func classRanges(s string) []string {
	var out []string
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if s[i] != '[' {
			continue
		}
		j := i + 1
		if j < len(s) && s[j] == '^' {
			j++
		}
		start := j
		for ; j < len(s) && (s[j] != ']' || j == start); j++ {
			switch {
			case s[j] == '[' && j+1 < len(s) && s[j+1] == ':':
				if n := strings.Index(s[j:], ":]"); n > 0 {
					j += n + 1
				}
			case s[j] == '\\':
				if j+3 < len(s) && !isAlnum(s[j+1]) && s[j+2] == '-' && s[j+3] != ']' && s[j+3] != '\\' {
					out = append(out, s[j+1:j+4])
					j += 3
					continue
				}
				j++
				if j+1 < len(s) && s[j+1] == '-' { // \w-x, \x41-…: no range of two plain bytes
					j++
				}
			case j+2 < len(s) && s[j+1] == '-' && s[j+2] != ']' && s[j+2] != '\\' && s[j+2] != '[':
				out = append(out, s[j:j+3])
				j += 2
			}
		}
		i = j
	}
	return out
}

func isAlnum(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// wide reports whether a range goes from one kind of byte to another, or is one of
// punctuation.
func wide(r string) bool {
	lo, hi := r[0], r[2]
	if lo >= 0x80 || hi >= 0x80 || lo >= hi {
		return false
	}
	for _, kind := range []string{"az", "AZ", "09"} {
		if kind[0] <= lo && hi <= kind[1] {
			return false
		}
	}
	return int(hi)-int(lo) > 1
}

// held says what a range holds that it does not seem to.
func held(r string) string {
	var b strings.Builder
	for x := int(r[0]) + 1; x < int(r[2]); x++ {
		if !isAlnum(byte(x)) || !isAlnum(r[0]) {
			b.WriteByte(byte(x))
		}
		if b.Len() > 30 {
			b.WriteString("…")
			break
		}
	}
	return b.String()
}
