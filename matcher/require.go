package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// authz returns what the scope says with Require and its kind, and makes it
// where there is none yet.
func authz(sc *scope) *access.Authz {
	a := sc.accessConfig()
	if a.Authz == nil {
		a.Authz = &access.Authz{}
	}
	return a.Authz
}

// addRequire puts a Require line or section into the section around it.
func addRequire(sc *scope, s *access.Section) error {
	a := authz(sc)
	around := sc.requires
	if around == nil {
		if a.Root == nil {
			a.Root = access.NewSection(access.RequireAny, s.At)
		}
		around = a.Root
	}
	return around.Add(s)
}

// applyRequire compiles Require.
func applyRequire(sc *scope, n *parser.Directive) {
	name, rest := apr.Word(n.Text)
	not := strings.EqualFold(name, "not")
	if not {
		name, rest = apr.Word(rest)
	}
	test, msg := requireTest(sc.compiler, n, name, rest, sc)
	switch {
	case msg != "":
		sc.errorf(CodeBadArgument, n.Extent, "%s: %s", n.Directive, msg)
	case test != nil:
		if err := addRequire(sc, access.NewRequire(test, not, sc.limited(), n.Extent)); err != nil {
			sc.errorf(CodeBadArgument, n.Extent, "%s: %v", n.Directive, err)
		}
	}
}

// requireTest returns the test that a Require line names, or what is wrong
// with it. It returns neither where it has reported a finding.
func requireTest(c *compiler, n *parser.Directive, name, rest string, sc *scope) (access.Test, string) {
	switch name {
	case "all":
		return requireAll(rest)
	case "env":
		return access.Env(apr.Words(rest)), ""
	case "ip":
		return requireIP(rest)
	case "local":
		return access.Local{}, ""
	case "method":
		return requireMethod(c, rest)
	case "ssl":
		if rest != "" {
			return nil, "ssl takes no argument"
		}
		return access.Encrypted{}, ""
	case "ssl-verify-client":
		if rest != "" {
			return nil, "ssl-verify-client takes no argument"
		}
		return access.Certified{}, ""
	case "host":
		c.needsClientName(n.Extent, n.Directive+" host")
		return requireNames(c, n, name, rest, sc), ""
	case "forward-dns":
		c.needsNames(n.Extent, n.Directive+" forward-dns")
		return requireNames(c, n, name, rest, sc), ""
	case "expr":
		return requireExpr(c, n, rest, sc), ""
	case "user":
		return requireUser(c, n, name, func() access.Test { return requireNames(c, n, name, rest, sc) }), ""
	}
	if module, ok := userProviders[name]; ok && c.hasModule(module) {
		return requireUser(c, n, name, func() access.Test { return access.AnyUser{} }), ""
	}
	return nil, "unknown authorization provider " + apr.Quote(name)
}

// userProviders are the tests of users that are not made here, and the modules
// that bring them.
var userProviders = map[string]string{
	"valid-user": "authz_user_module", "group": "authz_groupfile_module", "file-group": "authz_groupfile_module",
	"file-owner": "authz_owner_module", "dbm-group": "authz_dbm_module", "dbm-file-group": "authz_dbm_module",
	"dbd-group": "authz_dbd_module", "dbd-login": "authz_dbd_module", "dbd-logout": "authz_dbd_module",
	"ldap-user": "authnz_ldap_module", "ldap-group": "authnz_ldap_module", "ldap-dn": "authnz_ldap_module",
	"ldap-attribute": "authnz_ldap_module", "ldap-filter": "authnz_ldap_module", "ldap-search": "authnz_ldap_module",
}

func requireAll(arg string) (access.Test, string) {
	switch {
	case strings.EqualFold(arg, "granted"):
		return access.All(true), ""
	case strings.EqualFold(arg, "denied"):
		return access.All(false), ""
	}
	return nil, "all must be granted or denied"
}

func requireIP(args string) (access.Test, string) {
	var list access.Subnets
	for _, w := range apr.Words(args) {
		n, err := access.ParseSubnet(w)
		if err != nil {
			return nil, apr.Quote(w) + ": " + err.Error()
		}
		list = append(list, n)
	}
	if len(list) == 0 {
		return nil, "ip requires an address"
	}
	return list, ""
}

func requireMethod(c *compiler, args string) (access.Test, string) {
	var set access.Methods
	for _, w := range apr.Words(args) {
		n, ok := c.engine.methods.Number(w)
		if !ok {
			return nil, "unknown method " + apr.Quote(w)
		}
		set |= 1 << n
	}
	return access.OneOf(set), ""
}

// requireUser compiles a test of the user, which needs somebody who asks who
// the user is.
func requireUser(c *compiler, n *parser.Directive, name string, test func() access.Test) access.Test {
	if !c.engine.handled("Require") {
		c.report(parser.Error, CodeUnsupported, n.Extent,
			"if the server around asks clients who they are, list Require in Options.Handled",
			"%s %s needs clients to log in and is not supported", n.Directive, name)
		return nil
	}
	return test()
}

// requireSection compiles <RequireAll>, <RequireAny> and <RequireNone>.
func requireSection(c *compiler, n *parser.Section, sc *scope, kind access.Kind) {
	if !c.permitted("<"+n.Directive+">", n.Extent, overrideAuthConfig, sc) {
		return
	}
	if n.Text != "" {
		c.errorf(CodeBadArgument, n.Extent, "<%s> takes no argument", n.Directive)
		return
	}
	before := len(c.finds)
	inner := *sc
	inner.name, inner.requires = "<"+n.Directive+">", access.NewSection(kind, n.Extent)
	inner.allow = overrideAuthConfig
	inner.excluded |= 1 << access.NoMethod // nothing that may not be limited to methods
	c.nodes(n.Nodes, &inner)
	if err := addRequire(sc, inner.requires); err != nil && c.finds[before:].Err() == nil {
		c.errorf(CodeBadArgument, n.Extent, "<%s>: %v", n.Directive, err)
	}
}

// applyAuthMerging compiles AuthMerging.
func applyAuthMerging(sc *scope, n *parser.Directive) {
	a := authz(sc)
	if len(n.Args) == 1 {
		switch strings.ToLower(n.Args[0].Text) {
		case "off":
			a.Merging = access.MergingOff
			return
		case "and":
			a.Merging = access.MergingAnd
			return
		case "or":
			a.Merging = access.MergingOr
			return
		}
	}
	sc.errorf(CodeBadArgument, n.Extent, "%s must be Off, And or Or", n.Directive)
}

// applyAuthzSendForbiddenOnFailure compiles AuthzSendForbiddenOnFailure. Words after the first
// mean nothing.
func applyAuthzSendForbiddenOnFailure(sc *scope, n *parser.Directive) {
	a := authz(sc)
	if len(n.Args) > 0 {
		switch onOffWord(n.Args[0]) {
		case apr.On:
			a.Forbid = access.ForbidOn
			return
		case apr.Off:
			a.Forbid = access.ForbidOff
			return
		case apr.Unset:
		}
	}
	sc.errorf(CodeBadArgument, n.Extent, "%s must be On or Off", n.Directive)
}

// applyAuthType compiles AuthType, if somebody else asks clients who they are.
func applyAuthType(sc *scope, n *parser.Directive) {
	sc.unknown(n.Directive, n.Extent, sc.engine.commands.find(n.Directive), sc)
	if !sc.engine.handled(n.Directive) {
		return
	}
	if len(n.Args) != 1 || n.Args[0].Text == "" {
		sc.errorf(CodeBadArgument, n.Extent, "%s takes one argument", n.Directive)
		return
	}
	sc.accessConfig().Authn, sc.accessConfig().AuthnAt = access.AuthnSome, n.Extent
	if strings.EqualFold(n.Args[0].Text, "None") {
		sc.accessConfig().Authn = access.AuthnNone
	}
}

// checkRequire looks for requirements in a scope of the server's configuration
// that can never be met.
func checkRequire(sc *scope) {
	a := accessSlot.of(sc.dir.parts)
	if sc.access || a == nil || a.Authz == nil || a.Authz.Root == nil {
		return
	}
	if bad := a.Authz.Root.Simplify(); bad != nil {
		sc.errorf(CodeBadArgument, bad.At, "only negative requirements stand here: no client would be let in")
	}
}

// authzCoreModule is mod_authz_core.
func authzCoreModule() *module {
	section := func(kind access.Kind) func(*scope, *parser.Section) {
		return func(sc *scope, n *parser.Section) { requireSection(sc.compiler, n, sc, kind) }
	}
	return &module{name: "mod_authz_core", close: checkRequire, commands: []command{
		{name: "<RequireAll", place: overrideAuthConfig, open: section(access.RequireAll)},
		{name: "<RequireAny", place: overrideAuthConfig, open: section(access.RequireAny)},
		{name: "<RequireNone", place: overrideAuthConfig, open: section(access.RequireNone)},
		{name: "AuthMerging", place: overrideAuthConfig, set: applyAuthMerging},
		{name: "AuthzSendForbiddenOnFailure", place: overrideAuthConfig, set: applyAuthzSendForbiddenOnFailure},
		{name: "Require", place: overrideAuthConfig, set: applyRequire},
	}}
}

// authnCoreModule is mod_authn_core.
func authnCoreModule() *module {
	return &module{name: "mod_authn_core", commands: []command{
		{name: "AuthType", place: overrideAuthConfig, set: applyAuthType, why: guards},
	}}
}
