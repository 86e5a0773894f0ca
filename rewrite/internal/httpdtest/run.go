package httpdtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

const (
	maxCases = 500 // cases that share one server
	inFlight = 4   // cases worked on at the same time
)

// Run answers cases: it sets the ConfigError or the Results of each, and the
// Place where they were made. A request that gets no answer has a Result with
// an Error.
func (h *Harness) Run(ctx context.Context, cases []*replay.Case) error {
	for len(cases) > 0 {
		n := min(len(cases), maxCases)
		if err := h.runTogether(ctx, cases[:n]); err != nil {
			return err
		}
		cases = cases[n:]
	}
	return nil
}

// runTogether answers cases with one server.
func (h *Harness) runTogether(ctx context.Context, cases []*replay.Case) (err error) {
	s := &server{harness: h, dir: filepath.Join(h.dir, fmt.Sprintf("run-%d", h.runs)), cases: cases}
	h.runs++
	defer func() { err = errors.Join(err, s.uninstall()) }()
	if err := errors.Join(s.install(), h.writeNames(cases)); err != nil {
		return err
	}
	if err := s.start(ctx); err != nil {
		return err
	}
	s.sendAll(ctx)
	return errors.Join(ctx.Err(), s.stop(), s.readTraces())
}

// traceFile is the name of the error log of case i where its trace is wanted.
func (s *server) traceFile(i int) string { return filepath.Join(s.dir, fmt.Sprint(i)+".log") }

// readTraces hands the lines of httpd's error logs to the cases that want them.
func (s *server) readTraces() error {
	for i, c := range s.cases {
		if c.Log == nil || c.ConfigError != "" {
			continue
		}
		text, err := os.ReadFile(s.traceFile(i))
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			c.Log(strings.TrimSuffix(line, "\n"))
		}
	}
	return nil
}

// hostConfig is the name of the file that holds case i's text for
// <VirtualHost>.
func (s *server) hostConfig(i int) string { return filepath.Join(s.dir, fmt.Sprint(i)+".conf") }

// secondConfig is the same for its second host.
func (s *server) secondConfig(i int) string {
	return filepath.Join(s.dir, "second-"+fmt.Sprint(i)+".conf")
}

// sendAll sends the requests of the cases that the server accepted.
func (s *server) sendAll(ctx context.Context) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range inFlight {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(s.cases); i = int(next.Add(1)) - 1 {
				if c := s.cases[i]; c.ConfigError == "" {
					s.send(ctx, c)
				}
			}
		})
	}
	wg.Wait()
}
