package index

// Questions returns the questions that are asked, in order.
func (ix *Index) Questions() []Question {
	var qs []Question
	for i := range ix.questions {
		qs = append(qs, ix.questions[i].number)
	}
	return qs
}

// Seconds returns how many items have a second watch.
func (ix *Index) Seconds() int {
	n := 0
	for _, w := range ix.second {
		if w.question >= 0 {
			n++
		}
	}
	return n
}

// Share returns which part of the answers t is taken to hold for.
func (t *Term) Share() float64 { return t.share() }

// Lone reports whether the answer to one question decides on all items.
func (l *List) Lone() bool { return l.lone != nil }

// Kept returns how many bytes of buffers c has, and whether there is an answer in one.
func (c *Cursor) Kept() (size int, text bool) {
	for i := range c.answers {
		a := &c.answers[i]
		size += cap(a.ids)*4 + cap(a.buf) + cap(a.spare)
		text = text || a.text != "" || a.walk != 0
	}
	return size, text
}

// Restart has a answer what is asked from now on.
func (c *Cursor) Restart(a Asker) { c.asker = a }
