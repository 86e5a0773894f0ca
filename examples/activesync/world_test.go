package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(tb testing.TB, name string) *authority {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte(name),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	require.NoError(tb, err)
	c, err = x509.ParseCertificate(der)
	require.NoError(tb, err)
	return &authority{c, key}
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// issue makes a certificate that is valid until a time.
func (a *authority) issue(tb testing.TB, serial int64, until time.Time, usage x509.ExtKeyUsage) (certPEM, keyPEM []byte) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "alice", Organization: []string{"<i>Example</i>"}},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until, ExtKeyUsage: []x509.ExtKeyUsage{usage}, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &key.PublicKey, a.key)
	require.NoError(tb, err)
	keyDER, err := x509.MarshalECPrivateKey(key)
	require.NoError(tb, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
}

// revoke makes a list that is current from one time until another.
func (a *authority) revoke(tb testing.TB, from, until time.Time, serials ...int64) []byte {
	tb.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: from, NextUpdate: until}
	for _, s := range serials {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: big.NewInt(s), RevocationTime: from})
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, a.cert, a.key)
	require.NoError(tb, err)
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

// world is a gateway that runs as the command does, and what it needs.
type world struct {
	dir      string
	ca       *authority
	front    string // https://…
	status   string // http://…, "" without
	upstream *recorder
	log      *lines
	stop     func() int
}

const revokedSerial = 66

// newWorld writes keys and lists into a folder and starts the gateway. Of the flags
// "DIR/" stands for the folder.
func newWorld(tb testing.TB, files map[string]string, flags ...string) *world {
	tb.Helper()
	w := &world{dir: tb.TempDir(), ca: newAuthority(tb, "Devices"), upstream: &recorder{}, log: &lines{}}
	later, before := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
	issue := func(name string, a *authority, serial int64, until time.Time, usage x509.ExtKeyUsage) {
		cert, key := a.issue(tb, serial, until, usage)
		w.write(tb, name+".pem", cert)
		w.write(tb, name+".key", key)
	}
	issue("front", w.ca, 2, later, x509.ExtKeyUsageServerAuth)
	issue("server", w.ca, 3, later, x509.ExtKeyUsageServerAuth)
	issue("good", w.ca, 4, later, x509.ExtKeyUsageClientAuth)
	issue("expired", w.ca, 5, before, x509.ExtKeyUsageClientAuth)
	issue("stranger", newAuthority(tb, "Others"), 6, later, x509.ExtKeyUsageClientAuth)
	issue("revoked", w.ca, revokedSerial, later, x509.ExtKeyUsageClientAuth)
	w.write(tb, "ca.pem", w.ca.pem())
	w.write(tb, "crl.pem", w.ca.revoke(tb, before, later, revokedSerial))
	for name, content := range files {
		w.write(tb, name, []byte(content))
	}
	endpoint := httptest.NewServer(w.upstream)
	tb.Cleanup(endpoint.Close)
	args := []string{
		"-listen", "127.0.0.1:0", "-cert", w.path("front.pem"), "-key", w.path("front.key"), "-upstream", endpoint.URL,
		"-reload", "20ms", "-status", "127.0.0.1:0",
	}
	for _, f := range flags {
		args = append(args, strings.ReplaceAll(f, "DIR/", w.dir+"/"))
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	r, out := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		var errOut bytes.Buffer
		code := run(ctx, out, &errOut, args)
		if errOut.Len() > 0 {
			_, _ = out.Write(append(errOut.Bytes(), '\n')) // A pipe's reader takes all.
		}
		_ = out.Close() // A pipe's never fails.
		ended <- code
	}()
	serving := make(chan map[string]any, 1)
	go w.log.read(r, serving)
	w.stop = sync.OnceValue(func() int { cancel(); return <-ended })
	tb.Cleanup(func() { w.stop() })
	select {
	case s := <-serving:
		w.front, w.status = "https://"+s["listen"].(string), "http://"+s["status"].(string)
	case <-time.After(10 * time.Second):
		tb.Fatalf("the gateway does not serve: %s", w.log)
	}
	return w
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

func (w *world) write(tb testing.TB, name string, content []byte) {
	tb.Helper()
	require.NoError(tb, os.WriteFile(w.path(name), content, 0o600))
}

// client returns a client with a certificate, "none" for none.
func (w *world) client(tb testing.TB, certificate string) *http.Client {
	tb.Helper()
	c := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}
	c.RootCAs.AddCert(w.ca.cert)
	if certificate != "none" {
		pair, err := tls.LoadX509KeyPair(w.path(certificate+".pem"), w.path(certificate+".key"))
		require.NoError(tb, err)
		// Whatever authorities the server names, this is the one to show.
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	tr := &http.Transport{TLSClientConfig: c, MaxIdleConnsPerHost: 100}
	tb.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// devices returns the table as the status listener gives it.
func (w *world) devices(tb testing.TB) []record {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, w.status+"/status", http.NoBody)
	require.NoError(tb, err)
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(tb, err)
	var all []record
	require.NoError(tb, json.NewDecoder(resp.Body).Decode(&all))
	require.NoError(tb, resp.Body.Close())
	return all
}

// device returns the row of a device, the zero value if there is none.
func (w *world) device(tb testing.TB, id string) record {
	tb.Helper()
	for _, r := range w.devices(tb) {
		if r.DeviceID == id {
			return r
		}
	}
	return record{}
}

// request is one that tests send. Its header is that of an up-to-date iPhone, with
// the login of alice.
func request(tb testing.TB, method, url string, body []byte, header ...string) *http.Request {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, url, bytes.NewReader(body))
	require.NoError(tb, err)
	req.SetBasicAuth("alice", "secret")
	req.Header.Set("User-Agent", "Apple-iPhone14C7/2101.329")
	req.Header.Set("MS-ASProtocolVersion", "14.1")
	for i := 0; i < len(header); i += 2 {
		req.Header[http.CanonicalHeaderKey(header[i])] = []string{header[i+1]}
	}
	return req
}

func send(tb testing.TB, c *http.Client, req *http.Request) (*http.Response, []byte) {
	tb.Helper()
	resp, err := c.Do(req)
	require.NoError(tb, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	require.NoError(tb, resp.Body.Close())
	return resp, body
}

// recorder is an endpoint that notes what it got. It demands the password "secret"
// and answers with answer, or as the stand-in does.
type recorder struct {
	mu     sync.Mutex
	got    []received
	answer http.HandlerFunc
	raw    http.HandlerFunc // in place of all that; set before any request
}

type received struct {
	method, uri string
	header      http.Header
	body        string
}

// ServeHTTP answers.
func (u *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if u.raw != nil {
		u.raw(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	u.mu.Lock()
	u.got = append(u.got, received{r.Method, r.RequestURI, r.Header.Clone(), string(body)})
	own := u.answer
	u.mu.Unlock()
	_, password, _ := r.BasicAuth()
	switch {
	case password != "secret":
		w.Header()["Www-Authenticate"] = []string{"Negotiate", "NTLM", `Basic realm="mail"`}
		w.WriteHeader(http.StatusUnauthorized)
	case own != nil:
		own(w, r)
	default:
		_, _ = io.WriteString(w, "in")
	}
}

// take returns what came since it was asked last.
func (u *recorder) take() []received {
	u.mu.Lock()
	defer u.mu.Unlock()
	got := u.got
	u.got = nil
	return got
}

func (u *recorder) set(answer http.HandlerFunc) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.answer = answer
}

// lines is a log.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) read(r io.Reader, serving chan<- map[string]any) {
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadString('\n')
		var m map[string]any
		if json.Unmarshal([]byte(line), &m) == nil && m["msg"] == "serving" {
			serving <- m
		}
		l.mu.Lock()
		l.all = append(l.all, line)
		l.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// String returns the whole log.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "")
}

// wait waits for a text in the log.
func (l *lines) wait(tb testing.TB, text string) {
	tb.Helper()
	require.Eventually(tb, func() bool { return strings.Contains(l.String(), text) }, 10*time.Second, 5*time.Millisecond, text)
}
