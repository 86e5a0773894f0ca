package authz

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// compat returns what the scope says with Order, Allow, Deny and Satisfy, and
// makes it where there is none yet.
func compat(sc *httpd.Scope) *access.Compat {
	a := sc.AccessConfig()
	if a.Compat == nil {
		a.Compat = &access.Compat{}
	}
	return a.Compat
}

// applyOrder compiles Order and Satisfy.
func applyOrder(sc *httpd.Scope, n *parser.Directive) {
	compat := compat(sc)
	if len(n.Args) != 1 || n.Args[0].Text == "" {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s takes one argument", n.Directive)
		return
	}
	var err error
	if strings.EqualFold(n.Directive, "Order") {
		err = compat.Order(n.Args[0].Text, sc.Limited(), n.Extent)
	} else {
		err = compat.Satisfy(n.Args[0].Text, sc.Limited())
	}
	if err != nil {
		sc.Errorf(httpd.CodeBadArgument, n.Args[0].Extent, "%s: %v", n.Directive, err)
	}
}

// applyAllow compiles Allow and Deny.
func applyAllow(sc *httpd.Scope, n *parser.Directive) {
	compat := compat(sc)
	if len(n.Args) < 2 || n.Args[0].Text == "" {
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s takes \"from\" and who is meant", n.Directive)
		return
	}
	who := httpd.Present(n.Args[1:])
	if len(who) > 0 && !strings.EqualFold(n.Args[0].Text, "from") {
		sc.Errorf(httpd.CodeBadArgument, n.Args[0].Extent, "%s must be followed by \"from\"", n.Directive)
		return
	}
	for _, w := range who {
		add := compat.Deny
		if strings.EqualFold(n.Directive, "Allow") {
			add = compat.Allow
		}
		if err := add(w.Text, sc.Limited(), n.Extent); err != nil {
			sc.Errorf(httpd.CodeBadArgument, w.Extent, "%s from %s: %v", n.Directive, w.Text, err)
		}
		if access.NamesHost(w.Text) {
			sc.NeedsClientName(w.Extent, n.Directive+" from "+w.Text)
		}
	}
}

// Compat is mod_access_compat.
func Compat() *httpd.Module {
	return &httpd.Module{Name: "mod_access_compat", Touch: func(sc *httpd.Scope) { compat(sc) }, Commands: []httpd.Command{
		{Name: "Allow", Place: httpd.OverrideLimit, Set: applyAllow},
		{Name: "Deny", Place: httpd.OverrideLimit, Set: applyAllow},
		{Name: "Order", Place: httpd.OverrideLimit, Set: applyOrder},
		{Name: "Satisfy", Place: httpd.OverrideAuthConfig, Set: applyOrder},
	}}
}
