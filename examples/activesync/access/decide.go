package access

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/examples/activesync/apple"
)

// Facts are what is known of a request's device and user. All of it is what the
// client says, but for Verified.
type Facts struct {
	User     string // "" if the request names none
	Verified bool   // the server has accepted this login before
	DeviceID string

	DeviceType  string
	DeviceModel string // "" if the device has not reported it: then it is the one that the User-Agent names
	DeviceOS    string // likewise
	UserAgent   string
}

// Verdict is what a policy says of a device, and why.
type Verdict struct {
	Level Level
	Rule  string // the rule that decided, as the file would spell it
	Line  int    // where it stands, 0 if nowhere
	Note  string // what there is to say beside it
}

// Decide decides in Exchange's order: personal block, personal allow, rule block,
// rule quarantine, rule allow, default. What the file demands of hardware and build
// comes with the blocks. A personal allow overrides those two only for a login
// that the server has accepted.
func (p *Policy) Decide(f *Facts) Verdict {
	if p == nil {
		return Verdict{Rule: "no policy"}
	}
	if v, ok := p.personal(Block, f); ok {
		return v
	}
	agent, isApple := apple.ParseAgent(f.UserAgent)
	technical, note := p.technical(f, agent, isApple)
	if f.DeviceModel == "" {
		known := *f
		known.DeviceModel = agent.Hardware.String()
		f = &known
	}
	if v, ok := p.personal(Allow, f); ok {
		if f.Verified || technical == nil {
			v.Note = note
			return v
		}
		technical.Note = fmt.Sprintf("line %d allows the device once the server has accepted the login", v.Line)
		return *technical
	}
	if v, ok := p.matching(Block, f); ok {
		return v
	}
	if technical != nil {
		return *technical
	}
	for _, level := range []Level{Quarantine, Allow} {
		if v, ok := p.matching(level, f); ok {
			v.Note = note
			return v
		}
	}
	return Verdict{p.fallback.value, "default " + p.fallback.value.String(), p.fallback.line, note}
}

// personal looks for a line about this user and device. A name without a domain,
// in the file or in the request, stands for all domains; to block, a domain is
// never looked at.
func (p *Policy) personal(level Level, f *Facts) (Verdict, bool) {
	if len(p.users) == 0 || f.User == "" {
		return Verdict{}, false
	}
	for _, e := range p.users[personal{account(f.User), strings.ToLower(f.DeviceID)}] {
		if e.value.level != level {
			continue
		}
		bare := strings.EqualFold(e.value.user, account(f.User))
		if level == Block || bare || strings.EqualFold(e.value.user, f.User) {
			return Verdict{Level: level, Rule: fmt.Sprintf("user %s %s %s", e.value.user, level, f.DeviceID), Line: e.line}, true
		}
	}
	return Verdict{}, false
}

// matching looks for a rule of a level that matches exactly.
func (p *Policy) matching(level Level, f *Facts) (Verdict, bool) {
	for c, text := range []string{f.DeviceType, f.DeviceModel, f.DeviceOS, f.UserAgent} {
		if rule, ok := p.rules[match{level, Characteristic(c), text}]; ok {
			return Verdict{Level: level, Rule: fmt.Sprintf("%s %s %q", level, characteristics[c], text), Line: rule.line}, true
		}
	}
	return Verdict{}, false
}

// technical applies "encrypting" and "minimum". It returns nil if the device may
// pass, and a note if that is for want of knowledge.
func (p *Policy) technical(f *Facts, agent apple.Agent, isApple bool) (refused *Verdict, note string) {
	reported, _ := apple.ParseHardware(f.DeviceModel)
	switch encryption := encryption(isApple, agent.Hardware, reported); {
	case p.demand.value == Off, encryption == apple.Encrypts:
	case encryption == apple.DoesNotEncrypt:
		return &Verdict{Rule: "encrypting: this hardware does not encrypt", Line: p.demand.line}, ""
	case p.demand.value == Required:
		return &Verdict{Rule: "encrypting required: the device does not say what hardware it is", Line: p.demand.line}, ""
	default:
		note = "undecidable: the device does not say what hardware it is"
	}
	for _, h := range []apple.Hardware{agent.Hardware, reported} {
		if least, ok := p.minimum[h]; ok && agent.Build.Compare(least.value) < 0 {
			return &Verdict{Rule: fmt.Sprintf("minimum %s %s", h, least.value), Line: least.line}, ""
		}
	}
	return nil, note
}

// encryption says whether a device encrypts, by the hardware that its User-Agent
// names and the one that it reported. Either can say that it does not. A report
// alone proves nothing of a client whose User-Agent is another's.
func encryption(isApple bool, named, reported apple.Hardware) apple.Encryption {
	a, b := named.Encryption(), reported.Encryption()
	switch {
	case a == apple.DoesNotEncrypt || b == apple.DoesNotEncrypt:
		return apple.DoesNotEncrypt
	case isApple && (a == apple.Encrypts || b == apple.Encrypts):
		return apple.Encrypts
	}
	return apple.Undecidable
}
