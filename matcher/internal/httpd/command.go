package httpd

import (
	"maps"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Command is what the engine knows of a directive or section: one row of the
// table of all of them, which httpd keeps in command tables as well.
type Command struct {
	Name  string // as in the manual; that of a section begins with "<"
	Place OverrideClass
	Args  ArgumentKind
	// Set compiles a directive, whose place and number of words are right, into
	// the scope that it stands in. It is nil for a section, and for what the
	// engine does not run.
	Set func(sc *Scope, n *parser.Directive)
	// Open compiles a section. It checks the place itself.
	Open func(sc *Scope, n *parser.Section)
	Why  WhyNotRun
	// Inert says that the directive only names or limits the server: it changes
	// nothing about a request by itself.
	Inert bool

	Module *Module
}

// Module is a module of httpd, as far as the engine has it.
type Module struct {
	Name     string // as in the manual: "mod_env"
	Commands []Command
	// Node compiles a directive that has a node of its own in the tree and reports
	// whether it is one of the module's; nil for a module without such nodes.
	Node func(sc *Scope, n parser.Node) bool
	// Prepare returns a function that prepares such nodes for an engine on a goroutine; nil for none.
	Prepare func(e *Engine) Prepare
	// TLSVar returns a variable of the encrypted connection as the configuration
	// has it written, "" for none. ok is false where the connection has none. One
	// module has it.
	TLSVar func(s *Request, name string) (value string, ok bool)
	// Requirements are the tests of users that Require can name beside its own, by
	// that name. nil for none.
	Requirements map[string]Requirement
	// Touch makes the module's part of the scope's configuration, empty as it may
	// be. nil for a module where an empty part is the same as none.
	Touch func(sc *Scope)
	// Begin makes the module's part of a server before any directive; nil for none.
	// main says that it is the main server, which comes first, and no virtual host.
	Begin func(e *Engine, s *Server, main bool)
	// Close completes the module's part of a scope at its end; nil if there is
	// nothing to complete.
	Close func(sc *Scope)
	// Finish reports what is wrong with the whole, once all is compiled and before
	// virtual hosts are merged with the main server; nil for nothing.
	Finish func(c *Compiler, servers []*Server)
	// Start prepares a server of a ruleset without errors; nil for nothing.
	Start func(s *Server)
	// MapsFiles reports whether the module's directives map URLs of a server to
	// files; nil for never.
	MapsFiles func(s *Server) bool
}

// CommandTable holds the rows by their names in lower case.
type CommandTable map[string]*Command

// ModuleSet is the modules of an engine.
type ModuleSet struct {
	Modules  []*Module
	Phases   *Phases
	Commands CommandTable // of the modules, and what none of them runs
}

// NewCommandTable makes the table of the modules' directives and of those of httpd that
// none of them runs. Engines may share it: it is not written to afterwards.
func NewCommandTable(modules []*Module, notRun []NotRunGroup) CommandTable {
	t, byName := CommandTable{}, map[string]*Module{}
	for _, m := range modules {
		t.add(m, m.Commands)
		byName[m.Name] = m
	}
	for i := range notRun {
		m := byName[notRun[i].Module]
		if m == nil {
			m = &Module{Name: notRun[i].Module}
			byName[m.Name] = m
		}
		t.add(m, notRun[i].Commands())
	}
	return t
}

// With returns a table that has the directives of more modules as well.
func (t CommandTable) With(modules ...*Module) CommandTable {
	t = maps.Clone(t)
	for _, m := range modules {
		t.add(m, m.Commands)
	}
	return t
}

func (t CommandTable) add(m *Module, rows []Command) {
	for i := range rows {
		rows[i].Module = m
		t[strings.ToLower(rows[i].Name)] = &rows[i]
	}
}

// Find returns the row of a directive, or of a section whose name begins with
// "<"; nil if there is none.
func (t CommandTable) Find(name string) *Command { return t[strings.ToLower(name)] }

// directive compiles a directive.
func (c *Compiler) directive(n *parser.Directive, sc *Scope) {
	cmd := c.Engine.Commands.Find(n.Directive)
	if cmd == nil || cmd.Set == nil {
		c.Unknown(n.Directive, n.Extent, cmd, sc)
		return
	}
	c.effect = c.effect || !cmd.Inert
	if !c.Permitted(n.Directive, n.Extent, cmd.Place, sc) {
		return
	}
	if msg := cmd.Args.check(n.Args); msg != "" {
		c.Errorf(CodeBadArgument, n.Extent, "%s %s", n.Directive, msg)
		return
	}
	cmd.Set(sc, n)
}

// section compiles a section.
func (c *Compiler) section(n *parser.Section, sc *Scope) {
	cmd := c.Engine.Commands.Find("<" + n.Directive)
	if cmd == nil || cmd.Open == nil {
		c.Unknown("<"+n.Directive, n.Extent, cmd, sc)
		return
	}
	cmd.Open(sc, n)
}

// Unknown reports a directive or section that the engine does not run; cmd is
// its row, nil for one that httpd does not have.
func (c *Compiler) Unknown(name string, at parser.Extent, cmd *Command, sc *Scope) {
	sev := parser.Error
	if sc.override.nonfatal&nonfatalUnknown != 0 {
		sev = parser.Warning // so it would be without its module
	}
	if cmd == nil {
		c.Report(sev, codeUnknownDirective, at, "", "unknown directive %s", name)
		return
	}
	if !c.Permitted(name, at, cmd.Place, sc) {
		return
	}
	why := cmd.Why
	if why != WhileReading && c.Engine.Handled(name) {
		why = NoEffect
	}
	switch why {
	case NoEffect:
		c.Report(parser.Note, CodeNoEffect, at, "", "%s has no effect on rewriting and is left to the server", name)
	case OnResponse:
		c.Report(parser.Warning, CodeUnsupported, at, "", "%s acts on the response and is not supported yet", name)
	case Guards:
		c.Report(parser.Error, CodeUnsupported, at,
			"if the server around enforces it, list it in Options.Handled, or by -handled", "%s guards access and is not supported", name)
	case Decides:
		c.Report(parser.Error, CodeUnsupported, at,
			"if the server around does what it says, list it in Options.Handled, or by -handled", "%s affects request handling and is not supported yet", name)
	case WhileReading, IsRun:
		c.Report(sev, CodeUnsupported, at, "", "%s is a directive of httpd that is not supported", name)
	}
}
