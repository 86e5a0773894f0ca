package rewrite_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

var updateFiles = flag.Bool("update-files", false, "write testdata/files/answers.txt from a live httpd")

// The requests and answers of testdata/files/answers.txt: a block for each
// request, its lines, then those of httpd's answer, each with "< " before it.
const answersFile = "testdata/files/answers.txt"

// siteTime is when every file of a test's site was modified.
var siteTime = time.Unix(1700000000, 0)

// layOut writes files below root. A content "bytes N" stands for N bytes.
func layOut(tb testing.TB, root string, files map[string]string) {
	tb.Helper()
	for name, text := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		require.NoError(tb, os.MkdirAll(filepath.Dir(name), 0o755))
		if n := 0; strings.HasPrefix(text, "bytes ") {
			_, err := fmt.Sscanf(text, "bytes %d", &n)
			require.NoError(tb, err)
			text = strings.Repeat("0123456789abcdef", n/16+1)[:n]
		}
		require.NoError(tb, os.WriteFile(name, []byte(text), 0o644))
		require.NoError(tb, os.Chtimes(name, siteTime, siteTime))
	}
}

// fileSite is the site of the recorded answers.
func fileSite(tb testing.TB) string {
	tb.Helper()
	root := filepath.Join(httpdtest.Folder(tb), "www")
	layOut(tb, root, map[string]string{
		"index.html": "<h1>index</h1>\n", "ten.txt": "0123456789", "empty.txt": "", "big.bin": "bytes 100000", "page.html.de": "deutsch",
		"page.txt.html": "html", "page.html.txt": "text", "UPPER.HTML": "html", "none": "no type", "none.unknown": "no type", "a.js": "js",
		"a.svg": "<svg/>", "a.svgz": "svgz", "a.webp": "webp", "a.woff2": "woff2", "a.json": "{}", "a.xml": "<a/>", "a.php5": "php",
		"dir/index.htm": "htm", "only/x.txt": "x", ".well-known/a.txt": "known", "deep/a/b.txt": "b",
		"doc/.htaccess": "ErrorDocument 404 /doc/404.html\nErrorDocument 416 /doc/404.html\nErrorDocument 405 /doc/404.html\n" +
			"ErrorDocument 501 /doc/404.html\nErrorDocument 412 /doc/404.html\nHeader set X-Set 1\nHeader always set X-Always 1\n",
		"doc/404.html": "document", "doc/ten.txt": "0123456789", "doc/index.html": "index",
		"etag/.htaccess": "Header unset ETag\n", "etag/ten.txt": "0123456789",
		"own/.htaccess":     "Header set ETag '\"own\"'\nHeader set Last-Modified 'Tue, 01 Jan 2013 00:00:00 GMT'\nExpiresActive On\nExpiresByType text/plain A0\n",
		"own/ten.txt":       "0123456789",
		"typed/.htaccess":   "ForceType text/x-own\nAddDefaultCharset utf-8\n",
		"typed/a.txt":       "0123456789",
		"charset/.htaccess": "AddDefaultCharset utf-8\nAddType text/x-own .own\n", "charset/a.txt": "0123456789", "charset/a.own": "own",
		"charset/a.html": "html", "charset/a.js": "js", "cors/a.txt": "cors",
		"cors/.htaccess":    "Header always set Access-Control-Allow-Methods GET\nRewriteEngine On\nRewriteCond %{REQUEST_METHOD} OPTIONS\nRewriteRule ^preflight - [R=204,L]\n",
		"ranges/none/a.txt": "0123456789", "ranges/few/a.txt": "0123456789", "ranges/many/big.bin": "bytes 10000",
		"tag/none/.htaccess": "FileETag None\n", "tag/none/a.txt": "0123456789", "tag/size/.htaccess": "FileETag Size\n", "tag/size/a.txt": "0123456789",
		"tag/digest/.htaccess": "FileETag Digest\n", "tag/digest/a.txt": "0123456789", "tag/size/less/.htaccess": "FileETag -Size\n",
		"tag/size/less/a.txt": "0123456789", "tag/size/more/.htaccess": "FileETag +MTime\n", "tag/size/more/a.txt": "0123456789",
		"tag/less/.htaccess": "FileETag -Size\n", "tag/less/a.txt": "0123456789", "tag/both/.htaccess": "FileETag Size MTime\n",
		"tag/both/a.txt": "0123456789", "tag/none/again/.htaccess": "FileETag +Size\n", "tag/none/again/a.txt": "0123456789",
		"tag/size/none/.htaccess": "FileETag None\n", "tag/size/none/a.txt": "0123456789", "tag/late/.htaccess": "FileETag Size None\n", "tag/late/a.txt": "0123456789",
		"tag/early/.htaccess": "FileETag None Size\n", "tag/early/a.txt": "0123456789",
		"tag/twice/.htaccess": "FileETag Size\nFileETag MTime\n", "tag/twice/a.txt": "0123456789",
		"tag/size/none/size/.htaccess": "FileETag +Size\n", "tag/size/none/size/a.txt": "0123456789",
		"tag/signs/.htaccess": "FileETag Size +MTime -Size\n", "tag/signs/a.txt": "0123456789",
		"info/.htaccess": "AcceptPathInfo On\n", "info/a.txt": "0123456789", "info/off/.htaccess": "AcceptPathInfo Default\n", "info/off/a.txt": "0123456789",
		"list/.htaccess": "Options +Indexes\nIndexIgnore *.bak\n", "list/a.txt": "a", "list/b.bak": "b", "list/sub/c.txt": "c",
		"list/index/index.html": "index", "list/handler/.htaccess": "SetHandler default-handler\n", "list/handler/x": "x",
		"list/no/.htaccess": "Options -Indexes\n", "list/no/x": "x", "list/locked/x": "x",
		"list/locked/.htaccess": "AuthType Basic\nAuthName locked\nAuthUserFile /none\nRequire valid-user\n",
		"list/reset/.htaccess":  "IndexIgnore x*\nIndexIgnoreReset On\n", "list/reset/b.bak": "b", "list/reset/x": "x", "list/reset/old~": "old",
		"list/reset/sub/.htaccess": "IndexIgnoreReset Off\n", "list/reset/sub/b.bak": "b", "list/reset/sub/x": "x", "list/reset/sub/old~": "old",
		"list/script/.htaccess": "SetHandler cgi-script\n", "list/script/x": "x",
		"length/.htaccess": "Header set Content-Length 3\n", "length/ten.txt": "0123456789", "length/sub/x": "x",
		"length/none/.htaccess": "Header unset Content-Length\n", "length/none/ten.txt": "0123456789",
		"vary/.htaccess":  "RewriteEngine On\nRewriteCond %{HTTP:X-Kind} own\nRewriteRule ^(.*\\.html)$ $1.own\n",
		"vary/index.html": "index", "vary/index.html.own": "own",
		"slow/.htaccess": "RewriteEngine On\nRewriteRule ^old$ ten.txt\nRewriteRule ^gone - [G]\n", "slow/ten.txt": "0123456789",
	})
	return root
}

// fileHandler serves root by the configuration that siteConfig has for httpd.
func fileHandler(tb testing.TB, root string) http.Handler {
	tb.Helper()
	f, err := parser.Parse("site.conf", []byte(siteConfig(root)), nil)
	require.NoError(tb, err)
	e, err := matcher.Compile(f, &matcher.Options{Directories: true, Types: rewrite.Types()})
	require.NoError(tb, err)
	return rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(rewrite.Files(&rewrite.FilesOptions{AllowSource: true, Logger: quiet()}))
}

func siteConfig(root string) string {
	return "DocumentRoot " + root + "\nIndexIgnore *~\nDirectoryIndex index.html index.cgi index.pl index.php index.xhtml index.htm\n" +
		"<FilesMatch \"^\\.ht\">\nRequire all denied\n</FilesMatch>\n<Directory " + root + "/ranges/none>\nMaxRanges none\n</Directory>\n<Directory " + root + "/ranges/few>\nMaxRanges 2\nMaxRangeOverlaps 1\nMaxRangeReversals none\n</Directory>\n" +
		"<Directory " + root + "/ranges/many>\nMaxRanges unlimited\n</Directory>\n<Directory " + root + ">\nOptions FollowSymLinks\nAllowOverride All\nRequire all granted\n</Directory>\n"
}

// comparedFields are the fields of responses that are compared.
var comparedFields = []string{
	"Accept-Ranges", "Access-Control-Allow-Methods", "Allow", "Cache-Control", "Content-Language", "Content-Length", "Content-Range",
	"Content-Type", "Etag", "Expires", "Last-Modified", "Location", "Vary", "X-Always", "X-Set",
}

// listedName is a name in a listing; those that begin with a question mark sort it.
var listedName = regexp.MustCompile(`<a href="([^"?]+)"`)

var boundary = regexp.MustCompile(`boundary=(\S+)`)

// converse sends the request in text, whose lines end with "\n", and describes the
// answer, a line for each field.
func converse(tb testing.TB, address, text string) string {
	tb.Helper()
	conn, err := net.Dial("tcp", address)
	require.NoError(tb, err)
	defer func() { _ = conn.Close() }()
	require.NoError(tb, conn.SetDeadline(time.Now().Add(20*time.Second)))
	line, rest, _ := strings.Cut(text, "\n")
	head := line + " HTTP/1.1\r\nHost: www.example\r\nConnection: close\r\n" + strings.ReplaceAll(rest, "\n", "\r\n") + "\r\n"
	if strings.Contains(head, "Content-Length: 3") {
		head += "a=1"
	}
	_, err = io.WriteString(conn, head)
	require.NoError(tb, err)
	method, _, _ := strings.Cut(line, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	require.NoError(tb, err, text)
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err, text)
	return describeAnswer(resp, body)
}

func describeAnswer(resp *http.Response, body []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "< %d\n", resp.StatusCode)
	own := bytes.Contains(body[:min(len(body), 80)], []byte("<title>4")) || bytes.HasPrefix(bytes.ToLower(body), []byte("<!doctype html"))
	multi := boundary.FindStringSubmatch(resp.Header.Get("Content-Type"))
	for _, name := range comparedFields {
		for _, v := range resp.Header[name] {
			switch {
			case own && (name == "Content-Type" || name == "Content-Length"), multi != nil && name == "Content-Length", name == "Expires":
				continue
			case resp.Request.Method == http.MethodHead && (resp.StatusCode >= 400 && resp.StatusCode != http.StatusPreconditionFailed || resp.StatusCode == http.StatusMovedPermanently) && strings.HasPrefix(name, "Content-"):
				continue
			case name == "Allow":
				words := strings.Split(v, ",")
				slices.Sort(words)
				v = strings.Join(words, ",")
			case multi != nil && name == "Content-Type":
				v = strings.Replace(v, multi[1], "B", 1)
			}
			fmt.Fprintf(&b, "< %s: %s\n", name, v)
		}
	}
	if multi != nil {
		body = bytes.ReplaceAll(body, []byte(multi[1]), []byte("B"))
		body = regexp.MustCompile(`(?i)content-(type|range): `).ReplaceAllFunc(body, bytes.ToLower)
	}
	switch {
	case own && bytes.Contains(body, []byte("<title>Index of ")):
		var names []string
		for _, m := range listedName.FindAllSubmatch(body, -1) {
			names = append(names, strings.ToLower(string(m[1])))
		}
		slices.Sort(names)
		fmt.Fprintf(&b, "< listing of %s\n", strings.Join(names, " "))
	case own:
		b.WriteString("< own page\n")
	case len(body) > 300:
		fmt.Fprintf(&b, "< %d bytes, %x\n", len(body), sha256.Sum256(body))
	case len(body) > 0:
		fmt.Fprintf(&b, "< %q\n", body)
	}
	return b.String()
}

// answers reads the blocks of the file of answers.
func answers(tb testing.TB) (requests, want []string) {
	tb.Helper()
	text, err := os.ReadFile(answersFile)
	require.NoError(tb, err)
	for block := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		request, answer, _ := strings.Cut(block+"\n", "< ")
		requests = append(requests, request)
		want = append(want, "< "+answer)
	}
	return requests, want
}

// Files answers as httpd did when the file of answers was written, which
// -update-files does again.
func TestFilesLikeRecorded(t *testing.T) {
	t.Parallel()
	if *updateFiles {
		t.Skip("answers.txt is being written")
	}
	srv := httptest.NewServer(fileHandler(t, fileSite(t)))
	defer srv.Close()
	requests, want := answers(t)
	require.Greater(t, len(requests), 100)
	for i, request := range requests {
		if diff := cmp.Diff(want[i], converse(t, srv.Listener.Addr().String(), request)); diff != "" {
			t.Errorf("%s(-httpd +got):\n%s", request, diff)
		}
	}
}

// The recorded answers are those of the real httpd.
func TestFilesLikeHTTPD(t *testing.T) {
	t.Parallel()
	root := fileSite(t)
	address := httpdtest.Serve(t, "TypesConfig /etc/mime.types\nIndexOptions Charset=UTF-8\n"+siteConfig(root))
	requests, want := answers(t)
	var b strings.Builder
	for i, request := range requests {
		got := converse(t, address, request)
		fmt.Fprintf(&b, "%s%s\n", request, got)
		if diff := cmp.Diff(want[i], got); diff != "" && !*updateFiles {
			t.Errorf("%s(-recorded +httpd):\n%s", request, diff)
		}
	}
	if *updateFiles {
		require.NoError(t, os.WriteFile(answersFile, []byte(strings.TrimSuffix(b.String(), "\n")), 0o644))
	}
}

// Without a Middleware there is no file to send, and http.FileServer behind one is
// logged as a mistake.
func TestFilesAlone(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	rewrite.Files(nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	require.Equal(t, http.StatusInternalServerError, w.Code)
	var log journal
	m := rewrite.New(nil, &rewrite.Options{Logger: log.logger()})
	m.Handler(rewrite.Files(nil))
	require.Empty(t, log.String())
	m.Handler(http.FileServer(http.Dir(".")))
	require.Contains(t, log.String(), "use rewrite.Files")
}

// A method that a <Limit> or RegisterHttpMethod names is known, and files don't have it.
func TestFilesMethods(t *testing.T) {
	t.Parallel()
	root := fileSite(t)
	f, err := parser.Parse("site.conf", []byte(siteConfig(root)+"<Directory "+root+"/only>\n<Limit LIMITED>\nRequire all granted\n</Limit>\n</Directory>\nRegisterHttpMethod ONE TWO\n"), nil)
	require.NoError(t, err)
	e, err := matcher.Compile(f, &matcher.Options{Directories: true})
	require.NoError(t, err)
	h := rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(rewrite.Files(&rewrite.FilesOptions{Logger: quiet()}))
	for method, want := range map[string]int{"PUT": 405, "MERGE": 405, "LIMITED": 405, "ONE": 405, "TWO": 405, "THREE": 501, "get": 501} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/ten.txt", http.NoBody))
		require.Equal(t, want, w.Code, method)
	}
}

// Behind handlers that wrap the response, and without directives that add to it,
// ranges are cut as well.
func TestFilesWrapped(t *testing.T) {
	t.Parallel()
	root := fileSite(t)
	f, err := parser.Parse("site.conf", []byte("DocumentRoot "+root+"\nErrorDocument 416 \"no such range\"\n"), nil)
	require.NoError(t, err)
	e, err := matcher.Compile(f, nil)
	require.NoError(t, err)
	files := rewrite.Files(nil)
	h := rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		files.ServeHTTP(struct{ http.ResponseWriter }{w}, r)
	}))
	for asked, want := range map[string]string{"bytes=2-3": "206 23", "bytes=2-3,5-6": "206 ", "bytes=20-": "416 no such range", "": "200 0123456789"} {
		r := httptest.NewRequest(http.MethodGet, "/ten.txt", http.NoBody)
		r.Header.Set("Range", asked)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.True(t, strings.HasPrefix(fmt.Sprint(w.Code, " ", w.Body), want), "%s: %d %q", asked, w.Code, w.Body)
	}
}

// A device in the place of a file is not read.
func TestFilesIrregular(t *testing.T) {
	t.Parallel()
	root := fileSite(t)
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(root, "zero")))
	require.NoError(t, os.Symlink("/proc/self/environ", filepath.Join(root, "environ")))
	srv := httptest.NewServer(fileHandler(t, root))
	defer srv.Close()
	require.Equal(t, http.StatusForbidden, get(t, srv.URL+"/zero").Status)
	r := get(t, srv.URL+"/environ") // a regular file of length 0, so nothing of it is sent
	require.Empty(t, r.Body)
}

// A listing names what the client may have, escaped, and nothing else.
func TestListing(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{
		".htaccess": "Options +Indexes\nIndexIgnore *.bak secret*\n<Files denied.txt>\nRequire all denied\n</Files>\n" +
			"RewriteEngine On\nRewriteRule ^ruled - [F]\nRewriteRule ^moved /elsewhere [R]\n",
		"a.txt": "", "b.bak": "", "secret.txt": "", "denied.txt": "", "ruled.txt": "", "moved.txt": "", "sub/x.txt": "", "x.php": "",
		".dot": "", ".htpasswd": "", "<b>&\"'.txt": "", "a:b c%2F.txt": "", "again/.htaccess": "IndexIgnoreReset On\nIndexIgnore x*\n", "again/b.bak": "", "again/x": "", "sub/closed/.htaccess": "Require all denied\n", "sub/closed/x": "",
	})
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(root, "zero")))
	require.NoError(t, os.Symlink("none", filepath.Join(root, "gone")))
	require.NoError(t, os.Symlink("sub", filepath.Join(root, "linked")))
	url := serveSite(t, root, nil)
	links := func(target string) []string {
		r := get(t, url+target)
		require.Equal(t, http.StatusOK, r.Status)
		require.Equal(t, "text/html;charset=UTF-8", r.Type)
		require.NotContains(t, r.Body, "<b>")
		var found []string
		for _, m := range regexp.MustCompile(`<a href="([^"]*)"`).FindAllStringSubmatch(r.Body, -1) {
			found = append(found, m[1])
		}
		return found
	}
	require.Equal(t, []string{"%3Cb%3E&amp;%22%27.txt", "a.txt", "./a:b%20c%252F.txt", "again/", "linked/", "moved.txt", "sub/"}, links("/"))
	require.Equal(t, []string{"/", "x.txt"}, links("/sub/?C=N;O=D"))
	require.Equal(t, []string{"/", "b.bak"}, links("/again/"))
}

// The type of a listing is what IndexOptions says, by HEAD as well, in httpd and here.
func TestListingType(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{
		".htaccess":       "Options +Indexes\nIndexOptions FancyIndexing -Charset=koi8-r\n",
		"as/.htaccess":    "IndexOptions +Type=text/plain NameWidth=*\n",
		"other/.htaccess": "IndexOptions charset=utf-16 None\n", "none/.htaccess": "IndexOptions -none\n", "bad/.htaccess": "IndexOptions NoSuch\n",
	})
	want := map[string]string{
		"/": "200 text/html;charset=koi8-r", "/as/": "200 text/plain;charset=koi8-r", "/other/": "200 text/html;charset=utf-16",
		"/none/": "500 ", "/bad/": "500 ",
	}
	check := func(t *testing.T, url string) {
		t.Helper()
		for target, want := range want {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				r := do(t, method, url+target, nil)
				got := fmt.Sprint(r.Status, " ", r.Type)
				if r.Status != http.StatusOK {
					got = fmt.Sprint(r.Status, " ")
				}
				require.Equal(t, want, got, "%s %s", method, target)
			}
		}
	}
	check(t, serveSite(t, root, nil))
	t.Run("httpd", func(t *testing.T) {
		t.Parallel()
		check(t, "http://"+httpdtest.Serve(t, "TypesConfig /etc/mime.types\n"+siteConfig(root)))
	})
}

// allowOf returns the Allow fields of the answer to method.
func allowOf(tb testing.TB, method, url string) []string {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, url, http.NoBody)
	require.NoError(tb, err)
	resp, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(tb, err)
	require.NoError(tb, resp.Body.Close())
	return resp.Header["Allow"]
}

// Allow names TRACE where that is permitted, in httpd and here.
func TestAllowNamesTrace(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{"a.txt": "a", "few/a.txt": "a"})
	check := func(t *testing.T, url string) {
		t.Helper()
		for _, method := range []string{http.MethodOptions, http.MethodPut} {
			allow := allowOf(t, method, url+"/a.txt")
			require.Len(t, allow, 1, method)
			methods := strings.Split(allow[0], ",")
			slices.Sort(methods)
			require.Equal(t, []string{"GET", "HEAD", "OPTIONS", "POST", "TRACE"}, methods, method)
		}
	}
	conf := "TraceEnable On\n<Location /few>\nAllowMethods GET POST\n</Location>\n"
	f, err := parser.Parse("site.conf", []byte(siteConfig(root)+conf), nil)
	require.NoError(t, err)
	e, err := matcher.Compile(f, &matcher.Options{Directories: true})
	require.NoError(t, err)
	srv := httptest.NewServer(rewrite.New(e, &rewrite.Options{Logger: quiet()}).Handler(rewrite.Files(&rewrite.FilesOptions{Logger: quiet()})))
	t.Cleanup(srv.Close)
	check(t, srv.URL)
	require.Equal(t, []string{"GET,HEAD,POST"}, allowOf(t, http.MethodPut, srv.URL+"/few/a.txt"))
	t.Run("httpd", func(t *testing.T) {
		t.Parallel()
		check(t, "http://"+httpdtest.Serve(t, "TypesConfig /etc/mime.types\nTraceEnable On\n"+siteConfig(root)))
	})
}

// What one request has left is not seen by another, in whatever order they come, and many at
// once: each gets what it gets from a middleware that had none before.
func TestFilesOneAfterAnother(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	layOut(t, root, map[string]string{
		"a.html": "page a", "b.css": "b", "typed.html": "typed", "big.bin": "bytes 100000", "denied.html": "", "error.html": "error",
		"broken.html": "broken", "env.html": "env", "dir/index.html": "index",
	})
	conf := filepath.Join(t.TempDir(), "site.conf")
	require.NoError(t, os.WriteFile(conf, []byte(lines(
		"DocumentRoot "+root, "ErrorDocument 404 /error.html", "ErrorDocument 403 no", "DirectoryIndex index.html",
		"RewriteEngine On", "RewriteRule ^/typed - [T=text/plain,CO=seen:yes:site.example]", "RewriteRule ^/denied - [F]",
		"RewriteRule ^/env - [E=NAME:value]", "RewriteRule ^/moved /a.html [R]", "RewriteRule ^/other/(.*) /$1?rewritten",
		"RewriteRule ^/moved-to-css /b.css", `Header set X-Env %{NAME}e env=NAME`, "Header set X-Query %{QUERY_STRING}e",
		`<Files b.css>`, "Header set Cache-Control no-store", "FileETag None", "</Files>",
	)), 0o600))
	load := func() http.Handler {
		m, err := rewrite.Load(conf, &rewrite.LoadOptions{Options: rewrite.Options{Logger: quiet()}})
		require.NoError(t, err)
		return m.Handler(rewrite.Files(&rewrite.FilesOptions{Logger: quiet()}))
	}
	kinds := []*http.Request{}
	for _, target := range []string{
		"/a.html", "/a.html?query", "/b.css", "/typed.html", "/big.bin", "/denied.html", "/none", "/env.html", "/moved", "/other/b.css", "/dir/",
		"/dir", "/a.html/info", "/moved-to-css",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
			r := httptest.NewRequest(method, target, http.NoBody)
			kinds = append(kinds, r)
			ranged := r.Clone(t.Context())
			ranged.Header.Set("Range", "bytes=1-2")
			conditional := r.Clone(t.Context())
			conditional.Header.Set("If-Modified-Since", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			kinds = append(kinds, ranged, conditional)
		}
	}
	answerOf := func(h http.Handler, r *http.Request) string {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r.Clone(t.Context()))
		return fmt.Sprint(w.Code, w.Header(), w.Body)
	}
	var fresh []string
	for _, r := range kinds {
		fresh = append(fresh, answerOf(load(), r))
	}
	h := load()
	var wg sync.WaitGroup
	for worker := range uint64(4) {
		wg.Go(func() {
			g := rand.New(rand.NewPCG(worker, 1))
			for range 1000 {
				i := g.IntN(len(kinds))
				if g.IntN(10) == 0 { // the client goes away
					gone := goneWriter{httptest.NewRecorder()}
					func() {
						defer func() { _ = recover() }()
						h.ServeHTTP(gone, httptest.NewRequest(http.MethodGet, "/broken.html", http.NoBody))
					}()
				}
				if got := answerOf(h, kinds[i]); got != fresh[i] {
					t.Errorf("%s %s: %s, and %s after others", kinds[i].Method, kinds[i].URL, fresh[i], got)
				}
			}
		})
	}
	wg.Wait()
}

// goneWriter is a response writer whose client is gone.
type goneWriter struct{ http.ResponseWriter }

func (goneWriter) Write([]byte) (int, error) { panic(http.ErrAbortHandler) }
