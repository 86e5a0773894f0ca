package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// overrideClass is a set of the classes that directives are put in by where
// they may stand. Those of AllowOverride come first.
type overrideClass uint8

const (
	overrideAuthConfig overrideClass = 1 << iota
	overrideFileInfo
	overrideIndexes
	overrideLimit
	overrideOptions
	inServer    // outside of any section, and in <VirtualHost>
	inDirectory // in sections, but not in access files

	overrideAll = overrideAuthConfig | overrideFileInfo | overrideIndexes | overrideLimit | overrideOptions
	// What may stand in a server and in a section. A server has no access
	// control of its own.
	anywhere       = inServer | inDirectory | overrideAll
	serverClasses  = inServer | overrideAll&^(overrideAuthConfig|overrideLimit)
	sectionClasses = inDirectory | overrideAll
)

var overrideNames = map[string]overrideClass{
	"authconfig": overrideAuthConfig, "fileinfo": overrideFileInfo, "indexes": overrideIndexes,
	"limit": overrideLimit, "options": overrideOptions, "all": overrideAll,
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
	classes  overrideClass
	nonfatal nonfatal
	// options are those that Options may change where limitsOptions is set.
	limitsOptions bool
	options       option
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
func (sc *scope) permits(name string, class overrideClass) bool {
	return sc.allow&class != 0 || sc.override.list.has(strings.TrimSuffix(name, ">"))
}

// permitted reports whether a directive of class may stand in sc, and the
// finding if it may not.
func (c *compiler) permitted(name string, at parser.Extent, class overrideClass, sc *scope) bool {
	switch {
	case sc.permits(name, class):
		return true
	case sc.override.nonfatal&nonfatalOverride != 0:
		c.report(parser.Warning, CodeNotAllowed, at, "", "%s is ignored: AllowOverride does not permit it", name)
		sc.touch(name)
		c.ignored = append(c.ignored, at)
	case sc.kind == scopeAccessFile && class&overrideAll != 0:
		c.errorf(CodeNotAllowed, at, "%s is not allowed here: AllowOverride does not permit it", name)
	default:
		c.errorf(CodeNotAllowed, at, "%s is not allowed in %s context", name, sc.describe())
	}
	return false
}

// touch makes the part of the scope's configuration that a directive belongs
// to. httpd does so even for one that it ignores, and some parts take the
// place of those of the scope around.
func (sc *scope) touch(name string) {
	if cmd := sc.engine.commands.find(name); cmd != nil && cmd.module.touch != nil {
		cmd.module.touch(sc)
	}
}

// applyAllowOverride compiles AllowOverride. Without any word it is None.
func applyAllowOverride(sc *scope, n *parser.Directive) {
	sc.useless(n, sc)
	o := &sc.dir.core.override
	o.set, o.classes, o.nonfatal = true, 0, 0
	for i := range n.Args {
		word, value, hasValue := strings.Cut(strings.ToLower(n.Args[i].Text), "=")
		switch word {
		case "none":
			o.classes, o.nonfatal = 0, 0
		case "all":
			o.classes, o.nonfatal = overrideAll, 0
		case "nonfatal":
			switch {
			case !hasValue:
				sc.errorf(CodeBadArgument, n.Args[i].Extent, "%s: Nonfatal must be followed by =Override, =Unknown or =All", n.Directive)
			case value == "override":
				o.nonfatal |= nonfatalOverride
			case value == "unknown":
				o.nonfatal |= nonfatalUnknown
			case value == "all":
				o.nonfatal |= nonfatalOverride | nonfatalUnknown
			}
		case "options":
			o.classes |= overrideOptions
			if !hasValue {
				o.limitsOptions, o.options = true, optionAll
			}
			if bad := o.limitOptions(value); bad != "" {
				sc.errorf(CodeBadArgument, n.Args[i].Extent, "%s: unknown option %q", n.Directive, bad)
			}
		default:
			class, ok := overrideNames[word]
			if !ok {
				sc.errorf(CodeBadArgument, n.Args[i].Extent, "%s: unknown class %q", n.Directive, n.Args[i].Text)
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
func applyAllowOverrideList(sc *scope, n *parser.Directive) {
	sc.useless(n, sc)
	list := &overrideList{names: map[string]bool{}}
	sc.dir.core.override.list = list
	for i := range n.Args {
		name := strings.ToLower(n.Args[i].Text)
		cmd := sc.engine.commands.find(name)
		switch {
		case name == "none" && len(n.Args) > 1:
			sc.errorf(CodeBadArgument, n.Args[i].Extent, "%s: None stands alone", n.Directive)
		case name == "none":
		case cmd == nil:
			sc.report(parser.Warning, codeNoEffect, n.Args[i].Extent, "", "%s: there is no directive %q", n.Directive, n.Args[i].Text)
		case cmd.serverOnly():
			sc.report(parser.Warning, codeNoEffect, n.Args[i].Extent, "", "%s: %s has no place in access files", n.Directive, n.Args[i].Text)
		default:
			list.names[name] = true
		}
	}
}

// serverOnly reports whether the directive never stands in an access file, nor in
// a section.
func (cmd *command) serverOnly() bool { return cmd.place&sectionClasses == 0 }

// useless warns of a setting about access files where none are looked for.
func (c *compiler) useless(n *parser.Directive, sc *scope) {
	if sc.kind != scopeDirectory {
		c.report(parser.Warning, codeNoEffect, n.Extent, "", "%s has no effect in %s context", n.Directive, sc.describe())
	}
}
