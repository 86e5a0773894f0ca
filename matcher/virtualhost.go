package matcher

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/names"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// openVirtualHost compiles a <VirtualHost>.
func openVirtualHost(sc *scope, n *parser.Section) {
	if sc.kind != scopeServer {
		sc.errorf(CodeNotAllowed, n.Extent, "<VirtualHost> cannot occur within %s", sc.describe())
		return
	}
	if len(n.Args) == 0 {
		sc.errorf(CodeBadArgument, n.Extent, "<VirtualHost> requires an address")
		return
	}
	s := &server{at: n.Extent, base: &dirConfig{}}
	for i := range n.Args {
		s.addrs = append(s.addrs, sc.hostAddrs(&n.Args[i])...)
	}
	sc.engine.begin(s, false)
	inner := &scope{
		compiler: sc.compiler, kind: scopeVirtualHost, name: "<VirtualHost>", server: s, dir: s.base,
		allow: serverClasses, outer: sc,
	}
	sc.nodes(n.Nodes, inner)
	sc.close(inner)
	*sc.vhosts = append(*sc.vhosts, s)
}

// hostAddrs returns what an argument of <VirtualHost> stands for: of a host name
// all addresses that it has now. As in httpd a name without any is passed over.
func (c *compiler) hostAddrs(w *parser.Word) []serverAddr {
	a, ok := parseAddr(w.Text)
	if !ok || !a.any && a.addr == "" && !names.IsHost(a.host) {
		c.errorf(CodeBadArgument, w.Extent, "%q is not an address and port", w.Text)
		return nil
	}
	if a.any || a.addr != "" {
		return []serverAddr{a}
	}
	if c.needsNames(w.Extent, "<VirtualHost "+w.Text+">"); c.engine.names == nil {
		return nil
	}
	found, err := c.engine.names.Addrs(context.Background(), a.host)
	switch {
	case err != nil:
		c.errorf(codeNameLookup, w.Extent, "<VirtualHost %s>: the host name could not be looked up: %v", w.Text, err)
	case len(found) == 0:
		c.report(parser.Warning, codeNoEffect, w.Extent, "", "<VirtualHost %s>: the host name has no address; no request arrives there", w.Text)
	}
	var all []serverAddr
	for _, addr := range found {
		a.addr = addr.Unmap().WithZone("").String()
		all = append(all, a)
	}
	return all
}

func parseAddr(text string) (serverAddr, bool) {
	host, port := text, ""
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
		host, port = text[:i], text[i+1:]
	}
	a := serverAddr{host: host, any: host == "*" || uri.EqualFold(host, "_default_")}
	if strings.HasPrefix(host, "[") {
		a.host = strings.Trim(host, "[]")
	}
	if addr := parseAddress(a.host); addr.IsValid() {
		a.addr = addr.WithZone("").String()
	}
	if port == "" || port == "*" {
		return a, port != "" || !strings.HasSuffix(text, ":")
	}
	n, err := strconv.ParseUint(port, 10, 16)
	a.port = int(n)
	return a, err == nil
}

// mergeServers merges each virtual host with the main server and puts the
// sections of both in the order of the walk.
func mergeServers(main *server, vhosts []*server) {
	for _, v := range vhosts {
		v.inherit(main)
	}
	for _, s := range append(vhosts, main) {
		s.directories = sortDirectories(s.directories)
	}
}

// inherit fills what a virtual host does not set from the main server.
func (s *server) inherit(main *server) {
	s.hostname = cmp.Or(s.hostname, main.hostname)
	s.admin = cmp.Or(s.admin, main.admin)
	if !s.rooted {
		s.documentRoot, s.rooted = main.documentRoot, main.rooted
	}
	s.mergeSlashes = s.mergeSlashes.Over(main.mergeSlashes)
	if s.accessFiles == nil {
		s.accessFiles = main.accessFiles
	}
	s.limits = s.limits.over(main.limits)
	s.trace = s.trace.over(main.trace)
	if s.redirects == 0 {
		s.redirects, s.subrequests = main.redirects, main.subrequests
	}
	s.parts = s.parts.over(main.parts)
	s.base = s.base.over(main.base)
	s.directories = slices.Concat(main.directories, s.directories)
	s.locations = slices.Concat(main.locations, s.locations)
	s.proxies = slices.Concat(main.proxies, s.proxies)
	s.mapped = s.mapped || main.mapped
	s.roots = slices.Concat(s.roots, main.roots)
}

// sortDirectories orders <Directory> sections as they are merged: plain ones
// by depth, then those with a regular expression.
func sortDirectories(sections []*section) []*section {
	sorted := slices.Clone(sections)
	slices.SortStableFunc(sorted, func(a, b *section) int {
		if (a.regex == nil) != (b.regex == nil) {
			if a.regex == nil {
				return -1
			}
			return 1
		}
		return a.depth - b.depth
	})
	return sorted
}
