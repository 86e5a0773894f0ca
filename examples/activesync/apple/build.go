// Package apple reads what iPhones, iPods and iPads say of themselves: the
// hardware, the build of the system, and the User-Agent that is made of both.
package apple

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Build is a build of the system: 7E18, or 8C148a with a suffix.
type Build struct {
	Major  int
	Letter byte // 'A' to 'Z'
	Number int  // up to 9999
	Suffix byte // 'a' to 'z', 0 for none
}

var (
	named  = regexp.MustCompile(`^([1-9]\d?)([A-Za-z])(\d{1,4})([a-z]?)$`)
	dotted = regexp.MustCompile(`^([1-9]\d?)(0[1-9]|1\d|2[0-6])\.(\d{1,4})(?:000(0[1-9]|1\d|2[0-6]))?$`)
)

// ParseBuild reads a build by its name, "7E18", or as a User-Agent has it:
// the letter as two digits, and a suffix as "000" and two digits. Devices write
// "705.18" for it; Apple's guide pads the last number to "705.018".
func ParseBuild(s string) (b Build, ok bool) {
	if !strings.Contains(s, ".") {
		m := named.FindStringSubmatch(s)
		if m == nil {
			return Build{}, false
		}
		b = Build{Major: atoi(m[1]), Letter: strings.ToUpper(m[2])[0], Number: atoi(m[3])}
		if m[4] != "" {
			b.Suffix = m[4][0]
		}
		return b, true
	}
	m := dotted.FindStringSubmatch(s)
	if m == nil {
		return Build{}, false
	}
	b = Build{Major: atoi(m[1]), Letter: byte('A' + atoi(m[2]) - 1), Number: atoi(m[3])}
	if m[4] != "" {
		b.Suffix = byte('a' + atoi(m[4]) - 1)
	}
	return b, true
}

// atoi reads digits that a pattern has bounded.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// String returns the build's name: "7E18".
func (b Build) String() string {
	name := fmt.Sprintf("%d%c%d", b.Major, b.Letter, b.Number)
	if b.Suffix != 0 {
		name += string(b.Suffix)
	}
	return name
}

// Version returns the build as devices write it: "705.18".
func (b Build) Version() string { return b.version("%d%02d.%d") }

// Padded returns the build as Apple's guide writes it: "705.018".
func (b Build) Padded() string { return b.version("%d%02d.%03d") }

func (b Build) version(format string) string {
	v := fmt.Sprintf(format, b.Major, b.Letter-'A'+1, b.Number)
	if b.Suffix != 0 {
		v += fmt.Sprintf("000%02d", b.Suffix-'a'+1)
	}
	return v
}

// Compare returns -1, 0 or +1 where b is older than c, the same or newer. The
// parts are numbers: 8H7 is older than 8H100.
func (b Build) Compare(c Build) int {
	return cmp.Or(cmp.Compare(b.Major, c.Major), cmp.Compare(b.Letter, c.Letter),
		cmp.Compare(b.Number, c.Number), cmp.Compare(b.Suffix, c.Suffix))
}
