package apple

import (
	"fmt"
	"strings"
)

// Hardware is a hardware identifier: iPhone2,1. The zero value is none.
type Hardware struct {
	Family       string // "iPhone", "iPod" or "iPad"
	Major, Minor int
}

// Encryption says whether a device encrypts its storage, as far as is known.
type Encryption int

// The answers about a device.
const (
	Undecidable Encryption = iota
	Encrypts
	DoesNotEncrypt
)

// String returns the answer in words.
func (e Encryption) String() string {
	return [...]string{"undecidable", "encrypts", "does not encrypt"}[e]
}

// ParseHardware reads an identifier, "iPhone2,1" or "iPhone2C1", in any case.
func ParseHardware(s string) (h Hardware, ok bool) {
	name, rest := cutFamily(s)
	at := strings.IndexAny(rest, ",Cc")
	if name == "" || at < 0 || !isNumber(rest[:at]) || !isNumber(rest[at+1:]) {
		return Hardware{}, false
	}
	return Hardware{name, atoi(rest[:at]), atoi(rest[at+1:])}, true
}

// cutFamily takes the name of a family, in any case, from the front of s.
func cutFamily(s string) (name, rest string) {
	for _, name := range [...]string{"iPhone", "iPad", "iPod"} {
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			return name, s[len(name):]
		}
	}
	return "", s
}

// isNumber reports whether s is up to three digits.
func isNumber(s string) bool {
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}

// String returns the identifier as a User-Agent has it: "iPhone2C1"; "" for
// none.
func (h Hardware) String() string {
	if h == (Hardware{}) {
		return ""
	}
	return fmt.Sprintf("%s%dC%d", h.Family, h.Major, h.Minor)
}

// Encryption says whether this hardware encrypts. The first two iPhones and the
// first two generations of the iPod touch have no hardware for it, all later
// ones and every iPad do. Data is bound to the passcode from iOS 4 on only.
func (h Hardware) Encryption() Encryption {
	switch {
	case h.Major == 0:
		return Undecidable
	case h.Family == "iPhone" && h.Major < 2, h.Family == "iPod" && h.Major < 3:
		return DoesNotEncrypt
	}
	return Encrypts
}

// Agent is what a User-Agent says.
type Agent struct {
	Family   string   // "iPhone", "iPod" or "iPad"
	Hardware Hardware // none before iOS 4
	Build    Build    // the zero value where none can be read
}

// ParseAgent reads the User-Agent of the mail program of an Apple device,
// "Apple-iPhone2C1/808.7", in any case. ok is false for anything else.
func ParseAgent(s string) (a Agent, ok bool) {
	const maker = "Apple-"
	if len(s) < len(maker) || !strings.EqualFold(s[:len(maker)], maker) {
		return Agent{}, false
	}
	device, build, ok := strings.Cut(s[len(maker):], "/")
	family, rest := cutFamily(device)
	h, named := ParseHardware(device)
	if !ok || family == "" || rest != "" && (!named || strings.Contains(rest, ",")) || strings.ContainsAny(build, " \t") {
		return Agent{}, false
	}
	a.Build, _ = ParseBuild(build)
	a.Family, a.Hardware = family, h
	return a, true
}
