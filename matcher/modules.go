package matcher

// modules are the modules of httpd that the engine has, their hooks, and the
// directives that none of them runs.
func modules() *moduleSet {
	return &moduleSet{
		modules: []*module{
			coreModule(), accessCompatModule(), actionsModule(), aliasModule(), authnCoreModule(), authzCoreModule(), dirModule(),
			envModule(), expiresModule(), filterModule(), headersModule(), macroModule(), mimeModule(), proxyModule(),
			rewriteModule(), setEnvIfModule(), sslModule(),
		},
		phases: phasesOf(),
		notRun: notRun(),
	}
}

// phasesOf are the hooks of the modules.
func phasesOf() *phases {
	return &phases{
		postRead:     inPhase(headersEarly(), setEnvIfPostRead()),
		translate:    inPhase(rewriteTranslate(), aliasTranslate()),
		headerParser: inPhase(setEnvIfHeaderParser()),
		access:       inPhase(sslAccess(), authzAccess()),
		typeChecker:  inPhase(mimeType()),
		fixUp: inPhase(
			coreForce(), rewriteFixUp(), proxyFixUp(), aliasFixUp(), envFixUp(), sslFixUp(), dirFixUp(),
			rewriteForced(), headersFixUp(),
		),
		response: []responseHook{expiresResponse(), filterResponse(), headersResponse()},
		handler:  inPhase(actionsHandler(), coreIncludes()),
	}
}
