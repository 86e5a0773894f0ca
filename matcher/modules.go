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
	p := &phases{
		postRead:     []hook{headersEarly(), setEnvIfPostRead()},
		translate:    []hook{rewriteTranslate(), aliasTranslate(), {run: (*state).mapToDocumentRoot}},
		headerParser: []hook{setEnvIfHeaderParser()},
		access:       []hook{sslAccess(), authzAccess()},
		typeChecker:  []hook{mimeType()},
		fixUp: []hook{
			coreForce(), rewriteFixUp(), proxyFixUp(), aliasFixUp(), envFixUp(), sslFixUp(), dirFixUp(),
			rewriteForced(), headersFixUp(),
		},
		response: []responseHook{expiresResponse(), filterResponse(), headersResponse()},
		handler:  []hook{actionsHandler(), coreIncludes()},
	}
	p.number()
	return p
}
