package matcher

// modules are the modules of httpd that the engine has.
func modules() []*module {
	return []*module{
		coreModule(), accessCompatModule(), actionsModule(), aliasModule(), authnCoreModule(), authzCoreModule(), dirModule(),
		envModule(), expiresModule(), filterModule(), headersModule(), macroModule(), mimeModule(), proxyModule(),
		rewriteModule(), setEnvIfModule(), sslModule(),
	}
}
