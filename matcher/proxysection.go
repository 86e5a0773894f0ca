package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// proxySection compiles a <Proxy> or <ProxyMatch>.
func (c *compiler) proxySection(n *parser.Section, sc *scope, match bool) {
	if !c.sectionAllowed(n, sc, scopeProxy) {
		return
	}
	s := &section{at: n.Extent, config: &dirConfig{}}
	at := n.Extent
	if len(n.Args) > 0 {
		s.path, at = n.Args[0].Text, n.Args[0].Extent
	}
	if uri.HasPrefixFold(s.path, proxyPrefix) {
		s.path = s.path[len(proxyPrefix):]
	}
	if match {
		if s.regex = c.regex(s.path, false, at); s.regex == nil {
			return
		}
		s.names = matchNames(s.regex)
	} else {
		s.wild = apr.IsWild(s.path)
	}
	if len(n.Args) > 1 && !c.connectionParams(n, s) {
		return
	}
	c.sectionBody(n, sc, scopeProxy, s)
	sc.add(s, scopeProxy)
}

// connectionParams checks what follows the URL of a <Proxy>: what is to be
// known of connections to that server.
func (c *compiler) connectionParams(n *parser.Section, s *section) bool {
	switch {
	case s.regex != nil:
		c.errorf(CodeBadArgument, n.Args[1].Extent, "<%s> takes one argument", n.Directive)
		return false
	case s.wild || !strings.Contains(s.path, ":"):
		c.errorf(CodeBadArgument, n.Args[1].Extent, "<%s>: %q is not the URL of one server, which alone has parameters", n.Directive, s.path)
		return false
	}
	known := workerParams
	if uri.HasPrefixFold(s.path, "balancer:") {
		known = balancerParams
	}
	for _, w := range n.Args[1:] {
		name, _, ok := strings.Cut(strings.ToLower(w.Text), "=")
		if !ok {
			c.errorf(CodeBadArgument, w.Extent, "<%s>: %q is not of the form name=value", n.Directive, w.Text)
			return false
		}
		if !strings.Contains(known, " "+name+" ") {
			c.errorf(CodeBadArgument, w.Extent, "<%s>: unknown parameter %q", n.Directive, name)
			return false
		}
		c.report(parser.Note, codeNoEffect, w.Extent, "", "connections are left to the server around: %s", w.Text)
	}
	return true
}

// The names of the parameters of a server and of a balancer, a blank on either
// side of each.
const (
	workerParams = " acquire addressttl connectiontimeout disablereuse enablereuse flusher flushpackets flushwait iobuffersize " +
		"keepalive lbset loadfactor max min ping receivebuffersize redirect responsefieldsize retry route secret smax status " +
		"timeout ttl upgrade "
	balancerParams = " failonstatus failontimeout forcerecovery growth lbmethod maxattempts nofailover nonce scolonpathdelim " +
		"stickysession stickysessionsep timeout "
)

// walkProxies merges the <Proxy> sections that hold for the URL that the
// request is proxied to. They take the place of directories. What rules of
// a directory send to a proxy is past this walk, in httpd too.
func (s *state) walkProxies() {
	url := s.filename.Text[len(proxyPrefix):]
	for _, sec := range s.server.proxies {
		if sec.matchesProxy(s, url) {
			s.apply(sec.config)
			s.eval.merges++
			s.made = s.eval.merges
		}
	}
}

// matchesProxy matches a <Proxy> section with a URL, as rules wrote it.
func (sec *section) matchesProxy(s *state, url string) bool {
	switch {
	case sec.regex != nil:
		return sec.matchesRegex(s, url)
	case sec.wild:
		return apr.MatchURL(sec.path, url)
	}
	return strings.HasPrefix(url, sec.path)
}
