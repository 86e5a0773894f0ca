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

// OnePass reports whether the pattern is matched in one pass.
func (p *Pattern) OnePass() bool { return p.program() != nil && p.program().onePass }

// MatchOtherwise is Match without doing so in one pass.
func (p *Pattern) MatchOtherwise(s string, caps *Captures) (bool, error) {
	other := *p.program()
	other.onePass = false
	return other.match(s, caps, DefaultSteps, nil)
}
