package rewrite_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// clientCert makes a certificate signed by itself.
func clientCert(t *testing.T) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0xabcde),
		Subject: pkix.Name{
			CommonName: "phone", Organization: []string{"Example"}, OrganizationalUnit: []string{"one", "two"}, Country: []string{"DE"},
		},
		NotBefore:      time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
		NotAfter:       time.Date(2120, 11, 12, 13, 14, 15, 0, time.UTC),
		DNSNames:       []string{"a.example", "b.example"},
		EmailAddresses: []string{"a@example.org"},
		ExtKeyUsage:    []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// sslVars starts a TLS server and returns the values that rules see of the
// named variables. The rules can't show values with blanks and newlines, so
// they are asked for through Prepare.
func sslVars(t *testing.T, cert *tls.Certificate, roots *x509.CertPool, names ...string) map[string]string {
	t.Helper()
	got := map[string]string{}
	m := rewrite.New(compile(t, "RewriteRule ^ http://o/%{SSL:SSL_PROTOCOL}/%{SSL:SSL_CIPHER} [R]\n", nil), &rewrite.Options{
		Prepare: func(_ *http.Request, q *matcher.Request) {
			for _, name := range names {
				got[name] = q.TLSVar(name)
			}
		},
	})
	srv := httptest.NewUnstartedServer(m.Handler(unreachable(t)))
	srv.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	if roots != nil {
		srv.TLS.ClientAuth, srv.TLS.ClientCAs = tls.VerifyClientCertIfGiven, roots
	}
	srv.StartTLS()
	defer srv.Close()
	require.Equal(t, "http://o/TLSv1.2/ECDHE-RSA-AES128-GCM-SHA256", overTLS(t, srv, cert, "").Location)
	return got
}

func TestSSLVariables(t *testing.T) {
	t.Parallel()
	cert := clientCert(t)
	names := []string{
		"HTTPS", "SSL_PROTOCOL", "SSL_CIPHER", "SSL_CIPHER_USEKEYSIZE", "SSL_CIPHER_ALGKEYSIZE", "SSL_CIPHER_EXPORT", "SSL_TLS_SNI",
		"SSL_SESSION_RESUMED", "SSL_CLIENT_VERIFY", "SSL_CLIENT_S_DN", "SSL_CLIENT_S_DN_CN", "SSL_CLIENT_S_DN_OU", "SSL_CLIENT_S_DN_OU_1",
		"SSL_CLIENT_S_DN_OU_2", "SSL_CLIENT_S_DN_C", "SSL_CLIENT_S_DN_X", "SSL_CLIENT_S_DN_CN_x", "SSL_CLIENT_I_DN_O", "SSL_CLIENT_I_DN",
		"SSL_CLIENT_M_SERIAL", "SSL_CLIENT_M_VERSION", "SSL_CLIENT_V_START", "SSL_CLIENT_V_END", "SSL_CLIENT_SAN_DNS_1", "SSL_CLIENT_SAN_DNS_2",
		"SSL_CLIENT_SAN_Email_0", "SSL_CLIENT_CERT", "SSL_CLIENT_CERT_CHAIN_0", "SSL_CLIENT_NONSENSE", "SSL_NONSENSE", "SSL_CIPHER_NONSENSE", "",
	}
	want := map[string]string{
		"HTTPS": "on", "SSL_PROTOCOL": "TLSv1.2", "SSL_CIPHER": "ECDHE-RSA-AES128-GCM-SHA256", "SSL_CIPHER_USEKEYSIZE": "128",
		"SSL_CIPHER_ALGKEYSIZE": "128", "SSL_CIPHER_EXPORT": "false", "SSL_TLS_SNI": "example.com", "SSL_SESSION_RESUMED": "Initial",
		"SSL_CLIENT_VERIFY": "GENEROUS", "SSL_CLIENT_S_DN": "CN=phone,OU=one+OU=two,O=Example,C=DE", "SSL_CLIENT_S_DN_CN": "phone",
		"SSL_CLIENT_S_DN_OU": "one", "SSL_CLIENT_S_DN_OU_1": "two", "SSL_CLIENT_S_DN_OU_2": "", "SSL_CLIENT_S_DN_C": "DE",
		"SSL_CLIENT_S_DN_X": "", "SSL_CLIENT_S_DN_CN_x": "", "SSL_CLIENT_I_DN_O": "Example", "SSL_CLIENT_I_DN": "CN=phone,OU=one+OU=two,O=Example,C=DE",
		"SSL_CLIENT_M_SERIAL": "0ABCDE", "SSL_CLIENT_M_VERSION": "3", "SSL_CLIENT_V_START": "Jan  2 03:04:05 2020 GMT",
		"SSL_CLIENT_V_END": "Nov 12 13:14:15 2120 GMT", "SSL_CLIENT_SAN_DNS_1": "b.example", "SSL_CLIENT_SAN_DNS_2": "",
		"SSL_CLIENT_SAN_Email_0":  "a@example.org",
		"SSL_CLIENT_CERT":         string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})),
		"SSL_CLIENT_CERT_CHAIN_0": "", "SSL_CLIENT_NONSENSE": "", "SSL_NONSENSE": "", "SSL_CIPHER_NONSENSE": "", "": "",
	}
	if diff := cmp.Diff(want, sslVars(t, cert, nil, names...)); diff != "" {
		t.Errorf("variables mismatch (-want +got):\n%s", diff)
	}
}

func TestSSLClientVerify(t *testing.T) {
	t.Parallel()
	cert := clientCert(t)
	roots := x509.NewCertPool()
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	require.NoError(t, err)
	roots.AddCert(leaf)
	name := "SSL_CLIENT_VERIFY"
	require.Equal(t, "NONE", sslVars(t, nil, roots, name)[name])
	require.Equal(t, "SUCCESS", sslVars(t, cert, roots, name)[name])
}

// OpenSSL's names of the suites that Go knows, by what openssl ciphers -stdname
// prints.
func TestCipherNames(t *testing.T) {
	t.Parallel()
	want := map[uint16]string{
		tls.TLS_AES_128_GCM_SHA256:                        "TLS_AES_128_GCM_SHA256 128/128",
		tls.TLS_CHACHA20_POLY1305_SHA256:                  "TLS_CHACHA20_POLY1305_SHA256 256/256",
		tls.TLS_RSA_WITH_RC4_128_SHA:                      "RC4-SHA 128/128",
		tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA:                 "DES-CBC3-SHA 112/168",
		tls.TLS_RSA_WITH_AES_128_CBC_SHA256:               "AES128-SHA256 128/128",
		tls.TLS_RSA_WITH_AES_256_GCM_SHA384:               "AES256-GCM-SHA384 256/256",
		tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA:          "ECDHE-ECDSA-AES256-SHA 256/256",
		tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA:           "ECDHE-RSA-DES-CBC3-SHA 112/168",
		tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256:         "ECDHE-RSA-AES128-SHA256 128/128",
		tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256:   "ECDHE-RSA-CHACHA20-POLY1305 256/256",
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305 256/256",
	}
	var value func(name string) string
	m := rewrite.New(nil, &rewrite.Options{
		Logger:  quiet(),
		Prepare: func(_ *http.Request, q *matcher.Request) { value = q.TLSVar },
	})
	h := m.Handler(unreachable(t))
	for id, name := range want {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: id}
		h.ServeHTTP(httptest.NewRecorder(), r)
		got := fmt.Sprintf("%s %s/%s", value("SSL_CIPHER"), value("SSL_CIPHER_USEKEYSIZE"), value("SSL_CIPHER_ALGKEYSIZE"))
		if got != name {
			t.Errorf("%s = %q, want %q", tls.CipherSuiteName(id), got, name)
		}
	}
}
