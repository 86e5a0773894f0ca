package front

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// TLS names the files of a server that speaks TLS. The zero value is one that does not.
type TLS struct {
	Certificate, Key string // PEM: the server's certificate and those of its issuers, and its key
	// ClientCA has the authorities of clients' certificates, in PEM. ClientAuth says whether
	// a client needs one; it is [tls.NoClientCert] where ClientCA is "".
	ClientCA   string
	ClientAuth tls.ClientAuthType
	// ClientCRL has the lists of revoked certificates, in PEM, or one in DER; "" for none.
	ClientCRL string
}

// Register adds the flags -cert, -key, -client-ca, -client-cert and -client-crl.
func (t *TLS) Register(flags *flag.FlagSet) {
	flags.StringVar(&t.Certificate, "cert", "", "PEM `file` with the certificate and those of its issuers: the server speaks HTTPS")
	flags.StringVar(&t.Key, "key", "", "PEM `file` with the key of -cert")
	flags.StringVar(&t.ClientCA, "client-ca", "", "PEM `file` with the authorities of clients' certificates")
	flags.Func("client-cert", "certificates of clients: `off`, optional or required", t.setClientAuth)
	flags.StringVar(&t.ClientCRL, "client-crl", "", "`file` with lists of revoked certificates of clients, PEM or DER")
}

func (t *TLS) setClientAuth(s string) error {
	kinds := map[string]tls.ClientAuthType{"off": tls.NoClientCert, "optional": tls.VerifyClientCertIfGiven, "required": tls.RequireAndVerifyClientCert}
	kind, ok := kinds[s]
	if !ok {
		return errors.New("it is off, optional or required")
	}
	t.ClientAuth = kind
	return nil
}

// Check returns what is missing beside what is set, in the words of the flags.
func (t *TLS) Check() error {
	switch {
	case (t.Certificate == "") != (t.Key == ""):
		return errors.New("-cert and -key go together")
	case (t.ClientAuth == tls.NoClientCert) != (t.ClientCA == "") || t.ClientCA != "" && t.Certificate == "" || t.ClientCRL != "" && t.ClientCA == "":
		return errors.New("certificates of clients need all of -cert, -client-ca and -client-cert optional or required; -client-crl is for them")
	}
	return nil
}

// Load reads the files: the authorities once, the others with files, which reads them
// again. It returns nil where there are none.
func (t *TLS) Load(files *Files) (*Certificates, error) {
	if err := t.Check(); err != nil || t.Certificate == "" {
		return nil, err
	}
	c := &Certificates{auth: t.ClientAuth}
	if t.ClientCRL != "" {
		c.revoked.Store(&revocations{}) // until they are read, each is missing
	}
	var errs [3]error
	c.authorities, errs[0] = readAuthorities(t.ClientCA)
	errs[1] = files.Add(c.setOwn, t.Certificate, t.Key)
	if t.ClientCRL != "" {
		errs[2] = files.Add(func(contents [][]byte) error { return c.setRevoked(contents[0], files) }, t.ClientCRL)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return c, nil
}

// Certificates are what a [TLS] has loaded. They are safe for concurrent use; nil is a
// server without TLS.
type Certificates struct {
	auth        tls.ClientAuthType
	authorities []*x509.Certificate // of clients' certificates
	own         atomic.Pointer[tls.Certificate]
	revoked     atomic.Pointer[revocations] // nil where no lists are demanded
	expiry      *time.Timer
}

// Config returns settings for a server, which always use the certificate that was read
// last. They are for the caller to change. It is nil for nil.
func (c *Certificates) Config() *tls.Config {
	if c == nil {
		return nil
	}
	authorities := x509.NewCertPool()
	for _, a := range c.authorities {
		authorities.AddCert(a)
	}
	return &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.own.Load(), nil },
		ClientAuth:     c.auth,
		ClientCAs:      authorities,
	}
}

// VerifyClient returns why the certificate that a client showed cannot be accepted at a
// time: it or its issuer's has expired or is revoked, or the list that would say so is
// missing or out of date. It is nil for a client without one, which ClientAuth decides
// about in the handshake. It is to be asked for each request: a connection may outlive its
// certificate.
func (c *Certificates) VerifyClient(state *tls.ConnectionState, now time.Time) error {
	if c == nil || state == nil || len(state.PeerCertificates) == 0 {
		return nil
	}
	return c.revoked.Load().check(state.VerifiedChains, now)
}

func (c *Certificates) setOwn(contents [][]byte) error {
	pair, err := tls.X509KeyPair(contents[0], contents[1])
	if err != nil {
		return fmt.Errorf("-cert: %w", err)
	}
	c.own.Store(&pair)
	return nil
}

// readAuthorities reads certificates in PEM; none without a name.
func readAuthorities(name string) ([]*x509.Certificate, error) {
	if name == "" {
		return nil, nil
	}
	src, err := fileid.ReadFile(name, MaxFile)
	if err != nil {
		return nil, fmt.Errorf("-client-ca: %w", err)
	}
	var all []*x509.Certificate
	for _, der := range pemBlocks(src, "CERTIFICATE") {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("-client-ca %s: %w", name, err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("-client-ca %s: no certificate in PEM", name)
	}
	return all, nil
}
