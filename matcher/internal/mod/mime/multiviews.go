package mime

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// applyMultiviewsMatch checks "MultiviewsMatch Any|NegotiatedOnly|Filters|
// Handlers…". The negotiation that it is about is not run.
func applyMultiviewsMatch(sc *httpd.Scope, n *parser.Directive) {
	if sc.Kind == httpd.ScopeLocation {
		sc.Errorf(httpd.CodeNotAllowed, n.Extent, "%s cannot occur within %s", n.Directive, sc.Describe())
		return
	}
	const anyFile, negotiated, parts = 1, 2, 4
	seen := 0
	for _, a := range httpd.Present(n.Args) {
		switch apr.Lower(a.Text) {
		case "any":
			seen |= anyFile
		case "negotiatedonly":
			seen |= negotiated
		case "filters", "handlers":
			seen |= parts
		default:
			sc.Errorf(httpd.CodeBadArgument, a.Extent, "%s: unknown option %q", n.Directive, a.Text)
			return
		}
	}
	if seen&(seen-1) != 0 {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s: only Filters and Handlers go together", n.Directive)
		return
	}
	sc.Report(parser.Warning, httpd.CodeUnsupported, n.Extent, "", "%s has no effect: MultiViews are not supported", n.Directive)
}
