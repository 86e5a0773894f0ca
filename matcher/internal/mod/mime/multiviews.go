package mime

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// match is what MultiviewsMatch says: which extensions a file's name may have beyond the
// name asked for.
type match uint8

const (
	matchAny match = 1 << iota
	matchNegotiated
	matchHandlers
	matchFilters
)

// applyMultiviewsMatch compiles "MultiviewsMatch Any|NegotiatedOnly|Filters|
// Handlers…". Several lines in a scope add up.
func applyMultiviewsMatch(sc *httpd.Scope, n *parser.Directive) {
	if sc.Kind == httpd.ScopeLocation {
		sc.Errorf(httpd.CodeNotAllowed, n.Extent, "%s cannot occur within %s", n.Directive, sc.Describe())
		return
	}
	m := mime(sc)
	for _, a := range httpd.Present(n.Args) {
		switch apr.Lower(a.Text) {
		case "any":
			m.views |= matchAny
		case "negotiatedonly":
			m.views |= matchNegotiated
		case "filters":
			m.views |= matchFilters
		case "handlers":
			m.views |= matchHandlers
		default:
			sc.Errorf(httpd.CodeBadArgument, a.Extent, "%s: unknown option %q", n.Directive, a.Text)
			return
		}
	}
	if alone := m.views & (matchAny | matchNegotiated); alone != 0 && m.views != matchAny && m.views != matchNegotiated {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s: only Filters and Handlers go together", n.Directive)
		return
	}
	if !sc.Engine.World.Negotiates() {
		sc.Report(parser.Warning, httpd.CodeUnsupported, n.Extent, "", "%s has no effect: MultiViews are not run", n.Directive)
	}
}

// claims reports whether an extension of which e is known, nil for nothing, may be left
// out of a URL.
func (m match) claims(e *extension) bool {
	switch {
	case m == matchAny:
		return true
	case e == nil:
		return false
	case e[typeOfExtension].Text != "", e[charsetOfExtension].OK, e[languageOfExtension].OK, e[encodingOfExtension].OK:
		return true
	}
	return m&matchHandlers != 0 && e[handlerOfExtension].OK || m&matchFilters != 0 && e[outputFilterOfExtension].OK
}

// claims collects the parts of a file's name that nothing is known of, where that is
// asked.
type claims struct {
	left  []string
	asked bool
	any   bool // a part was claimed
}

// claimsOf begins with the first part of the name of a file that s, a sub-request, looks
// up for a request that negotiates.
func claimsOf(s *httpd.Request, first string) claims {
	if s.Parent == nil || !s.Parent.Negotiates() {
		return claims{}
	}
	return claims{asked: true, left: []string{first}}
}

func (c *claims) add(part string, claimed bool) {
	switch {
	case !c.asked || part == "":
	case claimed:
		c.any = true
	default:
		c.left = append(c.left, apr.Lower(part))
	}
}

// note leaves what was collected for the negotiation.
func (c *claims) note(s *httpd.Request) {
	if c.any {
		s.Unclaimed = c.left
	}
}
