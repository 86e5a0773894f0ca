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
	// Without a letter a literal is as good in either case; one case for all
	// the others is tried, then the other.
	for _, fold := range []bool{false, true} {
		f := finiteness{fold: fold}
		if list, ok := f.sequence(items); ok {
			slices.Sort(list)
			return texts{slices.Compact(list), fold}, true
		}
	}
	return texts{}, false
}

// finiteness lists what exprs match, on condition that all letters fold, or none.
type finiteness struct{ fold bool }

func (f finiteness) sequence(items []*expr) ([]string, bool) {
	all := []string{""}
	for _, item := range items {
		more, ok := f.expr(item)
		if !ok {
			return nil, false
		}
		if all, ok = product(all, more); !ok {
			return nil, false
		}
	}
	return all, true
}

// product returns each of a followed by each of b.
func product(a, b []string) ([]string, bool) {
	if len(a)*len(b) > maxStrings {
		return nil, false
	}
	all := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			all = append(all, x+y)
		}
	}
	return all, true
}

func (f finiteness) expr(e *expr) ([]string, bool) {
	switch e.op {
	case opEmpty:
		return []string{""}, true
	case opLiteral:
		return []string{e.text}, e.fold == f.fold || !hasLetter(e.text)
	case opSet:
		return f.bytes(*e.set)
	case opConcat:
		return f.sequence(e.subs)
	case opAlternate:
		var all []string
		for _, sub := range e.subs {
			more, ok := f.expr(sub)
			if !ok || len(all)+len(more) > maxStrings {
				return nil, false
			}
			all = append(all, more...)
		}
		return all, true
	case opRepeat:
		return f.repeat(e)
	case opFail, opAssert:
	}
	return nil, false
}

// bytes lists the bytes of a set.
func (f finiteness) bytes(set pcre.Set) ([]string, bool) {
	if f.fold {
		if set != set.Fold() {
			return nil, false
		}
		for c := byte('A'); c <= 'Z'; c++ {
			set[c>>6] &^= 1 << (c & 63)
		}
	} else if set.Len() > maxStrings {
		return nil, false
	}
	if set.Len() > maxStrings {
		return nil, false
	}
	var all []string
	for low, high := range set.Ranges() {
		for c := int(low); c <= int(high); c++ {
			all = append(all, string([]byte{byte(c)}))
		}
	}
	return all, true
}

func (f finiteness) repeat(e *expr) ([]string, bool) {
	if e.max == unlimited || e.max > maxStrings {
		return nil, false
	}
	one, ok := f.expr(e.subs[0])
	if !ok {
		return nil, false
	}
	var all []string
	times := []string{""}
	for n := range e.max + 1 {
		if n >= e.min {
			all = append(all, times...)
		}
		if times, ok = product(times, one); n < e.max && !ok || len(all) > maxStrings {
			return nil, false
		}
	}
	return all, true
}
