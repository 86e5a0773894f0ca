package main

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// What the rules answer for a file of the area eu, and for one of an area that
// has no value.
const (
	mirrored = "302 https://eu.example.org/x"
	fallback = "302 https://mirror.example.org/x"
)

// crowd looks keys up without a pause, several at a time, and counts what was
// answered and reported.
type crowd struct {
	stop context.CancelFunc
	gone sync.WaitGroup

	mu       sync.Mutex
	answers  map[string]int
	reported int
}

func (c *crowd) start(t *testing.T, site http.Handler) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	c.stop, c.answers = stop, map[string]int{}
	for range 4 {
		c.gone.Go(func() {
			for ctx.Err() == nil {
				a := answer(site, "/download/eu/x")
				c.mu.Lock()
				c.answers[a]++
				c.mu.Unlock()
			}
		})
	}
	t.Cleanup(c.end)
}

func (c *crowd) end() {
	c.stop()
	c.gone.Wait()
}

func (c *crowd) report(*parser.Diagnostic) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reported++
}

func (c *crowd) count(answer string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers[answer]
}

// await waits until there were more answers of a kind than now.
func (c *crowd) await(t *testing.T, answer string) {
	t.Helper()
	before := c.count(answer)
	require.Eventually(t, func() bool { return c.count(answer) > before+10 }, 20*time.Second, 10*time.Millisecond,
		"no more answers are %s", answer)
}

// check checks, once the crowd ended, that there were no answers but the two,
// and that each lookup without a value was reported, and others.
func (c *crowd) check(t *testing.T, others int) {
	t.Helper()
	require.Equal(t, c.answers[fallback]+others, c.reported)
	delete(c.answers, mirrored)
	delete(c.answers, fallback)
	require.Empty(t, c.answers)
}

// postgresCtl returns a function that stops and starts the server.
func postgresCtl(t *testing.T) func(verb string) {
	t.Helper()
	ctl := strings.Fields(os.Getenv("SQLMAP_POSTGRES_CTL"))
	if len(ctl) == 0 {
		require.Empty(t, os.Getenv("REQUIRE_POSTGRES"), "SQLMAP_POSTGRES_CTL is not set")
		t.Skip("SQLMAP_POSTGRES_CTL does not say how to stop the server")
	}
	return func(verb string) {
		cmd := exec.Command(ctl[0], append(ctl[1:], verb)...)
		cmd.Stderr = os.Stderr
		require.NoError(t, cmd.Run(), verb)
	}
}

// TestServerStops stops the server while lookups run, and starts it again: in
// between there are no values but those remembered, each failure is reported,
// and nothing of it is remembered.
func TestServerStops(t *testing.T) {
	ctl := postgresCtl(t)
	var c crowd
	_, site := filledSite(t, os.Getenv("SQLMAP_POSTGRES"), c.report)
	spec := answer(site, "/go/spec")
	c.start(t, site)
	c.await(t, mirrored)
	require.Zero(t, c.count(fallback))

	start := sync.OnceFunc(func() { ctl("start") })
	ctl("stop")
	t.Cleanup(start)
	c.await(t, fallback)
	require.Equal(t, spec, answer(site, "/go/spec"))
	require.Equal(t, "302 http://example.com/no-such-link", answer(site, "/go/it's"))
	start()
	c.await(t, mirrored)
	c.end()

	require.Equal(t, mirrored, answer(site, "/download/eu/x"))
	require.Equal(t, "302 https://example.org/quoted", answer(site, "/go/it's"))
	c.check(t, 1)
}

// TestConnectionsEnd has the server end the connections, over and over, while
// lookups run: some fail, each of those is reported, and others connect anew.
func TestConnectionsEnd(t *testing.T) {
	postgresCtl(t)
	var c crowd
	db, site := filledSite(t, os.Getenv("SQLMAP_POSTGRES"), c.report)
	own, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { _ = own.Close() }()
	c.start(t, site)
	for range 20 {
		c.await(t, mirrored)
		ended, err := own.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`)
		require.NoError(t, err)
		n, err := ended.RowsAffected()
		require.NoError(t, err)
		require.Positive(t, n)
	}
	c.await(t, mirrored)
	c.end()
	require.NotZero(t, c.reported)
	c.check(t, 0)
}

// TestServerHangs keeps the server from answering: a lookup gives up after
// Limits.MapTime.
func TestServerHangs(t *testing.T) {
	postgresCtl(t)
	var c crowd
	db, site := filledSite(t, os.Getenv("SQLMAP_POSTGRES"), c.report)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	_, err = tx.ExecContext(t.Context(), `LOCK TABLE mirrors IN ACCESS EXCLUSIVE MODE`)
	require.NoError(t, err)

	start := time.Now()
	require.Equal(t, fallback, answer(site, "/download/eu/x"))
	require.InDelta(t, 2, time.Since(start).Seconds(), 1)
	require.Equal(t, 1, c.reported)
	require.NoError(t, tx.Rollback())
	require.Equal(t, mirrored, answer(site, "/download/eu/x"))
	require.Equal(t, 1, c.reported)
}
