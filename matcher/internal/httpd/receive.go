package httpd

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// receive makes the state of the client's request and refuses what httpd
// refuses before it looks at any rule. The status is 0 or an error.
func (e *Evaluation) receive() (*Request, int) {
	req := e.Req
	s := &e.first
	s.Eval, s.Status, s.Ended = e, 200, &e.ended
	s.Method, s.Protocol = methodOf(req), protocolOf(req)
	s.Server, e.connection = e.Engine.serverFor(req)
	s.Dir = s.Server.Base
	status := e.readLine(s)
	if status != 0 {
		// httpd has not read the header then, and answers without.
		lineOnly := *req
		lineOnly.Header = nil
		e.Req = &lineOnly
		return s, s.refuseLine(status)
	}
	if status := e.checkFields(&s.Server.limits); status != 0 {
		return s, s.Refuse(status, codeBadRequest, parser.Extent{}, "",
			"the header holds too many fields, one that is too long, or no valid length of the body")
	}
	e.HostHeader, e.HasHost = req.Host, req.Host != ""
	if status := s.setHost(); status != 0 {
		return s, s.Refuse(status, codeBadRequest, parser.Extent{}, "", "the host %s is missing or not valid", Clipped(cmp.Or(s.hostname, req.Host)))
	}
	named, known := e.Engine.virtualHost(s)
	if s.Server.strictHost == apr.On && !known { // of the first host on the address, as in httpd
		return s, s.Refuse(400, codeBadRequest, parser.Extent{}, "name it with ServerAlias", "StrictHostCheck knows no host %s", Clipped(s.hostname))
	}
	s.Server = named
	s.Dir = s.Server.Base
	if len(req.Env) > 0 { // to begin to walk a map costs something, be it empty
		for name, value := range req.Env {
			s.Env.Set(name, value)
		}
	}
	return s, 0
}

// methodOf returns the method of req, GET where it names none.
func methodOf(req *Client) string {
	if req.Method == "" {
		return "GET"
	}
	return req.Method
}

// protocolOf returns the protocol of req, HTTP/1.1 where it names none.
func protocolOf(req *Client) string {
	if req.Proto == "" {
		return "HTTP/1.1"
	}
	return req.Proto
}

// refuseLine refuses a request for its first line.
func (s *Request) refuseLine(status int) int {
	switch status {
	case 414:
		return s.Refuse(414, codeBadRequest, parser.Extent{}, "LimitRequestLine allows for longer ones", "the request line is longer than %d bytes", s.MaxLine())
	case 501:
		return s.Refuse(501, codeBadRequest, parser.Extent{}, "name it with RegisterHttpMethod",
			"HttpProtocolOptions RegisteredMethods does not permit the method %s", Clipped(s.Method))
	}
	return s.Refuse(status, codeBadRequest, parser.Extent{}, "", "the request line is not valid: %s", Clipped(s.Eval.requestLine()))
}

// MaxLine is the longest request line in bytes.
func (s *Request) MaxLine() int {
	return s.Server.limits.line.orElse(s.Eval.Engine.Limits.RequestLine)
}

// readLine takes the request line apart. It returns 0 or the status to answer
// with.
func (e *Evaluation) readLine(s *Request) int {
	refused := e.checkLine(s)
	if refused == 414 {
		return refused
	}
	if refused == 0 && s.Server.protocol.refusesMethod(s) {
		refused = 501
	}
	target := e.Req.Target
	if refused != 0 { // it is empty or holds a blank, perhaps
		var blank bool
		if target, _, blank = strings.Cut(target, " "); target == "" || blank {
			// httpd takes what comes next for the target or the protocol.
			target, s.Protocol = cmp.Or(target, s.Protocol), "HTTP/1.0"
		}
	}
	if s.Method == "CONNECT" {
		return max(s.setAuthority(target), refused)
	}
	if refused == 0 && target[0] == '/' && (len(target) == 1 || target[1] != '/') {
		return s.splitPath(target)
	}
	var u uri.URI
	s.splitTarget(target, &u)
	e.nameless = u.HasHost && u.Host == "" && uri.EqualFold(u.Scheme, s.Scheme())
	status := s.Status
	s.Status = 200
	switch {
	case refused != 0:
		return refused
	case status != 200:
		return status
	}
	if u.Fragment || u.User || !strings.HasPrefix(s.URI, "/") && (s.URI != "*" || s.Method != "OPTIONS") {
		return 400
	}
	return 0
}

// splitPath is splitTarget for a target that is a path and perhaps a query, as nearly all
// are: there is no scheme, host or user in it to look for. It returns 0 or the status to
// answer with.
func (s *Request) splitPath(target string) (status int) {
	s.Target = target
	if !s.quiet {
		if i := strings.IndexByte(target, '#'); i >= 0 {
			status, target = 400, target[:i]
		}
	}
	if i := strings.IndexByte(target, '?'); i >= 0 {
		s.Args.Text, s.Args.OK, target = target[i+1:], true, target[:i]
	}
	s.path.Text, s.path.OK, s.URI = target, true, target
	return status
}

// checkLine checks the parts of the request line.
func (e *Evaluation) checkLine(s *Request) int {
	req := e.Req
	if len(s.Method)+len(req.Target)+len(s.Protocol)+2 > s.MaxLine()+1 { // httpd takes one byte more
		return 414
	}
	if s.Method != "GET" && !apr.IsToken(s.Method) || req.Target == "" {
		return 400
	}
	if s.quiet = uri.IsQuiet(req.Target); !s.quiet && uri.HasControl(req.Target) {
		return 400
	}
	return 0
}

// setHost finds the name the client asked for: that of an absolute target, or
// the Host header's.
func (s *Request) setHost() int {
	e := s.Eval
	if s.hostname != "" || e.nameless {
		host, status := checkHost(s.hostname, strings.IndexByte(s.hostname, ':') >= 0)
		s.hostname = host
		if e.HasHost {
			e.HostHeader = s.hostname
			if strings.IndexByte(host, ':') >= 0 {
				e.HostHeader = "[" + host + "]"
			}
			if s.hostPort != 0 {
				e.HostHeader += ":" + strconv.Itoa(s.hostPort)
			}
		}
		if status == 0 && !e.HasHost && s.Protocol == "HTTP/1.1" {
			status = 400
		}
		return status
	}
	if e.HostHeader == "" {
		if s.Protocol == "HTTP/1.0" || s.Protocol == "HTTP/0.9" {
			return 0
		}
		return 400
	}
	if uri.IsPlainHost(e.HostHeader) {
		s.hostname, s.hostPort, s.plainHost = e.HostHeader, 0, true
		return 0
	}
	host, port, v6, ok := splitHost(e.HostHeader)
	if !ok {
		return 400
	}
	s.hostPort = port
	host, status := checkHost(host, v6)
	if status == 0 { // otherwise the error document is asked for by the server's own name
		s.hostname = host
	}
	return status
}

// splitHost splits a Host header.
func splitHost(h string) (host string, port int, v6, ok bool) {
	if strings.IndexByte(h, ':') < 0 && !strings.HasPrefix(h, "[") {
		return h, 0, false, true
	}
	portText := ""
	if strings.HasPrefix(h, "[") {
		end := strings.IndexByte(h, ']')
		if end < 0 {
			return "", 0, false, false
		}
		host, portText, v6 = h[1:end], h[end+1:], true
		if addr, err := netip.ParseAddr(host); err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", 0, true, false
		}
		if portText == "" {
			return host, 0, true, true
		}
		if portText[0] != ':' {
			return "", 0, false, false
		}
		portText = portText[1:]
	} else {
		i := strings.LastIndexByte(h, ':')
		host, portText = h[:i], h[i+1:]
	}
	n, err := strconv.ParseUint(portText, 10, 16)
	return host, int(n), v6, err == nil && n > 0 && host != ""
}

// checkHost normalises a host name to lower case without a final dot and
// refuses what httpd's strict mode does.
func checkHost(host string, v6 bool) (string, int) {
	if host == "" || uri.IsPlainHost(host) {
		return host, 0
	}
	if v6 {
		for i := range len(host) {
			if c := host[i]; !uri.IsAlnum(c) && c != ':' && c != '.' {
				return host, 400
			}
		}
		return strings.ToLower(host), 0
	}
	for i := range len(host) {
		switch c := host[i]; {
		case c == '.' && i+1 < len(host) && host[i+1] == '.', c == '/', c == '\\':
			return host, 400
		}
	}
	if len(host) > 1 {
		host = strings.TrimSuffix(host, ".")
	}
	host = apr.Lower(host)
	return host, strictHost(host)
}

// strictHost refuses names with other bytes than letters, digits, "-", "_" and
// ".", bad dotted addresses, and a top-level domain that starts with a digit.
func strictHost(host string) int {
	dotted, zeroes, dots := true, false, 0
	for i := range len(host) {
		switch c := host[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c == '-', c == '_':
			dotted = false
		case c == '.':
			dots++
			if i+2 < len(host) && host[i+1] == '0' && apr.IsDigit(host[i+2]) {
				zeroes = true
			}
		case !apr.IsDigit(c):
			return 400
		}
	}
	if dotted {
		if host != "" && (host[0] == '.' || host[0] == '0' && len(host) > 1 && apr.IsDigit(host[1])) {
			zeroes = true
		}
		if zeroes || dots != 3 {
			return 400
		}
		return 0
	}
	if i := strings.LastIndexByte(host, '.'); i > 0 && i+1 < len(host) {
		if c := host[i+1] | 0x20; c < 'a' || c > 'z' {
			return 400
		}
	}
	return 0
}

// serverFor returns the server that a connection belongs to before its Host is
// known, the first virtual host on its address, else the main server; and what counts of
// the connection.
func (e *Engine) serverFor(req *Client) (*Server, connection) {
	if len(e.hosts.all) == 0 {
		return e.main, connection{}
	}
	return e.firstHost(req)
}

// firstHost is serverFor where there are virtual hosts.
func (e *Engine) firstHost(req *Client) (*Server, connection) {
	port := e.connectionPort(req)
	v, fit := e.hosts.first(req, port)
	if v == nil {
		v = e.main
	}
	return v, connection{port, fit}
}

// virtualHost returns the server whose name the client asked for, of those on
// the connection's address. A client that names none is served by ServerPath,
// and one that asks for an absolute URL without a name by the first. known is false where
// no server has the name; of the main server that is found out under StrictHostCheck only.
func (e *Engine) virtualHost(s *Request) (named *Server, known bool) {
	h := &e.hosts
	switch {
	case s.Eval.nameless:
		return s.Server, true
	case s.hostname == "":
		return e.byServerPath(s), true
	case s.Server == e.main: // the connection's address is that of no virtual host
		return s.Server, s.Server.strictHost != apr.On || s.Server.named(s.hostname)
	}
	if v := h.find(s, h.names, s.hostname, (*Server).named); v != nil {
		return v, true
	}
	if v := h.find(s, h.written, s.hostname, (*Server).addressed); v != nil {
		return v, true
	}
	return s.Server, false
}

// byServerPath returns the virtual host on the connection's address whose ServerPath
// the request is below, or the server that it has.
func (e *Engine) byServerPath(s *Request) *Server {
	req, conn := s.Eval.Req, s.Eval.connection
	for _, v := range e.hosts.paths {
		if conn.fit > addrNone && v.answers(req, conn.port) == conn.fit && v.serves(s.URI) {
			return v
		}
	}
	return s.Server
}

// serves reports whether a URL-path is below ServerPath.
func (s *Server) serves(path string) bool {
	return s.path != "" && s.isAbove(path)
}

// isAbove is serves where there is a ServerPath.
func (s *Server) isAbove(path string) bool {
	rest, ok := strings.CutPrefix(path, s.path)
	return ok && (strings.HasSuffix(s.path, "/") || rest == "" || rest[0] == '/')
}

// anyPort stands for a port that every virtual host answers on.
const anyPort = -1

// connectionPort returns the port that decides which virtual hosts a connection
// is for. A ruleset is written for the ports of the httpd it comes from, which
// need not be those of the server it runs in now: a port that the ruleset names
// nowhere, be it in <VirtualHost> or Listen, counts as the standard port of the
// scheme, and if that is not named either, as any.
func (e *Engine) connectionPort(req *Client) int {
	standard := 80
	if req.TLS {
		standard = 443
	}
	port := cmp.Or(req.ServerPort, standard)
	switch {
	case e.ports[port], e.ports[0]:
		return port
	case e.ports[standard]:
		return standard
	}
	return anyPort
}

// addrMatch is how well an address of a virtual host fits a connection.
type addrMatch int

const (
	addrNone  addrMatch = iota
	addrAny             // by "*"
	addrExact           // by the address itself
)

// answers tells how well the virtual host fits the connection.
func (s *Server) answers(req *Client, port int) addrMatch {
	best := addrNone
	for _, a := range s.addrs {
		switch {
		case a.port != 0 && a.port != port && port != anyPort:
		case a.any:
			best = max(best, addrAny)
		case req.ServerAddr != "" && a.addr == req.ServerAddr:
			best = addrExact
		}
	}
	return best
}

// addressed reports whether host is written as an address of the virtual host.
func (s *Server) addressed(host string) bool {
	return slices.ContainsFunc(s.addrs, func(a serverAddr) bool { return uri.EqualFold(a.host, host) })
}

// setAuthority makes host:port the target of a CONNECT request, which is then
// one for "/" of that host. It returns 0 or the status to answer with.
func (s *Request) setAuthority(target string) int {
	host, port, _, ok := splitHost(target)
	s.URI = "/"
	if !ok || port == 0 {
		return 400
	}
	s.Target, s.hostname, s.hostPort = target, host, port
	return 0
}
