package httpdtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	s := &server{harness: h, dir: filepath.Join(h.dir, fmt.Sprint(h.runs)), cases: cases}
	h.runs++
	defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	for i, c := range cases {
		c.ConfigError, c.Results = "", nil
		c.Place = replay.Place{
			Root: filepath.Join(s.dir, fmt.Sprint(i), "htdocs"),
			Addr: fmt.Sprintf("127.1.%d.%d", i/200, i%200+1),
		}
		if err := s.install(c); err != nil {
			return fmt.Errorf("case %q: %w", c.Name, err)
		}
	}
	if err := s.start(ctx); err != nil {
		return err
	}
	s.sendAll(ctx)
	return errors.Join(ctx.Err(), s.stop())
}

// install writes the files of c.
func (s *server) install(c *replay.Case) error {
	if err := s.harness.Tree.Write(c.Place.Root); err != nil {
		return err
	}
	for name, text := range c.Files {
		name = filepath.Join(c.Place.Root, replay.Decode(name, ""))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(replay.Decode(text, c.Place.Root)), 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(hostConfig(c), []byte(replay.Decode(c.Vhost, c.Place.Root)+"\n"), 0o644)
}

// hostConfig is the name of the file that holds a case's text for
// <VirtualHost>.
func hostConfig(c *replay.Case) string {
	return filepath.Join(filepath.Dir(c.Place.Root), "vhost.conf")
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
