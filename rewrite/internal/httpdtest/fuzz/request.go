package fuzz

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// files are URL-paths of the tree that every document root holds.
var files = []string{
	"/", "/index.html", "/index.php", "/file.txt", "/empty.txt", "/script.php", "/with%20space.txt", "/images/logo.png",
	"/dir", "/dir/", "/dir/index.html", "/dir/file.txt", "/dir/sub", "/dir/sub/", "/dir/sub/deep.php", "/dir/sub/page.html",
	"/cache/file.txt.html", "/wp-content/a.css", "/a/b", "/a/b/c/d.html", "/caf%C3%A9.html", "/exec.sh", "/dir/.hidden/file.txt",
	"/link.txt", "/script.php/extra/info", "/dir/sub/page.html/x", "/.htaccess", "/foo", "/foo/", "/foo/x", "/dir/nope", "/dir/nope/x",
}

// oddTargets are request targets that are read in ways of their own.
var oddTargets = []string{
	"/foo//bar", "//foo", "/foo/./bar", "/foo/../bar", "/..", "/../x", "/.", "/foo/..", "/foo/.", "/%2e%2e/x", "/x/..%2e", "/x/%2e/y",
	"/a%2fb", "/a%2Fb", "/a%00b", "/a%zzb", "/a%", "/a%4", "/%41bc", "/a%0Ab", "/a%0d%0ab", "/a%09b", "/a%20b", "/a%3Fb=1", "/a%23b", "/a%25b", "/100%25",
	"/a%2541", "/a%26b", "/a%3Db", "/a%5Cb", "/a%7Cb", "/a%22b", "/%FF%FE", "/%E2%82%AC", "/caf\u00c3\u00a9", "/a\"b", "/a<b", "/a|b", "/a^b", "/a`b", "/a{b}", "/a\\b", "/a'b",
	"/a;b", "/a:b", "/a@b", "/a!b", "/a$b", "/a&b", "/a=b", "/a+b", "/a,b", "/a*b", "/~user", "/(p)", "/[b]", "/-._~", "/a#b", "*", "foo", "",
	"http://www.example.com/foo", "http://other.test/foo?a=1", "HTTP://EXAMPLE.com/x", "http://www.example.com", "http://www.example.com?x", "https://www.example.com/x", "ftp://h/x",
	"/x?", "/x??", "/x?&", "/x?a#b", "?", "/?", "//?x", "/%3f", "/%3F/%3f", "/%c3%a9", "/file.txt%00", "/dir%2ffile.txt", "/@DOCROOT@", "@DOCROOT@/file.txt",
}

var queries = []string{
	"?a=1", "?a=1&b=2", "?q=foo+bar", "?q=foo%20bar", "?x", "?a=%26&b=%3D", "?a=b?c=d", "?%66oo=bar", "?lang=fr", "?url=http://e.test/", "?q=%3Cs%3E",
	"?a[]=1", "?a=1&", "?=", "?p=%2Fetc", "?a=%0a", "?q=caf%C3%A9", "?a=1&a=2", "?q=\u00c3\u00a9", "?$1", "?%1", "?a;b",
}

// request makes a request aimed at the case's patterns.
func (g *generator) request() replay.Request {
	q := replay.Request{Target: g.requestTarget()}
	switch g.IntN(25) {
	case 0:
		q.Method = g.pick("PUT", "DELETE", "OPTIONS", "PROPFIND", "FOO", "get", "PATCH", "REPORT")
	case 1:
		q.Method = "HEAD"
	case 2:
		q.Method = "POST"
		q.Headers = append(q.Headers, [2]string{"Content-Length", "0"})
	}
	if g.chance(30) {
		host := g.pick(
			"example.com", "EXAMPLE.com", "other.test", "www.example.com:8080", "www.example.com:80", "www.example.com.", "sub.example.com", "WWW.example.com",
			"second.example.com", "SECOND.example.com:80", "127.0.0.1", "[::1]", "[::1]:81", "h:443", "www.example.com:443", "a_b.test", "xn--caf-dma.test",
		)
		if g.chance(4) {
			host = g.pick("a/b", "a:b", "a:", "a b", "", "a,b", "h:0", "h:99999", "a..b", ".a", "-a", "a@b", "[::1", "caf\u00c3\u00a9.test", "a:80:80", "[x]")
		}
		q.Host = &host
	}
	if g.neighbourly && q.Host != nil && *q.Host == "" {
		q.Host = nil // as with bad headers
	}
	g.headers(&q)
	if g.chance(15) {
		q.Remote = g.pick("127.0.0.2", "127.0.9.9")
	}
	q.TLS = g.chance(15)
	return q
}

func (g *generator) headers(q *replay.Request) {
	for _, h := range []struct {
		chance int
		name   string
		values []string
	}{
		{45, "User-Agent", []string{"Mozilla/5.0 (X11; Linux x86_64) Firefox/120", "Mozilla/4.0 (compatible; MSIE 6.0)", "curl/8.0", "Googlebot/2.1", "BadBot", "", "foo"}},
		{25, "Referer", []string{"http://www.example.com/page", "https://other.test/search?q=x", "", "foo"}},
		{20, "Cookie", []string{"a=1; b=2", "seen=yes; lang=de", "V=foo"}},
		{10, "Accept", []string{"text/html", "image/webp,*/*"}},
		{15, "X-Foo", []string{"bar", "foo bar", "caf\u00c3\u00a9", "7", "a\tb", " padded ", "", "$1%1%{HTTP_HOST}"}},
		{3, "x-foo", []string{"second"}},
		{5, "Accept-Language", []string{"de", "fr-FR,fr;q=0.9"}},
		{2, "Forwarded", []string{"for=192.0.2.1"}},
		{2, "Proxy-Connection", []string{"keep-alive"}},
		{1, "Authorization", []string{"Basic dTpw"}},
		{1, "Bad{Name}", []string{"x"}},
	} {
		// What an HTTP server refuses by itself is not replayed as far as an
		// ErrorDocument and its headers.
		if g.chance(h.chance) && (h.name != "Bad{Name}" || !g.neighbourly) {
			q.Headers = append(q.Headers, [2]string{h.name, g.pick(h.values...)})
		}
	}
}

// requestTarget makes a request target.
func (g *generator) requestTarget() string {
	target := ""
	switch g.IntN(10) {
	case 0, 1, 2:
		target = g.pick(files...)
	case 3:
		return g.pick(oddTargets...)
	case 4:
		target = g.pick("/dir", "/foo", "/x", "") + g.pick(oddTargets[:60]...)
	default:
		target = g.pick("/", "/", "/", "/dir/", "/dir/", "/foo/", "/dir/sub/", "/a/b/", "//")
		if len(g.samples) > 0 {
			target += g.escape(g.pick(g.samples...))
		}
		target += g.pick("", "", "", "/", "/foo", ".html", ".php", "/../x")
	}
	if g.chance(35) {
		target += g.pick(queries...)
	}
	return target
}

// escape writes a path as a client would: what may not stand in a URL is
// escaped, and now and then what may.
func (g *generator) escape(path string) string {
	var b strings.Builder
	for _, c := range path {
		if c <= ' ' || c >= 0x7f || strings.ContainsRune("%?#\"<>", c) || c != '/' && g.chance(2) {
			fmt.Fprintf(&b, g.pick("%%%02X", "%%%02x"), c)
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}
