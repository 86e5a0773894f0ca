package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// gateway runs the ruleset in front of an endpoint.
type gateway struct {
	file   *parser.File // the ruleset
	engine *matcher.Engine
}

// newGateway reads and compiles the ruleset in a file, the example's own if
// name is empty.
func newGateway(name string) (*gateway, error) {
	src := ours
	if name == "" {
		name = "activesync.conf"
	} else {
		var err error
		if src, err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	file, err := parser.Parse(name, src, nil)
	if err != nil {
		return nil, err
	}
	// The ruleset is written for servers that have the rewrite engine on from
	// the start.
	engine, err := matcher.Compile(file, &matcher.Options{EngineOn: true})
	if err != nil {
		return nil, err
	}
	return &gateway{file, engine}, nil
}

// handler returns the gateway: the rules, and behind them the endpoint.
func (g *gateway) handler(endpoint *url.URL) http.Handler {
	return rewrite.New(g.engine, nil).Handler(rewrite.NewProxy(endpoint, nil))
}

// serve serves on an address until ctx ends, then finishes the requests under
// way. A nil endpoint means a stand-in.
func (g *gateway) serve(ctx context.Context, out io.Writer, listen string, endpoint *url.URL) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	if endpoint == nil {
		standIn, err := start(http.HandlerFunc(answer))
		if err != nil {
			return errors.Join(err, l.Close())
		}
		defer standIn.stop()
		endpoint = standIn.url
	}
	fmt.Fprintf(out, "ActiveSync gateway on http://%s, endpoint %s; Ctrl-C ends it\n", l.Addr(), endpoint.Redacted())

	server := newServer(logged(out, g.handler(endpoint)))
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(drain)
}

// logged writes a line for each request that next has answered.
func logged(out io.Writer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		fmt.Fprintf(out, "%s %s %q %d %s\n", r.Method, r.URL.Path, r.UserAgent(), rec.status, rec.Header().Get("Location"))
	})
}

// statusRecorder remembers a response's status.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status and sends it.
func (w *statusRecorder) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives http.ResponseController access to the writer beneath.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// running is a server on a free port of the loopback interface.
type running struct {
	server *http.Server
	url    *url.URL
}

func start(h http.Handler) (*running, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &running{newServer(h), &url.URL{Scheme: "http", Host: l.Addr().String()}}
	go func() {
		// It ends with stop and has nothing to say then.
		_ = s.server.Serve(l)
	}()
	return s, nil
}

func (s *running) stop() { _ = s.server.Close() }

func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: rewrite.Timeouts{}.Handler(h), ReadHeaderTimeout: 20 * time.Second, IdleTimeout: time.Minute,
	}
}
