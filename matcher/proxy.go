package matcher

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// canonicalizeProxy brings the URL that the request is proxied to into the
// form that is sent: 0, or the status to answer with.
func canonicalizeProxy(s *state) int {
	if !s.isProxy() {
		return declined
	}
	url := s.filename.Text[len(proxyPrefix):]
	if uri.HasPrefixFold(url, "unix:") {
		if socket, rest, ok := strings.Cut(url[len("unix:"):], "|"); ok && strings.HasPrefix(socket, "/") {
			s.socket, url = socket, rest
			s.filename.Text = proxyPrefix + url
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
	case lower != "http" && lower != "ws":
		s.remark(codeBadTarget, s.eval.rule, "", "%s is none of the URLs that are forwarded to: http, https, ws, wss", clipped(url))
		return 0
	}
	authority, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	host, port, ok := proxyHost(authority)
	if !ok {
		return s.refuse(400, codeUnsafeRewrite, s.eval.rule, "", "%s names no server to proxy to", clipped(url))
	}
	query := s.args
	if s.noCanon {
		query = apr.Optional{}
		if uri.HasControl(path) {
			return s.refuse(403, codeUnsafeRewrite, s.eval.rule, hintQuery, "the proxied URL %s holds blanks or control characters", clipped(url))
		}
	} else if path, ok = uri.EscapeProxy(path, s.dir.core.encodedSlashes == uri.KeepSlashes); !ok {
		return s.refuse(400, codeUnsafeRewrite, s.eval.rule, "", "the proxied URL %s has a %% that begins no escape", clipped(url))
	}
	if query.OK && uri.HasControl(query.Text) {
		return s.refuse(403, codeUnsafeRewrite, s.eval.rule, hintQuery, "the query %s holds blanks or control characters", clipped(query.Text))
	}
	if port != 0 && port != standard {
		host += ":" + strconv.Itoa(port)
	}
	s.filename.Text = proxyPrefix + lower + "://" + host + "/" + path
	if query.OK {
		s.filename.Text += "?" + query.Text
	}
	return 0
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

// proxyFixUp is the hook that gives the URL of what is proxied its form.
func proxyFixUp() hook { return hook{run: canonicalizeProxy} }

// proxyModule is mod_proxy, of which the sections are run.
func proxyModule() *module {
	section := func(match bool) func(*scope, *parser.Section) {
		return func(sc *scope, n *parser.Section) { sc.proxySection(n, sc, match) }
	}
	return &module{name: "mod_proxy", commands: []command{
		{name: "<Proxy", place: inServer, open: section(false)},
		{name: "<ProxyMatch", place: inServer, open: section(true)},
	}}
}
