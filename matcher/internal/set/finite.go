package set

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// maxStrings bounds how many strings a branch may stand for to be listed.
const maxStrings = 16

// texts are strings that a branch, or a part of one, stands for. If fold is set
// their letters, which are in lower case, stand for either case.
type texts struct {
	list []string
	fold bool
}

// finite returns the strings that items match, if they are few.
func finite(items []*expr) (texts, bool) {
	list, fold, ok := appendFinite(nil, items)
	if !ok {
		return texts{}, false
	}
	return texts{list, fold}, true
}

// appendFinite appends what finite returns to an empty list.
func appendFinite(list []string, items []*expr) (_ []string, fold, ok bool) {
	// Without a letter a literal is as good in either case; one case for all
	// the others is tried, then the other.
	for _, fold := range [...]bool{false, true} {
		if list, ok = (finiteness{fold}).sequence(list[:0], items); ok {
			slices.Sort(list)
			return slices.Compact(list), fold, true
		}
	}
	return list, false, false
}

// finiteness lists what exprs match, on condition that all letters fold, or none. Its
// methods append to a list.
type finiteness struct{ fold bool }

func (f finiteness) sequence(list []string, items []*expr) ([]string, bool) {
	from := len(list)
	list = append(list, "")
	for _, item := range items {
		more := len(list)
		var ok bool
		if list, ok = f.expr(list, item); !ok {
			return list, false
		}
		if list, ok = product(list, from, more); !ok {
			return list, false
		}
	}
	return list, true
}

// product replaces the strings from one place on by each of those before another place
// followed by each of those behind it.
func product(list []string, from, more int) ([]string, bool) {
	end := len(list)
	if (more-from)*(end-more) > maxStrings {
		return list, false
	}
	for i := from; i < more; i++ {
		for j := more; j < end; j++ {
			list = append(list, list[i]+list[j])
		}
	}
	return append(list[:from], list[end:]...), true
}

func (f finiteness) expr(list []string, e *expr) ([]string, bool) {
	switch e.op {
	case opEmpty:
		return append(list, ""), true
	case opLiteral:
		return append(list, e.text), e.fold == f.fold || !hasLetter(e.text)
	case opSet:
		return f.bytes(list, *e.set)
	case opConcat:
		return f.sequence(list, e.subs)
	case opAlternate:
		from := len(list)
		for _, sub := range e.subs {
			var ok bool
			if list, ok = f.expr(list, sub); !ok || len(list)-from > maxStrings {
				return list, false
			}
		}
		return list, true
	case opRepeat:
		return f.repeat(list, e)
	case opFail, opAssert:
	}
	return list, false
}

// bytes lists the bytes of a set.
func (f finiteness) bytes(list []string, set pcre.Set) ([]string, bool) {
	if f.fold {
		if set != set.Fold() {
			return list, false
		}
		for c := byte('A'); c <= 'Z'; c++ {
			set[c>>6] &^= 1 << (c & 63)
		}
	}
	if set.Len() > maxStrings {
		return list, false
	}
	for low, high := range set.Ranges() {
		for c := int(low); c <= int(high); c++ {
			list = append(list, string([]byte{byte(c)}))
		}
	}
	return list, true
}

func (f finiteness) repeat(list []string, e *expr) ([]string, bool) {
	if e.max == unlimited || e.max > maxStrings {
		return list, false
	}
	// What follows list are the strings of one time, then those of a number of times, one
	// number after the other.
	from := len(list)
	list, ok := f.expr(list, e.subs[0])
	if !ok {
		return list, false
	}
	one := len(list) - from
	list = append(list, "")
	last, wanted := len(list)-1, len(list)-1
	for n := range e.max {
		next := len(list)
		if (next-last)*one > maxStrings {
			return list, false
		}
		for i := last; i < next; i++ {
			for j := range one {
				list = append(list, list[i]+list[from+j])
			}
		}
		last = next
		if n < e.min {
			wanted = next
		}
	}
	if len(list)-wanted > maxStrings {
		return list, false
	}
	return append(list[:from], list[wanted:]...), true
}
