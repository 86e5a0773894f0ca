package parser

import "slices"

// DefaultModules answers <IfModule> for a server as it is usually set up. It
// knows a module by its identifier and by the name of its source file. What
// runs programs or languages (PHP, CGI) is not among them.
func DefaultModules(name string) bool {
	return hasModule(builtIn, name) || hasModule(defaultModules, name)
}

// builtInModules answers <IfModule> for a server that has loaded nothing yet. It
// knows the modules that Debian's httpd lists with "apache2 -l", by the same
// names as DefaultModules.
func builtInModules(name string) bool { return hasModule(builtIn, name) }

func hasModule(list []module, name string) bool {
	return slices.ContainsFunc(list, func(m module) bool { return m.id == name || m.file == name })
}

// module is a module by the two names that <IfModule> takes.
type module struct {
	id, file string
}

// builtIn are built into httpd.
var builtIn = []module{
	{"core_module", "core.c"},
	{"so_module", "mod_so.c"},
	{"watchdog_module", "mod_watchdog.c"},
	{"http_module", "http_core.c"},
	{"log_config_module", "mod_log_config.c"},
	{"logio_module", "mod_logio.c"},
	{"version_module", "mod_version.c"},
	{"unixd_module", "mod_unixd.c"},
}

// defaultModules are on where httpd is packaged, or serve what this project
// does: headers, proxy, TLS and the rewriting itself.
var defaultModules = []module{
	{"mpm_event_module", "event.c"},
	{"access_compat_module", "mod_access_compat.c"},
	{"alias_module", "mod_alias.c"},
	{"auth_basic_module", "mod_auth_basic.c"},
	{"authn_core_module", "mod_authn_core.c"},
	{"authn_file_module", "mod_authn_file.c"},
	{"authz_core_module", "mod_authz_core.c"},
	{"authz_groupfile_module", "mod_authz_groupfile.c"},
	{"authz_host_module", "mod_authz_host.c"},
	{"authz_user_module", "mod_authz_user.c"},
	{"autoindex_module", "mod_autoindex.c"},
	{"deflate_module", "mod_deflate.c"},
	{"dir_module", "mod_dir.c"},
	{"env_module", "mod_env.c"},
	{"expires_module", "mod_expires.c"},
	{"filter_module", "mod_filter.c"},
	{"headers_module", "mod_headers.c"},
	{"macro_module", "mod_macro.c"},
	{"mime_module", "mod_mime.c"},
	{"negotiation_module", "mod_negotiation.c"},
	{"proxy_module", "mod_proxy.c"},
	{"proxy_http_module", "mod_proxy_http.c"},
	{"reqtimeout_module", "mod_reqtimeout.c"},
	{"rewrite_module", "mod_rewrite.c"},
	{"setenvif_module", "mod_setenvif.c"},
	{"socache_shmcb_module", "mod_socache_shmcb.c"},
	{"ssl_module", "mod_ssl.c"},
	{"status_module", "mod_status.c"},
}
