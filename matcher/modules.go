package matcher

import (
	"slices"
	"sync"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis"
	"github.com/modrewrite-go/modrewrite/matcher/internal/isapi"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/actions"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/alias"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/allowmethods"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/authn"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/authz"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/autoindex"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/core"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/dir"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/env"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/expires"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/filter"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/groupfile"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/headers"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/macro"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/mime"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/negotiation"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/notrun"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/proxy"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/proxyfcgi"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/rewrite"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/setenvif"
	"github.com/modrewrite-go/modrewrite/matcher/internal/mod/ssl"
	"github.com/modrewrite-go/modrewrite/parser"
)

// modulesFor returns the modules for a ruleset: those of httpd, and those of IIS where
// it has rules.
func modulesFor(f *parser.File, o *Options) *httpd.ModuleSet {
	set, given := modules(), o.foreign()
	var more []*httpd.Module
	var hooks []httpd.Hook
	if f.AccessOptions().ISAPI3 {
		more = append(more, rewrite.ISAPI3())
	}
	if given.WebConfig || given.ApplicationHost != nil || given.SiteConfig != nil {
		room := iis.New(&given.Setup)
		more, hooks = append(more, room.Module), append(hooks, room.Translate)
	}
	if given.ISAPI != nil {
		room := isapi.New(given.ISAPI)
		more, hooks = append(more, room.Module), append(hooks, room.Translate)
	}
	if len(more) > 0 {
		set.Modules, set.Commands = slices.Concat(set.Modules, more), set.Commands.With(more...)
		set.Phases.Translate = httpd.InPhase(append(hooks, set.Phases.Translate.Hooks...)...)
	}
	return set
}

// modules are the modules of httpd that the engine has, and their hooks.
func modules() *httpd.ModuleSet {
	all, commands := standard()
	return &httpd.ModuleSet{Modules: all, Commands: commands, Phases: phasesOf()}
}

// standard returns the modules of httpd and the table of their directives, which has those
// that none of them runs as well. All engines share them: they are made once, and nothing
// writes to them.
var standard = sync.OnceValues(func() ([]*httpd.Module, httpd.CommandTable) {
	all := []*httpd.Module{
		core.Module(), authz.Compat(), actions.Module(), alias.Module(), allowmethods.Module(), authn.Basic(), authn.Core(), authn.File(), authz.Core(), autoindex.Module(), dir.Module(),
		env.Module(), expires.Module(), filter.Deflate(), filter.Module(), groupfile.Module(), headers.Module(), macro.Module(), mime.Module(), negotiation.Module(), proxy.Module(),
		proxyfcgi.Module(), rewrite.Module(), setenvif.Module(), ssl.Module(),
	}
	return all, httpd.NewCommandTable(all, notrun.Groups())
})

// phasesOf are the hooks of the modules.
func phasesOf() *httpd.Phases {
	return &httpd.Phases{
		PostRead:     httpd.InPhase(headers.Early(), setenvif.PostRead()),
		Translate:    httpd.InPhase(rewrite.Translate(), alias.Translate()),
		HeaderParser: httpd.InPhase(setenvif.HeaderParser()),
		Access:       httpd.InPhase(allowmethods.Access(), ssl.Access(), authz.Access()),
		CheckUser:    httpd.InPhase(authn.CheckUser()),
		TypeChecker:  httpd.InPhase(negotiation.MultiViews(), mime.DirectoryType(), mime.Type()),
		FixUp: httpd.InPhase(
			httpd.CoreForce(), rewrite.FixUp(), proxy.FixUp(), alias.FixUp(), env.FixUp(), ssl.FixUp(), negotiation.Encoding(), dir.FixUp(),
			rewrite.Forced(), headers.FixUp(), negotiation.TypeMap(), core.PathInfo(),
		),
		Script:   proxyfcgi.Script(),
		Response: []httpd.ResponseHook{expires.Response(), filter.Response(), headers.Response()},
		Handler:  httpd.InPhase(core.Handler(), autoindex.Handler(), actions.Handler(), httpd.CoreIncludes()),
	}
}
