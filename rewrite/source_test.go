package rewrite_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

// sourceByte is what every script of a test consists of, and nothing else does.
const sourceByte = 0xA7

// scriptNames are names of scripts: those that are run, those that httpd would run or show
// depending on its configuration, and what editors leave.
var scriptNames = []string{
	"index.php", "a.PHP", "a.pHp", "x.php.de", "x.de.php", "x.php.gz", "b.phtml", "c.php5", "d.phps", "e.phar", "f.inc", "g.php.bak", "h.php~", "i.php.", "j.php ",
	"k.php..", "l .php", "m;.php", "n?.php", "o%2e.php", "r.php:s", "deep/er/z.php", "dir.php/in.php", "%2ephp", "w\xff.php", "upload/y.php",
}

// sourceConfigs are access files of a site with scripts, each of which has httpd serve them
// in a way of its own.
var sourceConfigs = []string{
	"",
	"AddType text/plain .php .phtml\nAddType text/html .PHP\n",
	"ForceType text/plain\n",
	"SetHandler default-handler\n",
	"SetHandler none\nAddHandler default-handler .php\n",
	"RemoveHandler .php\nRemoveType .php\n",
	"AddHandler application/x-httpd-php .php .phtml .de .txt\n",
	"Options +Indexes\nDirectoryIndex none\n",
	"DirectoryIndex x.php.de h.php~ link.txt b.phtml\n",
	"ErrorDocument 404 /a.PHP\nErrorDocument 403 /h.php~\nErrorDocument 405 /x.php.de\n",
	"AcceptPathInfo On\n",
	"RewriteEngine On\nRewriteRule ^(.*)$ %{REQUEST_FILENAME} [L,T=text/plain]\n",
	"RewriteEngine On\nRewriteRule ^to/(.*)$ $1 [L,H=default-handler]\nRewriteRule ^plain\\.txt$ x.php.de\n",
	"RewriteEngine On\nRewriteRule ^(.*)\\.txt$ $1.php [L,T=text/plain]\nRewriteRule ^(.*)/$ $1\n",
	"SetOutputFilter DEFLATE\nHeader set Content-Type text/plain\n",
	"AddLanguage de .php\nAddEncoding x-gzip .php\nAddCharset utf-8 .php\n",
}

// sourceSites are sites with the same scripts, one for each access file.
func sourceSites(tb testing.TB) (sites []http.Handler, ran *string) {
	tb.Helper()
	ran = new(string)
	socket := runner(tb, func(w http.ResponseWriter, r *http.Request) {
		*ran = fcgi.ProcessEnv(r)["SCRIPT_FILENAME"]
		_, _ = fmt.Fprint(w, "run")
	})
	for i, conf := range sourceConfigs {
		root := filepath.Join(httpdtest.Folder(tb), "www")
		files := map[string]string{".htaccess": conf, "plain.txt": "plain", "dir.php/a.txt": "plain", "upload/.htaccess": "", "upload/x.jpg": "plain"}
		for _, name := range scriptNames {
			files[name] = strings.Repeat(string([]byte{sourceByte}), 600)
		}
		layOut(tb, root, files)
		for link, to := range map[string]string{"link.txt": "index.php", "link": "a.PHP", "chain.txt": "link.txt", "folder": "deep", "link.php": "plain.txt", "abs.txt": root + "/x.php.de"} {
			require.NoError(tb, os.Symlink(to, filepath.Join(root, link)))
		}
		opts := &rewrite.SiteOptions{LoadOptions: rewrite.LoadOptions{Options: rewrite.Options{Logger: quiet()}}, AllowDotfiles: i%2 == 0}
		if i%3 != 2 {
			opts.FPM = "unix:" + socket
		}
		h, err := rewrite.Site(root, opts)
		require.NoError(tb, err)
		sites = append(sites, h)
	}
	return sites, ran
}

// No request gets a byte of a script's source, whatever it asks for, and nothing is run but
// regular files whose names end in ".php".
func FuzzSource(f *testing.F) {
	targets := []string{"/", "/link.txt", "/link", "/chain.txt", "/folder/er/z.php", "/link.php", "/abs.txt", "/to/index.php", "/plain.txt", "/upload/x.jpg/y.php"}
	for _, name := range scriptNames {
		targets = append(targets, "/"+strings.NewReplacer(" ", "%20", "?", "%3F", "\x7f", "%7F", "\xff", "%FF").Replace(name))
	}
	for i, target := range targets {
		for j, suffix := range []string{"", "/", "/x", "%20", ".", "..", "%00", "%00.txt", "::$DATA", "~", "?x", ";x", "//", "/.", "/..", "%2F", "%5C", "/x.txt", "%0a", ".de", ".gz", ".bak"} {
			if testing.Short() && (i+j)%7 != 0 {
				continue
			}
			f.Add(target+suffix, uint8(i+j)%uint8(len(sourceConfigs)), uint8(i*7+j))
		}
	}
	sites, ran := sourceSites(f)
	f.Fuzz(func(t *testing.T, target string, site, kind uint8) {
		method := []string{"GET", "HEAD", "POST", "OPTIONS", "PUT", "GET", "GET"}[kind%7]
		field := []string{"Accept: */*", "Range: bytes=0-3", "Range: bytes=1-2,5-6", "If-None-Match: \"x\"", "Accept-Language: de", "If-Range: \"x\"\r\nRange: bytes=0-"}[kind/7%6]
		text := method + " " + target + " HTTP/1.1\r\nHost: www.example\r\n" + field + "\r\n\r\n"
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			t.Skip("net/http refuses it")
		}
		*ran = ""
		w := httptest.NewRecorder()
		sites[int(site)%len(sites)].ServeHTTP(w, r)
		if bytes.IndexByte(w.Body.Bytes(), sourceByte) >= 0 {
			t.Errorf("%s %q under %q: %d with the source", method, target, sourceConfigs[int(site)%len(sites)], w.Code)
		}
		file := strings.TrimPrefix(*ran, "proxy:fcgi://localhost")
		if st, err := os.Lstat(file); file != "" && (err != nil || !st.Mode().IsRegular() && st.Mode()&os.ModeSymlink == 0 || !strings.HasSuffix(file, ".php")) {
			t.Errorf("%s %q under %q ran %q", method, target, sourceConfigs[int(site)%len(sites)], *ran)
		}
	})
}
