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
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/examples/activesync/apple"
)

// Level is what a rule says of a device. The zero value lets no device in.
type Level string

// The levels.
const (
	Allow      Level = "allow"
	Quarantine Level = "quarantine"
	Block      Level = "block"
)

// Policy is a file of rules. It does not change, and is safe for concurrent use.
// The nil Policy blocks every device.
type Policy struct {
	name    string
	lines   []string
	entries map[key]entry
}

// key is what a line of the file is about: "minimum" and hardware, a level, a
// characteristic of devices and its text, or a level, a user and a device.
type key struct{ verb, about, text string }

// entry is a line.
type entry struct {
	line  int
	value string // of "default" and "encrypting"
	build apple.Build
}

// characteristics are the properties of a device that rules compare with, in the
// order in which they are looked at.
var characteristics = []string{"DeviceType", "DeviceModel", "DeviceOS", "UserAgent"}

// Facts are what is known of a request's device and user. All of it is what the
// client says, but for Verified.
type Facts struct {
	User     string // "" if the request names none
	Verified bool   // the server has accepted this login before
	DeviceID string

	DeviceType  string
	DeviceModel string // "" if the device has not reported it: then it is the one that the User-Agent names
	DeviceOS    string // "" likewise
	UserAgent   string
}

// Verdict is what a policy says of a device, and why.
type Verdict struct {
	Level Level
	Rule  string // the line that decided
	At    string // its place: "devices.access:12"
	Note  string // what there is to say beside it
}

// Demanded reports whether the file has a line about encryption.
func (p *Policy) Demanded() bool { return p.entries[key{verb: "encrypting"}].line != 0 }

// Decide decides in Exchange's order: personal block, personal allow, rule block,
// rule quarantine, rule allow, default. What the file demands of hardware and build
// comes with the blocks. A personal allow overrides those two only for a login
// that the server has accepted.
func (p *Policy) Decide(f *Facts) Verdict {
	if p == nil {
		return Verdict{Level: Block, Rule: "no policy"}
	}
	agent := apple.ParseAgent(f.UserAgent)
	refused, note := p.technical(f, &agent)
	allowed := p.personal(Allow, f)
	if allowed > 0 && refused > 0 && !f.Verified {
		note = fmt.Sprintf("%s; line %d allows it once the server has accepted the login", note, allowed)
		allowed = 0
	}
	fallback := p.entries[key{verb: "default"}]
	type step struct {
		level Level
		line  int
	}
	steps := []step{
		{Block, p.personal(Block, f)},
		{Allow, allowed},
		{Block, p.rule(Block, f, &agent)},
		{Block, refused},
		{Quarantine, p.rule(Quarantine, f, &agent)},
		{Allow, p.rule(Allow, f, &agent)},
		{Level(fallback.value), fallback.line},
	}
	first := steps[slices.IndexFunc(steps, func(s step) bool { return s.line > 0 })]
	return Verdict{first.level, p.lines[first.line-1], p.name + ":" + strconv.Itoa(first.line), note}
}

// personal returns the line about a user's device. A name without a domain, in the
// file or in the request, stands for all domains; to block, a domain is never
// looked at.
func (p *Policy) personal(level Level, f *Facts) int {
	return cmp.Or(p.entries[personal(level, f.User, f.DeviceID)].line, p.entries[personal(level, account(f.User), f.DeviceID)].line)
}

// personal returns the key of a line about a user's device.
func personal(level Level, user, device string) key {
	verb := "user allow"
	if level == Block {
		verb, user = "user block", account(user)
	}
	return key{verb, strings.ToLower(user), strings.ToLower(device)}
}

// account returns the name without a domain, of "CORP\alice" or "alice@example.com",
// in lower case.
func account(user string) string {
	user = user[strings.LastIndexAny(user, `\/`)+1:]
	user, _, _ = strings.Cut(user, "@")
	return strings.ToLower(strings.TrimSpace(user))
}

// rule returns the line of a rule that matches exactly.
func (p *Policy) rule(level Level, f *Facts, agent *apple.Agent) int {
	model := cmp.Or(f.DeviceModel, string(agent.Hardware))
	for i, text := range []string{f.DeviceType, model, f.DeviceOS, f.UserAgent} {
		if e, ok := p.entries[key{string(level), characteristics[i], text}]; ok {
			return e.line
		}
	}
	return 0
}

// technical applies "encrypting" and "minimum". It returns the line that refuses the
// device, 0 if it may pass, and why, or what is not known. Either the hardware that
// the User-Agent names or the one that the device reported can say that it does not
// encrypt. A report alone proves nothing of a client whose User-Agent is another's.
func (p *Policy) technical(f *Facts, agent *apple.Agent) (line int, note string) {
	reported := apple.ParseHardware(f.DeviceModel)
	answers := []apple.Encryption{agent.Hardware.Encryption(), reported.Encryption()}
	demand := p.entries[key{verb: "encrypting"}]
	refused := demand.value == "required"
	switch {
	case slices.Contains(answers, apple.DoesNotEncrypt):
		note, refused = "this hardware does not encrypt", refused || demand.value == "known"
	case agent.Family == "" || !slices.Contains(answers, apple.Encrypts):
		note = "undecidable: the device does not say what hardware it is"
	default:
		refused = false
	}
	if refused {
		return demand.line, note
	}
	for _, h := range []apple.Hardware{agent.Hardware, reported} {
		if least := p.entries[key{verb: "minimum", about: string(h)}]; agent.Build < least.build {
			return least.line, "the system is too old, or does not say its build"
		}
	}
	return 0, note
}
