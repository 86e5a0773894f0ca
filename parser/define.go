package parser

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// define reads a Define.
func (p *parser) define(s *statement) {
	t := s.args
	name, _, _ := t.word()
	value, _, _ := t.word()
	if name.Text == "" || t.s != "" {
		p.argumentCount(s, "Define takes 1-2 arguments, a name and its value")
		return
	}
	if p.variableName(name) {
		p.setVariable(name.Text, value.Text)
	}
}

// undefine reads an UnDefine.
func (p *parser) undefine(s *statement) {
	name, ok := p.oneArgument(s, "UnDefine takes one argument, the name of a variable")
	if ok && p.variableName(name) {
		delete(p.defined, name.Text)
		delete(p.values, ascii.LowerCase(name.Text))
	}
}

// variableName reports whether w may be the name of a variable.
func (p *parser) variableName(w Word) bool {
	if !strings.Contains(w.Text, ":") {
		return true
	}
	p.errorf(w.Extent, CodeBadVariable, "", "Variable name must not contain ':'")
	return false
}

// setVariable defines a variable. Without a value it keeps the one it has.
func (p *parser) setVariable(name, value string) {
	p.defined[name] = true
	if value != "" {
		p.values[ascii.LowerCase(name)] = value
	}
}

// setVariables defines the variables of vars. Names that differ only in case
// share their value: that of the last one, in the order of the alphabet.
func (p *parser) setVariables(vars map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		p.setVariable(name, vars[name])
	}
}

// serverRoot reads a ServerRoot.
func (p *parser) serverRoot(s *statement) {
	if w, ok := p.oneArgument(s, "ServerRoot takes one argument, a directory"); ok {
		p.root = p.absolute(w.Text)
	}
}

// absolute returns name as a path from the root, relative names being meant
// from ServerRoot.
func (p *parser) absolute(name string) string {
	if !strings.HasPrefix(name, "/") {
		name = p.root + "/" + name
	}
	return path.Clean("/" + name)
}

// oneArgument returns the only argument of s. It reports that there is none
// or more than one with usage.
func (p *parser) oneArgument(s *statement, usage string) (Word, bool) {
	t := s.args
	w, _, _ := t.word()
	if w.Text == "" || t.s != "" {
		p.argumentCount(s, usage)
		return w, false
	}
	return w, true
}
