// Package front is the side of a server that faces clients: a listener with limits, TLS
// with files that are read again while it runs, and certificates of clients with lists of
// those revoked. The command modrewrite serve and the gateway in examples/activesync run
// on it; it knows nothing of rules.
//
//	var files front.Files
//	certificates, err := settings.Load(&files)
//	…
//	go files.Watch(ctx, 5*time.Second, nil)
//	server := front.Server{TLS: certificates.Config()}
//	err = server.Serve(ctx, listener, handler)
package front

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// Server serves clients that may be slow, silent or many. The zero value has the limits
// of its fields' comments and speaks HTTP.
type Server struct {
	TLS *tls.Config // nil for HTTP
	// Connections is how many there are at a time; 0 or less means 10,000. More
	// wait to be accepted.
	Connections int
	// Timeout is how long a client may take to send the next part of a body, or to take
	// the next 64 KiB of a response; 0 means a minute. See [rewrite.Timeouts].
	Timeout time.Duration
	// Idle is how long a connection may wait for the next request; 0 means a minute.
	Idle time.Duration
	// MaxHeader is how large the header of a request may be, in bytes; 0 means 1 MiB.
	MaxHeader int
	// Drain is how long requests in flight have when serving ends; 0 means none.
	Drain time.Duration
	// Log receives what goes wrong with connections; nil means slog.Default().
	Log *slog.Logger
}

// The defaults of Server, and how long a header may take to come: httpd's first limit.
const (
	defaultConnections = 10_000
	defaultTime        = time.Minute
	defaultDrain       = 10 * time.Second
	headerTime         = 20 * time.Second
)

// Register adds the flags -max-connections, -timeout and -drain.
func (s *Server) Register(flags *flag.FlagSet) {
	flags.IntVar(&s.Connections, "max-connections", defaultConnections, "most `connections` at a time; more wait to be accepted")
	flags.DurationVar(&s.Timeout, "timeout", defaultTime,
		"how long a client may take to send the next part of a body, or to take the next 64 KiB of a response")
	flags.DurationVar(&s.Drain, "drain", defaultDrain, "`time` for requests in flight when stopping")
}

// Serve serves h on ln until ctx ends, and then until the requests in flight have ended,
// for at most Drain. It closes ln. The error is nil where ctx ended it.
func (s *Server) Serve(ctx context.Context, ln net.Listener, h http.Handler) error {
	log := cmp.Or(s.Log, slog.Default())
	hs := &http.Server{
		Handler:           rewrite.Timeouts{Idle: cmp.Or(s.Timeout, defaultTime)}.Handler(h),
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       cmp.Or(s.Idle, defaultTime),
		MaxHeaderBytes:    s.MaxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		TLSConfig:         s.TLS,
		ConnContext:       watched,
	}
	accept := hs.Serve
	if s.TLS != nil {
		accept = func(ln net.Listener) error { return hs.ServeTLS(ln, "", "") }
	}
	most := s.Connections
	if most <= 0 {
		most = defaultConnections
	}
	limited := &limitedListener{Listener: ln, slots: make(chan struct{}, most), closed: make(chan struct{}), plain: s.TLS == nil}
	stopped := make(chan error, 1)
	go func() { stopped <- accept(limited) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Drain)
	defer cancel()
	err := hs.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests still in flight are cut off", "after", s.Drain)
		err = hs.Close()
	}
	if serveErr := <-stopped; err == nil && !errors.Is(serveErr, http.ErrServerClosed) {
		err = serveErr
	}
	return err
}
