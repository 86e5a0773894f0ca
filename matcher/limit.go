package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/parser"
)

// openLimit compiles <Limit> and <LimitExcept>, which limit what is said in
// them about access to some methods. Everything else holds for all methods.
func openLimit(sc *scope, n *parser.Section) {
	if !sc.permitted("<"+n.Directive+">", n.Extent, overrideLimit|overrideAuthConfig, sc) {
		return
	}
	if n.Text == "" {
		sc.errorf(CodeBadArgument, n.Extent, "<%s> requires a method", n.Directive)
		return
	}
	named, ok := sc.limitedMethods(n, sc)
	if !ok {
		return
	}
	before := sc.limited()
	if before&named == 0 {
		sc.errorf(CodeBadArgument, n.Extent, "<%s> excludes all methods", n.Directive)
		return
	}
	if before&named == before {
		sc.errorf(CodeBadArgument, n.Extent, "<%s> excludes no method that is not excluded already", n.Directive)
		return
	}
	inner := *sc
	inner.name, inner.excluded = "<"+n.Directive+">", sc.excluded|^named
	sc.nodes(n.Nodes, &inner)
}

// limitedMethods returns the methods that a <Limit> or <LimitExcept> is about.
// Outside of access files one that is not known becomes known.
func (c *compiler) limitedMethods(n *parser.Section, sc *scope) (named access.Methods, ok bool) {
	except := strings.EqualFold(n.Directive, "LimitExcept")
	for i := range n.Args {
		method := n.Args[i].Text
		number, known := c.engine.methods.Number(method)
		switch {
		case method == "TRACE" && !except:
			c.errorf(CodeBadArgument, n.Args[i].Extent, "<%s> cannot limit TRACE", n.Directive)
			return 0, false
		case !known && sc.access:
			c.errorf(CodeBadArgument, n.Args[i].Extent, "<%s> in an access file knows no method %q", n.Directive, method)
			return 0, false
		case !known:
			number = c.engine.methods.Register(method)
		}
		named |= 1 << number
	}
	if except {
		named = ^named
	}
	return named, true
}

// limited are the methods that the directives of the scope are about.
func (sc *scope) limited() access.Methods { return access.AllMethods &^ sc.excluded }
