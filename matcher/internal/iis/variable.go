package iis

import (
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
)

// variable is {NAME}.
type variable struct {
	name   string // in upper case
	header string // the canonical name of the header field that it is; "" for none
	of     func(x *run) string
	nature rules.Nature
}

// Of returns its value: what a rule set it to, or what it is by itself.
func (v *variable) Of(r *rules.Run) string {
	x := runOf(r)
	if x.vars != nil {
		if s, ok := x.vars[v.name]; ok {
			return s
		}
	}
	if v.header != "" {
		s, _ := x.req.Header(v.header)
		return s
	}
	return v.of(x)
}

// Name returns what tells the variable apart from others.
func (v *variable) Name() string { return v.name }

// Nature returns what evaluating it does.
func (v *variable) Nature() rules.Nature { return v.nature }

const (
	changes = rules.Silent | rules.Cheap // by the actions of rules
	fixed   = rules.Silent | rules.Cheap | rules.Constant
)

// variable returns the variable called name.
func (c *compiler) variable(name string) *variable {
	v := &variable{name: strings.ToUpper(name), nature: fixed}
	of, ok := variables()[v.name]
	switch {
	case ok:
		v.of = of
		if slices.Contains(currentVariables(), v.name) {
			v.nature = changes
		} else if !slices.Contains(cheapVariables(), v.name) {
			v.nature = rules.Silent
		}
	case strings.HasPrefix(v.name, "HTTP_"):
		v.header = headerName(v.name[len("HTTP_"):])
	default:
		v.of = func(*run) string { return "" }
	}
	if c.set[v.name] && v.nature.Has(rules.Constant) {
		v.nature = changes
	}
	return v
}

// headerName returns the canonical name of the header field that a variable stands for.
func headerName(name string) string {
	return textproto.CanonicalMIMEHeaderKey(strings.ReplaceAll(name, "_", "-"))
}

// currentVariables are those that rules change.
func currentVariables() []string {
	return []string{
		"QUERY_STRING", "REQUEST_URI", "URL", "PATH_INFO", "SCRIPT_NAME", "URL_PATH_INFO", "REQUEST_FILENAME", "SCRIPT_FILENAME",
		"PATH_TRANSLATED", "SCRIPT_TRANSLATED", "CACHE_URL", "HTTP_X_ORIGINAL_URL",
	}
}

// cheapVariables are those that do not change and that a list of rules may ask for
// early.
func cheapVariables() []string {
	return []string{
		"HTTP_URL", "UNENCODED_URL", "DOCUMENT_ROOT", "APPL_PHYSICAL_PATH", "HTTPS", "SERVER_PORT_SECURE", "REQUEST_METHOD", "HTTP_METHOD",
		"HTTP_VERSION", "SERVER_PROTOCOL", "REMOTE_ADDR", "REMOTE_HOST", "LOCAL_ADDR", "SERVER_ADDR", "SERVER_NAME", "SERVER_PORT",
	}
}

func constant(s string) func(*run) string { return func(*run) string { return s } }

func tls(name string) func(*run) string {
	return func(x *run) string {
		s, _ := x.req.TLSVar(name)
		return s
	}
}

// variables returns the server variables, those of header fields aside. Those that are
// not here are empty.
func variables() map[string]func(x *run) string { return variableTable }

// variableTable is not written to.
var variableTable = map[string]func(x *run) string{
	"ALL_HTTP":           func(x *run) string { return allHTTP(x.req) },
	"ALL_RAW":            func(x *run) string { return allRaw(x.req) },
	"APP_POOL_ID":        constant("DefaultAppPool"),
	"APPL_MD_PATH":       constant("/LM/W3SVC/1/ROOT"),
	"APPL_PHYSICAL_PATH": func(x *run) string { return x.req.Server.DocumentRoot + "/" },
	"CACHE_URL": func(x *run) string {
		return x.req.Scheme() + "://" + net.JoinHostPort(x.serverName(), x.serverPort()) + x.current()
	},
	"CERT_COOKIE":         constant(""),
	"CERT_FLAGS":          (*run).certFlags,
	"CERT_ISSUER":         tls("SSL_CLIENT_I_DN"),
	"CERT_SERIALNUMBER":   tls("SSL_CLIENT_M_SERIAL"),
	"CERT_SUBJECT":        tls("SSL_CLIENT_S_DN"),
	"CONTENT_LENGTH":      field("Content-Length"),
	"CONTENT_TYPE":        field("Content-Type"),
	"CRYPT_PROTOCOL":      tls("SSL_PROTOCOL"),
	"CRYPT_CIPHER_ALG_ID": tls("SSL_CIPHER"),
	"DOCUMENT_ROOT":       func(x *run) string { return x.req.Server.DocumentRoot },
	"GATEWAY_INTERFACE":   constant("CGI/1.1"),
	"HTTPS":               func(x *run) string { return secure(x, "ON", "OFF") },
	"HTTPS_KEYSIZE":       tls("SSL_CIPHER_USEKEYSIZE"),
	"HTTPS_SECRETKEYSIZE": tls("SSL_CIPHER_ALGKEYSIZE"),
	"HTTP_METHOD":         func(x *run) string { return x.req.Method },
	"HTTP_URL":            func(x *run) string { return target(x.req) },
	"HTTP_VERSION":        func(x *run) string { return x.req.Protocol },
	"HTTP_X_ORIGINAL_URL": (*run).originalURL,
	"INSTANCE_ID":         constant("1"),
	"INSTANCE_META_PATH":  constant("/LM/W3SVC/1"),
	"INSTANCE_NAME":       constant("Default Web Site"),
	"LOCAL_ADDR":          func(x *run) string { return x.req.Eval.Req.ServerAddr },
	"PATH_INFO":           func(x *run) string { return x.path },
	"PATH_TRANSLATED":     (*run).file,
	"QUERY_STRING":        func(x *run) string { return x.query },
	"REMOTE_ADDR":         func(x *run) string { return x.req.Eval.Req.RemoteAddr },
	"REMOTE_HOST":         func(x *run) string { return x.req.Eval.Req.RemoteAddr },
	"REMOTE_PORT":         func(x *run) string { return strconv.Itoa(x.req.Eval.Req.RemotePort) },
	"REQUEST_FILENAME":    (*run).file,
	"REQUEST_METHOD":      func(x *run) string { return x.req.Method },
	"REQUEST_URI":         (*run).current,
	"SCRIPT_FILENAME":     (*run).file,
	"SCRIPT_NAME":         func(x *run) string { return x.path },
	"SCRIPT_TRANSLATED":   (*run).file,
	"SERVER_ADDR":         func(x *run) string { return x.req.Eval.Req.ServerAddr },
	"SERVER_NAME":         (*run).serverName,
	"SERVER_PORT":         (*run).serverPort,
	"SERVER_PORT_SECURE":  func(x *run) string { return secure(x, "1", "0") },
	"SERVER_PROTOCOL":     func(x *run) string { return x.req.Protocol },
	"SERVER_SOFTWARE":     constant("Microsoft-IIS/10.0"),
	"SSI_EXEC_DISABLED":   constant("1"),
	"UNENCODED_URL":       func(x *run) string { return target(x.req) },
	"URL":                 func(x *run) string { return x.path },
	"URL_PATH_INFO":       func(x *run) string { return x.path },
}

// field returns the value of a header field.
func field(name string) func(x *run) string {
	return func(x *run) string {
		s, _ := x.req.Header(name)
		return s
	}
}

func secure(x *run, yes, no string) string {
	if x.req.Scheme() == "https" {
		return yes
	}
	return no
}

// target returns the request target as the client sent it, without scheme and host.
func target(s *httpd.Request) string {
	t := s.Eval.Req.Target
	if _, rest, ok := strings.Cut(t, "://"); ok && !strings.HasPrefix(t, "/") {
		i := strings.IndexAny(rest, "/?")
		if i < 0 {
			return "/"
		}
		return rest[i:]
	}
	return t
}

// current returns the path and query as they are now.
func (x *run) current() string {
	if x.query == "" {
		return x.path
	}
	return x.path + "?" + x.query
}

// originalURL returns what the client asked for once a rule rewrote it.
func (x *run) originalURL() string {
	if !x.rewritten {
		s, _ := x.req.Header("X-Original-Url")
		return s
	}
	return target(x.req)
}

// file returns the file that the path stands for.
func (x *run) file() string { return x.req.Server.DocumentRoot + x.path }

// serverName returns the name of the server that the client asked for.
func (x *run) serverName() string {
	host, ok := x.req.Header("Host")
	if !ok || host == "" {
		return x.req.ServerName()
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// serverPort returns the port that the request came to: that of the connection, where
// it is known, or the one in the name of the host.
func (x *run) serverPort() string {
	if port := x.req.Eval.Req.ServerPort; port != 0 {
		return strconv.Itoa(port)
	}
	if host, ok := x.req.Header("Host"); ok {
		if _, port, err := net.SplitHostPort(host); err == nil && port != "" {
			return port
		}
	}
	return strconv.Itoa(x.req.DefaultPort())
}

// certFlags says whether the client has a certificate.
func (x *run) certFlags() string {
	if s, _ := x.req.TLSVar("SSL_CLIENT_S_DN"); s != "" {
		return "1"
	}
	return ""
}

// allHTTP returns all header fields as variables, one a line.
func allHTTP(s *httpd.Request) string {
	return allFields(s, func(name, value string) string {
		return "HTTP_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + ":" + value + "\n"
	})
}

// allRaw returns all header fields as they came, one a line.
func allRaw(s *httpd.Request) string {
	return allFields(s, func(name, value string) string { return name + ": " + value + "\r\n" })
}

func allFields(s *httpd.Request, line func(name, value string) string) string {
	header := s.ChangedHeader()
	if header == nil {
		header = s.Eval.Req.Header
	}
	names := make([]string, 0, len(header)+1)
	for name := range header {
		names = append(names, name)
	}
	if _, ok := header["Host"]; !ok {
		names = append(names, "Host")
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		value, ok := s.Header(name)
		if ok && s.Eval.Fits(3*len(value)) {
			b.WriteString(line(name, value))
		}
	}
	return b.String()
}
