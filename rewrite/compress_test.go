package rewrite_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

var updateCompress = flag.Bool("update-compress", false, "write testdata/compress/answers.txt from a live httpd")

// compressFile holds requests to compressSite, each with the lines of httpd's answer behind
// it, "< " before each.
const compressFile = "testdata/compress/answers.txt"

func compressSite(tb testing.TB) string {
	tb.Helper()
	root := filepath.Join(httpdtest.Folder(tb), "www")
	site := map[string]string{"68.html": "bytes 68", "69.html": "bytes 69", "empty.html": "", "big.css": "bytes 200000", "image.png": "bytes 500", "none": "bytes 500"}
	rules := map[string]string{
		"type":   "AddOutputFilterByType DEFLATE text/html text/css\n",
		"all":    "SetOutputFilter DEFLATE\nSetEnvIfNoCase Request_URI \\.png$ no-gzip dont-vary\nHeader append Vary User-Agent env=!dont-vary\n",
		"ext":    "AddOutputFilter DEFLATE css\n",
		"force":  "SetOutputFilter DEFLATE\nSetEnv force-gzip 1\n",
		"html":   "SetOutputFilter DEFLATE\nBrowserMatch Old gzip-only-text/html\nBrowserMatch Bad gzip-only-text/html=0\n",
		"set":    "SetOutputFilter DEFLATE\nHeader set Content-Encoding own\nHeader set ETag '\"own\"'\n",
		"packed": "AddEncoding gzip .gz\nSetOutputFilter DEFLATE\nAddOutputFilterByType DEFLATE text/html\n",
		"error":  "AddOutputFilterByType DEFLATE text/html\nErrorDocument 404 /error/69.html\nRewriteEngine On\nRewriteRule ^gone$ - [G]\nRewriteRule ^text$ - [R=404]\n",
		"off":    "AddOutputFilterByType DEFLATE text/html\nSetEnvIf Request_URI . no-gzip\n",
		"expire": "AddOutputFilterByType DEFLATE text/html\nHeader set X-Set 1\nHeader merge Vary Accept-Encoding\n",
		"list":   "AddOutputFilterByType DEFLATE text/html\nOptions +Indexes\nIndexOptions Charset=UTF-8\n",
		"none":   "FileETag None\nSetOutputFilter DEFLATE\n",
	}
	for dir, text := range rules {
		for name, content := range site {
			rules[dir] = text
			site := map[string]string{dir + "/" + name: content, dir + "/.htaccess": text}
			layOut(tb, root, site)
		}
	}
	layOut(tb, root, map[string]string{"packed/page.html.gz": "bytes 500"})
	return root
}

// answerOf sends a request, a line and fields, and describes the answer, its content
// unpacked.
func answerOf(tb testing.TB, address, text string) string {
	tb.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(tb, err)
	defer func() { _ = conn.Close() }()
	require.NoError(tb, conn.SetDeadline(time.Now().Add(20*time.Second)))
	line, rest, _ := strings.Cut(text, "\n")
	_, err = io.WriteString(conn, line+" HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n"+strings.ReplaceAll(rest, "\n", "\r\n")+"\r\n")
	require.NoError(tb, err)
	method, _, _ := strings.Cut(line, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	require.NoError(tb, err, text)
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err, text)
	own := bytes.Contains(bytes.ToLower(body[:min(len(body), 50)]), []byte("<!doctype"))
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(bytes.NewReader(body))
		require.NoError(tb, err, text)
		body, err = io.ReadAll(z)
		require.NoError(tb, err, text)
		body = append([]byte("gzip "), body...)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "< %d\n", resp.StatusCode)
	for _, name := range []string{"Accept-Ranges", "Content-Encoding", "Content-Range", "Content-Type", "Etag", "Last-Modified", "Vary", "X-Set"} {
		if v := resp.Header[name]; v != nil && (!own || name != "Content-Type") {
			fmt.Fprintf(&b, "< %s: %s\n", name, strings.Join(v, " AND "))
		}
	}
	if resp.Header.Get("Content-Encoding") == "" && !own && method != http.MethodHead {
		fmt.Fprintf(&b, "< Content-Length: %d\n", resp.ContentLength)
	}
	switch {
	case own:
		b.WriteString("< own page\n")
	case len(body) > 0:
		fmt.Fprintf(&b, "< %.5q, %d bytes, %x\n", body, len(body), sha256.Sum256(body))
	}
	return b.String()
}

// compressRequests are the requests whose answers are recorded.
func compressRequests() (list []string) {
	for _, dir := range []string{"type", "all", "ext", "force", "html", "set", "packed", "error", "off", "expire", "none"} {
		for _, name := range []string{"68.html", "69.html", "empty.html", "big.css", "image.png", "none"} {
			list = append(list, "GET /"+dir+"/"+name+"\nAccept-Encoding: gzip, deflate, br\n")
		}
		list = append(list, "GET /"+dir+"/69.html\n", "HEAD /"+dir+"/69.html\nAccept-Encoding: gzip\n", "HEAD /"+dir+"/big.css\nAccept-Encoding: gzip\n")
	}
	for _, accepted := range []string{
		"GZip", "br", "*", "identity", "gzip;q=0", "gzip;q=0.0", "gzip; q=0.000", "gzip;q=0.0001", "gzip;q=1", "br;q=1, gzip", "br;q=1;x=2,gzip;q=0.5", "x-gzip", "gzip;x=1", "gzip ; q=0", "deflate", "",
	} {
		list = append(list, "GET /type/69.html\nAccept-Encoding: "+accepted+"\n")
	}
	return append(list,
		"GET /packed/page.html.gz\nAccept-Encoding: gzip\n",
		"GET /html/69.html\nAccept-Encoding: gzip\nUser-Agent: Old\n", "GET /html/big.css\nAccept-Encoding: gzip\nUser-Agent: Old\n",
		"GET /html/big.css\nAccept-Encoding: gzip\nUser-Agent: Bad\n",
		"GET /error/gone\nAccept-Encoding: gzip\n", "GET /error/text\nAccept-Encoding: gzip\n", "GET /error/nothing\nAccept-Encoding: gzip\n",
		"GET /type/69.html\nAccept-Encoding: gzip\nIf-None-Match: \"45-60a24181e4000\"\n",
		"GET /type/69.html\nAccept-Encoding: gzip\nIf-None-Match: \"45-60a24181e4000-gzip\"\n",
		"GET /type/69.html\nAccept-Encoding: gzip\nIf-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT\n",
		"GET /type/69.html\nRange: bytes=0-9\n", "GET /type/68.html\nAccept-Encoding: gzip\nRange: bytes=0-9\n",
		"GET /type/big.css\nAccept-Encoding: br\nRange: bytes=100-\n",
		"HEAD /type/empty.html\nAccept-Encoding: gzip\n", "HEAD /all/empty.html\n", "HEAD /list/\nAccept-Encoding: gzip\n", "HEAD /list/\n",
		"OPTIONS /type/69.html\nAccept-Encoding: gzip\n", "POST /type/69.html\nAccept-Encoding: gzip\nContent-Length: 0\n",
	)
}

func compressHandler(tb testing.TB, root string) http.Handler {
	tb.Helper()
	f, err := parser.Parse("site.conf", []byte(authConfig(root)), nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(f, &matcher.Options{Directories: true, Types: rewrite.Types(), Compress: true})
	require.NoError(tb, err)
	return rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(rewrite.Files(&rewrite.FilesOptions{Logger: quiet()}))
}

// Responses are compressed as httpd compressed them when the answers were recorded.
func TestCompressLikeRecorded(t *testing.T) {
	t.Parallel()
	if *updateCompress {
		t.Skip("answers.txt is being written")
	}
	srv := httptest.NewServer(compressHandler(t, compressSite(t)))
	defer srv.Close()
	text, err := os.ReadFile(compressFile)
	require.NoError(t, err)
	asked := 0
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		request, answer, _ := strings.Cut(block+"\n", "< ")
		asked++
		if diff := cmp.Diff("< "+answer, answerOf(t, srv.Listener.Addr().String(), request)); diff != "" {
			t.Errorf("%s(-httpd +got):\n%s", request, diff)
		}
	}
	require.Greater(t, asked, 100)
}

// The recorded answers are those of the real httpd.
func TestCompressLikeHTTPD(t *testing.T) {
	t.Parallel()
	root := compressSite(t)
	address := httpdtest.Serve(t, "TypesConfig /etc/mime.types\n"+authConfig(root))
	var b strings.Builder
	for _, request := range compressRequests() {
		fmt.Fprintf(&b, "%s%s\n", request, answerOf(t, address, request))
	}
	got := strings.TrimSuffix(b.String(), "\n")
	if *updateCompress {
		require.NoError(t, os.MkdirAll(filepath.Dir(compressFile), 0o755))
		require.NoError(t, os.WriteFile(compressFile, []byte(got), 0o644))
	}
	want, err := os.ReadFile(compressFile)
	require.NoError(t, err)
	if diff := cmp.Diff(strings.Split(string(want), "\n\n"), strings.Split(got, "\n\n")); diff != "" {
		t.Errorf("(-recorded +httpd):\n%s", diff)
	}
}

// compressing serves next behind rules.
func compressing(tb testing.TB, rules string, opts *rewrite.Options, next http.HandlerFunc) string {
	tb.Helper()
	f, err := parser.Parse("site.conf", []byte(rules), nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(f, &matcher.Options{Compress: true})
	require.NoError(tb, err)
	opts.Logger = quiet()
	srv := httptest.NewServer(rewrite.New(e, opts).Handler(next))
	tb.Cleanup(srv.Close)
	return srv.URL
}

// packed asks for url and returns the response, which the client leaves packed.
func packed(tb testing.TB, url string) *http.Response {
	tb.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	require.NoError(tb, err)
	r.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultClient.Do(r)
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// The response of another server to HEAD has no content that could be compressed, so its
// header stays as it is.
func TestCompressForwardedHead(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "600")
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, strings.Repeat("text! ", 100))
	}))
	defer backend.Close()
	url := compressing(t, "RewriteEngine On\nRewriteRule ^ "+backend.URL+"/ [P]\nSetOutputFilter DEFLATE\n", &rewrite.Options{}, nil)
	require.Equal(t, "gzip", packed(t, url).Header.Get("Content-Encoding"))
	resp, err := http.Head(url)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.Header{"Content-Length": {"600"}, "Content-Type": {"text/html"}, "Date": resp.Header["Date"]}, resp.Header)
}

// What a handler flushes gets to the client at once.
func TestCompressStream(t *testing.T) {
	t.Parallel()
	next := make(chan bool)
	url := compressing(t, "SetOutputFilter DEFLATE\n", &rewrite.Options{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		for range next {
			_, _ = io.WriteString(w, "data: x\n\n")
			_ = http.NewResponseController(w).Flush()
		}
	})
	z, err := gzip.NewReader(packed(t, url).Body)
	require.NoError(t, err)
	for range 3 {
		next <- true
		event := make([]byte, len("data: x\n\n"))
		_, err := io.ReadFull(z, event)
		require.NoError(t, err)
		require.Equal(t, "data: x\n\n", string(event))
	}
	close(next)
	rest, err := io.ReadAll(z)
	require.NoError(t, err)
	require.Empty(t, rest)
}

// Only so many responses are compressed at once, the others go out as they are; a turn is
// given back also where a handler breaks off.
func TestCompressTurns(t *testing.T) {
	t.Parallel()
	held, proceed := make(chan bool), make(chan bool)
	url := compressing(t, "SetOutputFilter DEFLATE\n", &rewrite.Options{Compressions: 1}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 1000))
		switch r.URL.Path {
		case "/hold":
			_ = http.NewResponseController(w).Flush()
			held <- true
			<-proceed
		case "/panic":
			panic(http.ErrAbortHandler)
		}
	})
	encoding := func(path string) string { return packed(t, url+path).Header.Get("Content-Encoding") }
	require.Equal(t, "gzip", encoding("/"))
	go func() { _ = encoding("/hold") }()
	<-held
	resp := packed(t, url+"/")
	require.Empty(t, resp.Header.Get("Content-Encoding"))
	require.Equal(t, "Accept-Encoding", resp.Header.Get("Vary"))
	close(proceed)
	require.Eventually(t, func() bool { return encoding("/") == "gzip" }, 5*time.Second, time.Millisecond)
	for range 3 {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url+"/panic", http.NoBody)
		require.NoError(t, err)
		r.Header.Set("Accept-Encoding", "gzip")
		if resp, err := http.DefaultClient.Do(r); err == nil {
			_ = resp.Body.Close()
		}
	}
	require.Eventually(t, func() bool { return encoding("/") == "gzip" }, 5*time.Second, time.Millisecond)
}

// What a script has encoded is not compressed again.
func TestCompressScript(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{"index.php": "source"})
	socket := runner(t, func(w http.ResponseWriter, r *http.Request) {
		if encoding := r.URL.RawQuery; encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 1000))
	})
	f, err := parser.Parse("site.conf", []byte(siteConfig(root)+phpHandler(socket)+"SetOutputFilter DEFLATE\n"), nil)
	require.NoError(t, err)
	e, err := matcher.Compile(f, &matcher.Options{Directories: true, CGI: true, Compress: true})
	require.NoError(t, err)
	opts := &rewrite.Options{FastCGI: []string{"unix:" + socket}, Logger: quiet()}
	srv := httptest.NewServer(rewrite.New(e, opts).Handler(http.NotFoundHandler()))
	t.Cleanup(srv.Close)
	require.Equal(t, []string{"gzip"}, packed(t, srv.URL+"/index.php").Header["Content-Encoding"])
	require.Equal(t, []string{"br"}, packed(t, srv.URL+"/index.php?br").Header["Content-Encoding"])
}

// Parts that a handler cut out are not compressed: they are parts of what is not.
func TestCompressParts(t *testing.T) {
	t.Parallel()
	url := compressing(t, "SetOutputFilter DEFLATE\n", &rewrite.Options{}, func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "x.html", time.Time{}, strings.NewReader(strings.Repeat("x", 1000)))
	})
	for ranges, status := range map[string]int{"bytes=0-99": 206, "bytes=0-99,200-299": 206, "bytes=2000-": 416} {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
		require.NoError(t, err)
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("Range", ranges)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_ = resp.Body.Close()
		require.Equal(t, status, resp.StatusCode, ranges)
		require.Empty(t, resp.Header["Content-Encoding"], ranges)
	}
}

// The directives of mod_deflate: a virtual host that has one has none of the main
// server's.
func TestDeflateDirectives(t *testing.T) {
	t.Parallel()
	for rules, want := range map[string]string{
		"": `"x-gzip"`, "DeflateAlterETag NoChange\n": `"x"`, "DeflateAlterETag Remove\nDeflateCompressionLevel 9\n": "", "DeflateAlterETag addsuffix\n": `"x-gzip"`,
	} {
		url := compressing(t, rules+"SetOutputFilter DEFLATE\n", &rewrite.Options{}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Etag", `"x"`)
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, strings.Repeat("x", 1000))
		})
		resp := packed(t, url)
		require.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
		require.Equal(t, want, resp.Header.Get("Etag"), rules)
	}
	for _, bad := range []string{"DeflateAlterETag x\n", "DeflateCompressionLevel 10\n", "DeflateCompressionLevel 0\n", "DeflateCompressionLevel x\n"} {
		f, err := parser.Parse("site.conf", []byte(bad), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, nil)
		require.Error(t, err, bad)
	}
}
