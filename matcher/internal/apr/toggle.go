package apr

// Toggle is an On/Off setting that may be unset.
type Toggle uint8

// The values of a Toggle.
const (
	Unset Toggle = iota
	On
	Off
)

// ToggleOf returns On or Off.
func ToggleOf(b bool) Toggle {
	if b {
		return On
	}
	return Off
}

// Over returns t, or base where t is unset.
func (t Toggle) Over(base Toggle) Toggle {
	if t == Unset {
		return base
	}
	return t
}

// OnOff returns "on" or "off", as variables show it.
func OnOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}
