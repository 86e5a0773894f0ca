package matcher

import (
	"html"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// ScriptVars returns the variables of the script that is the file of res, which came of q,
// as mod_proxy_fcgi sends them. length is that of the request's body, -1 if it is unknown.
// It is for a result that serves a file with Options.CGI. Each call makes a new map.
//
// SCRIPT_FILENAME is the file behind "proxy:fcgi://host", by which PHP-FPM knows httpd;
// without that prefix where CGI.Generic is set. ok is false where a directive keeps the
// script from being run: answer with 503.
func (res *Result) ScriptVars(q *Request, length int64) (vars map[string]string, ok bool) {
	if res.CGI == nil || res.CGI.broken {
		return nil, false
	}
	vars = res.scriptVars(q, length)
	for _, c := range res.CGI.changes {
		name := knownAs(vars, c.Name)
		if c.Unset {
			delete(vars, name)
		} else {
			vars[name] = c.Value
		}
	}
	return vars, true
}

// knownAs returns the name under which vars has a variable: names are found without case,
// as in a table of httpd.
func knownAs(vars map[string]string, name string) string {
	if _, ok := vars[name]; ok {
		return name
	}
	for known := range vars {
		if uri.EqualFold(known, name) {
			return known
		}
	}
	return name
}

// changeScript has directives change the variables of the script that answers.
func (res *Result) changeScript(a *httpd.Answer, q *Request) {
	if !a.ChangesScript() {
		return
	}
	length := int64(0)
	if q.Chunked {
		length = -1
	} else if sent := q.Header["Content-Length"]; len(sent) > 0 {
		length, _ = strconv.ParseInt(sent[0], 10, 64)
	}
	done, ok := a.ChangeScript(res.scriptVars(q, length))
	res.CGI.changes, res.CGI.broken = done, !ok
	access := false // what an access file changed may be in all values that come later
	for _, c := range done {
		access = access || c.Access
		if uri.EqualFold(c.Name, "SCRIPT_FILENAME") {
			res.CGI.Elsewhere = !access
		}
	}
}

// ownVars is about how many variables a script has beside those of the header and the
// environment.
const ownVars = 32

// scriptVars returns the variables of a script: the environment of the request, what its
// header says, and what CGI names. What is not of the environment comes first, whatever
// the case of the names: an access file may set the environment.
func (res *Result) scriptVars(q *Request, length int64) map[string]string {
	header := res.RequestHeader
	if header == nil {
		header = q.Header
	}
	vars := make(map[string]string, ownVars+len(header)+len(res.Env))
	headerVars(vars, header, res.CGI.PassAuth)
	host := q.Host
	if set := header["Host"]; res.RequestHeader != nil && len(set) > 0 {
		host = set[0]
	}
	if host != "" {
		vars["HTTP_HOST"] = host
	}
	lengthVars(vars, q, length)
	res.serverVars(vars, q)
	vars["GATEWAY_INTERFACE"] = "CGI/1.1"
	vars["SERVER_PROTOCOL"] = orElse(q.Proto, "HTTP/1.1")
	vars["REQUEST_METHOD"] = orElse(q.Method, "GET")
	if res.Method != "" && q.Method != "HEAD" {
		vars["REQUEST_METHOD"] = res.Method
	}
	vars["QUERY_STRING"] = res.Query
	vars["REQUEST_URI"] = q.Target
	if res.CGI.currentURI {
		vars["REQUEST_URI"] = res.URI
	}
	vars["SCRIPT_FILENAME"] = res.scriptFilename()
	vars["SCRIPT_NAME"] = res.URI
	if res.PathInfo != "" {
		vars["SCRIPT_NAME"] = scriptName(res.URI, res.PathInfo)
		vars["PATH_INFO"] = res.PathInfo
	}
	addEnvironment(vars, res.Environment())
	if path := knownAs(vars, "PATH"); vars[path] == "" {
		vars[path] = res.CGI.path
	}
	return vars
}

// addEnvironment adds the variables of env that vars, whose names are in upper case, does
// not have in any case. The host and the length of the body are the request's alone.
func addEnvironment(vars, env map[string]string) {
	for name, value := range env {
		upper := strings.ToUpper(name)
		if _, own := vars[upper]; !own && upper != "CONTENT_LENGTH" && upper != "HTTP_HOST" {
			vars[name] = value
		}
	}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// scriptFilename returns SCRIPT_FILENAME: the file behind the server of the handler,
// which for a socket is only a name.
func (res *Result) scriptFilename() string {
	if res.CGI.Generic {
		return res.Filename + res.CGI.Behind
	}
	server := "fcgi://localhost"
	if rest, ok := strings.CutPrefix(res.Handler, httpd.ProxyPrefix); ok {
		if _, url, ok := strings.Cut(rest, "|"); ok {
			rest = url
		}
		if scheme, authority, ok := strings.Cut(rest, "://"); ok && uri.EqualFold(scheme, "fcgi") {
			authority, _, _ = strings.Cut(authority, "/")
			server = "fcgi://" + strings.TrimSuffix(apr.Lower(authority), ":8000")
		}
	}
	return httpd.ProxyPrefix + server + res.Filename + res.CGI.Behind
}

// lengthVars sets what says how long the body is.
func lengthVars(vars map[string]string, q *Request, length int64) {
	switch {
	case length > 0, length == 0 && len(q.Header["Content-Length"]) > 0:
		vars["CONTENT_LENGTH"] = strconv.FormatInt(length, 10)
	case length < 0:
		vars["HTTP_TRANSFER_ENCODING"] = "chunked"
	}
}

// scriptServer is what scripts learn of this program.
const scriptServer = "modrewrite"

// serverVars sets what is known of the server and the client.
func (res *Result) serverVars(vars map[string]string, q *Request) {
	name := html.EscapeString(res.ServerName)
	port := strconv.Itoa(res.ServerPort)
	vars["SERVER_SIGNATURE"] = "<address>" + scriptServer + " Server at " + name + " Port " + port + "</address>\n"
	vars["SERVER_SOFTWARE"] = scriptServer
	vars["SERVER_NAME"] = name
	vars["SERVER_ADDR"] = q.ServerAddr
	vars["SERVER_PORT"] = port
	vars["REQUEST_SCHEME"] = res.Scheme
	vars["REMOTE_ADDR"] = q.RemoteAddr
	vars["REMOTE_PORT"] = strconv.Itoa(q.RemotePort)
	c := res.CGI
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
	for _, v := range [...]struct{ name, value string }{
		{"REMOTE_HOST", res.RemoteHost}, {"REMOTE_USER", res.User}, {"AUTH_TYPE", res.AuthType}, {"REMOTE_IDENT", q.RemoteIdent},
	} {
		if v.value != "" {
			vars[v.name] = v.value
		}
	}
}

// headerVars sets the variables of header fields. A field whose name has anything but
// letters, digits and "-" has none, as two names would be one. Proxy is left out, for
// HTTP_PROXY is what programs take for the address of their proxy, and passwords are for
// scripts only where passAuth says so.
func headerVars(vars map[string]string, header map[string][]string, passAuth bool) {
	for name, lines := range header {
		value := strings.Join(lines, ", ")
		switch name {
		case "Content-Type":
			vars["CONTENT_TYPE"] = value
			continue
		case "Content-Length", "Proxy", "Host":
			continue
		case "Authorization", "Proxy-Authorization":
			if !passAuth {
				continue
			}
		}
		if variable, ok := headerVar(name); ok {
			vars[variable] = value
		}
	}
}

// headerVar returns the variable of a header field.
func headerVar(name string) (variable string, ok bool) {
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
