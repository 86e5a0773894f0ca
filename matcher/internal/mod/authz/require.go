// Package authz is what decides who may have a resource: mod_authz_core,
// mod_authz_host, mod_authz_user and mod_access_compat.
package authz

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/access"
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// authz returns what the scope says with Require and its kind, and makes it
// where there is none yet.
func authz(sc *httpd.Scope) *access.Authz {
	a := sc.AccessConfig()
	if a.Authz == nil {
		a.Authz = &access.Authz{}
	}
	return a.Authz
}

// addRequire puts a Require line or section into the section around it.
func addRequire(sc *httpd.Scope, s *access.Section) error {
	a := authz(sc)
	around := sc.Requires
	if around == nil {
		if a.Root == nil {
			a.Root = access.NewSection(access.RequireAny, s.At)
		}
		around = a.Root
	}
	return around.Add(s)
}

// applyRequire compiles Require.
func applyRequire(sc *httpd.Scope, n *parser.Directive) {
	name, rest := apr.Word(n.Text)
	not := strings.EqualFold(name, "not")
	if not {
		name, rest = apr.Word(rest)
	}
	test, msg := requireTest(sc.Compiler, n, name, n.Rest(len(n.Text)-len(rest)), sc)
	switch {
	case msg != "":
		sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s: %s", n.Directive, msg)
	case test != nil:
		if err := addRequire(sc, access.NewRequire(test, not, sc.Limited(), n.Extent)); err != nil {
			sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s: %v", n.Directive, err)
		}
	}
}

// requireTest returns the test that a Require line names, or what is wrong
// with it. It returns neither where it has reported a finding.
func requireTest(c *httpd.Compiler, n *parser.Directive, name string, args parser.Word, sc *httpd.Scope) (access.Test, string) {
	rest := args.Text
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
		c.NeedsClientName(n.Extent, n.Directive+" host")
		return requireNames(c, name, args, sc), ""
	case "forward-dns":
		c.NeedsNames(n.Extent, n.Directive+" forward-dns")
		return requireNames(c, name, args, sc), ""
	case "expr":
		return requireExpr(c, args, sc), ""
	case "user":
		return requireNames(c, name, args, sc), ""
	}
	if name == "valid-user" && c.HasModule("authz_user_module") {
		return access.AnyUser{}, ""
	}
	if r := c.Requirement(name); r != nil {
		return requirement(r, sc, args), ""
	}
	if module, ok := userProviders[name]; ok && c.HasModule(module) {
		return requireUser(c, n, name), ""
	}
	return nil, "unknown authorization provider " + apr.Quote(name)
}

// userProviders are the tests of users that are not made here, and the modules
// that bring them.
var userProviders = map[string]string{
	"file-group": "authz_groupfile_module",
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

func requireMethod(c *httpd.Compiler, args string) (access.Test, string) {
	var set access.Methods
	for _, w := range apr.Words(args) {
		n, ok := c.Engine.Methods.Number(w)
		if !ok {
			return nil, "unknown method " + apr.Quote(w)
		}
		set |= 1 << n
	}
	return access.OneOf(set), ""
}

// requireUser compiles a test of the user that only the caller can make.
func requireUser(c *httpd.Compiler, n *parser.Directive, name string) access.Test {
	if !c.Engine.Handled("Require") {
		c.Report(parser.Error, httpd.CodeUnsupported, n.Extent,
			"if the server around makes this test, list Require in Options.Handled", "%s %s is not supported", n.Directive, name)
		return nil
	}
	return access.AnyUser{}
}

// requirement compiles a test of users that a module has.
func requirement(compile httpd.Requirement, sc *httpd.Scope, args parser.Word) access.Test {
	test := compile(sc, args)
	if test == nil {
		return nil
	}
	return userTest(test)
}

// userTest is the test of a module, which is made of a client that has logged in.
type userTest func(s *httpd.Request) access.Outcome

// Check makes the test.
func (t userTest) Check(q access.Subject, known bool) access.Outcome {
	if !known || q.User() == "" {
		return access.NoUser
	}
	s := q.(subject).s
	s.TakeGivenUser()
	return t(s)
}

// requireSection compiles <RequireAll>, <RequireAny> and <RequireNone>.
func requireSection(c *httpd.Compiler, n *parser.Section, sc *httpd.Scope, kind access.Kind) {
	if !c.Permitted("<"+n.Directive+">", n.Extent, httpd.OverrideAuthConfig, sc) {
		return
	}
	if n.Text != "" {
		c.Errorf(httpd.CodeBadArgument, n.Extent, "<%s> takes no argument", n.Directive)
		return
	}
	before := len(c.Finds)
	inner := *sc
	inner.Name, inner.Requires = "<"+n.Directive+">", access.NewSection(kind, n.Extent)
	inner.Allow = httpd.OverrideAuthConfig
	inner.Excluded |= 1 << access.NoMethod // nothing that may not be limited to methods
	c.Nodes(n.Nodes, &inner)
	if err := addRequire(sc, inner.Requires); err != nil && c.Finds[before:].Err() == nil {
		c.Errorf(httpd.CodeBadArgument, n.Extent, "<%s>: %v", n.Directive, err)
	}
}

// applyAuthMerging compiles AuthMerging.
func applyAuthMerging(sc *httpd.Scope, n *parser.Directive) {
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
	sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s must be Off, And or Or", n.Directive)
}

// applyAuthzSendForbiddenOnFailure compiles AuthzSendForbiddenOnFailure. Words after the first
// mean nothing.
func applyAuthzSendForbiddenOnFailure(sc *httpd.Scope, n *parser.Directive) {
	a := authz(sc)
	if len(n.Args) > 0 {
		switch httpd.OnOffWord(n.Args[0]) {
		case apr.On:
			a.Forbid = access.ForbidOn
			return
		case apr.Off:
			a.Forbid = access.ForbidOff
			return
		case apr.Unset:
		}
	}
	sc.Errorf(httpd.CodeBadArgument, n.Extent, "%s must be On or Off", n.Directive)
}

// checkRequire looks for requirements in a scope of the server's configuration
// that can never be met.
func checkRequire(sc *httpd.Scope) {
	a := httpd.AccessSlot.Of(sc.Dir.Parts)
	if sc.Access || a == nil || a.Authz == nil || a.Authz.Root == nil {
		return
	}
	if bad := a.Authz.Root.Simplify(); bad != nil {
		sc.Errorf(httpd.CodeBadArgument, bad.At, "only negative requirements stand here: no client would be let in")
	}
}

// Core is mod_authz_core.
func Core() *httpd.Module {
	section := func(kind access.Kind) func(*httpd.Scope, *parser.Section) {
		return func(sc *httpd.Scope, n *parser.Section) { requireSection(sc.Compiler, n, sc, kind) }
	}
	return &httpd.Module{Name: "mod_authz_core", Close: checkRequire, Commands: []httpd.Command{
		{Name: "<RequireAll", Place: httpd.OverrideAuthConfig, Open: section(access.RequireAll)},
		{Name: "<RequireAny", Place: httpd.OverrideAuthConfig, Open: section(access.RequireAny)},
		{Name: "<RequireNone", Place: httpd.OverrideAuthConfig, Open: section(access.RequireNone)},
		{Name: "AuthMerging", Place: httpd.OverrideAuthConfig, Set: applyAuthMerging},
		{Name: "AuthzSendForbiddenOnFailure", Place: httpd.OverrideAuthConfig, Set: applyAuthzSendForbiddenOnFailure},
		{Name: "Require", Place: httpd.OverrideAuthConfig, Set: applyRequire},
	}}
}
