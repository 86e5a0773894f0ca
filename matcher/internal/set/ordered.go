package set

import (
	"slices"
	"strings"
)

// ordered are texts that a subject has one after the other, with anything between them:
// "^https?://.*example\.com". The first is at its start if begin is set, the last at
// its end if end is.
type ordered struct {
	begin, end bool
	texts      []spacedTexts
}

// spacedTexts are what a subject has one of, gap bytes or more behind what comes before.
type spacedTexts struct {
	*texts

	gap int32
}

const (
	// maxOrdered is how many texts an ordered has at most, all alternatives counted: each
	// may have to be looked for in all of the subject.
	maxOrdered = 8
	// maxGap bounds the gap between two texts.
	maxGap = 1 << 10
)

// orderOf returns what b comes down to, if that is texts in order. The alternatives of each
// place are shared by branches through known.
func orderOf(b *branch, known map[string]*texts) *ordered {
	o := &ordered{begin: b.begin, end: b.end}
	left := maxOrdered
	gap, gapped, rest := int32(0), false, b.items
	for {
		part := rest
		if n := slices.IndexFunc(rest, (*expr).isAnyBytes); n >= 0 {
			part = rest[:n]
		}
		before := gapped
		next, length, run := leadingAny(rest[len(part):])
		gapped = len(part)+len(next) < len(rest)
		rest = next
		if gapped && !run && (len(rest) > 0 || b.end) && (len(part)+len(o.texts) > 0 || b.begin) {
			return nil // a certain number of bytes, of which a gap says the least only
		}
		t := textsBetween(part, before, gapped, known)
		if t == nil || length > maxGap {
			return nil
		}
		if left -= len(t.list); left < 0 {
			return nil
		}
		o.texts = append(o.texts, spacedTexts{t, gap})
		if gap = length; len(rest) == 0 {
			break
		}
	}
	if gapped && (gap > 0 || b.end) {
		o.texts = append(o.texts, spacedTexts{&texts{list: []string{""}}, gap})
	}
	o.texts = slices.Clone(o.texts) // without room for more
	return o
}

// isAnyBytes reports whether e matches one byte or several of them, whichever they are.
func (e *expr) isAnyBytes() bool { return e.isAny() || e.op == opRepeat && e.subs[0].isAny() }

// leadingAny returns what comes after the items at the start that match bytes whichever
// they are: as many as minimum, or more with run.
func leadingAny(items []*expr) (rest []*expr, minimum int32, run bool) {
	for i, item := range items {
		switch {
		case item.isAny():
			minimum++
		case item.isAnyBytes():
			minimum += min(item.min, maxGap+1)
			run = run || item.max == unlimited
		default:
			return items[i:], minimum, run
		}
	}
	return nil, minimum, run
}

// isQuick reports whether no text has to be looked for in the midst of a subject.
func (o *ordered) isQuick() bool {
	for i := range o.texts {
		atBegin, atEnd := i == 0 && o.begin, i == len(o.texts)-1 && o.end
		if !atBegin && !atEnd && !o.texts[i].isEmpty() {
			return false
		}
	}
	return true
}

// equal reports whether o and other are the same texts.
func (o *ordered) equal(other *ordered) bool {
	return o.begin == other.begin && o.end == other.end && slices.EqualFunc(o.texts, other.texts, func(a, b spacedTexts) bool {
		return a.gap == b.gap && a.fold == b.fold && slices.Equal(a.list, b.list)
	})
}

// orText returns o, or, if that is nil, the literal e anywhere, if that is not nil.
func (o *ordered) orText(e *expr) *ordered {
	if o != nil || e == nil {
		return o
	}
	return &ordered{texts: []spacedTexts{{&texts{[]string{e.text}, e.fold}, 0}}}
}

// textsBetween returns the strings that items stand for, nil if they are too many. Next to
// a gap, before or behind them, it leaves out what may be empty: the gap stands for that
// as well.
func textsBetween(items []*expr, before, behind bool, known map[string]*texts) *texts {
	for before && len(items) > 0 && items[0].nullable() {
		items = items[1:]
	}
	for behind && len(items) > 0 && items[len(items)-1].nullable() {
		items = items[:len(items)-1]
	}
	var key []byte
	for _, item := range items {
		key = appendKey(key, item)
	}
	if t, ok := known[string(key)]; ok {
		return t
	}
	var found *texts
	if t, ok := finite(items); ok && len(t.list) <= maxOrdered {
		found = &t
	}
	known[string(key)] = found
	return found
}

// match reports whether s has the texts. Of several places for a text the one that ends
// first is as good as any for what follows.
func (o *ordered) match(s string) bool {
	at, last := 0, len(o.texts)-1
	for i := range o.texts {
		t := &o.texts[i]
		if at += int(t.gap); at > len(s) {
			return false
		}
		switch {
		case i == last && o.end:
			return t.isSuffix(s[at:], i == 0 && o.begin)
		case i == 0 && o.begin:
			at = t.prefixEnd(s)
		default:
			n := t.firstEnd(s[at:])
			if n < 0 {
				return false
			}
			at += n
		}
		if at < 0 {
			return false
		}
	}
	return true
}

// isSuffix reports whether s ends with one of the texts, or, with whole, is one.
func (t *texts) isSuffix(s string, whole bool) bool {
	for _, text := range t.list {
		start := len(s) - len(text)
		if start < 0 || whole && start > 0 {
			continue
		}
		if s[start:] == text || t.fold && equalFold(s[start:], text) {
			return true
		}
	}
	return false
}

// prefixEnd returns where the shortest of the texts that s starts with ends, or -1.
func (t *texts) prefixEnd(s string) int {
	least := -1
	for _, text := range t.list {
		n := len(text)
		if n > len(s) || least >= 0 && n >= least {
			continue
		}
		if s[:n] == text || t.fold && equalFold(s[:n], text) {
			least = n
		}
	}
	return least
}

// firstEnd returns where the text in s that ends first does, or -1.
func (t *texts) firstEnd(s string) int {
	least := -1
	for _, text := range t.list {
		index := strings.Index
		if t.fold {
			index = indexFold
		}
		if i := index(s, text); i >= 0 && (least < 0 || i+len(text) < least) {
			least = i + len(text)
		}
	}
	return least
}
