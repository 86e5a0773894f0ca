package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/parser"
)

// defaultRegexFlags are the options of regular expressions where
// RegexDefaultOptions says nothing else.
const defaultRegexFlags = pcre.DotAll | pcre.DollarEndOnly

// applyRegexDefaultOptions compiles RegexDefaultOptions: from here on every regular
// expression has these options, those of access files too. A word without a
// sign takes the place of all options before it.
func applyRegexDefaultOptions(sc *Scope, n *parser.Directive) {
	if sc.Kind != scopeServer {
		sc.Errorf(CodeNotAllowed, n.Extent, "%s is not allowed in %s context", n.Directive, sc.Describe())
		return
	}
	for i := range n.Args {
		w := &n.Args[i]
		name := strings.ToLower(w.Text)
		if name == "none" {
			sc.flags = 0
			continue
		}
		added, adds := strings.CutPrefix(name, "+")
		removed, removes := strings.CutPrefix(name, "-")
		flag, ok := regexFlag(added)
		if removes {
			flag, ok = regexFlag(removed)
		}
		switch {
		case !ok:
			sc.Errorf(CodeBadArgument, w.Extent, "%s: unknown option %q", n.Directive, w.Text)
			return
		case adds:
			sc.flags |= flag
		case removes:
			sc.flags &^= flag
		default:
			sc.flags = flag
		}
	}
}

// regexFlag returns the option of that name.
func regexFlag(name string) (flag pcre.Flags, ok bool) {
	switch name {
	case "icase":
		return pcre.Caseless, true
	case "dotall":
		return pcre.DotAll, true
	case "dollar_endonly":
		return pcre.DollarEndOnly, true
	}
	return 0, false
}
