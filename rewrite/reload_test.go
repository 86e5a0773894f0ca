package rewrite_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// site is a middleware of files in a folder.
type site struct {
	dir string
	m   *rewrite.Middleware
	log *journal
}

// newSite loads site.conf from a folder with files.
func newSite(t *testing.T, files map[string]string, opts rewrite.LoadOptions) *site {
	t.Helper()
	s := &site{dir: t.TempDir(), log: &journal{}}
	for name, text := range files {
		s.write(t, name, text)
	}
	opts.Logger = s.log.logger()
	if opts.Still == 0 {
		opts.Still = time.Millisecond
	}
	var err error
	s.m, err = rewrite.Load(s.path("site.conf"), &opts)
	require.NoError(t, err)
	return s
}

func (s *site) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

func (s *site) write(t *testing.T, name, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(s.path(name)), 0o700))
	require.NoError(t, os.WriteFile(s.path(name), []byte(text), 0o600))
}

// decides returns the status or Location for path.
func (s *site) decides(t *testing.T, path string) string {
	t.Helper()
	res, err := s.m.Engine().Eval(context.Background(), &matcher.Request{Method: "GET", Target: path, Host: "www.example.com"})
	require.NoError(t, err)
	if res.Location != "" {
		return res.Location
	}
	return strconv.Itoa(res.Status)
}

const closed = "<Location />\nRequire all denied\n</Location>\n"

// A ruleset that has lost what it did never takes the place of one that does
// something, unless that is permitted.
func TestReloadRefusesEmpty(t *testing.T) {
	t.Parallel()
	const whole = "IncludeOptional rules/*.conf\n"
	for name, change := range map[string]func(t *testing.T, s *site){
		"truncated": func(t *testing.T, s *site) { t.Helper(); s.write(t, "site.conf", "") },
		"comments":  func(t *testing.T, s *site) { t.Helper(); s.write(t, "site.conf", "# To be done\n\n   \n") },
		"begun": func(t *testing.T, s *site) {
			t.Helper()
			s.write(t, "site.conf", "ServerName www.example.com\nRewriteEngine On\nRewriteBase")
		},
		"engine off": func(t *testing.T, s *site) {
			t.Helper()
			s.write(t, "site.conf", "RewriteEngine Off\nRewriteRule ^ - [F]\n")
		},
		"engine never on": func(t *testing.T, s *site) { t.Helper(); s.write(t, "site.conf", "RewriteRule ^ - [F]\n") },
		"engine alone":    func(t *testing.T, s *site) { t.Helper(); s.write(t, "site.conf", "RewriteEngine On\n") },
		"empty section":   func(t *testing.T, s *site) { t.Helper(); s.write(t, "site.conf", "<Location />\n</Location>\n") },
		"not run":         func(t *testing.T, s *site) { t.Helper(); s.write(t, "site.conf", "LogLevel info\nListen 80\n") },
		"includes gone":   func(t *testing.T, s *site) { t.Helper(); require.NoError(t, os.Remove(s.path("rules/a.conf"))) },
		"folder gone":     func(t *testing.T, s *site) { t.Helper(); require.NoError(t, os.RemoveAll(s.path("rules"))) },
		"not defined": func(t *testing.T, s *site) {
			t.Helper()
			s.write(t, "site.conf", "<IfDefine Nothing>\n"+closed+"</IfDefine>\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, allow := range []bool{false, true} {
				s := newSite(t, map[string]string{"site.conf": whole, "rules/a.conf": closed}, rewrite.LoadOptions{AllowEmpty: allow})
				require.Equal(t, "403", s.decides(t, "/"))
				change(t, s)
				err := s.m.Reload()
				if name == "begun" { // which is an error, too
					require.Error(t, err)
					require.Equal(t, "403", s.decides(t, "/"))
					continue
				}
				if allow {
					require.NoError(t, err)
					require.Equal(t, "200", s.decides(t, "/"))
					continue
				}
				require.ErrorIs(t, err, rewrite.ErrEmpty)
				require.ErrorContains(t, err, s.path("site.conf"))
				require.Equal(t, "403", s.decides(t, "/"))
			}
		})
	}
}

// A file that has lost its content is not taken either where another one still
// has rules. One that was empty before may stay so.
func TestReloadRefusesTruncatedInclude(t *testing.T) {
	t.Parallel()
	for _, allow := range []bool{false, true} {
		s := newSite(t, map[string]string{
			"site.conf":      "Include rules/*.conf\nRedirect /old /new\n",
			"rules/a.conf":   closed,
			"rules/new.conf": "",
		}, rewrite.LoadOptions{AllowEmpty: allow})
		require.NoError(t, s.m.Reload())
		s.write(t, "rules/a.conf", "")
		for range 2 { // a refused version is not what the next one is compared with
			err := s.m.Reload()
			if allow {
				require.NoError(t, err)
				require.Equal(t, "200", s.decides(t, "/"))
				continue
			}
			require.ErrorIs(t, err, rewrite.ErrEmpty)
			require.ErrorContains(t, err, s.path("rules/a.conf"))
			require.Equal(t, "403", s.decides(t, "/"))
		}
		s.write(t, "rules/a.conf", closed)
		require.NoError(t, s.m.Reload())
		require.Equal(t, "403", s.decides(t, "/"))
	}
}

// What was empty before may stay so, and be filled.
func TestReloadFromEmpty(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"site.conf": "# nothing yet\n"}, rewrite.LoadOptions{})
	require.Contains(t, s.log.String(), "nothing in the ruleset has an effect")
	require.NoError(t, s.m.Reload())
	s.write(t, "site.conf", closed)
	require.NoError(t, s.m.Reload())
	require.Equal(t, "403", s.decides(t, "/"))
}

// Nothing that stands in the place of a file, or of one that it includes, opens
// what was closed, or hangs.
func TestReloadFailsClosed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, s *site){
		"gone": func(t *testing.T, s *site) { t.Helper(); require.NoError(t, os.Remove(s.path("FILE"))) },
		"directory": func(t *testing.T, s *site) {
			t.Helper()
			require.NoError(t, os.Remove(s.path("FILE")))
			require.NoError(t, os.MkdirAll(s.path("FILE"), 0o700))
		},
		"dangling": func(t *testing.T, s *site) {
			t.Helper()
			require.NoError(t, os.Remove(s.path("FILE")))
			require.NoError(t, os.Symlink("nowhere", s.path("FILE")))
		},
		"loop": func(t *testing.T, s *site) {
			t.Helper()
			require.NoError(t, os.Remove(s.path("FILE")))
			require.NoError(t, os.Symlink("FILE", s.path("FILE")))
		},
		"half": func(t *testing.T, s *site) { t.Helper(); s.write(t, "FILE", closed[:len(closed)/2]) },
	} {
		for _, file := range []string{"site.conf", "more.conf"} {
			t.Run(name+" "+file, func(t *testing.T) {
				t.Parallel()
				s := newSite(t, map[string]string{"site.conf": "Include more.conf\n", "more.conf": closed}, rewrite.LoadOptions{})
				require.NoError(t, os.Rename(s.path(file), s.path("FILE")))
				change(t, s)
				_ = os.Rename(s.path("FILE"), s.path(file)) // unless it is gone
				err := s.m.Reload()
				if name == "directory" && file == "more.conf" {
					require.ErrorIs(t, err, rewrite.ErrEmpty) // an empty folder includes nothing
				}
				require.Error(t, err)
				require.Equal(t, "403", s.decides(t, "/"))
			})
		}
	}
}

// writing is a file system in which a file is being written while it is read.
type writing struct {
	fs.FS
	opened atomic.Int32
	onOpen func(nth int)
}

func (w *writing) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if err == nil && filepath.Base(name) == "site.conf" {
		w.onOpen(int(w.opened.Add(1)))
	}
	return f, err
}

// A file that is written to while it is read is not taken as it was read.
func TestReloadOfWrittenFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "site.conf")
	rules := func(i int) string {
		return "RewriteEngine On\nRewriteRule ^ http://example.org/" + strconv.Itoa(i) + " [R,L]\n"
	}
	require.NoError(t, os.WriteFile(name, []byte(rules(0)), 0o600))
	fsys := &writing{FS: os.DirFS(dir), onOpen: func(int) {}}
	m, err := rewrite.Load("/site.conf", &rewrite.LoadOptions{Parse: &parser.Options{FS: fsys}, Still: -1})
	require.NoError(t, err)
	s := &site{m: m}

	// Once: it is read again.
	fsys.opened.Store(0)
	var once sync.Once
	fsys.onOpen = func(int) {
		once.Do(func() { require.NoError(t, os.WriteFile(name, []byte(rules(1)), 0o600)) })
	}
	require.NoError(t, os.Chtimes(name, time.Time{}, time.Unix(1, 0)))
	require.NoError(t, m.Reload())
	require.Equal(t, "http://example.org/1", s.decides(t, "/"))

	// All the time.
	fsys.onOpen = func(nth int) { require.NoError(t, os.WriteFile(name, []byte(rules(2+nth)), 0o600)) }
	err = m.Reload()
	require.ErrorIs(t, err, rewrite.ErrChanging)
	require.ErrorContains(t, err, "/site.conf")
	require.Equal(t, "http://example.org/1", s.decides(t, "/"))
}

// A writer that takes its time: half of its file is a valid ruleset without the
// rule that denies, and never runs.
func TestReloadWaitsForWriter(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"site.conf": "Redirect /v /0\n" + closed}, rewrite.LoadOptions{Still: 100 * time.Millisecond})
	f, err := os.Create(s.path("site.conf"))
	require.NoError(t, err)
	_, err = f.WriteString("Redirect /v /1\n")
	require.NoError(t, err)
	reloaded := make(chan error, 1)
	go func() { reloaded <- s.m.Reload() }()
	for range 10 {
		time.Sleep(10 * time.Millisecond)
		require.Equal(t, "403", s.decides(t, "/"))
		_, err = f.WriteString("# still writing\n")
		require.NoError(t, err)
	}
	_, err = f.WriteString(closed)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, <-reloaded)
	require.Equal(t, "403", s.decides(t, "/"))
	require.Equal(t, "http://www.example.com/1", s.decides(t, "/v"))
}

// A version of the same size and modification time is a new version.
func TestWatchSeesSameSizeAndTime(t *testing.T) {
	t.Parallel()
	then := time.Unix(1_700_000_000, 0)
	for _, file := range []string{"site.conf", "more/a.conf"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			const one, two = "Redirect /v http://example.org/1\n", "Redirect /v http://example.org/2\n"
			files := map[string]string{"site.conf": one, "more/a.conf": "Redirect /w http://example.org/3\n"}
			if file != "site.conf" {
				files = map[string]string{"site.conf": "Include more/*.conf\n", file: one}
			} else {
				files["site.conf"] += "Include more/*.conf\n"
			}
			s := newSite(t, files, rewrite.LoadOptions{})
			require.NoError(t, os.Chtimes(s.path(file), then, then))
			require.NoError(t, s.m.Reload())
			reports := s.watch(t, 20*time.Millisecond)
			text := bytes.Replace([]byte(files[file]), []byte(one), []byte(two), 1)
			require.NoError(t, os.WriteFile(s.path("new"), text, 0o600))
			require.NoError(t, os.Chtimes(s.path("new"), then, then))
			require.NoError(t, os.Rename(s.path("new"), s.path(file)))
			require.NoError(t, receive(t, reports))
			require.Equal(t, "http://example.org/2", s.decides(t, "/v"))
		})
	}
}

// watch watches until the test ends.
func (s *site) watch(t *testing.T, every time.Duration) chan error {
	t.Helper()
	reports := make(chan error, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.m.Watch(t.Context(), every, func(err error) { reports <- err })
	}()
	t.Cleanup(func() { <-done })
	return reports
}

// Watch does not take what is still being written, nor a file included anew
// that is, and says so if that never ends.
func TestWatchWaits(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"site.conf", "more/new.conf"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, map[string]string{"site.conf": "IncludeOptional more/*.conf\n" + closed}, rewrite.LoadOptions{})
			require.NoError(t, os.MkdirAll(s.path("more"), 0o700))
			require.NoError(t, s.m.Reload())
			reports := s.watch(t, 300*time.Millisecond)
			text := ""
			for i := range 2000 {
				text += "Redirect /v http://example.org/" + strconv.Itoa(i) + "\n"
				s.write(t, file, text)
				require.Equal(t, "403", s.decides(t, "/"), "a file that is not whole was taken")
				require.Equal(t, "403", s.decides(t, "/v"), "a file that is not whole was taken")
				if len(reports) > 0 {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			require.ErrorIs(t, receive(t, reports), rewrite.ErrChanging)
			write(t, s.path("more/new.conf"), "Redirect /v http://example.org/last\n", 0)
			write(t, s.path("site.conf"), "Include more/*.conf\n", 0)
			require.NoError(t, receive(t, reports))
			require.Equal(t, "http://example.org/last", s.decides(t, "/v"))
		})
	}
}

// Editors write beside the file and rename, deployments turn a symbolic link;
// permissions come and go.
func TestWatchReplacements(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"site.conf": "Include current/a.conf\n", "one/a.conf": "Redirect /v http://example.org/1\n", "two/a.conf": "Redirect /v http://example.org/2\n", "current/a.conf": "Redirect /v http://example.org/0\n"}, rewrite.LoadOptions{})
	reports := s.watch(t, 10*time.Millisecond)
	require.NoError(t, os.Rename(s.path("current"), s.path("old")))
	require.ErrorIs(t, receive(t, reports), fs.ErrNotExist)
	require.Equal(t, "http://example.org/0", s.decides(t, "/v"))
	for _, v := range []string{"one", "two"} {
		require.NoError(t, os.Symlink(v, s.path("next")))
		require.NoError(t, os.Rename(s.path("next"), s.path("current")))
		require.NoError(t, receive(t, reports))
		require.Equal(t, "http://example.org/"+map[string]string{"one": "1", "two": "2"}[v], s.decides(t, "/v"))
	}
	s.write(t, "site.conf", "")
	require.ErrorIs(t, receive(t, reports), rewrite.ErrEmpty)
	require.Equal(t, "http://example.org/2", s.decides(t, "/v"))
	write(t, s.path("site.conf"), "Redirect /v http://example.org/3\n", 0)
	require.NoError(t, receive(t, reports))
	require.Equal(t, "http://example.org/3", s.decides(t, "/v"))
	require.Empty(t, reports)
}

// Many reloads at a time follow each other, and the last one has seen the last
// version.
func TestReloadStorm(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"site.conf": redirectTo("one")}, rewrite.LoadOptions{})
	s.write(t, "site.conf", redirectTo("two"))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := s.m.Reload(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, "http://example.org/two", s.decides(t, "/"))
}

// A ruleset that is too large, or no file, is refused.
func TestLoadBounds(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "site.conf")
	require.NoError(t, os.WriteFile(name, make([]byte, 1001), 0o600))
	_, err := rewrite.Load(name, &rewrite.LoadOptions{MaxBytes: 1000})
	require.ErrorContains(t, err, name)
	require.ErrorContains(t, err, "too large")
	_, err = rewrite.Load(os.DevNull, nil)
	require.NoError(t, err)
	_, err = rewrite.Load(filepath.Dir(name), nil)
	require.ErrorContains(t, err, "not a regular file")
}

// A file named like an access file is not run as the configuration of a server.
func TestLoadAccessFile(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"site/.htaccess": {Data: []byte("Require all denied\n")}, "site/.HtAccess": {Data: []byte("RewriteEngine On\n")},
		"site/rules": {Data: []byte("RewriteEngine On\n")}, "site/x.conf": {Data: []byte("RewriteEngine On\n")},
	}
	load := func(name string, access []string) error {
		_, err := rewrite.Load(name, &rewrite.LoadOptions{Parse: &parser.Options{FS: fsys}, Match: &matcher.Options{AccessFiles: access}})
		return err
	}
	for _, name := range []string{"site/.htaccess", "/site/.htaccess", "site/./.htaccess", "site/.HtAccess"} {
		err := load(name, nil)
		require.ErrorIs(t, err, rewrite.ErrAccessFile, name)
		require.ErrorContains(t, err, "Site")
	}
	require.ErrorIs(t, load("site/rules", []string{"a", "rules"}), rewrite.ErrAccessFile)
	require.NoError(t, load("site/rules", nil))
	require.NoError(t, load("site/x.conf", nil))
	require.NoError(t, load("site/.HtAccess", []string{}))

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".htaccess"), []byte("RewriteEngine On\n"), 0o600))
	require.NoError(t, os.Symlink(".htaccess", filepath.Join(dir, "site.conf")))
	_, err := rewrite.Load(filepath.Join(dir, "site.conf"), nil)
	require.ErrorIs(t, err, rewrite.ErrAccessFile, "a link to one")
}

// An Include that has lost its files is valid. It is reported.
func TestReloadReportsEmptyInclude(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"site.conf": "Include more\n" + closed, "more/a.conf": "Redirect /a /b\n"}, rewrite.LoadOptions{})
	require.NotContains(t, s.log.String(), "no file to include")
	require.NoError(t, os.Remove(s.path("more/a.conf")))
	require.NoError(t, s.m.Reload())
	require.Contains(t, s.log.String(), "Include: there is no file to include")
	require.Contains(t, s.log.String(), s.path("site.conf")+":1:9")
}

// Findings that are no errors are in the log, whatever reads the ruleset.
func TestFindingsAreLogged(t *testing.T) {
	t.Parallel()
	text := func(s string) string {
		return "<Directory />\nOptions +MultiViews\n</Directory>\nLogLevel info\nRewriteRule ^ - [NS]\n" + s
	}
	s := newSite(t, map[string]string{"site.conf": text("")}, rewrite.LoadOptions{})
	seen := func(after string) {
		t.Helper()
		got := s.log.String()
		require.Contains(t, got, "level=WARN msg=\"Options: MultiViews", after)
		require.Contains(t, got, s.path("site.conf")+":2:", after)
		require.Contains(t, got, "level=INFO msg=\"LogLevel has no effect", after)
		s.log.reset()
	}
	seen("Load")
	require.NoError(t, s.m.Reload())
	seen("Reload")
	reports := s.watch(t, 10*time.Millisecond)
	s.write(t, "site.conf", text("# changed\n"))
	require.NoError(t, receive(t, reports))
	seen("Watch")
	e := s.m.Engine()
	m := rewrite.New(e, &rewrite.Options{Logger: s.log.logger()})
	seen("New")
	m.Swap(e)
	seen("Swap")
}
