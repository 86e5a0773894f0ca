// Package servervar has the server variables of IIS, as far as rules do not change them.
package servervar

import (
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// Of returns what the variable of that name, in upper case, is; nil for one that rules
// change, that is a field of the header, or that there is not. cheap says that it may
// be asked for at any time.
func Of(name string) (of func(*httpd.Request) string, cheap bool) {
	return table[name], strings.Contains(cheapNames, " "+name+" ")
}

// cheapNames are those that cost nothing to ask for.
const cheapNames = " HTTP_URL UNENCODED_URL DOCUMENT_ROOT APPL_PHYSICAL_PATH HTTPS SERVER_PORT_SECURE REQUEST_METHOD HTTP_METHOD" +
	" HTTP_VERSION SERVER_PROTOCOL REMOTE_ADDR REMOTE_HOST LOCAL_ADDR SERVER_ADDR SERVER_NAME SERVER_PORT "

// HeaderName returns the canonical name of the header field that a variable stands for,
// "USER_AGENT" say.
func HeaderName(name string) string {
	return textproto.CanonicalMIMEHeaderKey(strings.ReplaceAll(name, "_", "-"))
}

// Origin returns scheme and host of the request, as in "http://www.example.com".
func Origin(s *httpd.Request) string {
	host, ok := s.Header("Host")
	if !ok || host == "" {
		host = s.ServerName()
	}
	return s.Scheme() + "://" + host
}

func constant(v string) func(*httpd.Request) string { return func(*httpd.Request) string { return v } }

func tls(name string) func(*httpd.Request) string {
	return func(s *httpd.Request) string {
		v, _ := s.TLSVar(name)
		return v
	}
}

// table is not written to.
var table = map[string]func(s *httpd.Request) string{
	"ALL_HTTP":            allHTTP,
	"ALL_RAW":             AllRaw,
	"APP_POOL_ID":         constant("DefaultAppPool"),
	"APPL_MD_PATH":        constant("/LM/W3SVC/1/ROOT"),
	"APPL_PHYSICAL_PATH":  func(s *httpd.Request) string { return s.Server.DocumentRoot + "/" },
	"CERT_COOKIE":         constant(""),
	"CERT_FLAGS":          certFlags,
	"CERT_ISSUER":         tls("SSL_CLIENT_I_DN"),
	"CERT_SERIALNUMBER":   tls("SSL_CLIENT_M_SERIAL"),
	"CERT_SUBJECT":        tls("SSL_CLIENT_S_DN"),
	"CONTENT_LENGTH":      field("Content-Length"),
	"CONTENT_TYPE":        field("Content-Type"),
	"CRYPT_PROTOCOL":      tls("SSL_PROTOCOL"),
	"CRYPT_CIPHER_ALG_ID": tls("SSL_CIPHER"),
	"DOCUMENT_ROOT":       func(s *httpd.Request) string { return s.Server.DocumentRoot },
	"GATEWAY_INTERFACE":   constant("CGI/1.1"),
	"HTTPS":               func(s *httpd.Request) string { return secure(s, "ON", "OFF") },
	"HTTPS_KEYSIZE":       tls("SSL_CIPHER_USEKEYSIZE"),
	"HTTPS_SECRETKEYSIZE": tls("SSL_CIPHER_ALGKEYSIZE"),
	"HTTP_METHOD":         func(s *httpd.Request) string { return s.Method },
	"HTTP_URL":            Target,
	"HTTP_VERSION":        func(s *httpd.Request) string { return s.Protocol },
	"INSTANCE_ID":         constant("1"),
	"INSTANCE_META_PATH":  constant("/LM/W3SVC/1"),
	"INSTANCE_NAME":       constant("Default Web Site"),
	"LOCAL_ADDR":          func(s *httpd.Request) string { return s.Eval.Req.ServerAddr },
	"REMOTE_ADDR":         func(s *httpd.Request) string { return s.Eval.Req.RemoteAddr },
	"REMOTE_HOST":         func(s *httpd.Request) string { return s.Eval.Req.RemoteAddr },
	"REMOTE_PORT":         func(s *httpd.Request) string { return strconv.Itoa(s.Eval.Req.RemotePort) },
	"REQUEST_METHOD":      func(s *httpd.Request) string { return s.Method },
	"SERVER_ADDR":         func(s *httpd.Request) string { return s.Eval.Req.ServerAddr },
	"SERVER_NAME":         Name,
	"SERVER_PORT":         Port,
	"SERVER_PORT_SECURE":  func(s *httpd.Request) string { return secure(s, "1", "0") },
	"SERVER_PROTOCOL":     func(s *httpd.Request) string { return s.Protocol },
	"SERVER_SOFTWARE":     constant("Microsoft-IIS/10.0"),
	"SSI_EXEC_DISABLED":   constant("1"),
	"UNENCODED_URL":       Target,
}

// field returns the value of a header field.
func field(name string) func(s *httpd.Request) string {
	return func(s *httpd.Request) string {
		v, _ := s.Header(name)
		return v
	}
}

func secure(s *httpd.Request, yes, no string) string {
	if s.Scheme() == "https" {
		return yes
	}
	return no
}

// Target returns the request target as the client sent it, without scheme and host.
func Target(s *httpd.Request) string {
	t := s.Eval.Req.Target
	if strings.HasPrefix(t, "/") {
		return t
	}
	if _, rest, ok := strings.Cut(t, "://"); ok {
		i := strings.IndexAny(rest, "/?")
		if i < 0 {
			return "/"
		}
		return rest[i:]
	}
	return t
}

// Name returns the name of the server that the client asked for.
func Name(s *httpd.Request) string {
	host, ok := s.Header("Host")
	if !ok || host == "" {
		return s.ServerName()
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// Port returns the port that the request came to: that of the connection, where
// it is known, or the one in the name of the host.
func Port(s *httpd.Request) string {
	if port := s.Eval.Req.ServerPort; port != 0 {
		return strconv.Itoa(port)
	}
	if host, ok := s.Header("Host"); ok {
		if _, port, err := net.SplitHostPort(host); err == nil && port != "" {
			return port
		}
	}
	return strconv.Itoa(s.DefaultPort())
}

// certFlags says whether the client has a certificate.
func certFlags(s *httpd.Request) string {
	if v, _ := s.TLSVar("SSL_CLIENT_S_DN"); v != "" {
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

// AllRaw returns all header fields as they came, one a line.
func AllRaw(s *httpd.Request) string {
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
