// Package proxy is what the engine has of mod_proxy: its sections, and the URL that
// a proxied request goes to.
package proxy

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// canonicalizeProxy brings the URL that the request is proxied to into the
// form that is sent: 0, or the status to answer with.
func canonicalizeProxy(s *httpd.Request) int {
	if !s.IsProxy() {
		return httpd.Declined
	}
	url := s.Filename.Text[len(httpd.ProxyPrefix):]
	if uri.HasPrefixFold(url, "unix:") {
		if socket, rest, ok := strings.Cut(url[len("unix:"):], "|"); ok && strings.HasPrefix(socket, "/") {
			s.Socket, url = socket, rest
			s.Filename.Text = httpd.ProxyPrefix + url
		}
	}
	scheme, rest, ok := strings.Cut(url, "://")
	lower := strings.ToLower(scheme)
	standard := 80
	switch {
	case !ok:
		return 0
	case lower == "https" || lower == "wss":
		standard = 443
	case lower == "fcgi" && s.Eval.Engine.World.CGI:
		return toScript(s, url, rest)
	case lower != "http" && lower != "ws":
		s.Remark(httpd.CodeBadTarget, s.Eval.Rule, "", "%s is none of the URLs that are forwarded to: http, https, ws, wss", httpd.Clipped(url))
		return 0
	}
	authority, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	host, port, ok := proxyHost(authority)
	if !ok {
		return s.Refuse(400, httpd.CodeUnsafeRewrite, s.Eval.Rule, "", "%s names no server to proxy to", httpd.Clipped(url))
	}
	query := s.Args
	if s.NoCanon {
		query = apr.Optional{}
		if uri.HasControl(path) {
			return s.Refuse(403, httpd.CodeUnsafeRewrite, s.Eval.Rule, httpd.HintQuery, "the proxied URL %s holds blanks or control characters", httpd.Clipped(url))
		}
	} else if path, ok = uri.EscapeProxy(path, s.Dir.Core.EncodedSlashes == uri.KeepSlashes); !ok {
		return s.Refuse(400, httpd.CodeUnsafeRewrite, s.Eval.Rule, "", "the proxied URL %s has a %% that begins no escape", httpd.Clipped(url))
	}
	if query.OK && uri.HasControl(query.Text) {
		return s.Refuse(403, httpd.CodeUnsafeRewrite, s.Eval.Rule, httpd.HintQuery, "the query %s holds blanks or control characters", httpd.Clipped(query.Text))
	}
	if port != 0 && port != standard {
		host += ":" + strconv.Itoa(port)
	}
	s.Filename.Text = httpd.ProxyPrefix + lower + "://" + host + "/" + path
	if query.OK {
		s.Filename.Text += "?" + query.Text
	}
	return 0
}

// toScript makes of a request that is proxied to a FastCGI server, at url, one for a file
// that the server runs, so that it counts whether the file is there and public. rest is
// what follows the scheme: the server, and the file behind it.
func toScript(s *httpd.Request, url, rest string) int {
	authority, path, _ := strings.Cut(rest, "/")
	if _, _, ok := proxyHost(authority); !ok {
		return s.Refuse(400, httpd.CodeUnsafeRewrite, s.Eval.Rule, "", "%s names no server to proxy to", httpd.Clipped(url))
	}
	file, ok := uri.JoinFile("", path)
	if !ok {
		return s.Refuse(403, httpd.CodeUnsafeRewrite, s.Eval.Rule, "", "%s names no file", httpd.Clipped(url))
	}
	if script, behind := splitScript(s, file); script != file {
		if behind, ok = escapeBehind(s, behind); !ok {
			return s.Refuse(400, httpd.CodeUnsafeRewrite, s.Eval.Rule, "", "the proxied URL %s has a %% that begins no escape", httpd.Clipped(url))
		}
		file, s.Behind = script, behind
	}
	s.Handler = httpd.ProxyPrefix + "fcgi://" + authority + "/"
	if s.Socket != "" {
		s.Handler = httpd.ProxyPrefix + "unix:" + s.Socket + "|fcgi://" + authority + "/"
	}
	s.Proxied, s.Socket = false, ""
	s.Filename, s.Root, s.ContentType = apr.Some(file), s.Server.RootOf(file), ""
	return 0
}

// scriptSuffix is what the name of a file ends with that may have more behind it.
const scriptSuffix = ".php"

// splitScript divides a name into that of a script, which is there, and what is behind it.
// Nothing but names of PHP's scripts are looked at, so that what was uploaded under another
// name does not run.
func splitScript(s *httpd.Request, name string) (script, behind string) {
	for at := 0; ; {
		i := strings.Index(name[at:], scriptSuffix+"/")
		if i < 0 {
			return name, ""
		}
		at += i + len(scriptSuffix)
		if st, err := s.Eval.Stat(name[:at]); err == nil && st.Mode().IsRegular() {
			return name[:at], name[at:]
		}
	}
}

// escapeBehind escapes what is behind a script as mod_proxy does.
func escapeBehind(s *httpd.Request, behind string) (escaped string, ok bool) {
	if s.NoCanon {
		return behind, true
	}
	return uri.EscapeProxy(behind, s.Dir.Core.EncodedSlashes == uri.KeepSlashes)
}

// proxyHost splits the host and port of a backend; the host comes back in
// lower case, with brackets if it needs them. Only digits after a colon are a
// port; with anything else there the colon is part of the host.
func proxyHost(authority string) (host string, port int, ok bool) {
	host = strings.TrimRight(authority, "0123456789")
	digits := authority[len(host):]
	switch {
	case host == "":
		return "", 0, false // nothing, or a port alone
	case digits != "" && strings.HasSuffix(host, ":"):
		host = host[:len(host)-1]
		n, err := strconv.ParseUint(digits, 10, 16)
		if port = int(n); err != nil || port == 0 || host == "" {
			return "", 0, false
		}
	default:
		host = authority
	}
	if strings.HasPrefix(host, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
		return strings.ToLower(host), port, err == nil && addr.Is6() && addr.Zone() == "" && strings.HasSuffix(host, "]")
	}
	if strings.IndexByte(host, ':') >= 0 {
		host = "[" + host + "]"
	}
	return strings.ToLower(host), port, true
}

// FixUp is the hook that gives the URL of what is proxied its form.
func FixUp() httpd.Hook { return httpd.Hook{When: httpd.WhenProxied, Run: canonicalizeProxy} }

// Module is mod_proxy, of which the sections are run.
func Module() *httpd.Module {
	section := func(match bool) func(*httpd.Scope, *parser.Section) {
		return func(sc *httpd.Scope, n *parser.Section) { sc.ProxySection(n, sc, match) }
	}
	return &httpd.Module{Name: "mod_proxy", Commands: []httpd.Command{
		{Name: "<Proxy", Place: httpd.InServer, Open: section(false)},
		{Name: "<ProxyMatch", Place: httpd.InServer, Open: section(true)},
	}}
}
