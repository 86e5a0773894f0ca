package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// ProxySection compiles a <Proxy> or <ProxyMatch>.
func (c *Compiler) ProxySection(n *parser.Section, sc *Scope, match bool) {
	if !c.sectionAllowed(n, sc, ScopeProxy) {
		return
	}
	s := &Section{at: n.Extent, Config: &DirConfig{}}
	at := n.Extent
	if len(n.Args) > 0 {
		s.Path, at = n.Args[0].Text, n.Args[0].Extent
	}
	if uri.HasPrefixFold(s.Path, ProxyPrefix) {
		s.Path = s.Path[len(ProxyPrefix):]
	}
	if match {
		if s.Regex = c.Regex(s.Path, false, at); s.Regex == nil {
			return
		}
		s.names = matchNames(s.Regex)
	} else {
		s.wild = apr.IsWild(s.Path)
	}
	if len(n.Args) > 1 && !c.connectionParams(n, s) {
		return
	}
	c.sectionBody(n, sc, ScopeProxy, s)
	sc.add(s, ScopeProxy)
}

// connectionParams checks what follows the URL of a <Proxy>: what is to be
// known of connections to that server.
func (c *Compiler) connectionParams(n *parser.Section, s *Section) bool {
	switch {
	case s.Regex != nil:
		c.Errorf(CodeBadArgument, n.Args[1].Extent, "<%s> takes one argument", n.Directive)
		return false
	case s.wild || !strings.Contains(s.Path, ":"):
		c.Errorf(CodeBadArgument, n.Args[1].Extent, "<%s>: %q is not the URL of one server, which alone has parameters", n.Directive, s.Path)
		return false
	}
	known := workerParams
	if uri.HasPrefixFold(s.Path, "balancer:") {
		known = balancerParams
	}
	for _, w := range n.Args[1:] {
		name, _, ok := strings.Cut(strings.ToLower(w.Text), "=")
		if !ok {
			c.Errorf(CodeBadArgument, w.Extent, "<%s>: %q is not of the form name=value", n.Directive, w.Text)
			return false
		}
		if !strings.Contains(known, " "+name+" ") {
			c.Errorf(CodeBadArgument, w.Extent, "<%s>: unknown parameter %q", n.Directive, name)
			return false
		}
		c.Report(parser.Note, CodeNoEffect, w.Extent, "", "connections are left to the server around: %s", w.Text)
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
func (s *Request) walkProxies() {
	url := s.Filename.Text[len(ProxyPrefix):]
	for _, sec := range s.Server.proxies {
		if sec.matchesProxy(s, url) {
			s.apply(sec.Config)
			s.Eval.merges++
			s.Made = s.Eval.merges
		}
	}
}

// matchesProxy matches a <Proxy> section with a URL, as rules wrote it.
func (sec *Section) matchesProxy(s *Request, url string) bool {
	switch {
	case sec.Regex != nil:
		return sec.matchesRegex(s, url)
	case sec.wild:
		return apr.MatchURL(sec.Path, url)
	}
	return strings.HasPrefix(url, sec.Path)
}
