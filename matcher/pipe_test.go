//go:build unix

package matcher_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// TestPipes has pipes and devices where files are read. httpd waits for ever for
// a pipe, reads a device as a map without end, and refuses it as an access file.
func TestPipes(t *testing.T) {
	t.Parallel()
	dir := plant(t, map[string]string{
		"map": "/x deny\n", "www/pipe/f": "", "www/zero/f": "", "www/null/f": "", "www/dir/f": "", "www/dir/.htaccess/f": "",
	})
	name := filepath.Join(dir, "map")
	e := compile(t, guard("txt:"+name), nil)
	require.Equal(t, 403, answer(t, e, "/x"))
	for what, status := range map[string]int{"pipe": 500, "/dev/zero": 500, "/dev/null": 500} {
		require.NoError(t, os.Remove(name))
		if what == "pipe" {
			require.NoError(t, syscall.Mkfifo(name, 0o600))
		} else {
			require.NoError(t, os.Symlink(what, name))
		}
		require.Equal(t, status, answer(t, e, "/x"), what)
	}
	require.Equal(t, 200, answer(t, compile(t, guard("txt:/dev/null"), nil), "/x"), "as in httpd")

	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "www/pipe/.htaccess"), 0o600))
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, "www/zero/.htaccess")))
	require.NoError(t, os.Symlink("/dev/null", filepath.Join(dir, "www/null/.htaccess")))
	require.NoError(t, os.Symlink(".htaccess", filepath.Join(dir, "www/.htaccess")))
	e = compile(t, "", &matcher.Options{DocumentRoot: dir + "/www"})
	require.Equal(t, 403, answer(t, e, "/"), "a link that leads round in circles")
	require.NoError(t, os.Remove(filepath.Join(dir, "www/.htaccess")))
	require.Equal(t, 200, answer(t, e, "/"))
	for _, target := range []string{"/pipe/f", "/zero/f", "/null/f", "/dir/f"} {
		require.Equal(t, 403, answer(t, e, target), target)
	}

	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600))
	e = compile(t, "<If \"file('"+dir+"/fifo') == ''\">\nRequire all denied\n</If>\n", nil)
	require.NotZero(t, answer(t, e, "/"), "an expression does not wait for a pipe either")
}
