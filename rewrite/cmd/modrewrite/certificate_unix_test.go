//go:build unix

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// writeCertificate writes a certificate of its own for the name, and its key, to dir.
func writeCertificate(t *testing.T, dir, name string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	return cert, key
}

// secureGet asks for url by HTTP/2, or by HTTP/1.1, on a connection of its own. It returns
// the response, whose body is closed, and the name that the server's certificate is for.
func secureGet(t *testing.T, url string, http2 bool) (*http.Response, string) {
	t.Helper()
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // whom it shows is looked at
		ForceAttemptHTTP2: http2, DisableKeepAlives: !http2,
	}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(must(http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp, resp.TLS.PeerCertificates[0].Subject.CommonName
}

// must returns r; it panics if there was an error.
func must[T any](r T, err error) T {
	if err != nil {
		panic(err)
	}
	return r
}

// TestServeTLS has a certificate that is replaced, and one that is broken then. Not
// parallel: the signal goes to every server in this process.
func TestServeTLS(t *testing.T) {
	dir := tree(t, map[string]string{
		"www/.htaccess":  "RewriteEngine On\nRewriteCond %{HTTPS} on\nRewriteRule ^secure$ /there [R,L]\n",
		"www/index.html": "index",
	})
	cert, key := writeCertificate(t, dir, "first")
	srv := startServe(t, "-root", filepath.Join(dir, "www"), "-cert", cert, "-key", key)
	require.True(t, strings.HasPrefix(srv.url, "https://"), srv.url)
	for _, http2 := range []bool{false, true} {
		resp, name := secureGet(t, srv.url+"/secure", http2)
		require.Equal(t, http2, resp.ProtoMajor == 2)
		require.Equal(t, http.StatusFound, resp.StatusCode)
		require.Equal(t, srv.url+"/there", resp.Header.Get("Location"))
		require.Equal(t, "first", name)
	}
	hangup := func() { require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP)) }
	writeCertificate(t, dir, "second")
	hangup()
	require.Eventually(t, func() bool {
		_, name := secureGet(t, srv.url+"/", false)
		return name == "second"
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, os.Truncate(cert, 0))
	hangup()
	srv.err.await(t, "(not reloaded, what was read before stays)")
	resp, name := secureGet(t, srv.url+"/", true)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "second", name)
	require.Equal(t, exitOK, srv.stop())
}

// TestServeClientCertificate has a client's certificate revoked while the client stays
// connected.
func TestServeClientCertificate(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"www/.htaccess": "RewriteEngine On\nRewriteRule ^ /%{SSL:SSL_CLIENT_VERIFY} [R,L]\n"})
	cert, key := writeCertificate(t, dir, "device")
	pair, err := tls.LoadX509KeyPair(cert, key)
	require.NoError(t, err)
	private := pair.PrivateKey.(*ecdsa.PrivateKey)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Devices"}, NotAfter: time.Now().Add(time.Hour), SubjectKeyId: []byte("Devices"),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	ca := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{
		Type: "CERTIFICATE", Bytes: must(x509.CreateCertificate(rand.Reader, authority, authority, &private.PublicKey, private)),
	}), 0o600))
	device := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "device"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	pair.Certificate[0] = must(x509.CreateCertificate(rand.Reader, device, authority, &private.PublicKey, private))
	revoke := func(serial int64) {
		list := &x509.RevocationList{
			Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(time.Hour),
			RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(serial), RevocationTime: time.Now()}},
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "crl"), must(x509.CreateRevocationList(rand.Reader, list, authority, private)), 0o600))
	}
	revoke(7)
	srv := startServe(t, "-root", filepath.Join(dir, "www"), "-cert", cert, "-key", key, "-client-ca", ca, "-client-cert", "optional",
		"-client-crl", filepath.Join(dir, "crl"), "-watch", "10ms")
	for shown, want := range map[*tls.Certificate]string{{}: "/NONE", &pair: "/SUCCESS"} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{
			InsecureSkipVerify:   true, //nolint:gosec // What it shows is looked at.
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return shown, nil },
		}}
		t.Cleanup(transport.CloseIdleConnections)
		ask := func() *http.Response {
			resp, err := transport.RoundTrip(must(http.NewRequestWithContext(t.Context(), http.MethodGet, srv.url+"/x", http.NoBody)))
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			return resp
		}
		revoke(7)
		require.Eventually(t, func() bool { return ask().Header.Get("Location") == srv.url+want }, 10*time.Second, 10*time.Millisecond)
		if want == "/SUCCESS" {
			revoke(2)
			require.Eventually(t, func() bool { return ask().StatusCode == http.StatusForbidden }, 10*time.Second, 10*time.Millisecond)
			srv.err.await(t, "certificate is revoked")
		}
	}
}

// TestServeHalfCertificate gives what can't be a certificate.
func TestServeHalfCertificate(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"index.html": "index", "empty.pem": ""})
	cert, key := writeCertificate(t, dir, "a")
	empty := filepath.Join(dir, "empty.pem")
	for _, args := range [][]string{{"-cert", cert}, {"-key", key}, {"-cert", empty, "-key", key}, {"-cert", cert, "-key", empty}, {"-cert", key, "-key", cert}} {
		var out, errs journal
		code := run(t.Context(), streams{strings.NewReader(""), &out, &errs}, append([]string{"serve", "-listen", "127.0.0.1:0", "-root", dir}, args...))
		require.NotEqual(t, exitOK, code, args)
		require.NotContains(t, errs.String(), "serving on", args)
	}
}
