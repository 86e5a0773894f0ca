package rewrite_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

// siteCorpus holds descriptions of whole sites, with the .htaccess files of WordPress,
// Drupal, Joomla and others.
const siteCorpus = "../../shared/e2e/sites"

// corpusSite is a site of the corpus.
type corpusSite struct {
	vhost    bool // it has the configuration of a server
	host     string
	sections [][2]string // the heads and texts of what is to be laid out
	requests []string    // a request line, and the lines of a header and a body behind it
	plain    bool        // no requests are made from its tree
}

var sectionHead = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// readCorpusSite reads a description.
func readCorpusSite(tb testing.TB, name string) *corpusSite {
	tb.Helper()
	text, err := os.ReadFile(name)
	require.NoError(tb, err)
	s := &corpusSite{host: "www.example.com"}
	heads := sectionHead.FindAllStringSubmatchIndex(string(text), -1)
	for i, at := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		head, body := string(text[at[2]:at[3]]), string(text[at[1]:end])
		switch head {
		case "vhost", "more":
			s.vhost = true
		case "options":
			for word := range strings.FieldsSeq(body) {
				if host, ok := strings.CutPrefix(word, "host="); ok {
					s.host = host
				}
				s.plain = s.plain || word == "nogenerate"
			}
		case "requests":
			s.requests = append(s.requests, corpusRequests(body)...)
		default:
			s.sections = append(s.sections, [2]string{head, body})
		}
	}
	return s
}

// corpusRequests reads requests. Those over a connection that another one used, and those
// that need more than a header and a body, are left out; and the answers that differ on
// purpose, or in nothing but Vary for an empty file that is not sent.
func corpusRequests(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.TrimSpace(line) == "", line[0] == '#':
		case line[0] == ' ' || line[0] == '\t':
			list[len(list)-1] += "\n" + strings.TrimSpace(line)
		default:
			list = append(list, line)
		}
	}
	return slices.DeleteFunc(list, func(r string) bool {
		return r[0] == '&' || strings.Contains(r, "@LONG:") || strings.Contains(r, "Transfer-Encoding") || strings.Contains(r, "Expect:") ||
			strings.HasPrefix(r, "CONNECT") || r == "HEAD /empty.txt" || strings.Contains(r, "Accept-Encoding: gzip") && strings.Contains(r, "Range:") // see SECURITY.md
	})
}

var escapedByte = regexp.MustCompile(`\\x([0-9a-f]{2})`)

// layOut writes the site below folder.
func (s *corpusSite) layOut(tb testing.TB, folder string) {
	tb.Helper()
	fill := strings.NewReplacer("@ROOT@", filepath.Join(folder, "root"), "@SITE@", folder).Replace
	for _, section := range s.sections {
		kind, rest, _ := strings.Cut(section[0], " ")
		name, data := section[0], []byte(fill(section[1]))
		switch kind {
		case "dir", "gz":
			name = rest
		case "link":
			from, to, _ := strings.Cut(rest, " -> ")
			from = filepath.Join(folder, from)
			require.NoError(tb, os.MkdirAll(filepath.Dir(from), 0o755))
			require.NoError(tb, os.Symlink(fill(to), from))
			continue
		case "mode":
			continue // as root everything may be read
		case "bytes":
			n := 0
			_, err := fmt.Sscan(rest, &name, &n)
			require.NoError(tb, err)
			data = bytes.Repeat([]byte("0123456789abcdef"), n/16+1)[:n]
		}
		if kind == "gz" {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write(data)
			require.NoError(tb, z.Close())
			data = b.Bytes()
		}
		name = escapedByte.ReplaceAllStringFunc(name, func(m string) string {
			var c byte
			_, _ = fmt.Sscanf(m, `\x%x`, &c)
			return string([]byte{c})
		})
		name = filepath.Join(folder, name)
		if kind == "dir" {
			require.NoError(tb, os.MkdirAll(name, 0o755))
			continue
		}
		require.NoError(tb, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(tb, os.WriteFile(name, data, 0o644))
		require.NoError(tb, os.Chtimes(name, siteTime, siteTime))
	}
}

// near are names near those of a file: "%s" stands for its URL-path.
var near = []string{
	"%s", "%s/", "%s/extra/path", "%sx", "%s?", "%s?x=1&y=%%2F", "%s~", "%s.", "/%s", "/.%s", "/x/..%s", "/%%2e%%2e%s", "%s%%00", "%s%%2F", "%s%%20",
	"%s;v=1", "%s%%", "%s#frag", "%s/..", "%s/./", "/..;%s", "%s??", "%s//",
}

// generated returns requests made from the tree below root.
func generated(tb testing.TB, root string) (list []string) {
	tb.Helper()
	n := 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path := (&url.URL{Path: filepath.ToSlash(strings.TrimPrefix(name, root))}).EscapedPath()
		if d.IsDir() {
			list = append(list, "GET "+path+"/", "GET "+path+"/no-such-thing", "GET "+path+"/.htaccess", "GET "+path+"/?a=b&c=%20d")
			if path != "" {
				list = append(list, "GET "+path)
			}
			return nil
		}
		n++
		for i, form := range near {
			if i < 3 || i%5 == n%5 {
				list = append(list, "GET "+fmt.Sprintf(form, path))
			}
		}
		for _, more := range []string{
			"HEAD %s", "POST %s", "OPTIONS %s", "DELETE %s", "FOO %s", "GET %s\nAccept-Encoding: gzip", "GET %s\nRange: bytes=0-3",
			"GET %s\nIf-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT", "GET %s\nIf-None-Match: *", "GET %s\nIf-Match: \"x\"",
		} {
			list = append(list, fmt.Sprintf(more, path))
		}
		return nil
	})
	require.NoError(tb, err)
	return list
}

// sendCorpus sends a request and describes the answer.
func sendCorpus(tb testing.TB, address, host, request string) string {
	tb.Helper()
	line, rest, _ := strings.Cut(request, "\n")
	proto := " HTTP/1.1"
	if strings.HasSuffix(line, " HTTP/1.0") || strings.HasSuffix(line, " HTTP/1.1") {
		proto = ""
	}
	var head, body strings.Builder
	fmt.Fprintf(&head, "%s%s\r\nConnection: close\r\n", line, proto)
	named := false
	for field := range strings.SplitSeq(rest, "\n") {
		if text, ok := strings.CutPrefix(field, "|"); ok {
			body.WriteString(strings.TrimSpace(text))
		} else if field != "" {
			named = named || strings.HasPrefix(strings.ToLower(field), "host:")
			fmt.Fprintf(&head, "%s\r\n", field)
		}
	}
	if !named {
		fmt.Fprintf(&head, "Host: %s\r\n", host)
	}
	if body.Len() > 0 && !strings.Contains(rest, "Content-Length:") {
		fmt.Fprintf(&head, "Content-Length: %d\r\n", body.Len())
	}
	conn, err := net.Dial("tcp", address)
	require.NoError(tb, err)
	defer func() { _ = conn.Close() }()
	require.NoError(tb, conn.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = io.WriteString(conn, head.String()+"\r\n"+body.String())
	require.NoError(tb, err)
	method, _, _ := strings.Cut(line, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return err.Error()
	}
	content, err := io.ReadAll(resp.Body)
	require.NoError(tb, err, request)
	return describeCorpus(resp, content)
}

// describeCorpus describes an answer. Pages that a server makes up differ, and so does
// what is compressed.
func describeCorpus(resp *http.Response, content []byte) string {
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if z, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
			content, _ = io.ReadAll(z)
		}
		resp.Header.Del("Content-Length")
	}
	if bytes.HasPrefix(content, []byte("400 Bad Request")) { // by net/http
		content = []byte("<!DOCTYPE html>")
	}
	if resp.StatusCode >= 300 && resp.Request.Method == http.MethodHead {
		resp.Header.Del("Content-Type")
	}
	if resp.StatusCode >= 300 || resp.StatusCode == http.StatusNoContent {
		resp.Header.Del("Content-Length")
		resp.Header.Del("Accept-Ranges")
	}
	var b strings.Builder
	for _, name := range []string{"Content-Encoding", "Set-Cookie", "Strict-Transport-Security", "X-Frame-Options", "X-Robots-Tag", "Link", "Content-Security-Policy"} {
		for _, v := range resp.Header[name] {
			fmt.Fprintf(&b, "< %s: %s\n", name, v)
		}
	}
	return describeAnswer(resp, content) + b.String()
}

// A folder with .htaccess files is served by Site as by httpd: whole sites, by requests of
// their own and those made from their trees.
func TestSiteCorpus(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes long, and more so under the race detector")
	}
	names, err := filepath.Glob(filepath.Join(siteCorpus, "*.txt"))
	require.NoError(t, err)
	if len(names) == 0 {
		t.Skip("NOT COMPARED: there is no corpus of sites at " + siteCorpus)
	}
	for _, name := range names {
		s := readCorpusSite(t, name)
		if s.vhost {
			continue // not a site of .htaccess files alone
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			t.Parallel()
			folder := httpdtest.Folder(t)
			s.layOut(t, folder)
			root := filepath.Join(folder, "root")
			address := httpdtest.Serve(t, corpusConfig(root, folder))
			h, err := rewrite.Site(root, &rewrite.SiteOptions{
				LoadOptions:   rewrite.LoadOptions{Options: rewrite.Options{AllowSource: true, Logger: quiet()}},
				AllowDotfiles: true,
			})
			require.NoError(t, err)
			srv := httptest.NewServer(h)
			defer srv.Close()
			requests := s.requests
			if !s.plain {
				requests = append(requests, generated(t, root)...)
			}
			different := 0
			for _, request := range requests {
				want := sendCorpus(t, address, s.host, request)
				got := sendCorpus(t, srv.Listener.Addr().String(), s.host, request)
				if diff := cmp.Diff(want, got); diff != "" {
					different++
					t.Errorf("%s (-httpd +got):\n%s", request, diff)
				}
			}
			t.Logf("%d requests, %d answers differ", len(requests), different)
		})
	}
}

// corpusConfig is what Debian's apache2 has for every site, and the site in root.
func corpusConfig(root, folder string) string {
	conf := "<Directory />\nOptions FollowSymLinks\nAllowOverride None\nRequire all denied\n</Directory>\n<FilesMatch \"^\\.ht\">\nRequire all denied\n</FilesMatch>\n"
	for _, name := range []string{"alias", "autoindex", "deflate", "dir", "mime", "negotiation", "setenvif"} {
		conf += "Include /etc/apache2/mods-available/" + name + ".conf\n"
	}
	return conf + "DocumentRoot " + root + "\n<Directory " + folder + ">\nOptions FollowSymLinks\nAllowOverride All\nRequire all granted\n</Directory>\n"
}
