package parser

// places returns what says where the bytes of t stand, nil if the line that t is part
// of stands in the file as it is.
func (t text) places() *text {
	if len(t.pieces) == 1 && t.pieces[0].to < 0 {
		return nil
	}
	return t.kept()
}

// kept returns a copy of t to keep.
func (t text) kept() *text { return &t }

// Part returns the bytes of w.Text from i to j as a word without quotes. Its extent is
// where they were written: on their own line if w was continued over several, and
// that of the whole ${NAME} if they came out of one. What belongs to a Word that was
// not made by Parse is counted from its beginning, as if its text stood in one line.
//
// It panics if i and j are not the bounds of a part of w.Text.
func (w *Word) Part(i, j int) Word {
	part := Word{Extent: w.Extent, Text: w.Text[i:j]}
	if w.places == nil {
		part.From, part.To = w.From.along(i), w.From.along(j)
		return part
	}
	t := w.places.cut(i, j)
	// Finding a line is remembered in the source, which all share who read the tree.
	src := *t.src
	t.src = &src
	part.Extent = t.extent()
	part.places = t.places()
	return part
}

// Rest returns the bytes of d.Text from i on as a word without quotes; see Word.Part
// for where it stands.
func (d *Directive) Rest(i int) Word {
	all := Word{Extent: d.Extent, Text: d.Text, places: d.places}
	all.From = d.To.along(-len(d.Text)) // a directive ends with its arguments
	return all.Part(i, len(d.Text))
}

// along returns the position n bytes behind p in the same line.
func (p Pos) along(n int) Pos {
	p.Offset += uint32(n)
	p.Col += uint32(n)
	return p
}
