package set

// around is what a subject has besides a text that has been found somewhere in it: one of
// before at its start, with gap bytes or more up to the text, and one of after at its end,
// as far from that. Either may be nil. To see that takes as long wherever the text is.
type around struct {
	before, after  *texts
	gap, gapBehind int32
}

// aroundOf returns what o asks for besides the text of p, a literal, if that is what is at an
// end of the subject.
func aroundOf(o *ordered, p *piece) (a around, ok bool) {
	if o == nil {
		return around{}, false
	}
	last := len(o.texts) - 1
	for k := range o.texts {
		t := &o.texts[k]
		first, final := k == 0, k == last
		if !t.is(p.items[0]) || p.begin != (first && o.begin) || p.end != (final && o.end) {
			continue
		}
		if k > 1 || k == 1 && !o.begin && !o.texts[0].isEmpty() {
			continue
		}
		if last-k > 1 || last-k == 1 && !o.end && !o.texts[last].isEmpty() {
			continue
		}
		// The first text has no gap before it.
		if !first {
			a.before, a.gap = o.texts[k-1].texts, t.gap
		}
		if !final {
			a.after, a.gapBehind = o.texts[last].texts, o.texts[last].gap
		}
		return a, true
	}
	return around{}, false
}

// is reports whether t is nothing but the literal e.
func (t *texts) is(e *expr) bool {
	return len(t.list) == 1 && t.list[0] == e.text && (t.fold == e.fold || !hasLetter(e.text))
}

// isEmpty reports whether t is the empty text, which is at both ends of any subject.
func (t *texts) isEmpty() bool { return len(t.list) == 1 && t.list[0] == "" }

// match reports whether s has what has to be around the text that is in it between from and
// to.
func (a *around) match(s string, from, to int) bool {
	if a.before != nil {
		if end := a.before.prefixEnd(s); end < 0 || end+int(a.gap) > from {
			return false
		}
	}
	if a.after == nil {
		return true
	}
	to += int(a.gapBehind)
	return to <= len(s) && a.after.isSuffix(s[to:], false)
}
