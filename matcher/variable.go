package matcher

import (
	"cmp"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// apiVersion is %{API_VERSION} of httpd 2.4.71.
const apiVersion = "20120211:142"

// sslInterface is %{SSL:SSL_VERSION_INTERFACE} of httpd 2.4.71.
const sslInterface = "mod_ssl/2.4.71"

// serverSoftware is %{SERVER_SOFTWARE} as under "ServerTokens Prod".
const serverSoftware = "Apache"

// varKind says where a variable of mod_rewrite comes from.
type varKind uint8

const (
	varEmpty    varKind = iota // unknown names: always empty
	varServer                  // one that expressions may have, too
	varEnv                     // ENV:name
	varSSL                     // SSL:name
	varHeader                  // HTTP:name and the HTTP_ variables
	varLookURI                 // LA-U:variable
	varLookFile                // LA-F:variable
)

// variable is a resolved %{NAME}.
type variable struct {
	kind   varKind
	server syntax.Var // of varServer
	name   string     // of ENV:, SSL: and headers, as it is noted in Vary
	header string     // canonical header name
	inner  *variable  // of LA-U: and LA-F:
}

// resolveVariable finds what %{name} stands for. Unknown names are empty, as
// in httpd.
func resolveVariable(name string) variable {
	switch {
	case len(name) < 4:
		return variable{}
	case name[3] == ':':
		if len(name) > 4 {
			return prefixedVariable(name[:3], name[4:])
		}
		return variable{}
	case len(name) > 4 && name[4] == ':':
		if len(name) > 5 {
			return prefixedVariable(name[:4], name[5:])
		}
		return variable{}
	}
	return plainVariable(name)
}

func prefixedVariable(prefix, rest string) variable {
	switch strings.ToUpper(prefix) {
	case "ENV":
		return variable{kind: varEnv, name: rest}
	case "SSL":
		return variable{kind: varSSL, name: rest}
	case "HTTP":
		return headerVariable(rest)
	case "LA-U":
		inner := resolveVariable(rest)
		return variable{kind: varLookURI, inner: &inner}
	case "LA-F":
		inner := resolveVariable(rest)
		return variable{kind: varLookFile, inner: &inner}
	}
	return variable{}
}

func headerVariable(name string) variable {
	return variable{kind: varHeader, name: name, header: textproto.CanonicalMIMEHeaderKey(name)}
}

// plainVariable resolves a name without prefix.
func plainVariable(name string) variable {
	v, ok := syntax.RuleVar(name)
	if !ok {
		return variable{}
	}
	if header := expr.Header(v); header != "" {
		return headerVariable(header)
	}
	return variable{kind: varServer, server: v}
}

// variable returns the value of a variable that depends on the request alone.
func (s *state) variable(v *variable) string {
	switch v.kind {
	case varServer:
		return s.serverVariable(v.server)
	case varEnv:
		return s.environment(v.name)
	case varSSL:
		return s.ssl(v.name)
	default:
		return ""
	}
}

// serverVariable returns the value of a variable that rules know, and most
// expressions, too. Those of the time and API_VERSION have the form of rules.
func (s *state) serverVariable(v syntax.Var) string {
	req := s.eval.req
	switch v {
	case syntax.VarAPIVersion:
		return apiVersion
	case syntax.VarAuthType:
		return s.authType
	case syntax.VarConnRemoteAddr:
		return cmp.Or(req.ConnRemoteAddr, req.RemoteAddr)
	case syntax.VarContextDocumentRoot:
		return s.contextRoot()
	case syntax.VarContextPrefix:
		return s.contextPrefix()
	case syntax.VarDocumentRoot:
		return s.server.rootDir()
	case syntax.VarHTTPS:
		return apr.OnOff(req.TLS)
	case syntax.VarIPv6:
		addr, err := netip.ParseAddr(req.RemoteAddr)
		return apr.OnOff(err == nil && addr.Is6() && !addr.Is4In6())
	case syntax.VarIsSubreq:
		return strconv.FormatBool(s.parent != nil)
	case syntax.VarPathInfo:
		return s.pathInfo.Text
	case syntax.VarQueryString:
		return s.args.Text
	case syntax.VarRemoteAddr:
		return req.RemoteAddr
	case syntax.VarRemoteHost:
		return s.remoteHost()
	case syntax.VarRemoteIdent:
		return req.RemoteIdent
	case syntax.VarRemotePort:
		return strconv.Itoa(req.RemotePort)
	case syntax.VarRemoteUser:
		return s.user
	case syntax.VarRequestFilename:
		return s.filename.Text
	case syntax.VarRequestMethod:
		return s.method
	case syntax.VarRequestScheme:
		return s.scheme()
	case syntax.VarRequestURI:
		return s.uri
	case syntax.VarScriptGroup:
		return s.ownerGroup()
	case syntax.VarScriptUser:
		return s.owner()
	case syntax.VarServerAddr:
		return req.ServerAddr
	case syntax.VarServerAdmin:
		return s.server.admin
	case syntax.VarServerName:
		return s.serverNameForURL()
	case syntax.VarServerPort:
		return strconv.Itoa(s.serverPort())
	case syntax.VarServerProtocol:
		return s.protocol
	case syntax.VarServerSoftware:
		return serverSoftware
	case syntax.VarTheRequest:
		return s.eval.requestLine()
	case syntax.VarTime, syntax.VarTimeDay, syntax.VarTimeHour, syntax.VarTimeMin, syntax.VarTimeMon,
		syntax.VarTimeSec, syntax.VarTimeWday, syntax.VarTimeYear:
		return expr.Time(v, s.eval.now())
	default:
		return ""
	}
}

// ssl returns %{SSL:name}. mod_ssl answers for most of the other variables,
// too, whether or not the connection is encrypted.
func (s *state) ssl(name string) string {
	switch upper := strings.ToUpper(name); {
	case upper == "API_VERSION":
		major, _, _ := strings.Cut(apiVersion, ":")
		return major
	case upper == "SSL_VERSION_INTERFACE":
		return sslInterface
	case strings.HasPrefix(upper, "SSL_"):
		value, _ := s.tlsVar(name)
		return value
	}
	v := resolveVariable(name)
	switch v.kind {
	case varHeader:
		value, _ := s.header(v.header)
		return value
	case varServer, varEnv:
		if notOfSSL(v.server) {
			return ""
		}
		return s.variable(&v)
	default:
		return ""
	}
}

// notOfSSL reports whether mod_ssl does not know v, unlike the rules.
func notOfSSL(v syntax.Var) bool {
	switch v {
	case syntax.VarIPv6, syntax.VarScriptUser, syntax.VarScriptGroup, syntax.VarServerAddr, syntax.VarRemotePort,
		syntax.VarConnRemoteAddr, syntax.VarContextPrefix, syntax.VarContextDocumentRoot:
		return true
	default:
		return false
	}
}

// tlsVar returns a variable of the encrypted connection, "" for none. ok is false
// where the connection has no variables.
func (s *state) tlsVar(name string) (value string, ok bool) {
	if s.eval.engine.tlsVar == nil {
		return "", false
	}
	return s.eval.engine.tlsVar(s, name)
}

// environment returns %{ENV:name}: a note, a variable of the request, or one
// of the server process.
func (s *state) environment(name string) string {
	if v, ok := s.notes.Get(name); ok {
		return v
	}
	if s.note.value != "" && uri.EqualFold(name, s.note.name) {
		return s.note.value
	}
	if v, ok := s.getenv(name); ok {
		return v
	}
	v, _ := s.eval.engine.getenv(name)
	return v
}

// header returns the request header with the canonical name key, several ones
// joined as httpd joins them.
func (s *state) header(key string) (string, bool) {
	header := s.changedHeader()
	changed := header != nil
	if !changed {
		if key == "Host" {
			return s.eval.hostHeader, s.eval.hasHost
		}
		header = s.eval.req.Header
	}
	if s.parent != nil && describesBody(key) {
		return "", false
	}
	values := header[key]
	switch {
	case len(values) == 0:
		return "", false
	case len(values) == 1, changed:
		return values[0], true
	}
	return strings.Join(values, ", "), true
}

// describesBody reports whether a header speaks of the request's body, which
// a sub-request does not have.
func describesBody(key string) bool {
	switch key {
	case "Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-Md5",
		"Content-Range", "Content-Type", "Expires", "Last-Modified", "Transfer-Encoding":
		return true
	}
	return false
}

// mayLookAhead guards against endless sub-requests: one that asks for its
// parent's URL starts no other.
func (s *state) mayLookAhead() bool {
	return s.parent == nil || s.parent.uri != s.uri
}

// scheme returns "http" or "https".
func (s *state) scheme() string {
	if s.eval.req.TLS || s.server.https {
		return "https"
	}
	return "http"
}

func (s *state) defaultPort() int { return defaultPort(s.scheme()) }

// serverNameForURL is serverName with brackets around an IPv6 address.
func (s *state) serverNameForURL() string {
	name := s.serverName()
	if strings.IndexByte(name, ':') >= 0 {
		return "[" + name + "]"
	}
	return name
}

// serverPort returns the port self-referential URLs are built with.
func (s *state) serverPort() int {
	local := 0
	if s.dir.core.canonicalPhysicalPort == apr.On {
		local = s.eval.req.ServerPort
	}
	if s.dir.core.canonicalName == canonicalOn {
		return cmp.Or(s.server.port, local, s.defaultPort())
	}
	return cmp.Or(s.hostPort, local, s.server.port, s.defaultPort())
}

// ownHost reports whether the virtual host answers for host and port.
func (s *state) ownHost(host string, port int) bool {
	for _, a := range s.server.addrs {
		if (a.port == 0 || a.port == port) && uri.EqualFold(a.host, host) {
			return true
		}
	}
	return port == s.server.port && s.server.named(host)
}
