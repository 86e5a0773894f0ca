package rewrite_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// TestRefusalsAreLogged has requests that the server refuses itself: the log says
// why, the client does not learn it.
func TestRefusalsAreLogged(t *testing.T) {
	t.Parallel()
	const rules = `RewriteRule ^/q/(.*)$ /index?q=$1
RewriteRule ^/m/(.*)$ /$1
RewriteRule ^/f$ - [F]
RewriteRule ^/ftp$ ftp://127.0.0.1/ [P]
RewriteRule ^/loop - [N]
<Location /closed>
Require all denied
</Location>
ErrorDocument 414 https://errors.example/long
<Location /err>
Require all denied
ErrorDocument 403 /page
</Location>
RewriteRule ^/etc/(.*)$ /$1
`
	tests := []struct {
		target string
		want   []string // parts of the log line; none for no line
	}{
		{"/q/a%20b", []string{"level=WARN", `msg="request refused"`, "/q/a%20b reason=", "the rewritten query", "at=test.conf:2:1", `hint="the flag B `, "code=unsafe-rewrite", "status=403"}},
		{"/m/a%3Fb", []string{"level=WARN", "at=test.conf:3:1", "UnsafeAllow3F"}},
		{"/closed", []string{"level=INFO", `reason="the client 127.0.0.1 is not let in"`, "at=test.conf:8:1", "code=access-denied", "status=403"}},
		{"/err", []string{"level=INFO", "at=test.conf:12:1", "status=403"}},
		{"/a%2Fb", []string{"level=INFO", "holds %2F", "AllowEncodedSlashes", "status=404"}},
		{"/" + strings.Repeat("x", 9000), []string{"level=INFO", "LimitRequestLine", "status=302"}},
		{"/loop", []string{"level=ERROR", "could not be evaluated", "test.conf:6:1"}},
		{"/ftp", []string{"level=ERROR", "at=test.conf:5:1", "no support for scheme ftp"}},
		{"/f", nil},
		{"/x", nil},
	}
	for _, tt := range tests {
		log := &journal{}
		m := rewrite.New(compile(t, rules, nil), &rewrite.Options{Logger: log.logger()})
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://www.example.com"+tt.target, http.NoBody)
		r.RemoteAddr = "127.0.0.1:1234"
		m.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		lines := strings.Count(log.String(), "\n")
		require.Equal(t, min(1, len(tt.want)), lines, "%s: %s", tt.target, log.String())
		for _, want := range tt.want {
			require.Contains(t, log.String(), want, tt.target)
		}
		require.NotContains(t, log.String(), ":0:0")
		for _, secret := range []string{"test.conf", "flag", "let in", "holds"} {
			require.NotContains(t, w.Body.String(), secret, tt.target)
		}
	}
}

// TestRemarkIsLogged has a request that went on, although not as its rule has it,
// and that the file server then could not serve.
func TestRemarkIsLogged(t *testing.T) {
	t.Parallel()
	log := &journal{}
	fsys := fstest.MapFS{"data/secret": {}, "srv/www/there": {}}
	m := rewrite.New(compile(t, "RewriteRule ^/get/(.*)$ /$1\n", &matcher.Options{DocumentRoot: "/srv/www", FS: fsys}),
		&rewrite.Options{Logger: log.logger(), FileServer: true})
	serve := func(target string, status int) {
		w := httptest.NewRecorder()
		m.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })).
			ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://www.example.com"+target, http.NoBody))
		require.Equal(t, status, w.Code)
	}
	serve("/get/data/secret", 200)
	require.Empty(t, log.String())
	serve("/get/data/secret", 404)
	require.Contains(t, log.String(), "UnsafePrefixStat")
	require.Contains(t, log.String(), "at=test.conf:2:1")
}

// unreadable is a file system whose access files may not be read.
type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".htaccess") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.Open(name)
}

func (u unreadable) Stat(name string) (fs.FileInfo, error) { return fs.Stat(u.MapFS, name) }

// TestFindingWithoutPlace has something wrong with a file as a whole.
func TestFindingWithoutPlace(t *testing.T) {
	t.Parallel()
	log := &journal{}
	fsys := unreadable{fstest.MapFS{"srv/www/.htaccess": {Mode: 0o644}}}
	m := rewrite.New(compile(t, "", &matcher.Options{DocumentRoot: "/srv/www", FS: fsys}), &rewrite.Options{Logger: log.logger()})
	w := httptest.NewRecorder()
	m.Handler(unreachable(t)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://www.example.com/", http.NoBody))
	require.Equal(t, http.StatusForbidden, w.Code)
	require.NotContains(t, log.String(), "htaccess:0")
	require.Contains(t, log.String(), "/srv/www/.htaccess: access file can't be read")
}

// TestObserve has a server around the middleware learn what is done.
func TestObserve(t *testing.T) {
	t.Parallel()
	var got []string
	m := rewrite.New(compile(t, "ErrorDocument 404 /missing\nRewriteRule ^/f$ - [F]\nRewriteRule ^/p ftp://x/ [P]\n", nil), &rewrite.Options{
		FileServer: true,
		Prepare:    func(_ *http.Request, q *matcher.Request) { q.RemoteHost = "client.example" },
		Observe: func(r *http.Request, d *rewrite.Decision) {
			res := d.Result
			got = append(got, fmt.Sprintf("%s %v %d %s %d %v", r.URL.Path, res.Action, res.Status, res.RemoteHost, d.Failed, d.Err))
		},
		Logger: quiet(),
	})
	for _, path := range []string{"/x", "/f", "/gone", "/p"} {
		m.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/gone" {
				w.WriteHeader(http.StatusNotFound)
			}
		})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, http.NoBody))
	}
	require.Equal(t, []string{
		"/x pass 200 client.example 0 <nil>", "/f respond 403 client.example 0 <nil>",
		"/gone pass 200 client.example 0 <nil>", "/gone rewrite 404 client.example 404 <nil>",
		`/p proxy 200 client.example 0 can't forward to "ftp://x/": no support for scheme ftp`,
	}, got)

	m.Swap(nil)
	got = nil
	m.Handler(unreachable(t)).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/x", http.NoBody))
	require.Equal(t, []string{"/x respond 500  0 rewrite: no engine"}, got)
}

// TestAnswer has refusals, redirects and forwarded requests answered in place of the
// middleware, and what cannot be acted on or fails later as well.
func TestAnswer(t *testing.T) {
	t.Parallel()
	const rules = "ErrorDocument 404 /missing\nRewriteRule ^/f$ - [F]\nRewriteRule ^/r$ /x [R]\nRewriteRule ^/p$ http://127.0.0.1:1/ [P]\nRewriteRule ^/q ftp://x/ [P]\nHeader always set X-Rules yes\n"
	m := rewrite.New(compile(t, rules, nil), &rewrite.Options{
		FileServer: true,
		Answer: func(w http.ResponseWriter, _ *http.Request, d *rewrite.Decision) bool {
			if d.Result.Action == matcher.Pass {
				return false
			}
			w.WriteHeader(http.StatusTeapot)
			_, err := fmt.Fprintf(w, "%v %d", d.Result.Action, d.Failed)
			require.NoError(t, err)
			return true
		},
		Logger: quiet(),
	})
	for path, want := range map[string]string{
		"/x": "200 in", "/f": "418 respond 0", "/r": "418 redirect 0", "/p": "418 proxy 0", "/q": "418 proxy 0", "/gone": "418 rewrite 404",
	} {
		rec := httptest.NewRecorder()
		m.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/gone" {
				w.WriteHeader(http.StatusNotFound)
			}
			_, _ = w.Write([]byte("in")) // A recorder takes all.
		})).ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, http.NoBody))
		require.Equal(t, want, fmt.Sprint(rec.Code, " ", rec.Body), path)
		require.Equal(t, want == "200 in", rec.Header().Get("X-Rules") == "yes", path)
	}
}
