package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// applyMultiviewsMatch checks "MultiviewsMatch Any|NegotiatedOnly|Filters|
// Handlers…". The negotiation that it is about is not run.
func applyMultiviewsMatch(sc *scope, n *parser.Directive) {
	if sc.kind == scopeLocation {
		sc.errorf(CodeNotAllowed, n.Extent, "%s cannot occur within %s", n.Directive, sc.describe())
		return
	}
	const anyFile, negotiated, parts = 1, 2, 4
	seen := 0
	for _, a := range present(n.Args) {
		switch apr.Lower(a.Text) {
		case "any":
			seen |= anyFile
		case "negotiatedonly":
			seen |= negotiated
		case "filters", "handlers":
			seen |= parts
		default:
			sc.errorf(CodeBadArgument, a.Extent, "%s: unknown option %q", n.Directive, a.Text)
			return
		}
	}
	if seen&(seen-1) != 0 {
		sc.errorf(CodeBadArgument, n.Extent, "%s: only Filters and Handlers go together", n.Directive)
		return
	}
	sc.report(parser.Warning, CodeUnsupported, n.Extent, "", "%s has no effect: MultiViews are not supported", n.Directive)
}
