package matcher

// toggle is an On/Off setting that may be unset.
type toggle uint8

const (
	unset toggle = iota
	on
	off
)

func toggleOf(b bool) toggle {
	if b {
		return on
	}
	return off
}

// over returns t, or base where t is unset.
func (t toggle) over(base toggle) toggle {
	if t == unset {
		return base
	}
	return t
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}
