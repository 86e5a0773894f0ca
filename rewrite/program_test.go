//go:build unix

package rewrite_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// TestReloadEndsPrograms reloads a ruleset with a program again and again while
// requests are served. Each of them is answered by a program, and the programs
// of the engines that were replaced are gone.
func TestReloadEndsPrograms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name, script := filepath.Join(dir, "site.conf"), filepath.Join(dir, "map.sh")
	require.NoError(t, os.WriteFile(script, []byte("while read -r key; do echo $$; done"), 0o600))
	require.NoError(t, os.WriteFile(name, []byte("RewriteEngine On\nRewriteMap m \"prg:/bin/sh "+script+
		"\"\nRewriteRule ^ http://example.org/${m:x|none} [R,L]\n"), 0o600))
	m, err := rewrite.Load(name, &rewrite.LoadOptions{Match: &matcher.Options{Programs: true}})
	require.NoError(t, err)
	srv := httptest.NewServer(m.Handler(http.NotFoundHandler()))
	defer srv.Close()

	var pids sync.Map
	var clients sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				location := get(t, srv.URL).Location
				pid, err := strconv.Atoi(strings.TrimPrefix(location, "http://example.org/"))
				if err != nil {
					t.Errorf("redirected to %q, want a process", location)
					return
				}
				pids.Store(pid, true)
			}
		})
	}
	for range 20 {
		time.Sleep(10 * time.Millisecond)
		require.NoError(t, m.Reload())
	}
	close(done)
	clients.Wait()
	m.Engine().Close()
	n := 0
	for pid := range pids.Range {
		n++
		require.ErrorIs(t, syscall.Kill(pid.(int), 0), syscall.ESRCH) //nolint:forcetypeassert // stored above
	}
	require.Greater(t, n, 1)
	require.Equal(t, http.StatusInternalServerError, get(t, srv.URL).Status)
}
