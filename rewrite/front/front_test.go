package front

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) wait(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(j.String(), text) }, 10*time.Second, time.Millisecond, text)
}

// watch adds files and watches them every millisecond until the test ends.
func watch(t *testing.T, f *Files, now chan os.Signal, every time.Duration) *journal {
	t.Helper()
	j := &journal{}
	f.Log = slog.New(slog.NewTextHandler(j, nil))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan bool)
	go func() { defer close(done); f.Watch(ctx, every, now) }()
	t.Cleanup(func() { cancel(); <-done })
	return j
}

func write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

// TestFiles changes two files that are used together, in every way.
func TestFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two := dir+"/one", dir+"/two"
	write(t, one, "a")
	write(t, two, "b")
	var f Files
	used, current := make(chan string, 100), ""
	use := func(contents [][]byte) error {
		if string(contents[0]) == "bad" {
			return errors.New("a bad file")
		}
		used <- string(contents[0]) + "," + string(contents[1])
		return nil
	}
	require.NoError(t, f.Add(use, one, two))
	j := watch(t, &f, nil, time.Millisecond)
	become := func(want string) {
		t.Helper()
		for current != want {
			select {
			case current = <-used:
			case <-time.After(10 * time.Second):
				t.Fatalf("%q is in use, want %q", current, want)
			}
		}
	}
	become("a,b")
	info, err := os.Stat(two)
	require.NoError(t, err)
	write(t, two, "c") // of the same size, and with the same time
	require.NoError(t, os.Chtimes(two, info.ModTime(), info.ModTime()))
	become("a,c")
	write(t, one, "bad")
	j.wait(t, "a bad file")
	require.NoError(t, os.Remove(one))
	j.wait(t, "no such file")
	require.NoError(t, os.Mkdir(one, 0o700))
	j.wait(t, "not a regular file")
	require.NoError(t, os.Remove(one))
	write(t, one, "d")
	become("d,c")
	require.NoError(t, os.Truncate(one, MaxFile+1))
	j.wait(t, "file too large")
	for _, once := range []string{"a bad file", "too large"} {
		require.Equal(t, 1, strings.Count(j.String(), once), once)
	}
	require.Empty(t, used)
}

// TestFilesNow wants files that are watched without a clock to be read when that is asked for.
func TestFilesNow(t *testing.T) {
	t.Parallel()
	name := t.TempDir() + "/file"
	var f Files
	used := make(chan string, 9)
	require.ErrorIs(t, f.Add(func(contents [][]byte) error { used <- string(contents[0]); return nil }, name), os.ErrNotExist)
	now := make(chan os.Signal)
	watch(t, &f, now, 0)
	write(t, name, "here")
	now <- os.Interrupt
	require.Equal(t, "here", <-used)
}

// TestFirstRead replaces a file again and again, and wants what is read first to be
// used.
func TestFirstRead(t *testing.T) {
	t.Parallel()
	dir, done := t.TempDir(), make(chan bool)
	replace := func(i int) {
		if err := errors.Join(os.WriteFile(dir+"/new", []byte{byte(i)}, 0o600), os.Rename(dir+"/new", dir+"/list")); err != nil {
			t.Error(err)
		}
	}
	replace(0)
	go func() {
		defer close(done)
		for i := range 2000 {
			replace(i)
		}
	}()
	for range 500 {
		var f Files
		used := false
		err := f.Add(func([][]byte) error { used = true; return nil }, dir+"/list")
		require.True(t, err != nil || used)
	}
	<-done
}

// authority signs certificates and lists.
type authority struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Devices"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte("Devices"),
	}
	return &authority{sign(t, c, c, key, key), key}
}

func sign(t *testing.T, c, issuer *x509.Certificate, public, private *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, issuer, &public.PublicKey, private)
	require.NoError(t, err)
	signed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return signed
}

// issue returns a certificate for localhost, and it and its key in PEM.
func (a *authority) issue(t *testing.T, serial int64) (c *x509.Certificate, certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c = sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: fmt.Sprint("device ", serial)}, NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
	}, a.Certificate, private, a.key)
	der, err := x509.MarshalECPrivateKey(private)
	require.NoError(t, err)
	return c, block("CERTIFICATE", c.Raw), block("EC PRIVATE KEY", der)
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// revoke returns a list in DER that is current from one time, an hour long.
func (a *authority) revoke(t *testing.T, from time.Time, critical bool, serials ...int64) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: from, NextUpdate: from.Add(time.Hour)}
	if critical {
		list.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}}
	}
	for _, s := range serials {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(s), RevocationTime: from})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.Certificate, a.key)
	require.NoError(t, err)
	return der
}

// load has settings with an authority for clients, and a list of it, loaded.
func load(t *testing.T, a *authority, list string) (*Certificates, *TLS, *journal, error) {
	t.Helper()
	dir := t.TempDir()
	_, certificate, key := a.issue(t, 2)
	s := &TLS{Certificate: dir + "/cert.pem", Key: dir + "/key.pem", ClientCA: dir + "/ca.pem", ClientAuth: tls.VerifyClientCertIfGiven}
	write(t, s.Certificate, certificate)
	write(t, s.Key, key)
	write(t, s.ClientCA, block("CERTIFICATE", a.Raw))
	if list != "" {
		s.ClientCRL = dir + "/crl"
		write(t, s.ClientCRL, list)
	}
	j := &journal{}
	c, err := s.Load(&Files{Log: slog.New(slog.NewTextHandler(j, nil))})
	return c, s, j, err
}

// TestVerifyClient has certificates, and lists that say something of them.
func TestVerifyClient(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a, renewed := newAuthority(t), newAuthority(t)
	device, _, _ := a.issue(t, 7)
	same := *a.Certificate // another certificate of the same key
	shown := func(chains ...[]*x509.Certificate) *tls.ConnectionState {
		return &tls.ConnectionState{PeerCertificates: []*x509.Certificate{device}, VerifiedChains: chains}
	}
	chain := []*x509.Certificate{device, a.Certificate}
	current := now.Add(-time.Minute)
	for _, test := range []struct {
		name  string
		list  []byte
		state *tls.ConnectionState
		at    time.Time
		want  string
	}{
		{"no lists demanded", nil, shown(chain), now, ""},
		{"not verified", nil, shown(), now, "not verified"},
		{"expired, no lists", nil, shown(chain), now.Add(2 * time.Hour), "has expired"},
		{"not revoked", a.revoke(t, current, false, 8), shown(chain), now, ""},
		{"renewed authority", a.revoke(t, current, false, 8), shown([]*x509.Certificate{device, &same}), now, ""},
		{"revoked", a.revoke(t, current, false, 7), shown(chain), now, "is revoked"},
		{"revoked, old list", a.revoke(t, now.Add(-2*time.Hour), false, 7), shown(chain), now, "is revoked"},
		{"old list", a.revoke(t, now.Add(-2*time.Hour), false), shown(chain), now, "out of date"},
		{"early list", a.revoke(t, now.Add(time.Hour), false), shown(chain), now, "out of date"},
		{"another authority's chain", a.revoke(t, current, false), shown([]*x509.Certificate{device, renewed.Certificate}), now, "is missing"},
		{"one good chain", a.revoke(t, current, false), shown([]*x509.Certificate{device, renewed.Certificate}, chain), now, ""},
		{"no certificate", a.revoke(t, current, false), &tls.ConnectionState{}, now, ""},
		{"no TLS", a.revoke(t, current, false), nil, now, ""},
	} {
		c, _, _, err := load(t, a, string(test.list))
		require.NoError(t, err, test.name)
		if err := c.VerifyClient(test.state, test.at); test.want == "" {
			require.NoError(t, err, test.name)
		} else {
			require.ErrorContains(t, err, test.want, test.name)
		}
	}
	require.NoError(t, (*Certificates)(nil).VerifyClient(shown(), now))
	missing := Certificates{}
	missing.revoked.Store(&revocations{})
	require.ErrorContains(t, missing.VerifyClient(shown(chain), now), "is missing")
}

// TestLists wants lists to be whole, signed and one for each authority, and a line in the
// log when one expires.
func TestLists(t *testing.T) {
	t.Parallel()
	now := time.Now()
	a := newAuthority(t)
	crl := func(der []byte) string { return block("X509 CRL", der) }
	good := a.revoke(t, now, false)
	for list, want := range map[string]string{
		crl(good):      "",
		string(good):   "",
		" ":            "not a list",
		"nonsense":     "not a list",
		crl(good[:50]): "not a list",
		crl(newAuthority(t).revoke(t, now, false)): "signed by none",
		crl(good) + crl(good):                      "two lists",
		crl(a.revoke(t, now, true)):                "for some certificates only",
	} {
		c, _, _, err := load(t, a, list)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
		require.Nil(t, c)
	}
	_, _, j, err := load(t, a, crl(a.revoke(t, now.Add(200*time.Millisecond-time.Hour), false)))
	require.NoError(t, err)
	j.wait(t, "has expired")
}

// TestCheck lists settings that cannot be meant.
func TestCheck(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"":                                     "",
		"-cert c":                              "go together",
		"-key k":                               "go together",
		"-cert c -key k":                       "",
		"-cert c -key k -client-ca a":          "certificates of clients need",
		"-client-ca a -client-cert required":   "certificates of clients need",
		"-cert c -key k -client-cert optional": "certificates of clients need",
		"-cert c -key k -client-crl l":         "certificates of clients need",
		"-cert c -key k -client-ca a -client-cert optional -client-crl l": "",
		"-client-cert maybe": "off, optional or required",
	} {
		var s TLS
		var server Server
		set := flag.NewFlagSet("", flag.ContinueOnError)
		set.SetOutput(io.Discard)
		s.Register(set)
		server.Register(set)
		err := set.Parse(strings.Fields(args))
		if err == nil {
			err = s.Check()
		}
		if want == "" {
			require.NoError(t, err, args)
		} else {
			require.ErrorContains(t, err, want, args)
		}
		require.Positive(t, server.Connections)
	}
	c, err := (&TLS{}).Load(&Files{})
	require.NoError(t, err)
	require.Nil(t, c.Config())
	a := newAuthority(t)
	for _, spoil := range []func(*TLS) *string{
		func(s *TLS) *string { return &s.Certificate }, func(s *TLS) *string { return &s.Key }, func(s *TLS) *string { return &s.ClientCA },
	} {
		_, s, _, err := load(t, a, "")
		require.NoError(t, err)
		write(t, *spoil(s), block("CERTIFICATE", []byte("x")))
		_, err = s.Load(&Files{})
		require.Error(t, err)
		write(t, *spoil(s), "")
		_, err = s.Load(&Files{})
		require.Error(t, err)
		*spoil(s) += "none"
		_, err = s.Load(&Files{})
		require.ErrorIs(t, err, os.ErrNotExist)
	}
}

// TestServe serves over HTTP and over TLS, with a client's certificate, and wants a
// request in flight to end when serving does.
func TestServe(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	certificates, settings, _, err := load(t, a, "")
	require.NoError(t, err)
	pair, err := tls.LoadX509KeyPair(settings.Certificate, settings.Key)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(a.Certificate)
	for scheme, config := range map[string]*tls.Config{"http": nil, "https": certificates.Config()} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		ctx, stop := context.WithCancel(t.Context())
		entered, ended := make(chan bool), make(chan error, 1)
		server := Server{TLS: config, Drain: 10 * time.Second, Connections: -1}
		go func() {
			ended <- server.Serve(ctx, ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(entered)
				<-ctx.Done()
				if r.TLS != nil {
					_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
				}
			}))
		}()
		go func() {
			<-entered
			stop()
		}()
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "localhost", Certificates: []tls.Certificate{pair}}}}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+"://"+ln.Addr().String(), http.NoBody)
		require.NoError(t, err)
		resp, err := client.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, map[string]string{"http": "", "https": "device 2"}[scheme], string(body))
		require.NoError(t, <-ended)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	require.ErrorIs(t, (&Server{}).Serve(t.Context(), ln, http.NotFoundHandler()), net.ErrClosed)
}

// TestFraming sends requests over one connection, which lives on after a body in chunks
// unless something that could be its length was sent as well.
func TestFraming(t *testing.T) {
	t.Parallel()
	engine, err := matcher.Compile(&parser.File{}, nil)
	require.NoError(t, err)
	m := rewrite.New(engine, nil)
	for network, address := range map[string]string{"tcp": "127.0.0.1:0", "unix": t.TempDir() + "/s"} {
		ln, err := net.Listen(network, address)
		require.NoError(t, err)
		ended := make(chan error, 1)
		go func() { ended <- (&Server{}).Serve(t.Context(), ln, m.Handler(http.NotFoundHandler())) }()
		t.Cleanup(func() { require.NoError(t, <-ended) })
		const (
			plain   = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
			length  = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n."
			chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n.\r\n0\r\n\r\n"
		)
		both := strings.Replace(chunked, "Host", "content-length: 44\r\nHost", 1)
		for want, requests := range map[string][]string{
			"5 answers, open":        {plain + chunked + chunked, plain + length},
			"2 answers, then closed": {plain + both, plain},
			"3 answers, then closed": {length + plain + chunked, plain}, // nothing tells it from both
			"4 answers, then closed": {chunked + chunked, chunked, both + plain},
		} {
			require.Equal(t, want, converse(t, ln.Addr(), requests), network)
		}
	}
}

// A connection that ends within its first line gets no answer, and one that ends later does.
func TestOpening(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- (&Server{}).Serve(t.Context(), ln, http.NotFoundHandler()) }()
	t.Cleanup(func() { require.NoError(t, <-ended) })
	for text, want := range map[string]string{
		"": "", "GET": "", "GET / HTTP/1.0": "", "GET / HTTP/1.0\r\r": "", "GET / HTTP/1.0\r\n": "HTTP/1.1 400", "GET / HTTP/1.0\r\nHost: a": "HTTP/1.1 400",
		"GET / HTTP/1.0\r\n\r\n": "HTTP/1.0 404", "GET / HTTP/1.0\r\n\r\nGET": "HTTP/1.0 404",
	} {
		conn, err := net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		for _, part := range []string{text[:len(text)/2], text[len(text)/2:]} {
			_, err = io.WriteString(conn, part)
			require.NoError(t, err)
			time.Sleep(time.Millisecond)
		}
		require.NoError(t, conn.(*net.TCPConn).CloseWrite())
		answer, err := io.ReadAll(conn)
		require.NoError(t, err, "%q", text)
		require.Equal(t, want, string(answer[:min(len(answer), len("HTTP/1.1 400"))]), "%q", text)
		require.NoError(t, conn.Close())
	}
}

// converse sends texts over a connection and says how often it is answered, and whether
// the connection is open in the end.
func converse(t *testing.T, a net.Addr, texts []string) string {
	t.Helper()
	conn, err := net.Dial(a.Network(), a.String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	for _, text := range texts {
		for _, part := range []string{text[:9], text[9:]} {
			if _, err = io.WriteString(conn, part); err != nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
	}
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(300*time.Millisecond)))
	answers, err := io.ReadAll(conn)
	state := "then closed"
	if errors.Is(err, os.ErrDeadlineExceeded) {
		state = "open"
	}
	return fmt.Sprintf("%d answers, %s", bytes.Count(answers, []byte("HTTP/1.1 404")), state)
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	var n Networks
	require.NoError(t, n.Set("10.1.0.0/16,192.0.2.7"))
	require.NoError(t, n.Set("fe80::/10"))
	require.ErrorContains(t, n.Set("10.0.0.0/8,all"), `"all" is not a network`)
	require.Error(t, n.Set(""))
	require.Equal(t, "10.1.0.0/16,192.0.2.7/32,fe80::/10,10.0.0.0/8", n.String())
	for text, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "192.0.2.7": true, "192.0.2.8": false, "fe80::1%eth0": true, "::1": false} {
		require.Equal(t, want, n.Contain(netip.MustParseAddr(text)), text)
	}
	require.False(t, n.Contain(netip.Addr{}))
}
