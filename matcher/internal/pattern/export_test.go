package pattern

// MatchRemembering is Match that remembers what has failed from the start. ok
// is false for a pattern that does not run on our own matcher.
func (p *Pattern) MatchRemembering(s string, caps *Captures) (matched, ok bool, err error) {
	prog := p.program()
	if prog == nil {
		return false, false, nil
	}
	if !prog.takes(s) {
		return false, true, nil
	}
	words := ((len(s)+1)*prog.memos + 63) >> 6
	matched, err = prog.matchThoroughly(s, caps, DefaultSteps, -words, nil)
	return matched, true, err
}
