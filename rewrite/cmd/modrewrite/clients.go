package main

import (
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/front"
)

// clientLimits are the bounds on what clients hold.
type clientLimits struct {
	front   front.Server
	backend time.Duration // for the response of another server to begin
}

func (l *clientLimits) register(flags *flag.FlagSet) {
	l.front.Register(flags)
	flags.DurationVar(&l.backend, "backend-timeout", time.Minute,
		"how long a server that requests are forwarded to may take to begin its response")
}

var errClientLimits = errors.New("-max-connections, -timeout and -backend-timeout must be positive")

func (l *clientLimits) check() error {
	if l.front.Connections <= 0 || l.front.Timeout <= 0 || l.backend <= 0 {
		return errClientLimits
	}
	return nil
}

// transport returns what forwards requests.
func (l *clientLimits) transport() http.RoundTripper {
	t := rewrite.NewTransport()
	t.ResponseHeaderTimeout = l.backend
	return t
}

// verified has next serve clients but those whose certificates cannot be accepted any
// more, which get 403.
func verified(c *front.Certificates, log *slog.Logger, next http.Handler) http.Handler {
	if c == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.VerifyClient(r.TLS, time.Now()); err != nil {
			log.WarnContext(r.Context(), "client refused", "client", r.RemoteAddr, "error", err)
			http.Error(w, "403 Forbidden", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
