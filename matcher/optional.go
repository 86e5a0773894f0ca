package matcher

// optional is a string that may be absent, which differs from empty.
type optional struct {
	text string
	ok   bool
}

func some(s string) optional { return optional{s, true} }
