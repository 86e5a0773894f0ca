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
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// Limits of the listeners that no flag sets.
const (
	maxHeader  = 64 << 10
	headerTime = 20 * time.Second
	idleTime   = 2 * time.Minute
	drainTime  = 10 * time.Second
	saveEvery  = 30 * time.Second
	probeEvery = 5 * time.Minute // to a silent client: each probe wakes a phone
)

// serve serves until ctx ends, then finishes the requests under way, and saves the
// device table.
func (g *gateway) serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	errs := make(chan error, 2)
	front := g.server(g, g.clientCert)
	page := g.server(statusHandler(g.devices, g.status, g.statusAllow), tls.NoClientCert)
	defer front.Close() //nolint:errcheck // What is still open then is cut off.
	defer page.Close()  //nolint:errcheck // So is a page that is still being read.
	pageAddress := ""
	address, err := listen(ctx, front, g.listen, g.cert != "", errs)
	if err == nil && g.status != "" {
		pageAddress, err = listen(ctx, page, g.status, !isLoopback(g.status), errs)
	}
	if err != nil {
		return err
	}
	go g.watch(ctx, hangup)
	if g.rules != nil {
		go g.rules.Watch(ctx, g.reload, nil)
	}
	g.log.Info("serving", "listen", address, "upstream", g.upstream.String(), "status", pageAddress, "tls", g.cert != "")
	select {
	case err = <-errs:
	case <-ctx.Done():
		drain, stop := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
		defer stop()
		_ = front.Shutdown(drain) // What is still under way then, such as Pings, is cut off.
	}
	return errors.Join(err, g.devices.save())
}

func (g *gateway) server(h http.Handler, clientCert tls.ClientAuthType) *http.Server {
	clientCAs := x509.NewCertPool()
	for _, c := range g.authorities {
		clientCAs.AddCert(c)
	}
	return &http.Server{
		Handler: rewrite.Timeouts{}.Handler(h), MaxHeaderBytes: maxHeader, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime,
		ErrorLog: slog.NewLogLogger(g.log.Handler(), slog.LevelWarn),
		TLSConfig: &tls.Config{
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return g.certificate.Load(), nil },
			ClientAuth:     clientCert,
			ClientCAs:      clientCAs,
		},
	}
}

// listen has a server serve on an address, until it ends with an error.
func listen(ctx context.Context, s *http.Server, address string, secure bool, errs chan<- error) (string, error) {
	lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: probeEvery, Interval: time.Minute, Count: 3}}
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	go func() {
		if secure {
			errs <- s.ServeTLS(l, "", "")
		} else {
			errs <- s.Serve(l)
		}
	}()
	return l.Addr().String(), nil
}

// watch saves the device table and loads files that have changed, at a hangup at once,
// until ctx ends. What is wrong is said once.
func (g *gateway) watch(ctx context.Context, hangup <-chan os.Signal) {
	look, save := time.NewTicker(g.reload), time.NewTicker(saveEvery)
	defer look.Stop()
	defer save.Stop()
	var expired *revocations // said to be
	for {
		select {
		case <-ctx.Done():
			return
		case <-save.C:
			if err := g.devices.save(); err != nil {
				g.log.Error("the device table is not saved", "error", err)
			}
			continue
		case <-look.C:
		case <-hangup:
		}
		for _, w := range g.files {
			changed, err := w.load(still)
			said := w.said
			if w.said = fmt.Sprint(err); err != nil && (changed || w.said != said) {
				g.log.Error("not reloaded, what was read before stays", "files", w.names, "error", err)
			} else if err == nil && changed {
				g.log.Info("reloaded", "files", w.names)
			}
		}
		lists := g.revoked.Load()
		for _, list := range *lists {
			if lists != expired && !time.Now().Before(list.NextUpdate) {
				g.log.Warn("a list of revoked certificates has expired: its issuer's are refused", "issuer", list.Issuer.String())
				expired = lists
			}
		}
	}
}
