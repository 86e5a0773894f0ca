package apple

import (
	"fmt"
	"regexp"
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

var identifier = regexp.MustCompile(`(?i)^(iPhone|iPod|iPad)(\d{1,3})[,C](\d{1,3})$`)

// ParseHardware reads an identifier, "iPhone2,1" or "iPhone2C1", in any case.
func ParseHardware(s string) (h Hardware, ok bool) {
	m := identifier.FindStringSubmatch(s)
	if m == nil {
		return Hardware{}, false
	}
	return Hardware{family(m[1]), atoi(m[2]), atoi(m[3])}, true
}

func family(s string) string { return "iP" + strings.ToLower(s[2:]) }

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
	first := map[string]int{"iPhone": 2, "iPod": 3, "iPad": 1}[h.Family]
	switch {
	case first == 0 || h.Major == 0:
		return Undecidable
	case h.Major < first:
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

var agent = regexp.MustCompile(`(?i)^Apple-(iPhone|iPod|iPad)(\d{1,3}C\d{1,3})?/(\S*)$`)

// ParseAgent reads the User-Agent of the mail program of an Apple device,
// "Apple-iPhone2C1/808.7", in any case. ok is false for anything else.
func ParseAgent(s string) (a Agent, ok bool) {
	if len(s) < 6 || !strings.EqualFold(s[:6], "Apple-") {
		return Agent{}, false // most often, and without a search
	}
	m := agent.FindStringSubmatch(s)
	if m == nil {
		return Agent{}, false
	}
	a.Family = family(m[1])
	a.Hardware, _ = ParseHardware(m[1] + m[2])
	a.Build, _ = ParseBuild(m[3])
	return a, true
}
