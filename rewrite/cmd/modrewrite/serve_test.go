package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// journal is output that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// await waits until j holds what re matches and returns the first group.
func (j *journal) await(t *testing.T, re string) string {
	t.Helper()
	return j.awaitFor(t, 10*time.Second, re)
}

func (j *journal) awaitFor(t *testing.T, limit time.Duration, re string) string {
	t.Helper()
	rx := regexp.MustCompile(re)
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if m := rx.FindStringSubmatch(j.String()); m != nil {
			return m[len(m)-1]
		}
	}
	t.Fatalf("timed out waiting for %s in:\n%s", re, j.String())
	return ""
}

// running is a serve command that listens.
type running struct {
	url      string
	out, err *journal
	stop     func() int // as Ctrl-C; returns the exit code
}

func startServe(t *testing.T, args ...string) running {
	t.Helper()
	r := running{out: &journal{}, err: &journal{}}
	ctx, cancel := context.WithCancel(context.Background())
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, streams{strings.NewReader(""), r.out, r.err}, append([]string{"serve", "-listen", "127.0.0.1:0"}, args...))
	}()
	stop := sync.OnceValue(func() int {
		cancel()
		return <-code
	})
	r.stop = stop
	t.Cleanup(func() { stop() })
	r.url = r.err.await(t, `serving on (https?://\S+)`)
	return r
}

// fetch returns status, Location or type, and body.
func fetch(t *testing.T, method, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	about := resp.Header.Get("Location")
	if resp.StatusCode >= 400 {
		return fmt.Sprint(resp.StatusCode)
	}
	if resp.StatusCode < 300 {
		about = resp.Header.Get("Content-Type")
	}
	if resp.StatusCode >= 300 {
		body = nil
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s", resp.StatusCode, about, body))
}

func TestServeRoot(t *testing.T) {
	t.Parallel()
	outside := tree(t, map[string]string{"secret.txt": "secret"})
	dir := tree(t, map[string]string{
		".htaccess": "RewriteEngine On\n" +
			"RewriteRule ^old$ /new.html [R=301,L]\n" +
			"RewriteRule ^in$ new.html?x=1 [L]\n" +
			"RewriteRule ^typed\\.html$ - [T=text/x-typed]\n" +
			"RewriteRule ^script$ new.html [H=cgi-script]\n" +
			"RewriteRule ^denied/index\\.html$ - [F]\n" +
			"RewriteRule ^canon/index\\.html$ /canon/ [R=301]\n" +
			"RewriteRule ^gone - [G]\n",
		"index.html":           "root",
		"new.html":             "new",
		"typed.html":           "new",
		"style.css":            "css",
		"dir/index.html":       "dir",
		"dir/.htaccess":        "RewriteEngine On\nRewriteRule ^x$ index.html\n",
		"dir/.HTpasswd":        "secret",
		"empty/file.txt":       "file",
		"denied/index.html":    "denied",
		"canon/index.html":     "canon",
		"broken/.htaccess":     "RewriteRule (\n",
		"broken/page.html":     "broken",
		"a b/index.html":       "blank",
		"nofollow/.htaccess":   "Options -FollowSymLinks\n",
		".htdocs/public.html":  "hidden",
		"empty/dir/.gitignore": "",
	})
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(dir, "leak.txt")))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(dir, "nofollow", "leak.txt")))
	require.NoError(t, os.Symlink("new.html", filepath.Join(dir, "link.html")))
	srv := startServe(t, "-root", dir)
	const html = "text/html"
	for target, want := range map[string]string{
		"/":                     "200 " + html + " root",
		"/index.html":           "200 " + html + " root",
		"/style.css":            "200 text/css css",
		"/old":                  "301 " + srv.url + "/new.html",
		"/in":                   "200 " + html + " new",
		"/typed.html":           "200 text/x-typed new",
		"/script":               "404",
		"/gone":                 "410",
		"/dir":                  "301 " + srv.url + "/dir/",
		"/dir?a=b":              "301 " + srv.url + "/dir/?a=b",
		"/dir/":                 "200 " + html + " dir",
		"/dir/x":                "200 " + html + " dir",
		"/a%20b":                "301 " + srv.url + "/a%20b/",
		"/a%20b/":               "200 " + html + " blank",
		"/denied/":              "403",
		"/denied/index.html":    "403",
		"/canon/":               "200 " + html + " canon",
		"/canon/index.html":     "301 " + srv.url + "/canon/",
		"/empty/":               "403",
		"/empty/dir/":           "403",
		"/empty/file.txt":       "200 text/plain file",
		"/empty/file.txt/extra": "404",
		"/absent":               "404",
		"/absent/deeper":        "404",
		"/.htaccess":            "403",
		"/dir/.htaccess":        "403",
		"/dir/.HTpasswd":        "403",
		"/.htdocs/public.html":  "403",
		"/.htaccess/x":          "403",
		"/broken/page.html":     "500",
		"/leak.txt":             "200 text/plain secret",
		"/nofollow/leak.txt":    "403",
		"/link.html":            "200 " + html + " new",
		"/%2e%2e/secret.txt":    "400",
		"/..%2fsecret.txt":      "404",
		"/index.html%00.css":    "404",
		"//dir":                 "301 " + srv.url + "/dir/",
	} {
		if got := fetch(t, http.MethodGet, srv.url+target); got != want {
			t.Errorf("GET %s = %q, want %q", target, got, want)
		}
	}
	require.Equal(t, "200 text/css css", fetch(t, http.MethodPost, srv.url+"/style.css"))
	require.Equal(t, "405", fetch(t, http.MethodPut, srv.url+"/style.css"))
	require.Equal(t, "200 text/css", fetch(t, http.MethodHead, srv.url+"/style.css"))
	require.Equal(t, exitOK, srv.stop())
	require.Contains(t, srv.err.String(), filepath.Join(dir, "broken", ".htaccess")+":1")
}

// What .htaccess files say of errors, directories, types and headers is done.
func TestServeNeighbours(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		".htaccess": "ErrorDocument 404 /missing.html\nErrorDocument 403 \"not for you\"\n" +
			"AddType text/x-own .own\nHeader set X-Served 1\nHeader always set X-Always 1\n" +
			"RewriteEngine On\nRewriteRule ^secret - [F]\n",
		"missing.html":      "nothing here",
		"a.own":             "own",
		"app/.htaccess":     "DirectoryIndex start.html index.html\nFallbackResource /app/start.html\n",
		"app/start.html":    "start",
		"plain/.htaccess":   "DirectorySlash Off\nDirectoryIndex disabled\n",
		"plain/index.html":  "index",
		"closed/index.html": "index",
		"closed/.htaccess":  "<Files index.html>\nRequire all denied\n</Files>\n",
	})
	srv := startServe(t, "-root", dir)
	const html = "text/html"
	for target, want := range map[string]string{
		"/absent":     "404 " + html + " nothing here",
		"/secret":     "403 text/html; charset=iso-8859-1 not for you",
		"/a.own":      "200 text/x-own own",
		"/app":        "301 " + srv.url + "/app/",
		"/app/":       "200 " + html + " start",
		"/app/any/x":  "200 " + html + " start",
		"/plain/":     "403 text/html; charset=iso-8859-1 not for you",
		"/plain":      "403 text/html; charset=iso-8859-1 not for you",
		"/closed/":    "403 text/html; charset=iso-8859-1 not for you",
		"/app/x?a=b":  "200 " + html + " start",
		"/missing/x/": "404 " + html + " nothing here",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.url+target, http.NoBody)
		require.NoError(t, err)
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		_ = resp.Body.Close()
		got := fmt.Sprintf("%d %s %s", resp.StatusCode, resp.Header.Get("Content-Type"), strings.TrimSpace(string(body)))
		if resp.StatusCode == http.StatusMovedPermanently {
			got = "301 " + resp.Header.Get("Location")
		}
		if got != want {
			t.Errorf("GET %s = %q, want %q", target, got, want)
		}
		if resp.Header.Get("X-Always") != "1" {
			t.Errorf("GET %s: no X-Always", target)
		}
	}
}

// A login that an index file asks for is that of the directory, if no other index file
// follows; that of a FallbackResource is not, as in httpd. A POST is not redirected where
// redirect-carefully is set.
func TestServeIndexLogin(t *testing.T) {
	t.Parallel()
	const login = "AuthName r\nAuthType Basic\nAuthUserFile @/users\n<Files secret.html>\nRequire valid-user\n</Files>\n"
	dir := t.TempDir()
	conf := strings.ReplaceAll(`DocumentRoot @/www
<Directory @/www>
AllowOverride All
Require all granted
</Directory>
`, "@", dir)
	root := filepath.Join(dir, "www")
	for name, text := range map[string]string{
		"last/.htaccess": login + "DirectoryIndex other.html secret.html\n", "last/secret.html": "s",
		"first/.htaccess": login + "DirectoryIndex secret.html other.html\n", "first/secret.html": "s",
		"next/.htaccess": login + "DirectoryIndex secret.html other.html\n", "next/secret.html": "s", "next/other.html": "o",
		"fall/.htaccess": login + "FallbackResource /fall/secret.html\n", "fall/secret.html": "s",
		"careful/.htaccess": "SetEnv redirect-carefully 1\n", "careful/x": "x",
		"../site.conf": conf, "../users": "u:x\n",
	} {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(text, "@", dir)), 0o600))
	}
	srv := startServe(t, "-config", filepath.Join(dir, "site.conf"))
	for request, want := range map[string]string{
		"GET /last/":     `401 Basic realm="r"`,
		"GET /first/":    "401 ",
		"GET /next/":     "200 ",
		"GET /fall/none": "401 ",
		"GET /careful":   "301 ",
		"HEAD /careful":  "301 ",
		"POST /careful":  "404 ",
	} {
		method, target, _ := strings.Cut(request, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, srv.url+target, http.NoBody)
		require.NoError(t, err)
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		_ = resp.Body.Close()
		require.Equal(t, want, fmt.Sprintf("%d %s", resp.StatusCode, resp.Header.Get("Www-Authenticate")), request)
	}
}

// Files come from the document root of each virtual host and from the
// directories of Alias, and from nowhere else.
func TestServeConfig(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"www/page.txt":   "page",
		"other/page.txt": "other page",
		"icons/i.txt":    "icon",
		"private/p.txt":  "private",
	})
	conf := filepath.Join(dir, "site.conf")
	text := strings.ReplaceAll(`
<VirtualHost *>
	ServerName www.example
	DocumentRoot "@/www"
	Alias /icons/ @/icons/
	RewriteEngine On
	RewriteRule ^/p$ /page.txt
	RewriteRule ^/private @/private/p.txt
</VirtualHost>
<VirtualHost *>
	ServerName other.example
	DocumentRoot @/other
	RewriteEngine On
	RewriteRule ^/p$ /page.txt
</VirtualHost>
`, "@", filepath.ToSlash(dir))
	require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
	srv := startServe(t, "-config", conf)
	for _, tt := range []struct{ host, path, want string }{
		{"www.example", "/p", "200 page"},
		{"www.example", "/page.txt", "200 page"},
		{"other.example", "/p", "200 other page"},
		{"www.example", "/icons/i.txt", "200 icon"},
		{"other.example", "/icons/i.txt", "404"},
		{"www.example", "/private", "403"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.url+tt.path, http.NoBody)
		require.NoError(t, err)
		req.Host = tt.host
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		_ = resp.Body.Close()
		got := strconv.Itoa(resp.StatusCode)
		if resp.StatusCode == http.StatusOK {
			got += " " + strings.TrimSpace(string(body))
		}
		if got != tt.want {
			t.Errorf("GET http://%s%s = %q, want %q", tt.host, tt.path, got, tt.want)
		}
	}
}

func TestServeUpstream(t *testing.T) {
	t.Parallel()
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s from %s", r.RequestURI, r.Header.Get("X-Forwarded-For"))
	}))
	defer up.Close()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteRule ^/in/(.*)$ /out/$1\nRewriteRule ^/no - [F]\n"})
	srv := startServe(t, "-config", filepath.Join(dir, "site.conf"), "-upstream", up.URL+"/base", "-json", "-trust", "127.0.0.0/8", "-trust", "::1")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.url+"/in/a%20b?q=1", http.NoBody)
	require.NoError(t, err)
	req.Header.Set("X-Forwarded-For", "192.0.2.9")
	req.Header.Set("User-Agent", "evil\x7f\"agent")
	resp, err := http.DefaultClient.Do(req)
	if err != nil { // net/http's client does not send control characters
		req.Header.Set("User-Agent", `evil"agent`)
		resp, err = http.DefaultClient.Do(req)
	}
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	_ = resp.Body.Close()
	require.Equal(t, "/base/out/a%20b?q=1 from 192.0.2.9, 127.0.0.1", string(body))
	require.Equal(t, "403", fetch(t, http.MethodGet, srv.url+"/no"))
	for _, target := range []string{"/.env", "/a.php", "/web.config", "/.git/config"} { // which are not files here
		require.Contains(t, fetch(t, http.MethodGet, srv.url+target), "200 ", target)
	}
	require.Equal(t, exitOK, srv.stop())

	var first visit
	line, _, _ := strings.Cut(srv.out.String(), "\n")
	require.NoError(t, json.Unmarshal([]byte(line), &first))
	require.False(t, first.Time.IsZero())
	want := visit{
		Client: "192.0.2.9", Method: "GET", Target: "/in/a%20b?q=1", Proto: "HTTP/1.1", Status: 200,
		Bytes: int64(len(body)), UserAgent: `evil"agent`,
	}
	first.Time, first.Seconds, first.Host = time.Time{}, 0, ""
	if diff := cmp.Diff(want, first, cmp.AllowUnexported(visit{})); diff != "" {
		t.Errorf("log mismatch (-want +got):\n%s", diff)
	}
}

func TestServeAccessLog(t *testing.T) {
	t.Parallel()
	srv := startServe(t, "-root", tree(t, map[string]string{"a.txt": "hello"}))
	fetch(t, http.MethodGet, srv.url+"/a.txt?x=%22%0a")
	fetch(t, http.MethodGet, srv.url+"/absent")
	require.Equal(t, exitOK, srv.stop())
	want := regexp.MustCompile(`^127\.0\.0\.1 - - \[[^]]+\] "GET /a\.txt\?x=%22%0a HTTP/1\.1" 200 5 "-" "Go-http-client/1\.1"
127\.0\.0\.1 - - \[[^]]+\] "GET /absent HTTP/1\.1" 404 \d+ "-" "Go-http-client/1\.1"
$`)
	require.Regexp(t, want, srv.out.String())
}

// Ctrl-C lets requests in flight finish, new ones are refused.
func TestServeDrains(t *testing.T) {
	t.Parallel()
	began, release := make(chan struct{}), make(chan struct{})
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-release
		_, _ = io.WriteString(w, "done")
	}))
	defer up.Close()
	dir := tree(t, map[string]string{"site.conf": ""})
	srv := startServe(t, "-config", filepath.Join(dir, "site.conf"), "-upstream", up.URL)
	reply := make(chan string, 1)
	go func() {
		resp, err := http.Get(srv.url + "/")
		if err != nil {
			reply <- err.Error()
			return
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		reply <- fmt.Sprint(resp.StatusCode, " ", string(body), " ", err)
	}()
	<-began
	stopped := make(chan int, 1)
	go func() { stopped <- srv.stop() }()
	for { // until the listener is closed
		resp, err := http.Get(srv.url + "/refused")
		if err != nil {
			break
		}
		_ = resp.Body.Close()
		time.Sleep(5 * time.Millisecond)
	}
	close(release)
	require.Equal(t, "200 done <nil>", <-reply)
	require.Equal(t, exitOK, <-stopped)
}

// What does not finish in time is cut off.
func TestServeDrainTimeout(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	up := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
	}))
	defer up.Close()
	dir := tree(t, map[string]string{"site.conf": ""})
	srv := startServe(t, "-config", filepath.Join(dir, "site.conf"), "-upstream", up.URL, "-drain", "50ms")
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		resp, err := http.Get(srv.url)
		if err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-began
	require.Equal(t, exitOK, srv.stop())
	require.Contains(t, srv.err.String(), "cut off")
	<-gone
}

func TestServeWatch(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"site.conf": "RewriteEngine On\nRewriteRule ^ - [G]\n"})
	conf := filepath.Join(dir, "site.conf")
	srv := startServe(t, "-config", conf, "-watch", "10ms")
	require.Equal(t, "410", fetch(t, http.MethodGet, srv.url))
	require.NoError(t, os.WriteFile(conf, []byte("RewriteRule (\n"), 0o600))
	srv.err.await(t, "(not reloaded)")
	require.Equal(t, "410", fetch(t, http.MethodGet, srv.url))
	require.NoError(t, os.WriteFile(conf, []byte("RewriteEngine On\nRewriteRule ^ - [F]\n"), 0o600))
	srv.err.await(t, "(ruleset reloaded)")
	require.Equal(t, "403", fetch(t, http.MethodGet, srv.url))
}

func TestServeErrors(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"bad.conf": "RewriteEngine On\nRewriteRule (\n", "ok.conf": ""})
	ok := filepath.Join(dir, "ok.conf")
	got := cli(t, "serve", "-config", filepath.Join(dir, "bad.conf"))
	require.Equal(t, exitFindings, got.code)
	require.Contains(t, got.err, "bad.conf:2:")
	for _, args := range [][]string{
		{"-config", filepath.Join(dir, "absent.conf")},
		{"-root", filepath.Join(dir, "absent")},
		{"-config", ok, "extra"},
		{"-config", ok, "-upstream", "ftp://x"},
		{"-config", ok, "-upstream", "://"},
		{"-config", ok, "-listen", "nonsense"},
		{"-config", ok, "-trust", "everyone"},
		{"-config", ok, "-watch", "often"},
	} {
		got := cli(t, append([]string{"serve"}, args...)...)
		require.Equal(t, exitUsage, got.code, "%q: %s", args, got.err)
		require.NotEmpty(t, got.err)
	}
}
