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
