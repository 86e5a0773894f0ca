package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Option is a set of Options. Rewriting depends on those about symbolic links, and
// MultiViews may find the file; the others are kept for what AllowOverride lets change.
type Option uint8

// The options.
const (
	FollowSymLinks Option = 1 << iota
	SymLinksIfOwnerMatch
	optionIndexes
	optionIncludes
	optionIncludesExec
	optionExecCGI
	optionMultiViews

	optionAll = FollowSymLinks | optionIndexes | optionIncludes | optionIncludesExec | optionExecCGI
)

// optionOf returns the option that word names.
func optionOf(word string) (Option, bool) {
	switch strings.ToLower(word) {
	case "all":
		return optionAll, true
	case "execcgi":
		return optionExecCGI, true
	case "followsymlinks":
		return FollowSymLinks, true
	case "includes":
		return optionIncludes | optionIncludesExec, true
	case "includesnoexec":
		return optionIncludes, true
	case "indexes":
		return optionIndexes, true
	case "multiviews":
		return optionMultiViews, true
	case "none":
		return 0, true
	case "runscripts":
		return optionMultiViews | optionExecCGI, true
	case "symlinksifownermatch":
		return SymLinksIfOwnerMatch, true
	}
	return 0, false
}

// Options are the Options of a scope.
type Options struct {
	absent      bool // the scope has nothing of httpd's core, and leaves them alone
	set         bool // the options are stated whole, not changed with + and -
	Value       Option
	add, remove Option
}

// over merges o with the options of the scope around it. Those that are stated
// whole replace them, but a change with + or - in the same scope is made again
// wherever something is merged with the result.
func (o Options) over(base Options) Options {
	if o.absent {
		return base
	}
	if o.set {
		return o
	}
	m := base
	m.add = base.add&^o.remove | o.add
	m.remove = base.remove&^o.add | o.remove
	m.Value = base.Value&^m.remove | m.add
	return m
}

// applyOptions compiles Options.
func applyOptions(sc *Scope, n *parser.Directive) {
	const mixed = "either all options start with + or -, or none does"
	o := &sc.Dir.Core.Options
	merge, whole := false, false // words with a sign were seen; All or None was
	for i := range n.Args {
		word, sign := n.Args[i].Text, byte(0)
		if word != "" && (word[0] == '+' || word[0] == '-') {
			sign, word = word[0], word[1:]
		}
		bits, known := optionOf(word)
		allOrNone := strings.EqualFold(word, "All") || strings.EqualFold(word, "None")
		msg := ""
		switch {
		case sign != 0 && !merge && i > 0 && !whole, sign == 0 && i > 0 && merge:
			msg = mixed
		case !known:
			msg = "unknown option " + apr.Quote(word)
		case allOrNone && (i > 0 || sign != 0):
			msg = word + " must be the first option and bear no sign"
		case sc.override.limitsOptions && bits&^sc.override.options != 0:
			msg = "AllowOverride does not permit to change " + word
		}
		if msg != "" {
			sc.Errorf(CodeBadArgument, n.Args[i].Extent, "%s: %s", n.Directive, msg)
			return
		}
		merge, whole = merge || sign != 0, whole || allOrNone
		o.apply(sign, bits, i == 0)
		if sign != '-' {
			sc.reportOption(n, &n.Args[i], bits)
		}
	}
}

// reportOption reports which of the options that word switches on are not run.
func (c *Compiler) reportOption(n *parser.Directive, word *parser.Word, bits Option) {
	if bits == optionAll {
		c.Report(parser.Note, CodeNoEffect, word.Extent, "",
			"%s: of All only FollowSymLinks has an effect, and Indexes where directories are served: scripts and server-side includes are left to the server", n.Directive)
		return
	}
	if bits&optionMultiViews != 0 && !c.Engine.World.Negotiates() {
		c.Report(parser.Warning, CodeUnsupported, word.Extent, "modrewrite serve runs it; others switch it on with Options.Directories and Types",
			"%s: MultiViews is not run: no file is found by a part of its name", n.Directive)
	}
	if bits&(optionIncludes|optionIncludesExec) != 0 {
		c.Report(parser.Warning, CodeUnsupported, word.Extent, "",
			"%s: server-side includes are not run: the handler gets the page as it is", n.Directive)
	}
	if bits&optionIndexes != 0 && !c.Engine.World.Directories {
		c.Report(parser.Note, CodeNoEffect, word.Extent, "",
			"%s: Indexes has no effect: listings are left to the server", n.Directive)
	}
	if bits&optionExecCGI != 0 {
		c.Report(parser.Note, CodeNoEffect, word.Extent, "",
			"%s: ExecCGI has no effect: scripts are left to the server", n.Directive)
	}
}

// apply changes o by one word of Options: sign is "+", "-" or 0.
func (o *Options) apply(sign byte, bits Option, first bool) {
	switch sign {
	case '+':
		o.add, o.remove, o.Value = o.add|bits, o.remove&^bits, o.Value|bits
	case '-':
		o.add, o.remove, o.Value = o.add&^bits, o.remove|bits, o.Value&^bits
	default:
		if first {
			o.set, o.Value = true, 0
		}
		o.Value |= bits
	}
}
