// Package apple reads what iPhones, iPods and iPads say of themselves: the
// hardware, the build of the system, and the User-Agent that is made of both.
package apple

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Build is a build of the system, such as 8C148a: the major number, the letter (1
// for A), the number, and the suffix (1 for a, 0 for none).
type Build [4]int

var (
	named  = regexp.MustCompile(`^([1-9]\d?)([A-Za-z])(\d{1,4})([a-z]?)$`)
	dotted = regexp.MustCompile(`^([1-9]\d?)(0[1-9]|1\d|2[0-6])\.(\d{1,4})(?:000(0[1-9]|1\d|2[0-6]))?$`)
)

// ParseBuild reads a build by its name, "7E18", or as a User-Agent has it: the
// letter as two digits, and a suffix as "000" and two digits. Devices write
// "705.18" for it; Apple's guide pads the number to "705.018".
func ParseBuild(s string) (b Build, ok bool) {
	m, letter := dotted.FindStringSubmatch(s), atoi
	if m == nil {
		m, letter = named.FindStringSubmatch(s), position
	}
	if m == nil {
		return Build{}, false
	}
	return Build{atoi(m[1]), letter(m[2]), atoi(m[3]), letter(m[4])}, true
}

// atoi reads digits that a pattern has bounded; "" is 0.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// position returns the place of a letter in the alphabet; that of "" is 0.
func position(s string) int {
	if s == "" {
		return 0
	}
	return int(s[0]|0x20-'a') + 1
}

// String returns the build's name: "7E18".
func (b Build) String() string {
	name := fmt.Sprintf("%d%c%d", b[0], 'A'-1+b[1], b[2])
	if b[3] != 0 {
		name += string(rune('a' - 1 + b[3]))
	}
	return name
}

// Dotted returns the build as a User-Agent has it, with at least so many digits of
// the number: "705.18" with 1, "705.018" with 3.
func (b Build) Dotted(digits int) string {
	v := fmt.Sprintf("%d%02d.%0*d", b[0], b[1], digits, b[2])
	if b[3] != 0 {
		v += fmt.Sprintf("000%02d", b[3])
	}
	return v
}

// Compare returns -1, 0 or +1 where b is older than c, the same or newer. The
// parts are numbers: 8H7 is older than 8H100.
func (b Build) Compare(c Build) int { return slices.Compare(b[:], c[:]) }

// Hardware is a hardware identifier as a User-Agent has it, "iPhone2C1" for
// iPhone2,1; "" is none.
type Hardware string

var hardware = regexp.MustCompile(`^(?i:(iPhone|iPod|iPad)([1-9]\d{0,2})[C,]([1-9]\d{0,2}))$`)

// ParseHardware reads an identifier, "iPhone2,1" or "iPhone2C1", in any case; "" if
// it is none.
func ParseHardware(s string) Hardware {
	m := hardware.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return Hardware(family(m[1]) + m[2] + "C" + m[3])
}

// family returns the name of a family, given in any case, as Apple spells it.
func family(s string) string { return "iP" + strings.ToLower(s[2:]) }

// Encryption says whether a device encrypts its storage, as far as is known.
type Encryption string

// The answers about a device.
const (
	Undecidable    Encryption = "undecidable"
	Encrypts       Encryption = "encrypts"
	DoesNotEncrypt Encryption = "does not encrypt"
)

// Encryption says whether this hardware encrypts. The first two iPhones and the
// first two generations of the iPod touch have no hardware for it, all later
// ones and every iPad do. Data is bound to the passcode from iOS 4 on only.
func (h Hardware) Encryption() Encryption {
	model, _, _ := strings.Cut(string(h), "C")
	switch model {
	case "":
		return Undecidable
	case "iPhone1", "iPod1", "iPod2":
		return DoesNotEncrypt
	}
	return Encrypts
}

// Agent is what a User-Agent says.
type Agent struct {
	Family   string   // "iPhone", "iPod" or "iPad"; "" if it is not an Apple device's
	Hardware Hardware // "" before iOS 4
	Build    Build    // the zero value where none can be read
}

var agent = regexp.MustCompile(`^(?i:Apple-(iPhone|iPod|iPad)(?:([1-9]\d{0,2})C([1-9]\d{0,2}))?)/(\S*)$`)

// ParseAgent reads the User-Agent of the mail program of an Apple device,
// "Apple-iPhone2C1/808.7", in any case. Anything else is the zero Agent.
func ParseAgent(s string) (a Agent) {
	if m := agent.FindStringSubmatch(s); m != nil {
		a.Family = family(m[1])
		if m[2] != "" {
			a.Hardware = Hardware(a.Family + m[2] + "C" + m[3])
		}
		a.Build, _ = ParseBuild(m[4])
	}
	return a
}

//go:embed known.txt
var known string

// Known returns the hardware ("iPhone1,1") and the builds ("7E18") of the table.
func Known() (all []string) {
	for line := range strings.Lines(known) {
		id, _, _ := strings.Cut(line, " ")
		all = append(all, id)
	}
	return all
}

// Name returns what hardware or a build is called, "" if the table does not have it.
func Name(id string) string {
	_, name, _ := strings.Cut("\n"+known, "\n"+id+" ")
	name, _, _ = strings.Cut(name, "\n")
	return strings.TrimSpace(name)
}
