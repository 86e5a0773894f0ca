package apr

// Optional is a string that may be absent, which differs from empty.
type Optional struct {
	Text string
	OK   bool
}

// Some returns an Optional that is there.
func Some(s string) Optional { return Optional{s, true} }
