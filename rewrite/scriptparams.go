package rewrite

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/fastcgi"
)

// scriptVars returns the variables that mod_proxy_fcgi sends for the script of res. length
// is that of the body, -1 if it is unknown.
func (v *visit) scriptVars(res *matcher.Result, r *http.Request, length int64) (map[string]string, bool) {
	q := v.q
	q.Host = r.Host
	if q.RemotePort == 0 {
		_, q.RemotePort = splitAddr(v.r.RemoteAddr)
	}
	return res.ScriptVars(&q, length)
}

// proxyPrefix is what SCRIPT_FILENAME begins with that comes from mod_proxy_fcgi.
const proxyPrefix = "proxy:fcgi://"

// scriptFile returns the file that SCRIPT_FILENAME names: PHP-FPM drops the prefix and the
// server behind it, too.
func scriptFile(vars map[string]string) string {
	name := vars["SCRIPT_FILENAME"]
	if rest, ok := strings.CutPrefix(name, proxyPrefix); ok {
		if at := strings.IndexByte(rest, '/'); at >= 0 {
			return rest[at:]
		}
	}
	return name
}

// nameScript sets SCRIPT_FILENAME to file and what is behind it. PHP-FPM knows httpd by the
// prefix, and without it runs PATH_TRANSLATED in the place of the script where there is a
// REDIRECT_URL, or drops PATH_INFO. So the prefix stays where it makes that difference, and nowhere else.
// Behind it PHP-FPM reads a URL: a name that would not be the same there goes without, and
// without what the prefix is for. Another server than PHP-FPM does not know the prefix.
func nameScript(vars map[string]string, file, behind string, generic bool) {
	plain := !strings.ContainsAny(file, "?%")
	switch {
	case behind == "" || !generic && !plain:
		vars["SCRIPT_FILENAME"] = file
	case generic:
		vars["SCRIPT_FILENAME"] = file + behind
	default:
		vars["SCRIPT_FILENAME"] = proxyPrefix + "localhost" + file + behind
	}
	_, redirected := vars["REDIRECT_URL"]
	if _, translated := vars["PATH_TRANSLATED"]; !redirected || !translated {
		return
	}
	switch {
	case generic:
		delete(vars, "PATH_TRANSLATED") // it may be PHP-FPM all the same
	case !plain:
		delete(vars, "REDIRECT_URL")
	default:
		vars["SCRIPT_FILENAME"] = proxyPrefix + "localhost" + file + behind
	}
}

// paramsOf returns variables in the order of their names.
func paramsOf(vars map[string]string) []fastcgi.Param {
	params := make([]fastcgi.Param, 0, len(vars))
	for name, value := range vars {
		params = append(params, fastcgi.Param{Name: name, Value: value})
	}
	slices.SortFunc(params, func(a, b fastcgi.Param) int { return cmp.Compare(a.Name, b.Name) })
	return params
}
