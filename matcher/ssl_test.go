package matcher_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// What of SSLOptions is not run is a finding, where it is switched on.
func TestSSLOptionsFindings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		words    string
		severity parser.Severity
		message  string // "" for none
	}{
		{"+FakeBasicAuth", parser.Warning, "FakeBasicAuth is not run"},
		{"FakeBasicAuth StdEnvVars", parser.Warning, "FakeBasicAuth is not run"},
		{"-FakeBasicAuth", 0, ""},
		{"OptRenegotiate", parser.Note, "OptRenegotiate has no effect"},
		{"-OptRenegotiate", 0, ""},
		{"+StdEnvVars +ExportCertData StrictRequire LegacyDNStringFormat", 0, ""},
	} {
		f, err := parser.Parse("site.conf", []byte("<Directory />\nSSLOptions "+tt.words+"\n</Directory>\n"), nil)
		require.NoError(t, err)
		e, err := matcher.Compile(f, nil)
		require.NoError(t, err)
		checkFinding(t, "site.conf:2:", tt.words, tt.severity, tt.message, e.Warnings())
	}
}

// Which variables of a connection a handler sees.
func TestSSLVariables(t *testing.T) {
	t.Parallel()
	e := compile(t, "SSLOptions +StdEnvVars +LegacyDNStringFormat\n", nil)
	values := map[string]string{"SSL_SERVER_M_VERSION": "3", "SSL_SERVER_S_DN": "CN=a,O=b", "SSL_SERVER_I_DN": "CN=c", "SSL_SERVER_S_DN_CN": "CN=a,O=b"}
	for i := range 101 {
		if i != 3 {
			values[fmt.Sprint("SSL_SERVER_SAN_DNS_", i)] = "name"
		}
		values[fmt.Sprint("SSL_SERVER_SAN_Email_", i)] = "mail"
	}
	env := func(q *matcher.Request) map[string]string {
		q.Target, q.Host = "/", "www.example.com"
		res, err := e.Eval(t.Context(), q)
		require.NoError(t, err)
		return res.Environment()
	}
	got := env(&matcher.Request{TLS: true, TLSVar: func(name string) string { return values[name] }})
	for name, want := range map[string]string{
		"HTTPS": "on", "SSL_SERVER_S_DN": "/O=b/CN=a", "SSL_SERVER_I_DN": "/CN=c", "SSL_SERVER_S_DN_CN": "CN=a,O=b",
		"SSL_SERVER_SAN_DNS_0": "name", "SSL_SERVER_SAN_DNS_2": "name", "SSL_SERVER_SAN_Email_99": "mail",
	} {
		require.Equal(t, want, got[name], name)
	}
	for _, name := range []string{"SSL_TLS_SNI", "SSL_SERVER_SAN_DNS_3", "SSL_SERVER_SAN_DNS_4", "SSL_SERVER_SAN_Email_100"} {
		require.NotContains(t, got, name)
	}
	require.Equal(t, "www.example.com", env(&matcher.Request{TLS: true, TLSName: "www.example.com"})["SSL_TLS_SNI"], "variables of a connection may be unknown")
	require.NotContains(t, env(&matcher.Request{TLSName: "www.example.com", TLSVar: func(name string) string { return values[name] }}), "SSL_SERVER_S_DN")
}
