package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
	"github.com/modrewrite-go/modrewrite/parser/internal/suggest"
)

// rewriteOption is an option's name; case does not matter.
type rewriteOption struct {
	name string
	bit  RewriteOption
}

// rewriteOptionNames are the options of RewriteOptions.
var rewriteOptionNames = []rewriteOption{
	{"Inherit", Inherit},
	{"InheritBefore", InheritBefore},
	{"InheritDown", InheritDown},
	{"InheritDownBefore", InheritDownBefore},
	{"IgnoreInherit", IgnoreInherit},
	{"AllowNoSlash", AllowNoSlash},
	{"AllowAnyURI", AllowAnyURI},
	{"MergeBase", MergeBase},
	{"IgnoreContextInfo", IgnoreContextInfo},
	{"LegacyPrefixDocRoot", LegacyPrefixDocRoot},
	{"UnsafePrefixStat", UnsafePrefixStatOption},
}

// String returns the options' names, separated by blanks.
func (o RewriteOption) String() string {
	var names []string
	for _, n := range rewriteOptionNames {
		if o&n.bit != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, " ")
}

// rewriteOptions reads a RewriteOptions, nil if it is wrong. Each argument may
// hold several options; an empty one ends them.
func (p *parser) rewriteOptions(s *statement) Node {
	o := &RewriteOptions{Extent: s.Extent, Source: s.Source}
	t := s.args
	w, wt, _ := t.word()
	if w.Text == "" {
		p.argumentCount(s, "RewriteOptions requires at least one argument, List of option strings to set")
		return nil
	}
	ok := true
	for w.Text != "" && !p.stop {
		for wt.s != "" && !p.stop {
			option, _, _ := wt.word()
			bit, known := p.rewriteOption(option)
			o.Options |= bit
			ok = ok && known
		}
		w, wt, _ = t.word()
	}
	p.ignored(t, "RewriteOptions")
	if !ok {
		return nil
	}
	return o
}

// rewriteOption finds the option that w names.
func (p *parser) rewriteOption(w Word) (RewriteOption, bool) {
	for _, n := range rewriteOptionNames {
		if ascii.EqualFold(n.name, w.Text) {
			return n.bit, true
		}
	}
	const obsolete = "MaxRedirects="
	if len(w.Text) >= len(obsolete) && ascii.EqualFold(w.Text[:len(obsolete)], obsolete) {
		p.warnf(w.Extent, CodeIgnoredOption, "LimitInternalRecursion took its place",
			"RewriteOptions: MaxRedirects has no effect")
		return 0, true
	}
	names := make([]string, len(rewriteOptionNames))
	for i, n := range rewriteOptionNames {
		names[i] = n.name
	}
	p.errorf(w.Extent, CodeUnknownOption, suggest.Hint(w.Text, names), "RewriteOptions: unknown option '%s'", w.Text)
	return 0, false
}
