package httpd

import (
	"cmp"
	"net/netip"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// apiVersion is %{API_VERSION} of httpd 2.4.71.
const apiVersion = "20120211:142"

// sslInterface is %{SSL:SSL_VERSION_INTERFACE} of httpd 2.4.71.
const sslInterface = "mod_ssl/2.4.71"

// serverSoftware is %{SERVER_SOFTWARE} as under "ServerTokens Prod".
const serverSoftware = "Apache"

// VarKind says where a variable of mod_rewrite comes from.
type VarKind uint8

// Where variables come from.
const (
	VarEmpty    VarKind = iota // unknown names: always empty
	VarServer                  // one that expressions may have, too
	VarEnv                     // ENV:name
	VarSSL                     // SSL:name
	VarHeader                  // HTTP:name and the HTTP_ variables
	VarLookURI                 // LA-U:variable
	VarLookFile                // LA-F:variable
)

// Variable is a resolved %{NAME}.
type Variable struct {
	Kind   VarKind
	Server syntax.Var // of VarServer
	Name   string     // of ENV:, SSL: and headers, as it is noted in Vary; what LA-U: and LA-F: look at
	Header string     // canonical header name
	Inner  *Variable  // of LA-U: and LA-F:
}

// ResolveVariable finds what %{name} stands for. Unknown names are empty, as
// in httpd.
func ResolveVariable(name string) Variable {
	switch {
	case len(name) < 4:
		return Variable{}
	case name[3] == ':':
		if len(name) > 4 {
			return prefixedVariable(name[:3], name[4:])
		}
		return Variable{}
	case len(name) > 4 && name[4] == ':':
		if len(name) > 5 {
			return prefixedVariable(name[:4], name[5:])
		}
		return Variable{}
	}
	return plainVariable(name)
}

func prefixedVariable(prefix, rest string) Variable {
	switch strings.ToUpper(prefix) {
	case "ENV":
		return Variable{Kind: VarEnv, Name: rest}
	case "SSL":
		return Variable{Kind: VarSSL, Name: rest}
	case "HTTP":
		return headerVariable(rest)
	case "LA-U":
		inner := ResolveVariable(rest)
		return Variable{Kind: VarLookURI, Name: rest, Inner: &inner}
	case "LA-F":
		inner := ResolveVariable(rest)
		return Variable{Kind: VarLookFile, Name: rest, Inner: &inner}
	}
	return Variable{}
}

func headerVariable(name string) Variable {
	return Variable{Kind: VarHeader, Name: name, Header: textproto.CanonicalMIMEHeaderKey(name)}
}

// plainVariable resolves a name without prefix.
func plainVariable(name string) Variable {
	v, ok := syntax.RuleVar(name)
	if !ok {
		return Variable{Name: name}
	}
	if header := expr.Header(v); header != "" {
		return headerVariable(header)
	}
	return Variable{Kind: VarServer, Server: v}
}

// OfConnection reports whether v is a variable of the encrypted connection.
func (v *Variable) OfConnection() bool {
	const prefix = "SSL_"
	return v.Kind == VarSSL && len(v.Name) >= len(prefix) && uri.EqualFold(v.Name[:len(prefix)], prefix)
}

// Variable returns the value of a variable that depends on the request alone.
func (s *Request) Variable(v *Variable) string {
	switch v.Kind {
	case VarServer:
		return s.serverVariable(v.Server)
	case VarEnv:
		return s.environment(v.Name)
	case VarSSL:
		return s.Ssl(v.Name)
	default:
		return ""
	}
}

// serverVariable returns the value of a variable that rules know, and most
// expressions, too. Those of the time and API_VERSION have the form of rules.
func (s *Request) serverVariable(v syntax.Var) string {
	req := s.Eval.Req
	switch v {
	case syntax.VarAPIVersion:
		return apiVersion
	case syntax.VarAuthType:
		return s.AuthType
	case syntax.VarConnRemoteAddr:
		return cmp.Or(req.ConnRemoteAddr, req.RemoteAddr)
	case syntax.VarContextDocumentRoot:
		return s.ContextRoot()
	case syntax.VarContextPrefix:
		return s.ContextPrefix()
	case syntax.VarDocumentRoot:
		return s.Server.rootDir()
	case syntax.VarHTTPS:
		return apr.OnOff(req.TLS)
	case syntax.VarIPv6:
		addr, err := netip.ParseAddr(req.RemoteAddr)
		return apr.OnOff(err == nil && addr.Is6() && !addr.Is4In6())
	case syntax.VarIsSubreq:
		return strconv.FormatBool(s.Parent != nil)
	case syntax.VarPathInfo:
		return s.PathInfo.Text
	case syntax.VarQueryString:
		return s.Args.Text
	case syntax.VarRemoteAddr:
		return req.RemoteAddr
	case syntax.VarRemoteHost:
		return s.RemoteHost()
	case syntax.VarRemoteIdent:
		return req.RemoteIdent
	case syntax.VarRemotePort:
		return strconv.Itoa(req.RemotePort)
	case syntax.VarRemoteUser:
		return s.User
	case syntax.VarRequestFilename:
		return s.Filename.Text
	case syntax.VarRequestMethod:
		return s.Method
	case syntax.VarRequestScheme:
		return s.Scheme()
	case syntax.VarRequestURI:
		return s.URI
	case syntax.VarScriptGroup:
		return s.ownerGroup()
	case syntax.VarScriptUser:
		return s.owner()
	case syntax.VarServerAddr:
		return req.ServerAddr
	case syntax.VarServerAdmin:
		return s.Server.admin
	case syntax.VarServerName:
		return s.serverNameForURL()
	case syntax.VarServerPort:
		return strconv.Itoa(s.ServerPort())
	case syntax.VarServerProtocol:
		return s.Protocol
	case syntax.VarServerSoftware:
		return serverSoftware
	case syntax.VarTheRequest:
		return s.Eval.requestLine()
	case syntax.VarTime, syntax.VarTimeDay, syntax.VarTimeHour, syntax.VarTimeMin, syntax.VarTimeMon,
		syntax.VarTimeSec, syntax.VarTimeWday, syntax.VarTimeYear:
		return expr.Time(v, s.Eval.Now())
	default:
		return ""
	}
}

// Ssl returns %{SSL:name}. mod_ssl answers for most of the other variables,
// too, whether or not the connection is encrypted.
func (s *Request) Ssl(name string) string {
	switch upper := strings.ToUpper(name); {
	case upper == "API_VERSION":
		major, _, _ := strings.Cut(apiVersion, ":")
		return major
	case upper == "SSL_VERSION_INTERFACE":
		return sslInterface
	case strings.HasPrefix(upper, "SSL_"):
		value, _ := s.TLSVar(name)
		return value
	}
	v := ResolveVariable(name)
	switch v.Kind {
	case VarHeader:
		value, _ := s.Header(v.Header)
		return value
	case VarServer, VarEnv:
		if notOfSSL(v.Server) {
			return ""
		}
		return s.Variable(&v)
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

// TLSVar returns a variable of the encrypted connection, "" for none. ok is false
// where the connection has no variables.
func (s *Request) TLSVar(name string) (value string, ok bool) {
	if s.Eval.Engine.tlsVar == nil {
		return "", false
	}
	return s.Eval.Engine.tlsVar(s, name)
}

// environment returns %{ENV:name}: a note, a variable of the request, or one
// of the server process.
func (s *Request) environment(name string) string {
	if v, ok := s.Notes.Get(name); ok {
		return v
	}
	if s.Note.Value != "" && uri.EqualFold(name, s.Note.Name) {
		return s.Note.Value
	}
	if v, ok := s.Getenv(name); ok {
		return v
	}
	v, _ := s.Eval.Engine.Getenv(name)
	return v
}

// AppendNoteNames appends the names of the notes that environment knows to dst with
// index.AppendName.
func (s *Request) AppendNoteNames(dst []byte) []byte {
	for _, v := range s.Notes.Entries {
		dst = index.AppendName(dst, v.Name)
	}
	if s.Note.Value != "" {
		dst = index.AppendName(dst, s.Note.Name)
	}
	return dst
}

// Header returns the request header with the canonical name key, several ones
// joined as httpd joins them.
func (s *Request) Header(key string) (string, bool) {
	header := s.ChangedHeader()
	changed := header != nil
	if !changed {
		if key == "Host" {
			return s.Eval.HostHeader, s.Eval.HasHost
		}
		header = s.Eval.Req.Header
	}
	if s.Parent != nil && describesBody(key) {
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

// UsualHeader reports whether nearly all requests have the header name, so that asking for
// it tells none apart.
func UsualHeader(name string) bool {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "Host", "Referer", "User-Agent":
		return true
	}
	return false
}

// AppendHeaderNames appends to dst the names of the fields that Header knows, and perhaps
// others, with index.AppendName.
func (s *Request) AppendHeaderNames(dst []byte) []byte {
	header := s.ChangedHeader()
	if header == nil {
		header = s.Eval.Req.Header
	}
	for name := range header {
		dst = index.AppendName(dst, name)
	}
	return dst
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

// MayLookAhead guards against endless sub-requests: one that asks for its
// parent's URL starts no other.
func (s *Request) MayLookAhead() bool {
	return s.Parent == nil || s.Parent.URI != s.URI
}

// Scheme returns "http" or "https".
func (s *Request) Scheme() string {
	if s.isHTTPS() {
		return "https"
	}
	return "http"
}

func (s *Request) isHTTPS() bool { return s.Eval.Req.TLS || s.Server.https }

// DefaultPort returns the port of the request's scheme.
func (s *Request) DefaultPort() int {
	if s.isHTTPS() {
		return 443
	}
	return 80
}

// serverNameForURL is ServerName with brackets around an IPv6 address.
func (s *Request) serverNameForURL() string {
	if s.plainHost && s.Dir.Core.canonicalName <= canonicalOff { // as for most requests
		return s.hostname
	}
	name := s.ServerName()
	if strings.IndexByte(name, ':') >= 0 {
		return "[" + name + "]"
	}
	return name
}

// ServerPort returns the port self-referential URLs are built with.
func (s *Request) ServerPort() int {
	canonical := s.Dir.Core.canonicalName == canonicalOn
	local := 0
	if s.Dir.Core.canonicalPhysicalPort == apr.On {
		local = s.Eval.Req.ServerPort
	}
	switch {
	case canonical && s.Server.port != 0:
		return s.Server.port
	case !canonical && s.hostPort != 0:
		return s.hostPort
	case local != 0:
		return local
	case s.Server.port != 0:
		return s.Server.port
	}
	return s.DefaultPort()
}

// OwnHost reports whether the virtual host answers for host and port.
func (s *Request) OwnHost(host string, port int) bool {
	for _, a := range s.Server.addrs {
		if (a.port == 0 || a.port == port) && uri.EqualFold(a.host, host) {
			return true
		}
	}
	return port == s.Server.port && s.Server.named(host)
}
