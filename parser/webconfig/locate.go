package webconfig

// locator finds where the bytes of an attribute's decoded value stand in the
// text. It is quick for offsets that are asked for in order.
type locator struct {
	a *attribute
	// The unit found last: the bytes of raw from i, and of the value from from,
	// and how many there are of each.
	i, from, n, size int
}

// offset returns where in the text the byte at k of the value stands. Every
// byte of what a reference stands for stands where that begins.
func (l *locator) offset(k int) int {
	if len(l.a.raw) == len(l.a.value) {
		return l.a.start + k
	}
	if k < l.from {
		*l = locator{a: l.a}
	}
	for k >= l.from+l.size && l.i+l.n < len(l.a.raw) {
		l.i += l.n
		l.from += l.size
		text, n, _ := unit(l.a.raw[l.i:], true)
		l.n, l.size = n, len(text)
	}
	switch {
	case k >= l.from+l.size:
		return l.a.start + len(l.a.raw)
	case l.size == l.n:
		return l.a.start + l.i + k - l.from
	}
	return l.a.start + l.i
}
