package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// OverrideClass is a set of the classes that directives are put in by where
// they may stand. Those of AllowOverride come first.
type OverrideClass uint8

// The classes of AllowOverride, and the places beside them.
const (
	OverrideAuthConfig OverrideClass = 1 << iota
	OverrideFileInfo
	OverrideIndexes
	OverrideLimit
	OverrideOptions
	InServer    // outside of any section, and in <VirtualHost>
	InDirectory // in sections, but not in access files

	OverrideAll = OverrideAuthConfig | OverrideFileInfo | OverrideIndexes | OverrideLimit | OverrideOptions
	// Anywhere is all of them.
	Anywhere = InServer | InDirectory | OverrideAll
	// What may stand in a server and in a section. A server has no access
	// control of its own.
	serverClasses  = InServer | OverrideAll&^(OverrideAuthConfig|OverrideLimit)
	sectionClasses = InDirectory | OverrideAll
)

var overrideNames = map[string]OverrideClass{
	"authconfig": OverrideAuthConfig, "fileinfo": OverrideFileInfo, "indexes": OverrideIndexes,
	"limit": OverrideLimit, "options": OverrideOptions, "all": OverrideAll,
}

// nonfatal is a set of the mistakes in access files that are passed over.
type nonfatal uint8

const (
	nonfatalOverride nonfatal = 1 << iota // a directive that AllowOverride does not permit
	nonfatalUnknown                       // one that does not exist
)

// override is the setting of AllowOverride and AllowOverrideList: what an
// access file may hold.
type override struct {
	set      bool // AllowOverride is
	classes  OverrideClass
	nonfatal nonfatal
	// options are those that Options may change where limitsOptions is set.
	limitsOptions bool
	options       Option
	list          *overrideList // nil where AllowOverrideList is not set
}

// overrideList is the setting of AllowOverrideList: names in lower case.
type overrideList struct{ names map[string]bool }

func (l *overrideList) has(name string) bool { return l != nil && l.names[strings.ToLower(name)] }

func (o override) over(base override) override {
	if o.list == nil {
		o.list = base.list
	}
	if !o.set {
		base.list = o.list
		return base
	}
	return o
}

// readsFiles reports whether access files are read at all. Without any
// AllowOverride they are, and every directive in them is refused.
func (o override) readsFiles() bool {
	return !o.set || o.classes != 0 || o.nonfatal != 0 || o.list != nil && len(o.list.names) > 0
}

// permits reports whether a directive of class may stand in sc.
func (sc *Scope) permits(name string, class OverrideClass) bool {
	return sc.Allow&class != 0 || sc.override.list.has(strings.TrimSuffix(name, ">"))
}

// Permitted reports whether a directive of class may stand in sc, and the
// finding if it may not.
func (c *Compiler) Permitted(name string, at parser.Extent, class OverrideClass, sc *Scope) bool {
	switch {
	case sc.permits(name, class):
		return true
	case sc.override.nonfatal&nonfatalOverride != 0:
		c.Report(parser.Warning, CodeNotAllowed, at, "", "%s is ignored: AllowOverride does not permit it", name)
		sc.touch(name)
		c.ignored = append(c.ignored, at)
	case sc.Kind == scopeAccessFile && class&OverrideAll != 0:
		c.Errorf(CodeNotAllowed, at, "%s is not allowed here: AllowOverride does not permit it", name)
	default:
		c.Errorf(CodeNotAllowed, at, "%s is not allowed in %s context", name, sc.Describe())
	}
	return false
}

// touch makes the part of the scope's configuration that a directive belongs
// to. httpd does so even for one that it ignores, and some parts take the
// place of those of the scope around.
func (sc *Scope) touch(name string) {
	if cmd := sc.Engine.Commands.Find(name); cmd != nil && cmd.Module.Touch != nil {
		cmd.Module.Touch(sc)
	}
}

// applyAllowOverride compiles AllowOverride. Without any word it is None.
func applyAllowOverride(sc *Scope, n *parser.Directive) {
	sc.useless(n, sc)
	o := &sc.Dir.Core.override
	o.set, o.classes, o.nonfatal = true, 0, 0
	for i := range n.Args {
		word, value, hasValue := strings.Cut(strings.ToLower(n.Args[i].Text), "=")
		switch word {
		case "none":
			o.classes, o.nonfatal = 0, 0
		case "all":
			o.classes, o.nonfatal = OverrideAll, 0
		case "nonfatal":
			switch {
			case !hasValue:
				sc.Errorf(CodeBadArgument, n.Args[i].Extent, "%s: Nonfatal must be followed by =Override, =Unknown or =All", n.Directive)
			case value == "override":
				o.nonfatal |= nonfatalOverride
			case value == "unknown":
				o.nonfatal |= nonfatalUnknown
			case value == "all":
				o.nonfatal |= nonfatalOverride | nonfatalUnknown
			}
		case "options":
			o.classes |= OverrideOptions
			if !hasValue {
				o.limitsOptions, o.options = true, optionAll
			}
			if bad := o.limitOptions(value); bad != "" {
				sc.Errorf(CodeBadArgument, n.Args[i].Extent, "%s: unknown option %q", n.Directive, bad)
			}
		default:
			class, ok := overrideNames[word]
			if !ok {
				sc.Errorf(CodeBadArgument, n.Args[i].Extent, "%s: unknown class %q", n.Directive, n.Args[i].Text)
			}
			o.classes |= class
		}
	}
}

// limitOptions reads the list of Options= and returns a word of it that is no
// option. "Options=" on its own leaves what an earlier one said, as in httpd.
func (o *override) limitOptions(list string) (bad string) {
	first := true
	for word := range strings.SplitSeq(list, ",") {
		if word == "" {
			continue
		}
		if first {
			o.limitsOptions, o.options, first = true, 0, false
		}
		bits, ok := optionOf(word)
		if !ok {
			return word
		}
		o.options |= bits
	}
	return ""
}

// applyAllowOverrideList compiles AllowOverrideList. Names of no directive are
// passed over.
func applyAllowOverrideList(sc *Scope, n *parser.Directive) {
	sc.useless(n, sc)
	list := &overrideList{names: map[string]bool{}}
	sc.Dir.Core.override.list = list
	for i := range n.Args {
		name := strings.ToLower(n.Args[i].Text)
		cmd := sc.Engine.Commands.Find(name)
		switch {
		case name == "none" && len(n.Args) > 1:
			sc.Errorf(CodeBadArgument, n.Args[i].Extent, "%s: None stands alone", n.Directive)
		case name == "none":
		case cmd == nil:
			sc.Report(parser.Warning, CodeNoEffect, n.Args[i].Extent, "", "%s: there is no directive %q", n.Directive, n.Args[i].Text)
		case cmd.serverOnly():
			sc.Report(parser.Warning, CodeNoEffect, n.Args[i].Extent, "", "%s: %s has no place in access files", n.Directive, n.Args[i].Text)
		default:
			list.names[name] = true
		}
	}
}

// serverOnly reports whether the directive never stands in an access file, nor in
// a section.
func (cmd *Command) serverOnly() bool { return cmd.Place&sectionClasses == 0 }

// useless warns of a setting about access files where none are looked for.
func (c *Compiler) useless(n *parser.Directive, sc *Scope) {
	if sc.Kind != scopeDirectory {
		c.Report(parser.Warning, CodeNoEffect, n.Extent, "", "%s has no effect in %s context", n.Directive, sc.Describe())
	}
}
