package main

import (
	"crypto/tls"
	"errors"
	"flag"
	"log/slog"
	"sync/atomic"
)

// certificate is the TLS certificate of serve. It is read again when the rules are, and is
// safe for concurrent use. The zero value is none: the server speaks HTTP.
type certificate struct {
	file, key string // PEM
	pair      atomic.Pointer[tls.Certificate]
}

// register adds the flags.
func (c *certificate) register(flags *flag.FlagSet) {
	flags.StringVar(&c.file, "cert", "", "PEM `file` with the certificate and those of its issuers: the server speaks HTTPS; read again at SIGHUP")
	flags.StringVar(&c.key, "key", "", "PEM `file` with the key of -cert")
}

var errHalfCertificate = errors.New("-cert and -key go together")

// load reads the certificate. One that can't be used leaves the one before.
func (c *certificate) load() error {
	if (c.file == "") != (c.key == "") {
		return errHalfCertificate
	}
	if c.file == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.file, c.key)
	if err == nil {
		c.pair.Store(&pair)
	}
	return err
}

// reload is load for a server that runs.
func (c *certificate) reload(log *slog.Logger) {
	if err := c.load(); err != nil {
		log.Error("certificate not reloaded, the old one stays", "error", err)
	}
}

// config returns the settings of TLS, nil for none.
func (c *certificate) config() *tls.Config {
	if c.pair.Load() == nil {
		return nil
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.pair.Load(), nil },
	}
}

// scheme returns that of the server's URL.
func (c *certificate) scheme() string {
	if c.pair.Load() == nil {
		return "http"
	}
	return "https"
}
