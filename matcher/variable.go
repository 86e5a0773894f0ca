package matcher

import (
	"cmp"
	"fmt"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// apiVersion is %{API_VERSION} of httpd 2.4.71.
const apiVersion = "20120211:142"

// sslInterface is %{SSL:SSL_VERSION_INTERFACE} of httpd 2.4.71.
const sslInterface = "mod_ssl/2.4.71"

// serverSoftware is %{SERVER_SOFTWARE} as under "ServerTokens Prod".
const serverSoftware = "Apache"

// varKind names a variable of mod_rewrite.
type varKind uint8

const (
	varEmpty    varKind = iota // unknown names: always empty
	varEnv                     // ENV:name
	varSSL                     // SSL:name
	varHeader                  // HTTP:name and the HTTP_ variables
	varLookURI                 // LA-U:variable
	varLookFile                // LA-F:variable
	varAPIVersion
	varAuthType
	varConnRemoteAddr
	varContextDocRoot
	varContextPrefix
	varDocumentRoot
	varHTTPS
	varIPv6
	varIsSubreq
	varPathInfo
	varQueryString
	varRemoteAddr
	varRemoteHost
	varRemoteIdent
	varRemotePort
	varRemoteUser
	varRequestFilename
	varRequestMethod
	varRequestScheme
	varRequestURI
	varScriptGroup
	varScriptUser
	varServerAddr
	varServerAdmin
	varServerName
	varServerPort
	varServerProtocol
	varServerSoftware
	varTheRequest
	varTime
	varTimeDay
	varTimeHour
	varTimeMin
	varTimeMon
	varTimeSec
	varTimeWday
	varTimeYear
)

// variable is a resolved %{NAME}.
type variable struct {
	kind   varKind
	name   string    // of ENV:, SSL: and headers, as it is noted in Vary
	header string    // canonical header name
	inner  *variable // of LA-U: and LA-F:
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
	return plainVariable(strings.ToUpper(name))
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

// plainVariable resolves a name without prefix, in upper case.
func plainVariable(name string) variable {
	switch name {
	case "HTTP_ACCEPT":
		return headerVariable("Accept")
	case "HTTP_COOKIE":
		return headerVariable("Cookie")
	case "HTTP_FORWARDED":
		return headerVariable("Forwarded")
	case "HTTP_HOST":
		return headerVariable("Host")
	case "HTTP_PROXY_CONNECTION":
		return headerVariable("Proxy-Connection")
	case "HTTP_REFERER":
		return headerVariable("Referer")
	case "HTTP_USER_AGENT":
		return headerVariable("User-Agent")
	}
	return variable{kind: serverVariable(name)}
}

func serverVariable(name string) varKind {
	switch name {
	case "API_VERSION":
		return varAPIVersion
	case "AUTH_TYPE":
		return varAuthType
	case "CONN_REMOTE_ADDR":
		return varConnRemoteAddr
	case "CONTEXT_DOCUMENT_ROOT":
		return varContextDocRoot
	case "CONTEXT_PREFIX":
		return varContextPrefix
	case "DOCUMENT_ROOT":
		return varDocumentRoot
	case "HTTPS":
		return varHTTPS
	case "IPV6":
		return varIPv6
	case "IS_SUBREQ":
		return varIsSubreq
	case "PATH_INFO":
		return varPathInfo
	case "QUERY_STRING":
		return varQueryString
	case "REMOTE_ADDR":
		return varRemoteAddr
	case "REMOTE_HOST":
		return varRemoteHost
	case "REMOTE_IDENT":
		return varRemoteIdent
	case "REMOTE_PORT":
		return varRemotePort
	case "REMOTE_USER":
		return varRemoteUser
	case "REQUEST_FILENAME", "SCRIPT_FILENAME":
		return varRequestFilename
	case "REQUEST_METHOD":
		return varRequestMethod
	case "REQUEST_SCHEME":
		return varRequestScheme
	case "REQUEST_URI":
		return varRequestURI
	case "SCRIPT_GROUP":
		return varScriptGroup
	case "SCRIPT_USER":
		return varScriptUser
	case "SERVER_ADDR":
		return varServerAddr
	case "SERVER_ADMIN":
		return varServerAdmin
	case "SERVER_NAME":
		return varServerName
	case "SERVER_PORT":
		return varServerPort
	case "SERVER_PROTOCOL":
		return varServerProtocol
	case "SERVER_SOFTWARE":
		return varServerSoftware
	case "THE_REQUEST":
		return varTheRequest
	}
	return timeVariable(name)
}

func timeVariable(name string) varKind {
	switch name {
	case "TIME":
		return varTime
	case "TIME_DAY":
		return varTimeDay
	case "TIME_HOUR":
		return varTimeHour
	case "TIME_MIN":
		return varTimeMin
	case "TIME_MON":
		return varTimeMon
	case "TIME_SEC":
		return varTimeSec
	case "TIME_WDAY":
		return varTimeWday
	case "TIME_YEAR":
		return varTimeYear
	}
	return varEmpty
}

// variable returns the value of a variable that depends on the request alone.
func (s *state) variable(v *variable) string {
	req := s.eval.req
	switch v.kind {
	case varEnv:
		return s.environment(v.name)
	case varSSL:
		return s.ssl(v.name)
	case varAPIVersion:
		return apiVersion
	case varAuthType:
		return s.authType
	case varConnRemoteAddr:
		return cmp.Or(req.ConnRemoteAddr, req.RemoteAddr)
	case varContextDocRoot:
		return s.contextRoot()
	case varContextPrefix:
		return s.contextPrefix()
	case varDocumentRoot:
		return s.server.rootDir()
	case varHTTPS:
		return onOff(req.TLS != nil)
	case varIPv6:
		addr, err := netip.ParseAddr(req.RemoteAddr)
		return onOff(err == nil && addr.Is6() && !addr.Is4In6())
	case varIsSubreq:
		return strconv.FormatBool(s.parent != nil)
	case varPathInfo:
		return s.pathInfo.text
	case varQueryString:
		return s.args.text
	case varRemoteAddr:
		return req.RemoteAddr
	case varRemoteHost:
		return s.remoteHost()
	case varRemoteIdent:
		return req.RemoteIdent
	case varRemotePort:
		return strconv.Itoa(req.RemotePort)
	case varRemoteUser:
		return s.user
	case varRequestFilename:
		return s.filename.text
	case varRequestMethod:
		return s.method
	case varRequestScheme:
		return s.scheme()
	case varRequestURI:
		return s.uri
	case varScriptGroup:
		return s.ownerGroup()
	case varScriptUser:
		return s.owner()
	case varServerAddr:
		return req.ServerAddr
	case varServerAdmin:
		return s.server.admin
	case varServerName:
		return s.serverNameForURL()
	case varServerPort:
		return strconv.Itoa(s.serverPort())
	case varServerProtocol:
		return s.protocol
	case varServerSoftware:
		return serverSoftware
	case varTheRequest:
		return s.eval.requestLine()
	default:
		return timeString(v.kind, s.eval.now())
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
	case varLookURI, varLookFile, varSSL, varIPv6, varScriptUser, varScriptGroup, varServerAddr, varRemotePort,
		varConnRemoteAddr, varContextPrefix, varContextDocRoot:
		return ""
	default:
		return s.variable(&v)
	}
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

func timeString(k varKind, t time.Time) string {
	switch k {
	case varTime:
		return t.Format("20060102150405")
	case varTimeDay:
		return t.Format("02")
	case varTimeHour:
		return t.Format("15")
	case varTimeMin:
		return t.Format("04")
	case varTimeMon:
		return t.Format("01")
	case varTimeSec:
		return t.Format("05")
	case varTimeWday:
		return strconv.Itoa(int(t.Weekday()))
	case varTimeYear:
		return fmt.Sprintf("%04d", t.Year())
	default:
		return ""
	}
}

// environment returns %{ENV:name}: a note, a variable of the request, or one
// of the server process.
func (s *state) environment(name string) string {
	if v, ok := s.notes.get(name); ok {
		return v
	}
	if s.hasRewritten && uri.EqualFold(name, rewrittenNote) {
		return s.rewritten.note()
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
	if s.eval.req.TLS != nil || s.server.https {
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
	if s.dir.core.canonicalPhysicalPort == on {
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
