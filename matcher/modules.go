package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/httpd"

// modules are the modules of httpd that the engine has, their hooks, and the
// directives that none of them runs.
func modules() *httpd.ModuleSet {
	return &httpd.ModuleSet{
		Modules: []*httpd.Module{
			httpd.CoreModule(), accessCompatModule(), actionsModule(), aliasModule(), authnCoreModule(), authzCoreModule(), dirModule(),
			envModule(), expiresModule(), filterModule(), headersModule(), macroModule(), mimeModule(), proxyModule(),
			rewriteModule(), setEnvIfModule(), sslModule(),
		},
		Phases: phasesOf(),
		NotRun: notRun(),
	}
}

// phasesOf are the hooks of the modules.
func phasesOf() *httpd.Phases {
	return &httpd.Phases{
		PostRead:     httpd.InPhase(headersEarly(), setEnvIfPostRead()),
		Translate:    httpd.InPhase(rewriteTranslate(), aliasTranslate()),
		HeaderParser: httpd.InPhase(setEnvIfHeaderParser()),
		Access:       httpd.InPhase(sslAccess(), authzAccess()),
		TypeChecker:  httpd.InPhase(mimeType()),
		FixUp: httpd.InPhase(
			httpd.CoreForce(), rewriteFixUp(), proxyFixUp(), aliasFixUp(), envFixUp(), sslFixUp(), dirFixUp(),
			rewriteForced(), headersFixUp(),
		),
		Response: []httpd.ResponseHook{expiresResponse(), filterResponse(), headersResponse()},
		Handler:  httpd.InPhase(actionsHandler(), httpd.CoreIncludes()),
	}
}
