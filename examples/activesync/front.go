package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/examples/activesync/access"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// Limits of the front that no flag sets.
const (
	maxHeader  = 64 << 10
	headerTime = 20 * time.Second
	idleTime   = 2 * time.Minute
	drainTime  = 10 * time.Second
	saveEvery  = 30 * time.Second
	probeEvery = 5 * time.Minute // to a silent client: each probe wakes a phone
)

// front is the gateway with its listeners and files.
type front struct {
	*gateway
	flags       *flags
	files       []*watched
	certificate atomic.Pointer[tls.Certificate]
	authorities []*x509.Certificate
}

// newFront reads all files that the flags name.
func newFront(f *flags, out *lockedWriter) (*front, error) {
	fr := &front{flags: f, gateway: &gateway{
		judge: f.access != "", others: f.others, logins: newLRU[[32]byte, time.Time](maxLogins),
		log: &requestLog{out}, report: slog.New(slog.NewJSONHandler(out, nil)),
	}}
	fr.revoked.Store(new(revocations))
	servers, err := readAuthorities(f.upstreamCA)
	if err == nil {
		fr.authorities, err = readAuthorities(f.clientCA)
	}
	if err != nil {
		return nil, err
	}
	transport := newUpstream(f.wait, servers, f.minTLS)
	fr.forward = rewrite.NewProxy(f.target, &rewrite.Options{
		Transport: transport, PreserveHost: true, BackendPause: f.wait, Logger: fr.report,
	})
	if fr.devices, err = newTable(f.state, f.devices); err != nil {
		return nil, err
	}
	if f.rules != "" {
		if fr.rules, err = loadRules(f.rules, transport, fr.report); err != nil {
			return nil, err
		}
	}
	fr.watchFile(fr.loadPolicy, f.access)
	fr.watchFile(fr.loadCertificate, f.cert, f.key)
	fr.watchFile(fr.loadRevocations, f.clientCRL)
	for _, w := range fr.files {
		if err := w.load(); err != nil {
			return nil, err
		}
	}
	return fr, nil
}

// watchFile has apply called with the contents of files, unless they have no name.
func (fr *front) watchFile(apply func([][]byte) error, names ...string) {
	if names[0] != "" {
		fr.files = append(fr.files, &watched{names: names, apply: apply})
	}
}

func (fr *front) loadPolicy(contents [][]byte) error {
	p, err := access.Parse(fr.flags.access, contents[0])
	if err != nil {
		return err
	}
	if old := fr.policy.Load(); old != nil && old.Demanded() && !p.Demanded() {
		return fmt.Errorf(`%s: the "encrypting" line is gone; if that is meant, write: encrypting off`, fr.flags.access)
	}
	if !p.Demanded() {
		fr.report.Warn(`there is no "encrypting" line: devices that do not encrypt are let in`, "file", fr.flags.access)
	}
	fr.policy.Store(p)
	return nil
}

func (fr *front) loadCertificate(contents [][]byte) error {
	c, err := tls.X509KeyPair(contents[0], contents[1])
	if err != nil {
		return fmt.Errorf("-cert and -key: %w", err)
	}
	fr.certificate.Store(&c)
	return nil
}

func (fr *front) loadRevocations(contents [][]byte) error {
	all, err := parseRevocations(contents[0], fr.authorities)
	if err != nil {
		return fmt.Errorf("-client-crl: %w", err)
	}
	for _, list := range all {
		if !time.Now().Before(list.until) {
			fr.report.Error("the list of revoked certificates has expired: clients with certificates are refused",
				"issuer", list.issuer.Subject.String(), "until", list.until)
		}
	}
	fr.revoked.Store(&all)
	return nil
}

// readAuthorities reads certificates in PEM; none without a name.
func readAuthorities(name string) ([]*x509.Certificate, error) {
	if name == "" {
		return nil, nil
	}
	src, err := readBounded(name, maxFile)
	if err != nil {
		return nil, err
	}
	var all []*x509.Certificate
	for _, der := range pemBlocks(src, "CERTIFICATE") {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s holds no certificate in PEM", name)
	}
	return all, nil
}

// newPool returns authorities to trust.
func newPool(all []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range all {
		pool.AddCert(c)
	}
	return pool
}

// tlsConfig returns the server side's, for clients with certificates or without.
func (fr *front) tlsConfig(clientCert tls.ClientAuthType) *tls.Config {
	c := &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return fr.certificate.Load(), nil },
		ClientAuth:     clientCert,
		ClientCAs:      newPool(fr.authorities),
	}
	old(c, fr.flags.minTLS)
	return c
}

// old sets the lowest version of TLS. Below 1.2 that takes suites which Go does not
// offer of itself, RC4 still excepted.
func old(c *tls.Config, least uint16) {
	c.MinVersion = least
	if least >= tls.VersionTLS12 {
		return
	}
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if s.ID != tls.TLS_RSA_WITH_RC4_128_SHA && s.ID != tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA && s.ID != tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA {
			c.CipherSuites = append(c.CipherSuites, s.ID)
		}
	}
}

// serve serves until ctx ends, then finishes the requests under way, and saves the
// device table. ready is called with the addresses, that of the status page nil
// without one.
func (fr *front) serve(ctx context.Context, ready func(front, status net.Addr)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, 2)
	server, status := fr.server(fr.gateway, fr.flags.clientAuth), fr.server(statusHandler(fr.devices, fr.flags.statusName, fr.flags.statusAllow), tls.NoClientCert)
	defer server.Close() //nolint:errcheck // What is still open then is cut off.
	defer status.Close() //nolint:errcheck // So is a page that is still being read.
	address, err := listen(ctx, server, fr.flags.listen, fr.flags.cert != "", errs)
	var statusAddress net.Addr
	if err == nil && fr.flags.status != "" {
		statusAddress, err = listen(ctx, status, fr.flags.status, fr.flags.statusTLS, errs)
	}
	if err != nil {
		return err
	}
	ready(address, statusAddress)
	fr.background(ctx)
	select {
	case err = <-errs:
	case <-ctx.Done():
		drain, stop := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer stop()
		if err = server.Shutdown(drain); errors.Is(err, context.DeadlineExceeded) {
			fr.report.Warn("requests still under way are cut off", "after", drainTime)
			err = nil
		}
	}
	return errors.Join(err, fr.devices.save())
}

func (fr *front) server(h http.Handler, clientAuth tls.ClientAuthType) *http.Server {
	return &http.Server{
		Handler: rewrite.Timeouts{}.Handler(h), MaxHeaderBytes: maxHeader, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime,
		ErrorLog: slog.NewLogLogger(fr.report.Handler(), slog.LevelWarn), TLSConfig: fr.tlsConfig(clientAuth),
	}
}

// listen has a server serve on an address, until it ends with an error.
func listen(ctx context.Context, s *http.Server, address string, secure bool, errs chan<- error) (net.Addr, error) {
	lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: probeEvery, Interval: time.Minute, Count: 3}}
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	go func() {
		if secure {
			errs <- s.ServeTLS(l, "", "")
		} else {
			errs <- s.Serve(l)
		}
	}()
	return l.Addr(), nil
}

// background reads files again and saves the device table, until ctx ends.
func (fr *front) background(ctx context.Context) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go watch(ctx, fr.report, fr.flags.reload, hangup, fr.files)
	if fr.rules != nil {
		go fr.rules.Watch(ctx, fr.flags.reload, nil)
	}
	go func() {
		for tick := time.NewTicker(saveEvery); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				signal.Stop(hangup)
				return
			case <-tick.C:
				if err := fr.devices.save(); err != nil {
					fr.report.Error("the device table is not saved", "error", err)
				}
			}
		}
	}()
}
