package set

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// show writes e like a pattern.
func show(e *expr) string {
	switch e.op {
	case opEmpty:
		return "()"
	case opFail:
		return "(*FAIL)"
	case opLiteral:
		text := strings.Trim(strconv.QuoteToASCII(e.text), `"`)
		if e.fold {
			return "(?i:" + text + ")"
		}
		return text
	case opSet:
		return showSet(*e.set)
	case opConcat:
		return showItems(e.subs)
	case opAlternate:
		var parts []string
		for _, sub := range e.subs {
			parts = append(parts, show(sub))
		}
		return "(" + strings.Join(parts, "|") + ")"
	case opRepeat:
		sub := show(e.subs[0])
		if e.subs[0].op != opSet && len(sub) > 1 {
			sub = "(" + sub + ")"
		}
		switch {
		case e.min == 0 && e.max == unlimited:
			return sub + "*"
		case e.min == 1 && e.max == unlimited:
			return sub + "+"
		case e.min == 0 && e.max == 1:
			return sub + "?"
		case e.max == unlimited:
			return fmt.Sprintf("%s{%d,}", sub, e.min)
		case e.min == e.max:
			return fmt.Sprintf("%s{%d}", sub, e.min)
		}
		return fmt.Sprintf("%s{%d,%d}", sub, e.min, e.max)
	case opAssert:
		return []string{"<begin>", "<end>", "<line>", "<eol>", "<word>", "<noword>"}[e.assert]
	}
	return "?"
}

func showSet(set pcre.Set) string {
	if set == pcre.AnyByte() {
		return "."
	}
	var b strings.Builder
	negate := ""
	if set.Len() > 128 {
		set, negate = set.Negate(), "^"
	}
	for low, high := range set.Ranges() {
		b.WriteString(strings.Trim(strconv.QuoteToASCII(string([]byte{low})), `"`))
		if high > low {
			b.WriteString("-" + strings.Trim(strconv.QuoteToASCII(string([]byte{high})), `"`))
		}
	}
	return "[" + negate + b.String() + "]"
}

func showItems(items []*expr) string {
	var b strings.Builder
	for _, item := range items {
		b.WriteString(show(item))
	}
	return b.String()
}

// showEnds writes items that may be at an end of the subject.
func showEnds(items []*expr, begin, end bool) string {
	text := showItems(items)
	if begin {
		text = "^" + text
	}
	if end {
		text += "$"
	}
	return text
}
