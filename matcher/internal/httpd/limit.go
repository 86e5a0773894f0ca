package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/parser"
)

// openLimit compiles <Limit> and <LimitExcept>, which limit what is said in
// them about access to some methods. Everything else holds for all methods.
func openLimit(sc *Scope, n *parser.Section) {
	if !sc.Permitted("<"+n.Directive+">", n.Extent, OverrideLimit|OverrideAuthConfig, sc) {
		return
	}
	if n.Text == "" {
		sc.Errorf(CodeBadArgument, n.Extent, "<%s> requires a method", n.Directive)
		return
	}
	named, ok := sc.limitedMethods(n, sc)
	if !ok {
		return
	}
	before := sc.Limited()
	if before&named == 0 {
		sc.Errorf(CodeBadArgument, n.Extent, "<%s> excludes all methods", n.Directive)
		return
	}
	if before&named == before {
		sc.Errorf(CodeBadArgument, n.Extent, "<%s> excludes no method that is not excluded already", n.Directive)
		return
	}
	inner := *sc
	inner.Name, inner.Excluded = "<"+n.Directive+">", sc.Excluded|^named
	sc.Nodes(n.Nodes, &inner)
}

// limitedMethods returns the methods that a <Limit> or <LimitExcept> is about.
// Outside of access files one that is not known becomes known.
func (c *Compiler) limitedMethods(n *parser.Section, sc *Scope) (named access.Methods, ok bool) {
	except := strings.EqualFold(n.Directive, "LimitExcept")
	for i := range n.Args {
		method := n.Args[i].Text
		number, known := c.Engine.Methods.Number(method)
		switch {
		case method == "TRACE" && !except:
			c.Errorf(CodeBadArgument, n.Args[i].Extent, "<%s> cannot limit TRACE", n.Directive)
			return 0, false
		case !known && sc.Access:
			c.Errorf(CodeBadArgument, n.Args[i].Extent, "<%s> in an access file knows no method %q", n.Directive, method)
			return 0, false
		case !known:
			number = c.Engine.Methods.Register(method)
		}
		named |= 1 << number
	}
	if except {
		named = ^named
	}
	return named, true
}

// Limited are the methods that the directives of the scope are about.
func (sc *Scope) Limited() access.Methods { return access.AllMethods &^ sc.Excluded }

// applyRegisterHTTPMethod has methods be known that httpd does not know by itself.
func applyRegisterHTTPMethod(sc *Scope, n *parser.Directive) {
	for _, a := range Present(n.Args) {
		sc.Engine.Methods.Register(a.Text)
	}
}
