package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// AddVary adds the names of headers, "" for none, to the response's Vary.
func (s *Request) AddVary(names string) {
	if names == "" || s.Vary.Repeat(names) {
		return
	}
	if s.Vary.Empty() || s.Eval.Charge(vary.RunBytes+len(names)) {
		s.Vary.Add(names)
	}
}

// addVaries is AddVary for names that another request has.
func (s *Request) addVaries(names *vary.Names) {
	if s.Vary.Empty() || s.Eval.Charge(names.Memory()) {
		s.Vary.AddAll(names)
	}
}

// VaryText returns Vary as httpd has it before it is sent: a name in it for each time that it
// was looked at.
func (s *Request) VaryText() string { return s.TextOf(&s.Vary) }

// TextOf returns names as one text, with each of them as often as it was looked at.
func (s *Request) TextOf(names *vary.Names) string {
	size := names.Size()
	if !s.Eval.Spend(size/work.TextSteps) || !s.Eval.Charge(size) {
		return ""
	}
	return names.Text()
}

// RoomForVary charges for what is about to be added to Vary, beside AddVary, and reports
// whether it may be.
func (s *Request) RoomForVary() bool { return s.Vary.Empty() || s.Eval.Charge(vary.RunBytes) }

// sentVary returns Vary as it is sent: without repeated names. An expression can bring in
// names that are none.
func (s *Request) sentVary() string {
	if names, ok := s.Vary.Lone(); ok && apr.IsToken(names) {
		return names
	}
	var list distinctNames
	for names := range s.Vary.Once {
		list.addVary(names)
	}
	return strings.Join(list.names, ",")
}

// addVary adds the names in a Vary header.
func (d *distinctNames) addVary(header string) {
	d.addAll(header, func(r rune) bool { return r == ',' || r < 0x80 && apr.IsSpace(byte(r)) })
}
