package replay

import (
	"errors"
	"net/textproto"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// errBadRequest is a request that an HTTP server refuses before it looks for a
// resource, whatever its configuration.
var errBadRequest = errors.New("bad request")

// engineRequest turns q into what an HTTP server hands to the engine.
func engineRequest(q *Request, place Place) (*matcher.Request, error) {
	req := &matcher.Request{
		Method:     bytesOf(q.Method),
		Target:     Decode(q.Target, place.Root),
		Host:       DefaultHost,
		RemoteAddr: q.Remote,
		ServerAddr: place.Addr,
		ServerPort: place.Port,
	}
	if req.RemoteAddr == "" {
		req.RemoteAddr = "127.0.0.1"
	}
	if q.Host != nil {
		req.Host = bytesOf(*q.Host)
	}
	if q.TLS {
		req.ServerPort = place.TLSPort
		req.TLS, req.TLSName, req.TLSVar = true, DefaultHost, tlsVariable
	}
	if req.Host == "" {
		return nil, errBadRequest
	}
	if len(q.Headers) > 0 {
		req.Header = make(map[string][]string, len(q.Headers))
	}
	for _, h := range q.Headers {
		name, value := bytesOf(h[0]), trim(bytesOf(h[1]))
		if !isToken(name) || !isFieldValue(value) {
			return nil, errBadRequest
		}
		name = textproto.CanonicalMIMEHeaderKey(name)
		req.Header[name] = append(req.Header[name], value)
	}
	return req, nil
}

// isToken reports whether s is a token as HTTP has it.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// isFieldValue reports whether s may be the value of a header.
func isFieldValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// tlsVariable is %{SSL:name} of an encrypted connection, as far as it is the
// same for every connection between httpd and a client in Go.
func tlsVariable(name string) string {
	switch name {
	case "HTTPS":
		return "on"
	case "SSL_PROTOCOL":
		return "TLSv1.3"
	case "SSL_CIPHER":
		return "TLS_AES_128_GCM_SHA256"
	case "SSL_CIPHER_USEKEYSIZE", "SSL_CIPHER_ALGKEYSIZE":
		return "128"
	case "SSL_CIPHER_EXPORT", "SSL_SECURE_RENEG":
		return "false"
	case "SSL_COMPRESS_METHOD":
		return "NULL"
	case "SSL_CLIENT_VERIFY":
		return "NONE"
	case "SSL_SESSION_RESUMED":
		return "Initial"
	case "SSL_SERVER_S_DN", "SSL_SERVER_I_DN":
		return "CN=" + DefaultHost
	case "SSL_SERVER_S_DN_CN", "SSL_SERVER_I_DN_CN", "SSL_TLS_SNI":
		return DefaultHost
	case "SSL_SERVER_M_VERSION":
		return "3"
	case "SSL_VERSION_INTERFACE":
		return "mod_ssl/2.4.71"
	}
	return ""
}
