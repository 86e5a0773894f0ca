package lint

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// moduleNames are the modules of httpd and the usual ones beside them, without
// "mod_" and "_module".
var moduleNames = strings.Fields(`access access_compat actions alias allowmethods asis auth auth_basic auth_digest auth_form
authn_anon authn_core authn_dbd authn_dbm authn_file authn_socache authnz_fcgi authnz_ldap authz_core authz_dbd
authz_dbm authz_groupfile authz_host authz_owner authz_user autoindex brotli buffer cache cache_disk cache_socache
cern_meta cgi cgid charset_lite data dav dav_fs dav_lock dbd deflate dir dumpio echo env expires ext_filter
file_cache filter headers heartbeat heartmonitor http2 ident imagemap include info isapi lbmethod_bybusyness
ldap log_config log_debug log_forensic logio lua macro md mime mime_magic negotiation proxy proxy_ajp proxy_balancer
proxy_connect proxy_express proxy_fcgi proxy_fdpass proxy_ftp proxy_hcheck proxy_html proxy_http proxy_http2
proxy_scgi proxy_uwsgi proxy_wstunnel ratelimit reflector remoteip reqtimeout request rewrite sed session
session_cookie session_crypto session_dbd setenvif slotmem_shm so socache_dbm socache_memcache socache_shmcb speling
ssl status substitute suexec tls unique_id unixd userdir usertrack version vhost_alias watchdog xml2enc
php php3 php4 php5 php7 php8 perl python wsgi passenger fcgid fastcgi suphp lsapi litespeed security security2 evasive
evasive20 geoip geoip2 maxminddb jk pagespeed gzip bwlimited cband rpaf cloudflare xsendfile ruid2 hostinglimits mono
layout auth_mysql auth_pgsql auth_kerb auth_mellon auth_openidc auth_cas shib mpm_event mpm_prefork mpm_worker mpm_itk
core http log_agent log_referer mem_cache disk_cache dumpost spdy limitipconn bandwidth musicindex dontdothat dav_svn authz_svn`)

// checkModules looks for <IfModule> with a name that is nearly a module's.
func checkModules(c *checker) {
	for n := range parser.All(c.file) {
		cond, ok := n.(*parser.Conditional)
		if !ok || !strings.EqualFold(cond.Directive, "IfModule") || len(cond.Args) == 0 {
			continue
		}
		name := strings.TrimPrefix(cond.Args[0].Text, "!")
		if right := rightModule(name); right != "" {
			what := "what is in the section never runs"
			if cond.Not {
				what = "what is in the section always runs"
			}
			c.warn(cond.Extent, codeUnknownModule, "write "+right, "there is no module %q, so %s", name, what)
		}
	}
}

// rightModule returns the name that was meant, "" for a module's name and for one
// that is like none.
func rightModule(name string) string {
	bare, file := strings.CutPrefix(name, "mod_")
	id := strings.HasSuffix(name, "_module")
	if slices.Contains([]string{"core.c", "http_core.c", "prefork.c", "worker.c", "event.c", "mpm_winnt.c", "mpm_netware.c", "itk.c", "peruser.c"}, name) || parser.DefaultModules(name) {
		return ""
	}
	switch {
	case file && strings.HasSuffix(bare, ".c"):
		bare = strings.TrimSuffix(bare, ".c")
		if slices.Contains(moduleNames, bare) {
			return ""
		}
	case id && !file:
		bare = strings.TrimSuffix(name, "_module")
		if slices.Contains(moduleNames, bare) {
			return ""
		}
		if near := nearModule(bare); near != "" {
			return near + "_module"
		}
		return ""
	default:
		for _, suffix := range []string{".so", ".cpp", ".h", ".o", ".dll", ".C", ",c", "_c"} {
			bare = strings.TrimSuffix(bare, suffix)
		}
		bare = strings.ReplaceAll(strings.TrimSuffix(bare, "."), "-", "_")
		for _, suffix := range []string{"_module", "_modul", "_modules", "_mod"} {
			bare = strings.TrimSuffix(bare, suffix)
		}
		bare = strings.TrimSuffix(bare, ".c")
	}
	bare = strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(bare, "-", "_")), "mod_")
	if near := nearModule(bare); near != "" && bare != "litespeed" {
		return "mod_" + near + ".c"
	}
	return ""
}

// nearModule returns the module whose name is bare, or that but for a typing error.
func nearModule(bare string) string {
	if slices.Contains(moduleNames, bare) {
		return bare
	}
	if len(bare) < 5 {
		return ""
	}
	best, least := "", 2
	if len(bare) >= 6 {
		least = 3
	}
	for _, n := range moduleNames {
		if len(n) < 5 || n[0] != bare[0] {
			continue
		}
		if d := typos(bare, n); d < least && (d < 2 || n == "rewrite" || n == "headers" || n == "expires" || n == "deflate") {
			best, least = n, d
		}
	}
	return best
}

// typos returns how many bytes have to be put in, left out, exchanged or swapped
// with the next one to make b of a.
func typos(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
