package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/parser"
)

// compat returns what the scope says with Order, Allow, Deny and Satisfy, and
// makes it where there is none yet.
func (sc *scope) compat() *access.Compat {
	a := sc.accessConfig()
	if a.Compat == nil {
		a.Compat = &access.Compat{}
	}
	return a.Compat
}

// applyOrder compiles Order and Satisfy.
func applyOrder(sc *scope, n *parser.Directive) {
	compat := sc.compat()
	if len(n.Args) != 1 || n.Args[0].Text == "" {
		sc.errorf(CodeBadArgument, n.Extent, "%s takes one argument", n.Directive)
		return
	}
	var err error
	if strings.EqualFold(n.Directive, "Order") {
		err = compat.Order(n.Args[0].Text, sc.limited(), n.Extent)
	} else {
		err = compat.Satisfy(n.Args[0].Text, sc.limited())
	}
	if err != nil {
		sc.errorf(CodeBadArgument, n.Args[0].Extent, "%s: %v", n.Directive, err)
	}
}

// applyAllow compiles Allow and Deny.
func applyAllow(sc *scope, n *parser.Directive) {
	compat := sc.compat()
	if len(n.Args) < 2 || n.Args[0].Text == "" {
		sc.errorf(CodeBadArgument, n.Extent, "%s takes \"from\" and who is meant", n.Directive)
		return
	}
	who := upToEmpty(n.Args[1:])
	if len(who) > 0 && !strings.EqualFold(n.Args[0].Text, "from") {
		sc.errorf(CodeBadArgument, n.Args[0].Extent, "%s must be followed by \"from\"", n.Directive)
		return
	}
	for _, w := range who {
		add := compat.Deny
		if strings.EqualFold(n.Directive, "Allow") {
			add = compat.Allow
		}
		if err := add(w.Text, sc.limited(), n.Extent); err != nil {
			sc.errorf(CodeBadArgument, w.Extent, "%s from %s: %v", n.Directive, w.Text, err)
		}
		if access.NamesHost(w.Text) {
			sc.needsClientName(w.Extent, n.Directive+" from "+w.Text)
		}
	}
}

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
			c.errorf(CodeBadArgument, n.Args[i].Extent, "<%s> has no say about TRACE", n.Directive)
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

// accessCompatModule is mod_access_compat.
func accessCompatModule() *module {
	return &module{name: "mod_access_compat", touch: func(sc *scope) { sc.compat() }, commands: []command{
		{name: "Allow", place: overrideLimit, set: applyAllow},
		{name: "Deny", place: overrideLimit, set: applyAllow},
		{name: "Order", place: overrideLimit, set: applyOrder},
		{name: "Satisfy", place: overrideAuthConfig, set: applyOrder},
	}}
}
