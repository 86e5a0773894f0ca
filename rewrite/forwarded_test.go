package rewrite_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// whoami redirects to a place that names scheme, host and client.
const whoami = "RewriteRule ^ %{REQUEST_SCHEME}://%{HTTP_HOST}/%{REMOTE_ADDR}/%{CONN_REMOTE_ADDR}/%{HTTPS} [R]\n"

func TestTrustedProxies(t *testing.T) {
	t.Parallel()
	srv := start(t, whoami, &rewrite.Options{TrustedProxies: []netip.Prefix{
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"),
	}}, unreachable(t))
	const peer = "/127.0.0.1/"
	tests := []struct {
		name             string
		addr, host, prot []string
		want             string
	}{
		{"nothing said", nil, nil, nil, "http://www.example.com/127.0.0.1" + peer + "off"},
		{"all said", []string{"192.0.2.1"}, []string{"shop.example"}, []string{"https"}, "https://shop.example/192.0.2.1" + peer + "on"},
		{"forged element before the client's", []string{"8.8.8.8, 192.0.2.1"}, nil, nil, "http://www.example.com/192.0.2.1" + peer + "off"},
		{"two proxies", []string{"8.8.8.8, 192.0.2.1, 10.0.0.1"}, []string{"forged.example, shop.example, inner.example"}, []string{"gopher,https,http"}, "https://shop.example/192.0.2.1" + peer + "on"},
		{"two lines", []string{"192.0.2.1", "10.0.0.1"}, nil, nil, "http://www.example.com/192.0.2.1" + peer + "off"},
		{"only proxies", []string{"10.0.0.2, 10.0.0.1"}, []string{"shop.example"}, nil, "http://shop.example/10.0.0.2" + peer + "off"},
		{"with port", []string{"192.0.2.1:4711"}, nil, nil, "http://www.example.com/192.0.2.1" + peer + "off"},
		{"IPv6", []string{"[2001:db8::1]:4711"}, nil, nil, "http://www.example.com/2001:db8::1" + peer + "off"},
		{"mapped IPv4", []string{"::ffff:192.0.2.1"}, nil, nil, "http://www.example.com/192.0.2.1" + peer + "off"},
		{"no address", []string{"unknown"}, nil, nil, "http://www.example.com/127.0.0.1" + peer + "off"},
		{"no address further on", []string{"_hidden, 10.0.0.1"}, nil, nil, "http://www.example.com/10.0.0.1" + peer + "off"},
		{"empty elements", []string{" , 192.0.2.1, ,"}, []string{","}, []string{""}, "http://www.example.com/192.0.2.1" + peer + "off"},
		{"bad host", nil, []string{"a/b"}, []string{"ftp"}, "http://www.example.com/127.0.0.1" + peer + "off"},
		{"shorter list of hosts", []string{"192.0.2.1, 10.0.0.1"}, []string{"shop.example"}, []string{"HTTPS"}, "https://shop.example/192.0.2.1" + peer + "on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Host": {"www.example.com"}}
			for name, lines := range map[string][]string{"X-Forwarded-For": tt.addr, "X-Forwarded-Host": tt.host, "X-Forwarded-Proto": tt.prot} {
				if lines != nil {
					header[name] = lines
				}
			}
			require.Equal(t, tt.want, do(t, http.MethodGet, srv.URL, header).Location)
		})
	}
}

func TestStrangersAreNotBelieved(t *testing.T) {
	t.Parallel()
	header := http.Header{
		"Host": {"www.example.com"}, "X-Forwarded-For": {"192.0.2.1"},
		"X-Forwarded-Host": {"shop.example"}, "X-Forwarded-Proto": {"https"},
	}
	for _, trusted := range [][]netip.Prefix{nil, {netip.MustParsePrefix("10.0.0.0/8")}} {
		srv := start(t, whoami, &rewrite.Options{TrustedProxies: trusted}, unreachable(t))
		got := do(t, http.MethodGet, srv.URL, header).Location
		require.Equal(t, "http://www.example.com/127.0.0.1/127.0.0.1/off", got)
	}
	// A rule that names the header reads it, as in httpd.
	srv := start(t, "RewriteRule ^ http://o/%{HTTP:X-Forwarded-For} [R]\n", nil, unreachable(t))
	require.Equal(t, "http://o/192.0.2.1", do(t, http.MethodGet, srv.URL, header).Location)
}

// A trusted proxy may speak TLS to us for a client that does not.
func TestForwardedOverTLS(t *testing.T) {
	t.Parallel()
	m := rewrite.New(compile(t, whoami, nil), &rewrite.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	srv := httptest.NewTLSServer(m.Handler(unreachable(t)))
	defer srv.Close()
	require.Equal(t, "https://www.example.com/127.0.0.1/127.0.0.1/on", overTLS(t, srv, nil, "").Location)
	require.Equal(t, "http://www.example.com/127.0.0.1/127.0.0.1/off", overTLS(t, srv, nil, "http").Location)
}

// overTLS makes a request with a client certificate, if there is one.
func overTLS(t *testing.T, srv *httptest.Server, cert *tls.Certificate, forwardedProto string) reply {
	t.Helper()
	client := srv.Client()
	transport := client.Transport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	transport.TLSClientConfig.ServerName = "example.com"
	transport.TLSClientConfig.MaxVersion = tls.VersionTLS12
	transport.TLSClientConfig.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	if cert != nil {
		transport.TLSClientConfig.Certificates = []tls.Certificate{*cert}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, http.NoBody)
	require.NoError(t, err)
	req.Host = "www.example.com"
	if forwardedProto != "" {
		req.Header.Set("X-Forwarded-Proto", forwardedProto)
	}
	resp, err := transport.RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	return reply{Status: resp.StatusCode, Location: resp.Header.Get("Location"), Body: readBody(t, resp)}
}
