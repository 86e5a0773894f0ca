package rewrite_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// forwardedFields returns what a backend sees of the fields that tests send and
// directives set, sorted: as "Name: value", one for each line.
func forwardedFields(header http.Header) []string {
	var list []string
	for name, lines := range header {
		if name == "User-Agent" || name == "Accept-Encoding" {
			continue
		}
		for _, line := range lines {
			list = append(list, name+": "+line)
		}
	}
	slices.Sort(list)
	return list
}

// sendRaw sends lines of a header byte for byte.
func sendRaw(t *testing.T, srv *httptest.Server, target string, header ...string) {
	t.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET "+target+" HTTP/1.1\r\nHost: www.example.com\r\n"+strings.Join(append(header, "", ""), "\r\n"))
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
}

// What directives set reaches the other server, on [P] and through NewProxy, and
// what a client sent of how it was forwarded does not.
func TestRequestHeaderIsForwarded(t *testing.T) {
	t.Parallel()
	own := []string{"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: www.example.com", "X-Forwarded-Proto: http"}
	forged := []string{
		"X-Forwarded-For: 6.6.6.6", "x-forwarded-proto: ftp", "X-FORWARDED-HOST: evil", "X-Forwarded-Port: 666", "X-Forwarded-Ssl: on",
		"Forwarded: for=6.6.6.6", "X_Forwarded_For: 6.6.6.6", "x.forwarded_proto: ftp", "FORWARDED: for=7.7.7.7", "X-Forwarded-For: 7.7.7.7",
		"X-Forwarded: 7.7.7.7", "x_forwarded: 7.7.7.7",
	}
	tests := []struct {
		name, rules string
		sent, want  []string
	}{
		{"nothing", "", nil, own},
		{"forged", "", forged, own},
		{
			"set", "RequestHeader set X-Forwarded-Proto https\nRequestHeader set X-Forwarded-Host shop.example\nRequestHeader set X-Forwarded-Port 443\n", forged,
			[]string{"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: shop.example", "X-Forwarded-Port: 443", "X-Forwarded-Proto: https"},
		},
		{
			"set the address, to which the peer is added, as in httpd", "RequestHeader set X-Forwarded-For 9.9.9.9\n", forged,
			[]string{"X-Forwarded-For: 9.9.9.9, 127.0.0.1", own[1], own[2]},
		},
		{"append", "RequestHeader append X-Forwarded-Proto https\n", forged, []string{own[0], own[1], "X-Forwarded-Proto: https"}},
		{"merge", "RequestHeader merge X-Forwarded-Proto https\n", forged, []string{own[0], own[1], "X-Forwarded-Proto: https"}},
		{
			"add twice", "RequestHeader add X-Forwarded-Proto a\nRequestHeader add X-Forwarded-Proto b\n", forged,
			[]string{own[0], own[1], "X-Forwarded-Proto: a", "X-Forwarded-Proto: b"},
		},
		{"setifempty", "RequestHeader setifempty X-Forwarded-Proto https\n", forged, []string{own[0], own[1], "X-Forwarded-Proto: https"}},
		{"edit what a client sent", "RequestHeader edit X-Forwarded-Proto ftp https\n", forged, own},
		{
			"edit what was set", "RequestHeader set X-Forwarded-Proto a-a\nRequestHeader edit* X-Forwarded-Proto a b\n", forged,
			[]string{own[0], own[1], "X-Forwarded-Proto: b-b"},
		},
		{"unset", "RequestHeader set X-Forwarded-Proto https\nRequestHeader unset X-Forwarded-Proto\n", forged, own},
		{"early", "RequestHeader set X-Forwarded-Proto https early\n", forged, []string{own[0], own[1], "X-Forwarded-Proto: https"}},
		{"Forwarded", "RequestHeader set Forwarded for=1.1.1.1\n", forged, append([]string{"Forwarded: for=1.1.1.1"}, own...)},
		{
			"a condition sees what the client sent", `RequestHeader set X-Forwarded-Proto https "expr=%{HTTP:X-Forwarded-Proto} == 'ftp'"` + "\n", forged,
			[]string{own[0], own[1], "X-Forwarded-Proto: https"},
		},
		{
			"rules see what the client sent",
			"RewriteCond %{HTTP:X-Forwarded-Proto} =ftp\nRewriteRule ^ - [E=FTP:1]\nRequestHeader set X-Seen 1 env=FTP\n", forged,
			append(slices.Clone(own), "X-Seen: 1"),
		},
		{
			"a field named in Connection", "RequestHeader set X-Auth-User joe\nRequestHeader set X-Forwarded-Proto https\nRequestHeader append X-List own\n",
			[]string{"Connection: X-Auth-User, x-forwarded-proto, X-Forwarded-For, X-Gone, X-List", "X-Auth-User: root", "X-Gone: 1", "X-List: sent"},
			[]string{"X-Auth-User: joe", own[0], own[1], "X-Forwarded-Proto: https", "X-List: own"},
		},
		{
			"fields for the next hop", "RequestHeader set Te gzip\nRequestHeader set Keep-Alive 5\nRequestHeader set Proxy-Authorization x\nRequestHeader set Connection X-A\nRequestHeader set X-A 1\n",
			nil, append([]string{"Proxy-Authorization: x", "X-A: 1"}, own...),
		},
		{"other fields", "RequestHeader set X-Real-IP 8.8.8.8\n", []string{"X-Real-IP: 6.6.6.6"}, append(slices.Clone(own), "X-Real-Ip: 8.8.8.8")},
		{"Host", "RequestHeader set Host other.example\n", nil, []string{own[0], "X-Forwarded-Host: other.example", own[2]}},
	}
	var got []string
	up := upstream(t, func(_ http.ResponseWriter, r *http.Request) { got = forwardedFields(r.Header) })
	target, err := url.Parse(up)
	require.NoError(t, err)
	for _, tt := range tests {
		slices.Sort(tt.want)
		srv := start(t, tt.rules+"RewriteRule ^/p(.*) "+up+"$1 [P]\n", &rewrite.Options{Logger: quiet()}, rewrite.NewProxy(target, nil).ServeHTTP)
		for _, path := range []string{"/p", "/through"} {
			got = nil
			sendRaw(t, srv, path, tt.sent...)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s %s: header mismatch (-want +got):\n%s", tt.name, path, diff)
			}
		}
	}
}

// What a trusted proxy sent is kept and added to, also where it names the fields
// in Connection; directives see it and change it.
func TestForwardedByTrustedProxy(t *testing.T) {
	t.Parallel()
	var got []string
	up := upstream(t, func(_ http.ResponseWriter, r *http.Request) { got = forwardedFields(r.Header) })
	opts := &rewrite.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	srv := start(t, `
RequestHeader edit X-Forwarded-Port 8443 443
RequestHeader append X-Forwarded-Host inner.example
RequestHeader set X-Forwarded-Server here
RewriteRule ^ `+up+`/ [P]
`, opts, unreachable(t))
	sendRaw(t, srv, "/", "Connection: X-Forwarded-For, Forwarded",
		"X-Forwarded-For: 192.0.2.7", "X-Forwarded-For: 10.1.1.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: shop.example",
		"X-Forwarded-Port: 8443", "Forwarded: for=192.0.2.7", "X_Forwarded_For: 6.6.6.6")
	want := []string{
		"Forwarded: for=192.0.2.7, for=127.0.0.1", "X-Forwarded-For: 192.0.2.7, 10.1.1.1, 127.0.0.1",
		"X-Forwarded-Host: shop.example, inner.example", "X-Forwarded-Port: 443", "X-Forwarded-Proto: https", "X-Forwarded-Server: here",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header mismatch (-want +got):\n%s", diff)
	}
}

// Requests that come in on several addresses by turns, and at once, have the address that each
// came in on.
func TestServerAddrByTurns(t *testing.T) {
	t.Parallel()
	e := compile(t, "RewriteEngine On\nRewriteRule ^ http://%{SERVER_ADDR}/ [R]", nil)
	h := rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(http.NotFoundHandler())
	var wg sync.WaitGroup
	for _, addr := range []string{"192.0.2.1", "2001:db8::1", "192.0.2.2", "::ffff:192.0.2.3"} {
		wg.Go(func() {
			local := net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(addr), 80))
			want := "http://" + strings.TrimPrefix(addr, "::ffff:") + "/"
			for range 200 {
				r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
				r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if got := w.Header().Get("Location"); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			}
		})
	}
	wg.Wait()
}
