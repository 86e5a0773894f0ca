package rewrite_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

// runner is a FastCGI server that answers with f. It returns its socket.
func runner(tb testing.TB, f http.HandlerFunc) string {
	tb.Helper()
	socket := filepath.Join(tb.TempDir(), "s")
	l, err := net.Listen("unix", socket)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = l.Close() })
	go func() { _ = fcgi.Serve(l, f) }()
	return socket
}

// variables answers with the variables that are not in the request, as JSON.
func variables(w http.ResponseWriter, r *http.Request) {
	vars := maps.Clone(fcgi.ProcessEnv(r))
	vars["method"], vars["query"] = r.Method, r.URL.RawQuery
	body, _ := io.ReadAll(r.Body)
	vars["body"], vars["header"] = string(body), fmt.Sprint(r.Header)
	w.Header().Set("Content-Type", "Application/JSON; Charset=UTF-8")
	_ = json.NewEncoder(w).Encode(vars)
}

// scriptServer serves root behind the configuration conf, in which @ROOT@ stands for
// it, and logs to log.
func scriptServer(tb testing.TB, root, conf string, opts *rewrite.Options, log *journal) *httptest.Server {
	tb.Helper()
	f, err := parser.Parse("site.conf", []byte(siteConfig(root)+strings.ReplaceAll(conf, "@ROOT@", root)), nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(f, &matcher.Options{Directories: true, Types: rewrite.Types(), CGI: true})
	require.NoError(tb, err)
	opts.Logger = log.logger()
	srv := httptest.NewServer(rewrite.New(e, opts).Handler(rewrite.Files(&rewrite.FilesOptions{AllowSource: true, Logger: log.logger()})))
	tb.Cleanup(srv.Close)
	return srv
}

func phpHandler(socket string) string {
	return "<FilesMatch \"\\.php$\">\nSetHandler \"proxy:unix:" + socket + "|fcgi://localhost\"\n</FilesMatch>\n"
}

// A script is run by the server that its handler names, with the variables of CGI.
func TestScript(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{"index.php": "source", "a b.php": "source", "plain.txt": "plain"})
	socket := runner(t, variables)
	var log journal
	srv := scriptServer(t, root, phpHandler(socket), &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &log)
	require.Empty(t, log.String()) // the handler is no mistake here
	req, err := http.NewRequest(http.MethodPost, srv.URL+"/a%20b.php/x%20y?q=1", strings.NewReader("body"))
	require.NoError(t, err)
	for name, value := range map[string]string{
		"Authorization": "Basic eDp5", "Proxy": "evil:80", "X_Under": "no", "X-Own": "own", "Content-Type": "text/x-own", "User-Agent": "test",
	} {
		req.Header[name] = []string{value}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "application/json; Charset=UTF-8", resp.Header.Get("Content-Type"))
	var got map[string]string
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&got))
	require.NoError(t, resp.Body.Close())
	require.NotContains(t, got["header"], "Basic")
	require.NotContains(t, got["header"], "evil")
	require.NotContains(t, got["header"], "Under")
	require.Contains(t, got["header"], "X-Own:[own]")
	require.Contains(t, got["header"], "Content-Type:[text/x-own]")
	for _, name := range []string{"header", "REMOTE_PORT", "SERVER_PORT", "SERVER_SIGNATURE", "PATH"} {
		delete(got, name)
	}
	want := map[string]string{
		"method": "POST", "body": "body", "SCRIPT_FILENAME": root + "/a b.php", "query": "q=1",
		"DOCUMENT_ROOT": root, "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_SCHEME": "http",
		"SERVER_ADDR": "127.0.0.1", "SERVER_NAME": "127.0.0.1", "SERVER_SOFTWARE": "modrewrite",
	}
	for name, value := range want {
		if diff := cmp.Diff(value, got[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for name := range got {
		require.NotContains(t, name, "PROXY")
		require.NotContains(t, got[name], "Basic")
	}
	require.Equal(t, "plain", get(t, srv.URL+"/plain.txt").Body)
}

// A server is asked for files alone, and only one that is listed. The source of a
// script is not shown, whatever the options say.
func TestScriptRefused(t *testing.T) {
	t.Parallel()
	folder := httpdtest.Folder(t)
	root := filepath.Join(folder, "www")
	layOut(t, folder, map[string]string{
		"www/index.php": "source", "www/upload/x.jpg": "source", "www/dir.php/a.txt": "plain", "outside.php": "source",
		"www/other/.htaccess": "SetHandler \"proxy:unix:/run/other.sock|fcgi://localhost\"\n", "www/other/a.txt": "source",
		"www/tcp/.htaccess": "SetHandler proxy:fcgi://localhost:9\n", "www/tcp/a.txt": "source",
		"www/http/.htaccess": "SetHandler proxy:http://localhost:9\n", "www/http/a.txt": "source",
		"www/near/.htaccess": "SetHandler \"proxy:unix:@SOCKET@x|fcgi://localhost\"\n", "www/near/a.txt": "source",
	})
	asked := 0
	socket := runner(t, func(w http.ResponseWriter, _ *http.Request) { asked++; fmt.Fprintf(w, "run") })
	near := filepath.Join(root, "near/.htaccess")
	require.NoError(t, os.WriteFile(near, []byte("SetHandler \"proxy:unix:"+socket+"x|fcgi://localhost\"\n"), 0o644))
	require.NoError(t, os.Symlink("../outside.php", filepath.Join(root, "linked.php")))
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(root, "zero.php")))
	require.NoError(t, os.Symlink("none", filepath.Join(root, "gone.php")))
	conf := phpHandler(socket) + "RewriteEngine On\nRewriteRule ^/out$ " + folder + "/outside.php\n"
	var log journal
	srv := scriptServer(t, root, conf, &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &log)
	for target, want := range map[string]string{
		"/index.php": "200", "/index.php/path": "200", "/linked.php": "200", "/none.php": "404", "/gone.php": "403", "/zero.php": "404",
		"/upload/x.jpg/y.php": "404", "/dir.php/": "403", "/dir.php": "301", "/out": "404", "/index.php%00.txt": "404", "/none.php/x": "404",
		"/other/a.txt": "403", "/tcp/a.txt": "403", "/http/a.txt": "403", "/near/a.txt": "403", "/dir.php/a.txt": "200",
	} {
		status, body := rawGet(t, srv, target)
		if status != want || strings.Contains(body, "source") {
			t.Errorf("GET %s = %s %q, want %s", target, status, body, want)
		}
	}
	require.Equal(t, 3, asked)
	require.Contains(t, log.String(), "Options.FastCGI")

	log.reset()
	none := scriptServer(t, root, conf, &rewrite.Options{}, &log)
	for _, target := range []string{"/index.php", "/other/a.txt", "/tcp/a.txt"} {
		status, body := rawGet(t, none, target)
		require.Equal(t, "403", status, target)
		require.NotContains(t, body, "source")
	}
	require.Contains(t, log.String(), "serve: -fcgi")
	log.reset()
	bad := scriptServer(t, root, conf, &rewrite.Options{FastCGI: []string{"/no/scheme"}}, &log)
	require.Contains(t, log.String(), "no script is sent there")
	status, _ := rawGet(t, bad, "/index.php")
	require.Equal(t, "403", status)
}

// Where directives of an access file name another script, that is there and public, too.
// What the server's configuration names is for the server of scripts to know. A variable
// leads PHP-FPM to no other file.
func TestScriptNamed(t *testing.T) {
	t.Parallel()
	folder := httpdtest.Folder(t)
	root := filepath.Join(folder, "www")
	name := func(file string) string { return "ProxyFCGISetEnvIf true SCRIPT_FILENAME " + file + "\n" }
	scripts := map[string]string{"outside.php": "source", "www/other.php": "source"}
	for dir, conf := range map[string]string{
		"other": name(root + "/other.php"), "prefixed": name("proxy:fcgi://any" + root + "/other.php"), "outside": name(folder + "/outside.php"),
		"up": name(root + "/../outside.php"), "dots": name(root + "/x/../other.php"), "none": name(root + "/none.php"), "behind": name(root + "/other.php/x"),
		"empty": name(`""`), "relative": name("other.php"), "folder": name(root), "unset": "ProxyFCGISetEnvIf true !script_filename\n",
		"query": name("proxy:fcgi://any" + root + "/other.php?x"), "balancer": name("proxy:balancer://any" + root + "/other.php"),
		"translated": "SetEnv PATH_TRANSLATED " + folder + "/outside.php\nSetEnv REDIRECT_URL /x\n",
		"generic":    "ProxyFCGIBackendType GENERIC\nSetEnv PATH_TRANSLATED " + folder + "/outside.php\nSetEnv REDIRECT_URL /x\n",
		"fixed":      "ProxyFCGISetEnvIf true PATH_TRANSLATED " + folder + "/outside.php\nProxyFCGISetEnvIf true REDIRECT_URL /x\n",
		"cased":      "SetEnv script_filename " + folder + "/outside.php\n", "recased": "SetEnv Script_Filename " + folder + "/outside.php\n",
		"steered": name(folder + "/outside.php"), "indirect": "ProxyFCGISetEnvIf true AT " + folder + "/outside.php\n",
		"server": "", "broken": "ProxyFCGISetEnvIf \"md5('%{reqenv:X}') -eq 'x'\" A b\n",
	} {
		scripts["www/"+dir+"/.htaccess"], scripts["www/"+dir+"/index.php"] = conf, "source"
	}
	layOut(t, folder, scripts)
	socket := runner(t, func(w http.ResponseWriter, r *http.Request) {
		env := fcgi.ProcessEnv(r)
		_, _ = fmt.Fprintf(w, "%s %s", env["SCRIPT_FILENAME"], env["PATH_TRANSLATED"])
	})
	conf := phpHandler(socket) + "<Directory " + root + "/server>\n" + name("/elsewhere/x.php") + "</Directory>\n" +
		"<LocationMatch ^/(recased|steered)/>\n" + name(`"/chroot%{reqenv:SCRIPT_FILENAME}"`) + "</LocationMatch>\n" +
		"<Location /indirect>\n" + name("%{reqenv:AT}") + "</Location>\n"
	srv := scriptServer(t, root, conf, &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &journal{})
	const prefix = "proxy:fcgi://localhost"
	for dir, want := range map[string]string{
		"other": "200 " + root + "/other.php ", "prefixed": "200 " + root + "/other.php ", "outside": "404", "up": "404", "dots": "404", "none": "404",
		"behind": "404", "empty": "404", "relative": "404", "folder": "404", "unset": "404", "query": "404", "balancer": "404",
		"translated": "200 " + prefix + root + "/translated/index.php " + folder + "/outside.php", "generic": "200 " + root + "/generic/index.php ",
		"fixed": "200 " + prefix + root + "/fixed/index.php " + folder + "/outside.php", "server": "200 /elsewhere/x.php ",
		"cased": "200 " + root + "/cased/index.php ", "recased": "200 /chroot" + prefix + root + "/recased/index.php ",
		"steered": "404", "indirect": "404",
		"broken": "200 " + root + "/broken/index.php ",
	} {
		status, body := rawGet(t, srv, "/"+dir+"/")
		if got := status + " " + body; !strings.HasPrefix(got, want) || status == "200" && got != want {
			t.Errorf("GET /%s/ = %q, want %q", dir, got, want)
		}
	}
}

// rawGet sends a target as it is.
func rawGet(tb testing.TB, srv *httptest.Server, target string) (status, body string) {
	tb.Helper()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(tb, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "GET "+target+" HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n\r\n")
	require.NoError(tb, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(tb, err)
	text, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	return statusOf(resp.StatusCode), string(text)
}

// FPM runs names that end in ".php", with no handler or one of PHP's.
func TestScriptFPM(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{
		"a.php": "source", "a.PHP": "source", "a.php.de": "source", "a.phps": "source", "a.txt": "plain", "index.php": "source",
		"php/.htaccess": "AddHandler application/x-httpd-php82 .php\n", "php/a.php": "source",
		"type/.htaccess": "AddType application/x-httpd-php .php\n", "type/a.php": "source",
		"plain/.htaccess": "SetHandler default-handler\n", "plain/a.php": "shown",
		"off/.htaccess": "RewriteEngine On\nRewriteRule \\.php$ - [F]\n", "off/a.php": "source",
	})
	socket := runner(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "run %s", strings.TrimPrefix(fcgi.ProcessEnv(r)["SCRIPT_FILENAME"], root))
	})
	h, err := rewrite.Site(root, &rewrite.SiteOptions{LoadOptions: rewrite.LoadOptions{Options: rewrite.Options{FPM: "unix:" + socket, Logger: quiet()}}})
	require.NoError(t, err)
	srv := httptest.NewServer(h)
	defer srv.Close()
	for target, want := range map[string]string{
		"/a.php": "200 run /a.php", "/": "200 run /index.php", "/php/a.php": "200 run /php/a.php", "/type/a.php": "200 run /type/a.php",
		"/a.txt": "200 plain", "/off/a.php": "403", "/a.PHP": "403", "/a.php.de": "403", "/a.phps": "403", "/plain/a.php": "403", "/none.php": "404",
	} {
		status, body := rawGet(t, srv, target)
		if got := status + " " + body; !strings.HasPrefix(got, want) || strings.Contains(body, "source") {
			t.Errorf("GET %s = %q, want %q", target, got, want)
		}
	}
}

// What a script writes becomes the response: its header by the rules of httpd, and
// its body as it comes.
func TestScriptResponse(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{
		"index.php": "source", ".htaccess": "ErrorDocument 404 /index.php?document\nErrorDocument 503 \"down\"\n",
	})
	release := make(chan struct{})
	socket := runner(t, func(w http.ResponseWriter, r *http.Request) {
		h, query := w.Header(), r.URL.RawQuery
		if fcgi.ProcessEnv(r)["REDIRECT_STATUS"] != "" {
			query = "document"
		}
		switch query {
		case "cookies":
			h["Set-Cookie"], h["X-List"], h["Content-Length"], h["Connection"] = []string{"a", "b"}, []string{"a", "b"}, []string{"99"}, []string{"close"}
		case "redirect":
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		case "404":
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprintf(w, "mine")
		case "document":
			fmt.Fprintf(w, "document for %s", fcgi.ProcessEnv(r)["REDIRECT_STATUS"])
		case "etag":
			h.Set("Etag", `"x"`)
			h.Set("Last-Modified", "nonsense")
			fmt.Fprintf(w, "content")
		case "events":
			h.Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "first")
			_ = http.NewResponseController(w).Flush()
			<-release
			fmt.Fprintf(w, "second")
		case "long":
			_, _ = io.WriteString(w, strings.Repeat("x", 100_000))
		}
	})
	srv := scriptServer(t, root, phpHandler(socket), &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &journal{})
	ask := func(query string, header http.Header) *http.Response {
		req, err := http.NewRequest(http.MethodGet, srv.URL+"/index.php?"+query, http.NoBody)
		require.NoError(t, err)
		maps.Copy(req.Header, header)
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		return resp
	}
	text := func(resp *http.Response) string {
		b, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return string(b)
	}
	resp := ask("cookies", nil)
	require.Equal(t, []string{"a", "b"}, resp.Header["Set-Cookie"])
	require.Equal(t, "a, b", resp.Header.Get("X-List"))
	require.EqualValues(t, 0, resp.ContentLength)
	require.Empty(t, text(resp))
	resp = ask("redirect", nil)
	require.Equal(t, "302 /elsewhere", fmt.Sprint(resp.StatusCode, " ", resp.Header.Get("Location")))
	_ = text(resp)
	resp = ask("404", nil)
	require.Equal(t, "404 mine", fmt.Sprint(resp.StatusCode, " ", text(resp)))
	none := get(t, srv.URL+"/none")
	require.Equal(t, "404 document for 404", fmt.Sprint(none.Status, " ", none.Body))
	resp = ask("etag", http.Header{"If-None-Match": {`"x"`}}) // which counts where the script says no status, as this one does
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Empty(t, resp.Header.Get("Last-Modified"))
	require.Equal(t, "content", text(resp))
	require.Len(t, text(ask("long", nil)), 100_000)

	resp = ask("events", nil)
	first := make([]byte, 5)
	_, err := io.ReadFull(resp.Body, first)
	require.NoError(t, err)
	require.Equal(t, "first", string(first))
	close(release)
	require.Equal(t, "second", text(resp))
}

// What goes wrong with the server of scripts: it is down, says nothing sensible, or
// ends in the middle.
func TestScriptFailures(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{"index.php": "source", ".htaccess": "ErrorDocument 503 \"down\"\n"})
	for name, tt := range map[string]struct {
		answer string
		want   string // "" where the response breaks off
	}{
		"down":       {"", "503 down"},
		"closed":     {"\x00", "502"},
		"no FastCGI": {"HTTP/1.1 200 OK\r\n\r\n", "502"},
		"no header":  {"\x01\x06\x00\x01\x00\x05\x00\x00hello\x01\x03\x00\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "500"},
		"cut":        {"\x01\x06\x00\x01\x00\x09\x00\x00X: 1\n\nabc", ""},
		"silent":     {"wait", "504"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			socket := filepath.Join(t.TempDir(), "s")
			if tt.answer != "" {
				l, err := net.Listen("unix", socket)
				require.NoError(t, err)
				t.Cleanup(func() { _ = l.Close() })
				go func() {
					for {
						conn, err := l.Accept()
						if err != nil {
							return
						}
						_, _ = conn.Read(make([]byte, 1<<16))
						if tt.answer == "wait" {
							time.Sleep(time.Second)
						} else {
							_, _ = io.WriteString(conn, strings.Trim(tt.answer, "\x00")+tt.answer[len(strings.TrimRight(tt.answer, "\x00")):])
						}
						_ = conn.Close()
					}
				}()
			}
			var log journal
			transport := rewrite.NewTransport()
			transport.ResponseHeaderTimeout = 200 * time.Millisecond
			srv := scriptServer(t, root, phpHandler(socket), &rewrite.Options{FastCGI: []string{"unix:" + socket}, Transport: transport}, &log)
			resp, err := http.Get(srv.URL + "/index.php")
			if tt.want == "" {
				if err == nil {
					_, err = io.ReadAll(resp.Body)
					_ = resp.Body.Close()
				}
				require.Error(t, err)
				require.Contains(t, log.String(), "broken off")
				return
			}
			require.NoError(t, err)
			text, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			_ = resp.Body.Close()
			require.True(t, strings.HasPrefix(fmt.Sprint(resp.StatusCode, " ", string(text)), tt.want), "%d %s", resp.StatusCode, text)
			require.Contains(t, log.String(), "script not run")
		})
	}
}

// What is wrong with a request's body is the client's fault, not that of the script,
// which waits for it. Nothing of it passes for a response of the script.
func TestScriptUploadFails(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{"index.php": "source", "little/.htaccess": "LimitRequestBody 20000\n", "little/index.php": "source"})
	socket := runner(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "done")
	})
	scripts := scriptServer(t, root, phpHandler(socket), &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &journal{})
	srv := paced(t, brief, scripts.Config.Handler.ServeHTTP)
	const chunked = "Transfer-Encoding: chunked\r\n\r\n"
	long := "7530\r\n" + strings.Repeat("x", 30_000) + "\r\n"
	for request, want := range map[string]string{
		"/index.php Content-Length: 3\r\n\r\nabc":           "200",
		"/index.php Content-Length: 10\r\n\r\nabc":          "408",
		"/index.php " + chunked + "3\r\nabc\r\n":            "408",
		"/index.php " + chunked + "zz\r\n":                  "400",
		"/index.php " + chunked + long:                      "408",
		"/index.php " + chunked + long + "zz\r\n":           "400",
		"/little/index.php " + chunked + long + "0\r\n\r\n": "413",
	} {
		path, rest, _ := strings.Cut(request, " ")
		conn := dial(t, srv, "POST "+path+" HTTP/1.1\r\nHost: a.example\r\n"+rest)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, "%.60q", request)
		_ = resp.Body.Close()
		require.Equal(t, want, statusOf(resp.StatusCode), "%.60q", request)
	}
}

// fragile is a response writer that panics at a long write, and counts what is done to
// it once it is given up.
type fragile struct {
	*httptest.ResponseRecorder

	over atomic.Bool
	used atomic.Int32
}

func (f *fragile) Write(p []byte) (int, error) {
	if len(p) > 1000 {
		panic(http.ErrAbortHandler)
	}
	return f.ResponseRecorder.Write(p)
}

func (f *fragile) Flush() {
	if f.over.Load() {
		f.used.Add(1)
	}
}

// A writer that panics is not used any more, and ends the request alone, also where it
// panics while more output is waited for.
func TestScriptWriterPanics(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{"index.php": "source"})
	socket := runner(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "short")
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, strings.Repeat("x", 5_000))
		_ = http.NewResponseController(w).Flush()
		time.Sleep(50 * time.Millisecond)
		_, _ = io.WriteString(w, strings.Repeat("x", 20_000))
	})
	srv := scriptServer(t, root, phpHandler(socket), &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &journal{})
	for range 5 {
		w := &fragile{ResponseRecorder: httptest.NewRecorder()}
		require.Panics(t, func() {
			srv.Config.Handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/index.php", http.NoBody))
		})
		w.over.Store(true)
		time.Sleep(10 * time.Millisecond)
		require.Zero(t, w.used.Load())
	}
}

// A script may have the connection closed, as in httpd, and the client is told.
func TestScriptClosesConnection(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{"x.php": "source"})
	socket := runner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", r.URL.RawQuery)
	})
	srv := scriptServer(t, root, phpHandler(socket), &rewrite.Options{FastCGI: []string{"unix:" + socket}}, &journal{})
	for option, closes := range map[string]bool{"close": true, "te,Close": true, "keep-alive": false, "closed": false} {
		resp, err := http.Get(srv.URL + "/x.php?" + option)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, closes, resp.Close, option)
	}
}
