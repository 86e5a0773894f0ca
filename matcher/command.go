package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// command is what the engine knows of a directive or section: one row of the
// table of all of them, which httpd keeps in command tables as well.
type command struct {
	name  string // as in the manual; that of a section begins with "<"
	place overrideClass
	args  argumentKind
	// set compiles a directive, whose place and number of words are right, into
	// the scope that it stands in. It is nil for a section, and for what the
	// engine does not run.
	set func(sc *scope, n *parser.Directive)
	// open compiles a section. It checks the place itself.
	open func(sc *scope, n *parser.Section)
	why  whyNotRun
	// inert says that the directive only names or limits the server: it changes
	// nothing about a request by itself.
	inert bool

	module *module
}

// module is a module of httpd, as far as the engine has it.
type module struct {
	name     string // as in the manual: "mod_env"
	commands []command
	// node compiles a directive that has a node of its own in the tree and reports
	// whether it is one of the module's; nil for a module without such nodes.
	node func(sc *scope, n parser.Node) bool
	// tlsVar returns a variable of the encrypted connection as the configuration
	// has it written, "" for none. ok is false where the connection has none. One
	// module has it.
	tlsVar func(s *state, name string) (value string, ok bool)
	// touch makes the module's part of the scope's configuration, empty as it may
	// be. nil for a module where an empty part is the same as none.
	touch func(sc *scope)
	// begin makes the module's part of a server before any directive; nil for none.
	// main says that it is the main server, which comes first, and no virtual host.
	begin func(e *engine, s *server, main bool)
	// close completes the module's part of a scope at its end; nil if there is
	// nothing to complete.
	close func(sc *scope)
	// finish reports what is wrong with the whole, once all is compiled and before
	// virtual hosts are merged with the main server; nil for nothing.
	finish func(c *compiler, servers []*server)
	// start prepares a server of a ruleset without errors; nil for nothing.
	start func(s *server)
	// mapsFiles reports whether the module's directives map URLs of a server to
	// files; nil for never.
	mapsFiles func(s *server) bool
}

// commandTable holds the rows by their names in lower case.
type commandTable map[string]*command

// moduleSet is the modules of an engine.
type moduleSet struct {
	modules []*module
	phases  *phases
	notRun  []notRunGroup // the directives of httpd that none of them runs
}

// newCommandTable makes the table of the modules' directives and of those that
// are not run.
func newCommandTable(set *moduleSet) commandTable {
	t, groups := commandTable{}, set.notRun
	for _, m := range set.modules {
		t.add(m, m.commands)
	}
	byName := map[string]*module{}
	for _, m := range set.modules {
		byName[m.name] = m
	}
	for i := range groups {
		m := byName[groups[i].module]
		if m == nil {
			m = &module{name: groups[i].module}
			byName[m.name] = m
		}
		t.add(m, groups[i].commands())
	}
	return t
}

func (t commandTable) add(m *module, rows []command) {
	for i := range rows {
		rows[i].module = m
		t[strings.ToLower(rows[i].name)] = &rows[i]
	}
}

// find returns the row of a directive, or of a section whose name begins with
// "<"; nil if there is none.
func (t commandTable) find(name string) *command { return t[strings.ToLower(name)] }

// directive compiles a directive.
func (c *compiler) directive(n *parser.Directive, sc *scope) {
	cmd := c.engine.commands.find(n.Directive)
	if cmd == nil || cmd.set == nil {
		c.unknown(n.Directive, n.Extent, cmd, sc)
		return
	}
	c.effect = c.effect || !cmd.inert
	if !c.permitted(n.Directive, n.Extent, cmd.place, sc) {
		return
	}
	if msg := cmd.args.check(n.Args); msg != "" {
		c.errorf(CodeBadArgument, n.Extent, "%s %s", n.Directive, msg)
		return
	}
	cmd.set(sc, n)
}

// section compiles a section.
func (c *compiler) section(n *parser.Section, sc *scope) {
	cmd := c.engine.commands.find("<" + n.Directive)
	if cmd == nil || cmd.open == nil {
		c.unknown("<"+n.Directive, n.Extent, cmd, sc)
		return
	}
	cmd.open(sc, n)
}

// unknown reports a directive or section that the engine does not run; cmd is
// its row, nil for one that httpd does not have.
func (c *compiler) unknown(name string, at parser.Extent, cmd *command, sc *scope) {
	sev := parser.Error
	if sc.override.nonfatal&nonfatalUnknown != 0 {
		sev = parser.Warning // so it would be without its module
	}
	if cmd == nil {
		c.report(sev, codeUnknownDirective, at, "", "unknown directive %s", name)
		return
	}
	if !c.permitted(name, at, cmd.place, sc) {
		return
	}
	why := cmd.why
	if why != whileReading && c.engine.handled(name) {
		why = noEffect
	}
	switch why {
	case noEffect:
		c.report(parser.Note, codeNoEffect, at, "", "%s has no effect on rewriting and is left to the server", name)
	case onResponse:
		c.report(parser.Warning, CodeUnsupported, at, "", "%s acts on the response and is not supported yet", name)
	case guards:
		c.report(parser.Error, CodeUnsupported, at,
			"if the server around enforces it, list it in Options.Handled", "%s guards access and is not supported", name)
	case decides:
		c.report(parser.Error, CodeUnsupported, at, "", "%s affects request handling and is not supported yet", name)
	case whileReading, isRun:
		c.report(sev, CodeUnsupported, at, "", "%s is a directive of httpd that is not supported", name)
	}
}
