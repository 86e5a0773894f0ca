package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/parser"
)

// compat returns what the scope says with Order, Allow, Deny and Satisfy, and
// makes it where there is none yet.
func compat(sc *scope) *access.Compat {
	a := sc.accessConfig()
	if a.Compat == nil {
		a.Compat = &access.Compat{}
	}
	return a.Compat
}

// applyOrder compiles Order and Satisfy.
func applyOrder(sc *scope, n *parser.Directive) {
	compat := compat(sc)
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
	compat := compat(sc)
	if len(n.Args) < 2 || n.Args[0].Text == "" {
		sc.errorf(CodeBadArgument, n.Extent, "%s takes \"from\" and who is meant", n.Directive)
		return
	}
	who := present(n.Args[1:])
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

// accessCompatModule is mod_access_compat.
func accessCompatModule() *module {
	return &module{name: "mod_access_compat", touch: func(sc *scope) { compat(sc) }, commands: []command{
		{name: "Allow", place: overrideLimit, set: applyAllow},
		{name: "Deny", place: overrideLimit, set: applyAllow},
		{name: "Order", place: overrideLimit, set: applyOrder},
		{name: "Satisfy", place: overrideAuthConfig, set: applyOrder},
	}}
}
