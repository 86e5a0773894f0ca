package language

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

// Slow looks for a repetition that a string can be divided into in ever more ways
// the longer it is, in a pattern that has to try them all. It returns a string for
// which it does.
func (p *Pattern) Slow() (string, bool) {
	if !p.Exact {
		return "", false
	}
	var found string
	var visit func(re *syntax.Regexp) bool
	visit = func(re *syntax.Regexp) bool {
		if endless(re) {
			if pump, ok := ambiguous(re.Sub[0]); ok {
				if text, ok := p.fails(re, pump); ok {
					found = text
					return true
				}
			}
		}
		return slices.ContainsFunc(re.Sub, visit)
	}
	return found, visit(p.tree)
}

// endless reports whether re repeats something any number of times.
func endless(re *syntax.Regexp) bool {
	return re.Op == syntax.OpStar || re.Op == syntax.OpPlus || re.Op == syntax.OpRepeat && re.Max < 0
}

// ambiguous returns a string that is one repetition of body and also several.
func ambiguous(body *syntax.Regexp) (string, bool) {
	if !choices(body) {
		return "", false
	}
	one, err := Parse("^(?:"+body.String()+")$", false)
	if err != nil {
		return "", false
	}
	more, err := Parse("^(?:"+body.String()+")(?:"+body.String()+")+$", false)
	if err != nil {
		return "", false
	}
	for n := 2; n <= 6; n++ {
		some := Must("^(?s:.{" + strconv.Itoa(n) + "})")
		if s, v := Find([]Constraint{In(one)}, []Constraint{In(more)}, []Constraint{In(some)}); v == Found && nonEmptyTwice(one, s) {
			return s, true
		}
	}
	return "", false
}

// nonEmptyTwice reports whether s can be divided into two or more pieces that are
// not empty, each in one.
func nonEmptyTwice(one *Pattern, s string) bool {
	for i := 1; i < len(s); i++ {
		if one.Match(s[:i]) && one.Match(s[i:]) {
			return true
		}
	}
	return false
}

// choices reports whether re leaves a choice how long what it takes is.
func choices(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpAlternate:
		return true
	case syntax.OpRepeat:
		return re.Min != re.Max || choices(re.Sub[0])
	default:
		return slices.ContainsFunc(re.Sub, choices)
	}
}

// fails returns a string that leads into the repetition at and is not matched.
func (p *Pattern) fails(at *syntax.Regexp, pump string) (string, bool) {
	s := sampler{rich: true}
	var before strings.Builder
	s.until(&before, p.tree, at)
	for _, end := range []string{"!", "\x01", " ", "-", "a"} {
		text := before.String() + strings.Repeat(pump, 20) + end
		if !p.Match(text) {
			return text, true
		}
	}
	// A longer end may be needed, such as two of what may stand once between repetitions.
	begin, err := Parse("^"+regexp.QuoteMeta(before.String()+strings.Repeat(pump, 20)), false)
	if err != nil {
		return "", false
	}
	text, v := Find([]Constraint{In(begin)}, []Constraint{NotIn(p)})
	return text, v == Found
}

// until writes what comes before the node at; it reports whether it came there.
func (s *sampler) until(b *strings.Builder, re, at *syntax.Regexp) bool {
	if re == at {
		return true
	}
	switch re.Op {
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if s.until(b, sub, at) {
				return true
			}
		}
		return false
	case syntax.OpCapture, syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		if holds(re, at) {
			return s.until(b, re.Sub[0], at)
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if holds(sub, at) {
				return s.until(b, sub, at)
			}
		}
	default:
	}
	s.write(b, re, 0)
	return false
}

// holds reports whether at is re or below it.
func holds(re, at *syntax.Regexp) bool {
	if re == at {
		return true
	}
	for _, sub := range re.Sub {
		if holds(sub, at) {
			return true
		}
	}
	return false
}
