package httpd

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/names"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// openVirtualHost compiles a <VirtualHost>.
func openVirtualHost(sc *Scope, n *parser.Section) {
	if sc.Kind != scopeServer {
		sc.Errorf(CodeNotAllowed, n.Extent, "<VirtualHost> cannot occur within %s", sc.Describe())
		return
	}
	if len(n.Args) == 0 {
		sc.Errorf(CodeBadArgument, n.Extent, "<VirtualHost> requires an address")
		return
	}
	s := &Server{At: n.Extent, Base: &DirConfig{}}
	for i := range n.Args {
		s.addrs = append(s.addrs, sc.hostAddrs(&n.Args[i])...)
	}
	sc.Engine.begin(s, false)
	inner := &Scope{
		Compiler: sc.Compiler, Kind: scopeVirtualHost, Name: "<VirtualHost>", Server: s, Dir: s.Base,
		Allow: serverClasses, outer: sc,
	}
	sc.Nodes(n.Nodes, inner)
	sc.close(inner)
	*sc.vhosts = append(*sc.vhosts, s)
}

// hostAddrs returns what an argument of <VirtualHost> stands for: of a host name
// all addresses that it has now. As in httpd a name without any is passed over.
func (c *Compiler) hostAddrs(w *parser.Word) []serverAddr {
	a, ok := parseAddr(w.Text)
	if !ok || !a.any && a.addr == "" && !names.IsHost(a.host) {
		c.Errorf(CodeBadArgument, w.Extent, "%q is not an address and port", w.Text)
		return nil
	}
	if a.any || a.addr != "" {
		return []serverAddr{a}
	}
	if c.NeedsNames(w.Extent, "<VirtualHost "+w.Text+">"); c.Engine.names == nil {
		return nil
	}
	found, err := c.Engine.names.Addrs(context.Background(), a.host)
	switch {
	case err != nil:
		c.Errorf(codeNameLookup, w.Extent, "<VirtualHost %s>: the host name could not be looked up: %v", w.Text, err)
	case len(found) == 0:
		c.Report(parser.Warning, CodeNoEffect, w.Extent, "", "<VirtualHost %s>: the host name has no address; no request arrives there", w.Text)
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
	if addr := ParseAddress(a.host); addr.IsValid() {
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
func (e *Engine) mergeServers(main *Server, vhosts []*Server) {
	shared, n := e.indexLocations(main.Locations), len(main.Locations)
	if l := e.newDirectoryList(main.directories); l != nil {
		main.walked = []*directoryList{l}
	}
	for _, v := range vhosts {
		own := e.indexLocations(v.Locations)
		v.locationIndex = index.Join([]*index.Index{shared, own}, []int{n, len(v.Locations)})
		v.walked = main.walked
		if l := e.newDirectoryList(v.directories); l != nil {
			v.walked = append(slices.Clip(main.walked), l)
		}
		v.inherit(main)
	}
	main.locationIndex = index.Join([]*index.Index{shared}, []int{n})
}

// inherit fills what a virtual host does not set from the main server.
func (s *Server) inherit(main *Server) {
	if !s.hasName {
		s.hostname = main.hostname
	}
	s.admin = cmp.Or(s.admin, main.admin)
	if !s.Rooted {
		s.DocumentRoot, s.Rooted = main.DocumentRoot, main.Rooted
	}
	s.mergeSlashes = s.mergeSlashes.Over(main.mergeSlashes)
	s.strictHost = s.strictHost.Over(main.strictHost)
	s.protocol = s.protocol.over(main.protocol)
	if s.accessFiles == nil {
		s.accessFiles = main.accessFiles
	}
	s.limits = s.limits.over(main.limits)
	s.trace = s.trace.over(main.trace)
	if s.redirects == 0 {
		s.redirects, s.subrequests = main.redirects, main.subrequests
	}
	s.Parts = s.Parts.over(main.Parts)
	s.Base = s.Base.over(main.Base)
	s.Locations = slices.Concat(main.Locations, s.Locations)
	s.proxies = slices.Concat(main.proxies, s.proxies)
	s.mapped = s.mapped || main.mapped
	s.roots = slices.Concat(s.roots, main.roots)
}
