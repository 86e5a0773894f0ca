package parser

import "github.com/modrewrite-go/modrewrite/parser/internal/ascii"

// rewriteEngine reads a RewriteEngine, nil if it is wrong.
func (p *parser) rewriteEngine(s *statement) Node {
	t := s.args
	w, _, _ := t.word()
	on := ascii.EqualFold(w.Text, "on")
	if !on && !ascii.EqualFold(w.Text, "off") {
		p.errorf(s.Extent, CodeOnOff, "", "RewriteEngine must be On or Off")
		return nil
	}
	p.ignored(t, "RewriteEngine")
	return &RewriteEngine{Extent: s.Extent, Source: s.Source, On: on}
}
