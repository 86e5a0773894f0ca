package rewrite

import (
	"cmp"
	"fmt"
	"html"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/fastcgi"
)

// scriptParams returns the variables that mod_proxy_fcgi sends for the script of res:
// the environment of the request, what its header says, and what CGI names. length
// is that of the body, -1 if it is unknown.
//
// SCRIPT_FILENAME is the file. mod_proxy_fcgi writes "proxy:fcgi://host" before it,
// which PHP-FPM takes off again and knows httpd by. That is done here only where it
// makes a difference: without it PHP-FPM takes PATH_TRANSLATED for the script, or
// drops PATH_INFO, after an internal redirect.
func (v *visit) scriptParams(res *matcher.Result, r *http.Request, length int64) []fastcgi.Param {
	vars := res.Environment()
	header := http.Header(res.RequestHeader)
	if header == nil {
		header = v.r.Header
	}
	headerParams(vars, header, res.CGI != nil && res.CGI.PassAuth)
	vars["HTTP_HOST"] = r.Host
	if r.Host == "" {
		delete(vars, "HTTP_HOST")
	}
	switch {
	case length > 0, length == 0 && len(v.r.Header["Content-Length"]) > 0:
		vars["CONTENT_LENGTH"] = strconv.FormatInt(length, 10)
	case length < 0:
		delete(vars, "CONTENT_LENGTH")
		vars["HTTP_TRANSFER_ENCODING"] = "chunked"
	default:
		delete(vars, "CONTENT_LENGTH")
	}
	v.serverParams(vars, res)
	if vars["PATH"] == "" {
		vars["PATH"] = os.Getenv("PATH")
	}
	vars["GATEWAY_INTERFACE"] = "CGI/1.1"
	vars["SERVER_PROTOCOL"] = r.Proto
	vars["REQUEST_METHOD"] = r.Method
	vars["QUERY_STRING"] = res.Query
	vars["REQUEST_URI"] = v.q.Target
	vars["SCRIPT_FILENAME"] = scriptFilename(vars, res)
	vars["SCRIPT_NAME"] = res.URI
	if res.PathInfo != "" {
		vars["SCRIPT_NAME"] = scriptName(res.URI, res.PathInfo)
		vars["PATH_INFO"] = res.PathInfo
	}
	params := make([]fastcgi.Param, 0, len(vars))
	for name, value := range vars {
		params = append(params, fastcgi.Param{Name: name, Value: value})
	}
	slices.SortFunc(params, func(a, b fastcgi.Param) int { return cmp.Compare(a.Name, b.Name) })
	return params
}

// scriptFilename returns SCRIPT_FILENAME. Behind the prefix PHP-FPM reads a URL, so a
// name that would not be the same there goes without, and without what the prefix
// is for.
func scriptFilename(vars map[string]string, res *matcher.Result) string {
	if vars["REDIRECT_URL"] == "" || res.PathInfo == "" {
		return res.Filename
	}
	if strings.ContainsAny(res.Filename, "?%") {
		delete(vars, "REDIRECT_URL")
		return res.Filename
	}
	return "proxy:fcgi://localhost" + res.Filename
}

// serverSoftware is what scripts learn of this program.
const serverSoftware = "modrewrite"

// serverParams sets what is known of the server and the client.
func (v *visit) serverParams(vars map[string]string, res *matcher.Result) {
	name := html.EscapeString(res.ServerName)
	vars["SERVER_SIGNATURE"] = fmt.Sprintf("<address>%s Server at %s Port %d</address>\n", serverSoftware, name, res.ServerPort)
	vars["SERVER_SOFTWARE"] = serverSoftware
	vars["SERVER_NAME"] = name
	vars["SERVER_ADDR"] = v.q.ServerAddr
	vars["SERVER_PORT"] = strconv.Itoa(res.ServerPort)
	vars["REQUEST_SCHEME"] = res.Scheme
	vars["REMOTE_ADDR"] = v.q.RemoteAddr
	vars["DOCUMENT_ROOT"] = res.Root
	if c := res.CGI; c != nil {
		vars["DOCUMENT_ROOT"], vars["CONTEXT_PREFIX"], vars["CONTEXT_DOCUMENT_ROOT"] = c.DocumentRoot, c.ContextPrefix, c.ContextRoot
		vars["SERVER_ADMIN"] = c.ServerAdmin
		if res.PathInfo != "" {
			vars["PATH_TRANSLATED"] = c.PathTranslated
		}
		if res.Redirects > 0 {
			vars["REDIRECT_URL"] = c.RedirectURL
		}
		if c.RedirectUser != "" && res.User == "" {
			vars["REDIRECT_REMOTE_USER"] = c.RedirectUser
		}
		if c.HasRedirectQuery {
			vars["REDIRECT_QUERY_STRING"] = c.RedirectQuery
		}
	}
	port := v.q.RemotePort
	if port == 0 {
		_, port = splitAddr(v.r.RemoteAddr)
	}
	vars["REMOTE_PORT"] = strconv.Itoa(port)
	for name, value := range map[string]string{
		"REMOTE_HOST": res.RemoteHost, "REMOTE_USER": res.User, "AUTH_TYPE": res.AuthType, "REMOTE_IDENT": v.q.RemoteIdent,
	} {
		if value != "" {
			vars[name] = value
		}
	}
}

// headerParams sets the variables of header fields. A field whose name has anything
// but letters, digits and "-" has none, as two names would be one. Proxy is left out,
// for HTTP_PROXY is what programs take for the address of their proxy, and
// passwords are for scripts only where passAuth says so.
func headerParams(vars map[string]string, header http.Header, passAuth bool) {
	for name, lines := range header {
		value := strings.Join(lines, ", ")
		switch name {
		case "Content-Type":
			vars["CONTENT_TYPE"] = value
			continue
		case "Content-Length", "Proxy":
			continue
		case "Authorization", "Proxy-Authorization":
			if !passAuth {
				continue
			}
		}
		if variable, ok := headerVariable(name); ok {
			vars[variable] = value
		}
	}
}

// headerVariable returns the variable of a header field.
func headerVariable(name string) (variable string, ok bool) {
	b := append(make([]byte, 0, len("HTTP_")+len(name)), "HTTP_"...)
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z':
			b = append(b, c-'a'+'A')
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
			b = append(b, c)
		case c == '-':
			b = append(b, '_')
		default:
			return "", false
		}
	}
	return string(b), true
}

// scriptName returns uri without the path info at its end. Slashes may be doubled in
// one and single in the other, and a rule may have made the path info something
// else: then the name ends with the segment in which they part.
func scriptName(uri, pathInfo string) string {
	u, p := len(uri)-1, len(pathInfo)-1
	for u >= 0 && p >= 0 && uri[u] == pathInfo[p] {
		if uri[u] == '/' {
			for u > 0 && uri[u-1] == '/' {
				u--
			}
		}
		u--
		p--
	}
	for u = max(u, 0); u < len(uri) && uri[u] != '/'; {
		u++
	}
	return uri[:u]
}
