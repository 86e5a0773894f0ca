// Package authn asks clients who they are: mod_authn_core, mod_auth_basic and
// mod_authn_file.
package authn

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// config is what the directives of a scope say of logging in.
type config struct {
	basic         apr.Optional // "Basic" as AuthType has it, "" for another scheme or none
	realm         httpd.StringExpr
	hasRealm      bool
	file          string
	fileAt        parser.Extent
	providers     []string
	authoritative apr.Toggle
}

// slot is the modules' place in the configuration of a directory.
var slot = &httpd.Slot[config]{Merge: (*config).over}

func (c *config) over(base *config) *config {
	m := *c
	if !c.basic.OK {
		m.basic = base.basic
	}
	if !c.hasRealm {
		m.realm, m.hasRealm = base.realm, base.hasRealm
	}
	if c.file == "" {
		m.file, m.fileAt = base.file, base.fileAt
	}
	if c.providers == nil {
		m.providers = base.providers
	}
	m.authoritative = c.authoritative.Over(base.authoritative)
	return &m
}

// applyAuthType compiles AuthType.
func applyAuthType(sc *httpd.Scope, n *parser.Directive) {
	kind := n.Args[0].Text
	a := sc.AccessConfig()
	a.Authn, a.AuthnAt = access.AuthnSome, n.Extent
	basic := apr.Some("")
	switch {
	case strings.EqualFold(kind, "None"):
		a.Authn = access.AuthnNone
	case sc.LeftToCaller(n):
	case strings.EqualFold(kind, "Basic"):
		basic = apr.Some(kind)
	default:
		sc.Report(parser.Error, httpd.CodeUnsupported, n.Extent, "if the server around enforces it, list AuthType in Options.Handled",
			"%s %s guards access and is not supported", n.Directive, kind)
	}
	slot.Make(&sc.Dir.Parts).basic = basic
}

// applyAuthName compiles AuthName.
func applyAuthName(sc *httpd.Scope, n *parser.Directive) {
	if sc.LeftToCaller(n) {
		return
	}
	if realm, ok := sc.ArgumentExpr(n.Args[0], sc); ok {
		c := slot.Make(&sc.Dir.Parts)
		c.realm, c.hasRealm = realm, true
	}
}

// Core is mod_authn_core.
func Core() *httpd.Module {
	return &httpd.Module{Name: "mod_authn_core", Commands: []httpd.Command{
		{Name: "AuthName", Place: httpd.OverrideAuthConfig, Args: httpd.TakesOne, Set: applyAuthName},
		{Name: "AuthType", Place: httpd.OverrideAuthConfig, Args: httpd.TakesOne, Set: applyAuthType},
	}}
}
