// Package ssl is what rules can see of mod_ssl.
package ssl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// sslOption is a set of SSLOptions.
type sslOption uint8

const (
	sslStdEnvVars sslOption = 1 << iota
	sslExportCertData
	sslLegacyNames
	sslStrictRequire
	sslFakeBasicAuth
	sslOptRenegotiate
)

// sslOptionOf returns the option that word names.
func sslOptionOf(word string) (option sslOption, ok bool) {
	switch strings.ToLower(word) {
	case "stdenvvars":
		return sslStdEnvVars, true
	case "exportcertdata":
		return sslExportCertData, true
	case "legacydnstringformat":
		return sslLegacyNames, true
	case "strictrequire":
		return sslStrictRequire, true
	case "fakebasicauth":
		return sslFakeBasicAuth, true
	case "optrenegotiate":
		return sslOptRenegotiate, true
	}
	return 0, false
}

// sslOptions are the SSLOptions of a scope.
type sslOptions struct {
	set                bool // stated whole, not changed with + and -
	value, add, remove sslOption
}

// sslSlot is mod_ssl's place in the configuration of a directory.
var sslSlot = &httpd.Slot[sslOptions]{Merge: (*sslOptions).over}

// over merges o on top of base.
func (o *sslOptions) over(base *sslOptions) *sslOptions {
	if o.set {
		return o
	}
	return &sslOptions{
		set: base.set, value: base.value&^o.remove | o.add,
		add: base.add&^o.remove | o.add, remove: base.remove&^o.add | o.remove,
	}
}

// apply changes o by one word. Of words without a sign the last one counts, as in
// httpd.
func (o *sslOptions) apply(sign byte, option sslOption) {
	switch sign {
	case '+':
		o.add, o.remove, o.value = o.add|option, o.remove&^option, o.value|option
	case '-':
		o.add, o.remove, o.value = o.add&^option, o.remove|option, o.value&^option
	default:
		*o = sslOptions{set: true, value: option}
	}
}

// sslOptionsOf returns the SSLOptions that hold.
func sslOptionsOf(s *httpd.Request) sslOption {
	if o := sslSlot.Of(s.Dir.Parts); o != nil {
		return o.value
	}
	return 0
}

// applySSLOptions compiles SSLOptions.
func applySSLOptions(sc *httpd.Scope, n *parser.Directive) {
	for i := range n.Args {
		word, sign := n.Args[i].Text, byte(0)
		if word != "" && (word[0] == '+' || word[0] == '-') {
			sign, word = word[0], word[1:]
		}
		option, ok := sslOptionOf(word)
		switch {
		case !ok:
			sc.Errorf(httpd.CodeBadArgument, n.Args[i].Extent, "%s: unknown option %q", n.Directive, word)
			return
		case sign == '-':
		case option == sslFakeBasicAuth:
			sc.Report(parser.Warning, httpd.CodeUnsupported, n.Args[i].Extent, "derive the user from the certificate before the request is evaluated",
				"%s: FakeBasicAuth is not run: a certificate makes no user here", n.Directive)
		case option == sslOptRenegotiate:
			sc.Report(parser.Note, httpd.CodeNoEffect, n.Args[i].Extent, "", "%s: OptRenegotiate has no effect: nothing is renegotiated", n.Directive)
		}
		sslSlot.Make(&sc.Dir.Parts).apply(sign, option)
	}
}

// sslVar returns a variable of the encrypted connection as SSLOptions have it
// written, "" for none. ok is false where the connection has no variables.
func sslVar(s *httpd.Request, name string) (value string, ok bool) {
	c := s.Eval.Req
	if !c.TLS || c.TLSVar == nil {
		return "", false
	}
	value = c.TLSVar(name)
	if sslOptionsOf(s)&sslLegacyNames != 0 && isDistinguishedName(name) {
		value = legacyName(value)
	}
	return value, true
}

// exportTLS sets the variables of the encrypted connection that mod_ssl sets for
// handlers: two always, the others as SSLOptions say. Rules of a directory come
// before it. What the connection has no value for is not set.
func exportTLS(s *httpd.Request) int {
	c := s.Eval.Req
	s.Setenv("HTTPS", "on")
	if c.TLSName != "" {
		s.Setenv("SSL_TLS_SNI", c.TLSName)
	}
	options := sslOptionsOf(s)
	if options&sslStdEnvVars != 0 {
		for _, name := range tlsVariables() {
			exportTLSVar(s, name)
		}
		for _, side := range []string{"SSL_CLIENT_", "SSL_SERVER_"} {
			exportNames(s, side)
		}
	}
	if options&sslExportCertData != 0 {
		exportTLSVar(s, "SSL_SERVER_CERT")
		exportTLSVar(s, "SSL_CLIENT_CERT")
		exportList(s, "SSL_CLIENT_CERT_CHAIN_", 0)
	}
	return httpd.Declined
}

// exportTLSVar sets one variable and reports whether it has a value.
func exportTLSVar(s *httpd.Request, name string) bool {
	value := s.Ssl(name)
	if value != "" {
		s.Setenv(name, value)
	}
	return value != ""
}

// maxListed bounds the variables that a number distinguishes.
const maxListed = 100

// exportList sets the variables that are called prefix and a number, from first
// up to the one that has no value.
func exportList(s *httpd.Request, prefix string, first int) {
	for i := first; i < maxListed && exportTLSVar(s, prefix+strconv.Itoa(i)); i++ {
	}
}

// exportNames sets what the certificate of one side says of its subject, issuer
// and other names.
func exportNames(s *httpd.Request, side string) {
	if v, _ := s.TLSVar(side + "M_VERSION"); v == "" {
		return // no certificate
	}
	for _, dn := range []string{"S_DN_", "I_DN_"} {
		for _, attr := range []string{"C", "ST", "L", "O", "OU", "CN", "T", "I", "G", "S", "D", "UID", "Email"} {
			if name := side + dn + attr; exportTLSVar(s, name) {
				exportList(s, name+"_", 1)
			}
		}
	}
	for _, kind := range []string{"Email_", "DNS_", "OTHER_msUPN_"} {
		exportList(s, side+"SAN_"+kind, 0)
	}
}

// tlsVariables are the names of the variables that StdEnvVars sets, those of names
// in certificates aside.
func tlsVariables() []string {
	return []string{
		"SSL_VERSION_INTERFACE", "SSL_VERSION_LIBRARY", "SSL_PROTOCOL", "SSL_SECURE_RENEG", "SSL_COMPRESS_METHOD",
		"SSL_CIPHER", "SSL_CIPHER_EXPORT", "SSL_CIPHER_USEKEYSIZE", "SSL_CIPHER_ALGKEYSIZE",
		"SSL_CLIENT_VERIFY", "SSL_CLIENT_M_VERSION", "SSL_CLIENT_M_SERIAL", "SSL_CLIENT_V_START", "SSL_CLIENT_V_END",
		"SSL_CLIENT_V_REMAIN", "SSL_CLIENT_S_DN", "SSL_CLIENT_I_DN", "SSL_CLIENT_A_KEY", "SSL_CLIENT_A_SIG", "SSL_CLIENT_CERT_RFC4523_CEA",
		"SSL_SERVER_M_VERSION", "SSL_SERVER_M_SERIAL", "SSL_SERVER_V_START", "SSL_SERVER_V_END", "SSL_SERVER_S_DN", "SSL_SERVER_I_DN",
		"SSL_SERVER_A_KEY", "SSL_SERVER_A_SIG", "SSL_SESSION_ID", "SSL_SESSION_RESUMED",
	}
}

// isDistinguishedName reports whether a variable is the whole name of a
// certificate's subject or issuer.
func isDistinguishedName(name string) bool {
	return strings.HasPrefix(name, "SSL_") && (strings.HasSuffix(name, "_S_DN") || strings.HasSuffix(name, "_I_DN"))
}

// legacyName rewrites a name as RFC 2253 has it, "CN=a,O=b", in the order and with
// the slashes of old: "/O=b/CN=a". Backslashes that escaped go; where a value has a slash
// or plus itself there is one, and other bytes than printable ASCII are in hexadecimal.
func legacyName(name string) string {
	if name == "" {
		return ""
	}
	var parts []string
	var separators []byte // what comes before each part
	var part strings.Builder
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '\\' && i+2 < len(name) && apr.IsHex(name[i+1]) && apr.IsHex(name[i+2]):
			n, _ := strconv.ParseUint(name[i+1:i+3], 16, 8)
			writeLegacy(&part, byte(n))
			i += 2
		case c == '\\' && i+1 < len(name):
			i++
			writeLegacy(&part, name[i])
		case c == ',':
			parts, separators = append(parts, part.String()), append(separators, '/')
			part.Reset()
		case c == '+':
			parts, separators = append(parts, part.String()), append(separators, c)
			part.Reset()
		default:
			writeLegacy(&part, c)
		}
	}
	var legacy strings.Builder
	legacy.WriteByte('/')
	legacy.WriteString(part.String())
	for i, part := range slices.Backward(parts) {
		legacy.WriteByte(separators[i])
		legacy.WriteString(part)
	}
	return legacy.String()
}

// writeLegacy writes a byte of a value.
func writeLegacy(b *strings.Builder, c byte) {
	switch {
	case c < ' ' || c > '~':
		fmt.Fprintf(b, `\x%02X`, c)
	case c == '/' || c == '+':
		b.WriteByte('\\')
		b.WriteByte(c)
	default:
		b.WriteByte(c)
	}
}

// applySSLRequireSSL has the scope refuse requests that are not encrypted. Its
// arguments mean nothing, nor does a <Limit> around it.
func applySSLRequireSSL(sc *httpd.Scope, n *parser.Directive) {
	if sc.Engine.Handled(n.Directive) {
		sc.Report(parser.Note, httpd.CodeNoEffect, n.Extent, "", "%s is left to the server", n.Directive)
		return
	}
	a := sc.AccessConfig()
	a.Encrypted, a.EncryptedAt = true, n.Extent
}

// Access is the hook that has access control insist on encryption, as the option
// StrictRequire wants it.
func Access() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool {
			o := sslSlot.Of(d.Parts)
			return o != nil && o.value&sslStrictRequire != 0
		},
		Run: func(s *httpd.Request) int {
			s.Strict = true
			return httpd.Declined
		},
	}
}

// FixUp is the hook that sets the variables of an encrypted connection.
func FixUp() httpd.Hook { return httpd.Hook{When: httpd.WhenEncrypted, Run: exportTLS} }

// Module is mod_ssl, of which what rules can see is run.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_ssl", TLSVar: sslVar, Commands: []httpd.Command{
		{Name: "SSLEngine", Place: httpd.InServer, Args: httpd.TakesOne, Set: httpd.ApplySSLEngine, Inert: true},
		{Name: "SSLOptions", Place: httpd.InServer | httpd.OverrideOptions, Set: applySSLOptions},
		{Name: "SSLRequireSSL", Place: httpd.OverrideAuthConfig, Set: applySSLRequireSSL},
	}}
}
