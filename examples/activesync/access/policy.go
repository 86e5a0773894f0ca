// Package access decides which devices may synchronise, by a file of rules in the
// manner of Exchange's device access rules:
//
//	default block
//	encrypting required
//	minimum iPhone2C1 8H7
//	allow DeviceType "iPhone"
//	quarantine UserAgent "Apple-iPad2C3/902.176"
//	user alice allow Appl87841N8H3NP
//
// The README of the command describes the language.
package access

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/examples/activesync/apple"
)

// Level is what a rule says of a device. The zero value is Block.
type Level int

// The levels.
const (
	Block Level = iota
	Quarantine
	Allow
)

// String returns the level as the language spells it.
func (l Level) String() string { return [...]string{"block", "quarantine", "allow"}[l] }

// Demand is what "encrypting" asks for. The zero value is off.
type Demand int

// The demands.
const (
	Off      Demand = iota
	Known           // hardware that is known not to encrypt is blocked
	Required        // and so is a device that does not say what hardware it is
)

// Policy is a file of rules. It does not change, and is safe for concurrent use.
// The nil Policy blocks every device.
type Policy struct {
	name     string
	fallback setting[Level]
	demand   setting[Demand]
	minimum  map[apple.Hardware]setting[apple.Build]
	rules    map[match]setting[struct{}]
	users    map[personal][]setting[exemption]
}

// setting is a value, and the line of the file that sets it; 0 for none.
type setting[T any] struct {
	value T
	line  int
}

// match is the rule for one exact text.
type match struct {
	level          Level
	characteristic Characteristic
	text           string
}

// Characteristic is a property of a device that rules compare with.
type Characteristic int

// The characteristics, in the order in which they are looked at.
const (
	DeviceType Characteristic = iota
	DeviceModel
	DeviceOS
	UserAgent
)

// characteristics are the names in the language.
var characteristics = []string{"DeviceType", "DeviceModel", "DeviceOS", "UserAgent"}

// personal is a device of an account: the name without its domain, and the
// device's id, both in lower case.
type personal struct{ account, device string }

// exemption is what a line says of a personal device.
type exemption struct {
	level Level
	user  string // as the file has it
}

// account returns the name without a domain, "CORP\alice" or "alice@example.com",
// in lower case.
func account(user string) string {
	user = user[strings.LastIndexByte(user, '\\')+1:]
	user, _, _ = strings.Cut(user, "@")
	return strings.ToLower(user)
}

// Demanded reports whether the file has a line about encryption.
func (p *Policy) Demanded() bool { return p.demand.line != 0 }

// At names a line of the file, "access.conf:12"; "" for line 0.
func (p *Policy) At(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.name, line)
}
