package rewrite_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// redirectTo is a ruleset that tells which version of it runs.
func redirectTo(version string) string {
	return "RewriteEngine On\nRewriteRule ^/slow - [L]\nRewriteRule ^ http://example.org/" + version + " [R,L]\n"
}

// write replaces a file in one step and sees to it that its modification time
// differs.
func write(tb testing.TB, name, text string, age time.Duration) {
	tb.Helper()
	written := filepath.Join(tb.TempDir(), "new")
	require.NoError(tb, os.WriteFile(written, []byte(text), 0o600))
	then := time.Now().Add(-age)
	require.NoError(tb, os.Chtimes(written, then, then))
	require.NoError(tb, os.Rename(written, name))
}

func TestReload(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "site.conf")
	write(t, name, redirectTo("one"), time.Hour)
	m, err := rewrite.Load(name, nil)
	require.NoError(t, err)
	entered, release := make(chan struct{}), make(chan struct{})
	srv := httptest.NewServer(m.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-release
		_, _ = io.WriteString(w, "slow")
	})))
	defer srv.Close()
	require.Equal(t, "http://example.org/one", get(t, srv.URL).Location)

	inFlight := later(srv.URL + "/slow")
	<-entered

	// A bad ruleset changes nothing and is reported whole.
	write(t, name, "RewriteEngine On\nRewriteRule ^/x( - [L]\nRewriteRule a\n", time.Minute)
	err = m.Reload()
	require.Error(t, err)
	ds := parser.Findings(err)
	require.NotEmpty(t, ds)
	require.Contains(t, err.Error(), name+":3:")
	require.Equal(t, "http://example.org/one", get(t, srv.URL).Location)

	require.NoError(t, os.Remove(name))
	require.ErrorIs(t, m.Reload(), os.ErrNotExist)
	require.Equal(t, "http://example.org/one", get(t, srv.URL).Location)

	write(t, name, redirectTo("two"), time.Second)
	require.NoError(t, m.Reload())
	require.Equal(t, "http://example.org/two", get(t, srv.URL).Location)
	close(release)
	require.Equal(t, "200 OK slow", <-inFlight)
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	_, err := rewrite.Load(filepath.Join(t.TempDir(), "absent.conf"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorIs(t, rewrite.New(nil, nil).Reload(), rewrite.ErrNotLoaded)
	var reported error
	rewrite.New(nil, nil).Watch(t.Context(), time.Second, func(err error) { reported = err })
	require.ErrorIs(t, reported, rewrite.ErrNotLoaded)
}

func TestLoadFromFS(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"etc/site.conf":       {Data: []byte("RewriteEngine On\nInclude rules/*.conf\n")},
		"etc/rules/a.conf":    {Data: []byte("RewriteRule ^/a http://example.org/a [R]\n")},
		"etc/rules/b.conf":    {Data: []byte("RewriteRule ^/b http://example.org/b [R]\n")},
		"srv/www/.htaccess":   {Data: []byte("RewriteEngine On\nRewriteRule ^c http://example.org/c [R]\n")},
		"srv/www/index.html":  {Data: []byte("index")},
		"srv/www/d/.htaccess": {Data: []byte("RewriteRule ( [\n")},
	}
	var log journal
	m, err := rewrite.Load("/etc/site.conf", &rewrite.LoadOptions{
		Options: rewrite.Options{Logger: log.logger()},
		Parse:   &parser.Options{FS: fsys},
		Match:   &matcher.Options{FS: fsys, DocumentRoot: "/srv/www"},
	})
	require.NoError(t, err)
	srv := httptest.NewServer(m.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info, _ := rewrite.FromContext(r.Context())
		_, _ = io.WriteString(w, info.Filename)
	})))
	defer srv.Close()
	for _, letter := range []string{"a", "b", "c"} {
		require.Equal(t, "http://example.org/"+letter, get(t, srv.URL+"/"+letter).Location)
	}
	require.Equal(t, "/srv/www/index.html", get(t, srv.URL+"/index.html").Body)
	// A broken access file denies what lies below it.
	require.Equal(t, http.StatusInternalServerError, get(t, srv.URL+"/d/x").Status)
	require.Contains(t, log.String(), "/srv/www/d/.htaccess:1")
}

func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "site.conf")
	included := filepath.Join(dir, "conf.d")
	require.NoError(t, os.Mkdir(included, 0o700))
	write(t, name, "IncludeOptional conf.d/*.conf\n"+redirectTo("one"), time.Hour)
	m, err := rewrite.Load(name, nil)
	require.NoError(t, err)
	srv := httptest.NewServer(m.Handler(http.NotFoundHandler()))
	defer srv.Close()

	ctx, cancel := context.WithCancel(t.Context())
	reports := make(chan error, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Watch(ctx, 10*time.Millisecond, func(err error) { reports <- err })
	}()
	location := func() string { return get(t, srv.URL).Location }

	write(t, name, "IncludeOptional conf.d/*.conf\n"+redirectTo("two"), time.Minute)
	require.NoError(t, receive(t, reports))
	require.Equal(t, "http://example.org/two", location())

	// A new file that a pattern finds, and then its removal.
	extra := filepath.Join(included, "extra.conf")
	write(t, extra, "RewriteEngine On\nRewriteRule ^ http://example.org/extra [R,L]\n", time.Minute)
	require.NoError(t, receive(t, reports))
	require.Equal(t, "http://example.org/extra", location())
	require.NoError(t, os.Remove(extra))
	require.NoError(t, receive(t, reports))
	require.Equal(t, "http://example.org/two", location())

	// A bad one is reported once, and what runs stays.
	write(t, name, "RewriteRule\n", 2*time.Second)
	require.Error(t, receive(t, reports))
	require.Equal(t, "http://example.org/two", location())
	require.NoError(t, os.Remove(name))
	require.ErrorIs(t, receive(t, reports), os.ErrNotExist)
	write(t, name, redirectTo("three"), time.Second)
	require.NoError(t, receive(t, reports))
	require.Equal(t, "http://example.org/three", location())

	cancel()
	<-done
	require.Empty(t, reports)
}

func receive(t *testing.T, reports chan error) error {
	t.Helper()
	select {
	case err := <-reports:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("no reload was reported")
		return nil
	}
}

func TestWatchReportsToLog(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "site.conf")
	write(t, name, redirectTo("one"), time.Hour)
	var log journal
	m, err := rewrite.Load(name, &rewrite.LoadOptions{Options: rewrite.Options{Logger: log.logger()}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Watch(ctx, 5*time.Millisecond, nil)
	}()
	write(t, name, "RewriteRule\n", time.Minute)
	eventually(t, "a failed reload", func() bool { return strings.Contains(log.String(), "not reloaded") })
	write(t, name, redirectTo("two"), time.Second)
	eventually(t, "a reload", func() bool { return strings.Contains(log.String(), "ruleset reloaded") })
	cancel()
	<-done
}

// Reloads and requests at the same time: every request sees one whole ruleset,
// never a mix of two and never a gap between them.
func TestReloadUnderLoad(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "site.conf")
	pair := func(v string) string {
		return "RewriteEngine On\nRewriteRule ^ - [E=V:" + v + "]\nRewriteRule ^ http://example.org/%{ENV:V}/" + v + " [R]\n"
	}
	write(t, name, pair("0"), time.Hour)
	m, err := rewrite.Load(name, &rewrite.LoadOptions{Still: -1})
	require.NoError(t, err)
	srv := httptest.NewServer(m.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	})))
	defer srv.Close()

	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				got := get(t, srv.URL)
				parts := strings.Split(strings.TrimPrefix(got.Location, "http://example.org/"), "/")
				if got.Status != http.StatusFound || len(parts) != 2 || parts[0] != parts[1] {
					t.Errorf("got %d %q", got.Status, got.Location)
					return
				}
			}
		})
	}
	for i := range 50 {
		text := pair(string(rune('a' + i%26)))
		if i%5 == 4 {
			text += "RewriteRule (\n"
		}
		write(t, name, text, time.Duration(i)*time.Second)
		if err := m.Reload(); (err != nil) != (i%5 == 4) {
			t.Errorf("reload %d: %v", i, err)
		}
		runtime.Gosched()
	}
	close(stop)
	wg.Wait()
}

// Load must not swallow what the file system says.
func TestLoadUnreadable(t *testing.T) {
	t.Parallel()
	boom := errors.New("disk on fire")
	_, err := rewrite.Load("/x.conf", &rewrite.LoadOptions{Parse: &parser.Options{FS: failingFS{boom}}})
	require.ErrorIs(t, err, boom)
}

// What goes wrong while running without deciding a request is in the log.
func TestFindingsWhileRunning(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name, words := filepath.Join(dir, "site.conf"), filepath.Join(dir, "words.txt")
	write(t, words, "a b\n", time.Hour)
	write(t, name, "RewriteEngine On\nRewriteMap words txt:"+words+"\nRewriteRule ^/(.*) http://example.org/${words:$1|none} [R]\n", time.Hour)
	var log journal
	m, err := rewrite.Load(name, &rewrite.LoadOptions{Options: rewrite.Options{Logger: log.logger()}})
	require.NoError(t, err)
	srv := httptest.NewServer(m.Handler(unreachable(t)))
	defer srv.Close()
	require.Equal(t, "http://example.org/b", get(t, srv.URL+"/a").Location)
	require.Empty(t, log.String())
	require.NoError(t, os.Remove(words))
	require.Equal(t, "http://example.org/none", get(t, srv.URL+"/a").Location)
	require.Contains(t, log.String(), name+":2:")
}

// A file that can't be read is called what the caller calls it.
func TestLoadMissingName(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "absent.conf")
	_, err := rewrite.Load(missing, nil)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Equal(t, "open "+missing, strings.SplitAfterN(err.Error(), ".conf", 2)[0])
	_, err = rewrite.Load("absent.conf", nil)
	require.ErrorContains(t, err, "open absent.conf: ")
	_, err = rewrite.Load("absent.conf", &rewrite.LoadOptions{Parse: &parser.Options{FS: failingFS{errors.New("no disk")}}})
	require.ErrorContains(t, err, "absent.conf: no disk")
}
