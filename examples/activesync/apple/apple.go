// Package apple reads what iPhones, iPods and iPads say of themselves: the
// hardware, the build of the system, and the User-Agent that is made of both.
package apple

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Build is a build of the system, such as 8C148a: the larger, the newer. Its decimal
// digits are those of the major number, the letter (two, 01 for A), the number (four)
// and the suffix (two, 01 for a, 00 for none). 0 is no build.
type Build int

var named = regexp.MustCompile(`^(\d{1,2})([A-Za-z])(\d{1,4})([a-z]?)$`)

// ParseBuild reads a build by its name, "7E18", or as a User-Agent has it: the
// letter as two digits, and a suffix as "000" and two digits. Devices write
// "705.18" for it; Apple's guide pads the number to "705.018". It returns 0 where s
// is none.
func ParseBuild(s string) Build {
	head, number, _ := strings.Cut(s, ".")
	if number == "" {
		m := named.FindStringSubmatch(s)
		if m == nil {
			return 0
		}
		head, number = m[1]+position(m[2]), m[3]
		if m[4] != "" {
			number += "000" + position(m[4])
		}
	}
	suffix, suffixOK := Build(0), true
	if at := len(number) - len("00001"); at > 0 {
		suffix, suffixOK = within(number[at:], 1, 26)
		number = number[:at]
	}
	release, headOK := within(head, 101, 9926)
	n, numberOK := within(number, 0, 9999)
	if !headOK || !numberOK || !suffixOK || head[0] == '0' || len(number) > 4 || release%100 < 1 || release%100 > 26 {
		return 0
	}
	return (release*1e4+n)*100 + suffix
}

// position returns the place of a letter in the alphabet, in two digits.
func position(letter string) string { return fmt.Sprintf("%02d", letter[0]|0x20-'a'+1) }

// within reads a number in decimal digits, and reports whether it lies within bounds.
func within(s string, low, high uint64) (Build, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return Build(n), err == nil && low <= n && n <= high
}

// String returns the build's name: "7E18".
func (b Build) String() string {
	name := fmt.Sprintf("%d%c%d", b/1e8, 'A'-1+b/1e6%100, b/100%1e4)
	if suffix := b % 100; suffix != 0 {
		name += string(rune('a' - 1 + suffix))
	}
	return name
}

// Dotted returns the build as a User-Agent has it, with at least so many digits of
// the number: "705.18" with 1, "705.018" with 3.
func (b Build) Dotted(digits int) string {
	dotted := fmt.Sprintf("%d.%0*d", b/1e6, digits, b/100%1e4)
	if suffix := b % 100; suffix != 0 {
		dotted += fmt.Sprintf("000%02d", suffix)
	}
	return dotted
}

// Hardware is a hardware identifier as a User-Agent has it, "iPhone2C1" for
// iPhone2,1; "" is none.
type Hardware string

// ParseHardware reads an identifier, "iPhone2,1" or "iPhone2C1", in any case; "" if
// it is none.
func ParseHardware(s string) Hardware {
	family, model := cutFamily(s)
	at := strings.IndexAny(model, "Cc,")
	if family == "" || at < 0 || !isPart(model[:at]) || !isPart(model[at+1:]) {
		return ""
	}
	return Hardware(family + model[:at] + "C" + model[at+1:])
}

// cutFamily takes the name of a family, in any case, off the beginning of s, and returns
// it as Apple spells it, "" where there is none.
func cutFamily(s string) (family, rest string) {
	for _, family := range []string{"iPhone", "iPod", "iPad"} {
		if len(s) >= len(family) && strings.EqualFold(s[:len(family)], family) {
			return family, s[len(family):]
		}
	}
	return "", s
}

// isPart reports whether s can be a number of an identifier.
func isPart(s string) bool {
	_, ok := within(s, 1, 999)
	return ok && s[0] != '0'
}

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
	switch model, _, _ := strings.Cut(string(h), "C"); model {
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
	Build    Build    // 0 where none can be read
}

// ParseAgent reads the User-Agent of the mail program of an Apple device,
// "Apple-iPhone2C1/808.7", in any case. Anything else is the zero Agent.
func ParseAgent(s string) Agent {
	const maker = "Apple-"
	id, build, _ := strings.Cut(s, "/")
	if len(id) < len(maker) || !strings.EqualFold(id[:len(maker)], maker) || len(id) == len(s) || strings.ContainsAny(build, " \t\r\n\f") {
		return Agent{}
	}
	hardware := ParseHardware(id[len(maker):])
	family, model := cutFamily(id[len(maker):])
	if family == "" || hardware == "" && model != "" {
		return Agent{}
	}
	return Agent{family, hardware, ParseBuild(build)}
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
