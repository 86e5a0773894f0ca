package matcher

// modules are the modules of httpd that the engine has.
func modules() []*module {
	return []*module{
		coreModule(), accessCompatModule(), actionsModule(), aliasModule(), authnCoreModule(), authzCoreModule(), dirModule(),
		envModule(), expiresModule(), filterModule(), headersModule(), macroModule(), mimeModule(), proxyModule(),
		rewriteModule(), setEnvIfModule(), sslModule(),
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
