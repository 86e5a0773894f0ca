package rewrite_test

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

// variantSite is a site with variants of files: by language, type, charset and encoding,
// and in type maps.
func variantSite(tb testing.TB) string {
	tb.Helper()
	root := filepath.Join(httpdtest.Folder(tb), "www")
	layOut(tb, root, map[string]string{
		".htaccess": "Options +MultiViews\nAddLanguage it .it\nAddEncoding x-compress .packed\nSetEnvIf X-Plain . no-gzip\nSetEnvIf X-Pages (.+) gzip-only-text/html=$1\nDirectoryIndex start home\nAddHandler type-map var\nAddLanguage en .en\nAddLanguage de .de\n" +
			"AddLanguage fr .fr\nAddLanguage de-at .at\nAddCharset utf-8 .utf8\nAddEncoding x-gzip .gz\nAddType application/gzip .gz\nAddHandler run .run\n" +
			"LanguagePriority fr en\nForceLanguagePriority Prefer\nSetEnvIf X-Prefer (.+) prefer-language=$1\n<Files guarded.txt>\nRequire all denied\n</Files>\n",
		"start.html.en": "start, English\n", "start.html.fr": "start, French\n", "start.html.de": "start, German\n",
		"note.txt": "note, plain\n", "note.html": "note, a page\n", "note.html.utf8.de": "note, German\n", "note.html.gz": "note, packed\n",
		"tool.txt.run": "tool\n", "guarded.txt": "guarded\n", "odd.nothing": "odd\n", "dir.txt/x": "x\n", "real": "real\n", "real.txt": "real.txt\n",
		"a b.txt": "blank\n", "one.two.txt": "one.two\n", "list.at": "list\n", "list.txt.fr": "list, French\n",
		"both.html.en.de": "both, English and German\n", "both.html.fr": "both, French\n", "both.html.it": "both, Italian\n",
		"empty.html": "", "empty.txt": "", "empty.html.gz": "",
		"maps/levels.var": "URI: l1\nContent-Type: text/html;level=1\n\nURI: l2\nContent-Type: text/html;level=2\n\n" +
			"URI: l3\nContent-Type: text/html; level=3; qs=0.9\n\nURI: l\nContent-Type: text/plain; level=1; qs=0.9\n",
		"maps/odd.var": "# first\nURI: l\nContent-Type: text/plain; (no) qs=0.3\n# between\n\t; charset=utf-8\n\nURI: l2\n\nURI: l1\nContent-Language: en (a comment), de\n" +
			"Content-Type: text/html\nContent-Length: 0\n\nURI: l3\nContent-Encoding: x-gzip\nX-Other: 1\nContent-Type: text/html\n\nContent-Type: image/png\n",
		"maps/negative.var": "URI: l\nContent-Type: text/plain\nContent-Length: -1\n\nURI: l2\nContent-Type: text/html\n",
		"maps/nothing.var":  "URI: l\nContent-Type:\n", "maps/bare.var": "URI: l\n\nURI: l2\n",
		"maps/length.var": "URI: l1\nContent-Type: text/plain\nContent-Length: 0\n\nURI: l\nContent-Type: text/plain\n",
		"maps/l1":         "level 1, the longest\n", "maps/l2": "level 2\n", "maps/l3": "level 3\n", "maps/l": "plain\n",
		"maps/kinds.var": "URI: l3\nContent-Type: text/x-server-parsed-html3\n\nURI: l2\nContent-Type: text/x-server-parsed-html\n\n" +
			"URI: l1\nContent-Type: text/html\nContent-Length: 1\n\nURI: l\nContent-Type: text/plain; charset=utf-8\n",
		"maps/sets.var": "URI: l1\nContent-Type: text/plain; charset=iso-8859-1\n\nURI: l2\nContent-Type: text/plain; charset=utf-8\n\n" +
			"URI: l3\nContent-Type: text/plain\n\nURI: l\nContent-Type: image/png\n",
		"three.html.en.fr": "three, English and French\n", "three.html.en": "three\n", "four.html.fr.en": "four, French and English\n", "four.html.en": "four\n",
		"force/three.html.en.fr": "three, English and French\n", "force/three.html.en": "three\n",
		"force/four.html.fr.en": "four, French and English\n", "force/four.html.en": "four\n",
		"packed.txt": "packed, or not\n", "packed.txt.packed": "compressed\n", "pages.html": "pages, or not\n", "pages.html.packed": "compressed\n",
		"force/both.html.fr.en": "both, French and English\n", "force/both.html.de": "both, German\n",
		"force/.htaccess":      "ForceLanguagePriority Fallback\nMultiviewsMatch Handlers\n",
		"force/page.html.en":   "page, English\n",
		"force/page.html.fr":   "page, French\n",
		"force/tool.txt.run":   "tool\n",
		"any/.htaccess":        "MultiviewsMatch Any\n",
		"any/page.txt.nothing": "any\n",
		"none/.htaccess":       "Options -MultiViews\n",
		"none/page.html":       "none\n",
		"wrong/.htaccess":      "ForceLanguagePriority None Prefer\n",
		"wrong/page.html":      "wrong\n",
		"maps/page.var":        "# a comment\nURI: page\n\nURI: ../note.txt\nContent-Type: text/plain; qs=0.5\n\nURI: p.de\nContent-type: text/html (a comment)\nContent-Language: de,\n de-at\n",
		"maps/p.de":            "mapped, German\n",
		"maps/inside.var":      "URI: one\nContent-Type: text/html; charset=utf-8\nContent-Language: en\nBody:--end\nfirst\n--end\n\nURI: two\nContent-Type: text/plain\nBody:--end\nsecond\nline\n--end\n",
		"maps/broken.var":      "URI: x\nno field\n",
		"maps/outside.var":     "URI: ../../../../../../../etc/hostname\nContent-Type: text/plain\n",
		"maps/unended.var":     "URI: x\nContent-Type: text/plain\n\nURI: y\nContent-Type: text/html\nBody:--end\nnever\n",
	})
	return root
}

// plainTransport sends what it is given: no Accept-Encoding of its own.
var plainTransport = &http.Transport{DisableCompression: true}

// negotiated describes the answer of a site.
func negotiated(tb testing.TB, method, url string, header http.Header) string {
	tb.Helper()
	req, err := http.NewRequestWithContext(tb.Context(), method, url, http.NoBody)
	require.NoError(tb, err)
	maps.Copy(req.Header, header)
	resp, err := plainTransport.RoundTrip(req)
	require.NoError(tb, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	names := []string{"Content-Location", "Vary", "TCN", "Alternates"}
	if resp.StatusCode == http.StatusOK {
		names = append(names, "Content-Language", "Content-Encoding", "Content-Type")
	}
	got := strconv.Itoa(resp.StatusCode)
	for _, name := range names {
		if v := strings.Join(resp.Header.Values(name), ","); v != "" {
			got += fmt.Sprintf(" %s=%s", name, strings.ReplaceAll(v, ", ", ","))
		}
	}
	if resp.StatusCode == http.StatusOK {
		got += " " + string(body)
	}
	return strings.TrimSpace(got)
}

// What of the variants of a file the client gets, here and in httpd.
func TestNegotiation(t *testing.T) {
	t.Parallel()
	root := variantSite(t)
	cases := []struct {
		target string
		header http.Header
		want   string
	}{
		{"/start", http.Header{"Accept-Language": {"de"}}, "200 Content-Location=start.html.de Vary=negotiate,accept-language TCN=choice Content-Language=de Content-Type=text/html start, German"},
		{"/start", nil, "200 Content-Location=start.html.fr Vary=negotiate,accept-language TCN=choice Content-Language=fr Content-Type=text/html start, French"},
		{"/start", http.Header{"Accept-Language": {"de;q=0.5, en;q=0.7"}}, "200 Content-Location=start.html.en Vary=negotiate,accept-language TCN=choice Content-Language=en Content-Type=text/html start, English"},
		{"/start", http.Header{"X-Prefer": {"de"}}, "200 Content-Location=start.html.de Vary=negotiate,accept-language TCN=choice Content-Language=de Content-Type=text/html start, German"},
		{"/", http.Header{"Accept-Language": {"en-GB"}}, "200 Content-Location=start.html.en Vary=negotiate,accept-language TCN=choice Content-Language=en Content-Type=text/html start, English"},
		{"/start", http.Header{"Accept-Language": {"it"}}, `406 Vary=negotiate,accept-language TCN=list Alternates={"start.html.de" 1 {type text/html} {language de} {length 14}},` +
			`{"start.html.en" 1 {type text/html} {language en} {length 15}},{"start.html.fr" 1 {type text/html} {language fr} {length 14}}`},
		{"/note", http.Header{"Accept": {"text/plain"}}, "200 Content-Location=note.txt Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Type=text/plain note, plain"},
		{"/note", http.Header{"Accept": {"text/html"}, "Accept-Encoding": {"gzip;q=1, identity;q=0"}}, `406 Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=list Alternates={"note.html" 1 {type text/html} {length 13}},{"note.html.gz" 1 {type application/gzip} {encoding gzip} {length 13}},{"note.html.utf8.de" 1 {type text/html} {charset utf-8} {language de} {length 13}},{"note.txt" 1 {type text/plain} {length 12}}`},
		{"/note.html", http.Header{"Accept-Language": {"de"}}, "200 Content-Type=text/html note, a page"}, // is there
		{"/tool", nil, "404"}, // a handler is no type
		{"/force/tool", nil, "200 Content-Location=tool.txt.run Vary=negotiate TCN=choice Content-Type=text/plain tool"},
		{"/force/page", http.Header{"Accept-Language": {"it"}}, "200 Content-Location=page.html.fr Vary=negotiate,accept-language TCN=choice Content-Language=fr Content-Type=text/html page, French"},
		{"/guarded", nil, "404"},
		{"/odd", nil, "404"},
		{"/any/page", nil, "200 Content-Location=page.txt.nothing Vary=negotiate TCN=choice Content-Type=text/plain any"},
		{"/none/page", nil, "404"},
		{"/wrong/page", nil, "500"},
		{"/dir", nil, "404"},
		{"/real", nil, "200 real"},
		{"/a%20b", nil, "200 Content-Location=a%20b.txt Vary=negotiate TCN=choice Content-Type=text/plain blank"},
		{"/one", nil, "404"},
		{"/one.two", nil, "200 Content-Location=one.two.txt Vary=negotiate TCN=choice Content-Type=text/plain one.two"},
		{"/list", http.Header{"Accept-Language": {"de-AT"}}, "406 Vary=negotiate TCN=list Alternates={\"list.txt.fr\" 1 {type text/plain} {language fr} {length 13}}"},
		{"/list/more", nil, "404"},
		{"/maps/page.var", http.Header{"Accept-Language": {"de"}}, "200 Vary=accept,accept-language Content-Language=de mapped, German"},
		{"/maps/page", http.Header{"Accept": {"text/plain"}}, "404"},
		{"/maps/inside.var", http.Header{"Accept": {"text/plain"}}, "200 Vary=accept,accept-language,accept-charset Content-Type=text/plain second\nline"},
		{"/maps/inside", http.Header{"Accept": {"text/html"}}, "404"},
		{"/maps/inside.var/more", http.Header{"Accept": {"text/html"}}, "200 Vary=accept,accept-language,accept-charset Content-Language=en Content-Type=text/html; charset=utf-8 first"},
		{"/both", http.Header{"Accept-Language": {"de, fr;q=0.9"}}, "200 Content-Location=both.html.en.de Vary=negotiate,accept-language TCN=choice Content-Language=en,de Content-Type=text/html both, English and German"},
		{"/both", http.Header{"Accept-Language": {"de;q=0.4, en;q=0.6, fr;q=0.5"}}, "200 Content-Location=both.html.en.de Vary=negotiate,accept-language TCN=choice Content-Language=en,de Content-Type=text/html both, English and German"},
		{"/both", http.Header{"Accept-Language": {"de;q=0.6, en;q=0.4, fr;q=0.5"}}, "200 Content-Location=both.html.en.de Vary=negotiate,accept-language TCN=choice Content-Language=en,de Content-Type=text/html both, English and German"},
		{"/both", http.Header{"Accept-Language": {"it, *;q=0.5"}}, "200 Content-Location=both.html.it Vary=negotiate,accept-language TCN=choice Content-Language=it Content-Type=text/html both, Italian"},
		{"/both", nil, "200 Content-Location=both.html.fr Vary=negotiate,accept-language TCN=choice Content-Language=fr Content-Type=text/html both, French"},
		{"/force/both", http.Header{"Accept-Language": {"it"}}, "200 Content-Location=both.html.fr.en Vary=negotiate,accept-language TCN=choice Content-Language=fr,en Content-Type=text/html both, French and English"},
		{"/force/both", http.Header{"Accept-Language": {"en"}}, "200 Content-Location=both.html.fr.en Vary=negotiate,accept-language TCN=choice Content-Language=fr,en Content-Type=text/html both, French and English"},
		{"/empty", nil, "200 Content-Location=empty.html Vary=negotiate,accept,accept-encoding TCN=choice Content-Type=text/html"},
		{"/empty", http.Header{"Accept": {"text/plain"}}, "200 Content-Location=empty.txt Vary=negotiate,accept,accept-encoding TCN=choice Content-Type=text/plain"},
		{"/empty", http.Header{"Accept": {"image/png"}}, `406 Vary=negotiate,accept,accept-encoding TCN=list Alternates={"empty.html" 1 {type text/html} {length 0}},{"empty.html.gz" 1 {type application/gzip} {encoding x-gzip} {length 0}},{"empty.txt" 1 {type text/plain} {length 0}}`},
		{"/maps/levels.var", nil, "200 Content-Location=l1 Vary=negotiate,accept TCN=choice level 1, the longest"},
		{"/maps/levels.var", http.Header{"Accept": {"text/html;level=1"}}, "200 Content-Location=l1 Vary=negotiate,accept TCN=choice level 1, the longest"},
		{"/maps/levels.var", http.Header{"Accept": {"text/html;level=2"}}, "200 Content-Location=l2 Vary=negotiate,accept TCN=choice level 2"},
		{"/maps/levels.var", http.Header{"Accept": {"text/html;level=3"}}, "200 Content-Location=l2 Vary=negotiate,accept TCN=choice level 2"},
		{"/maps/levels.var", http.Header{"Accept": {"text/plain"}}, `406 Vary=negotiate,accept TCN=list Alternates={"l1" 1 {type text/html} {length 21}},{"l2" 1 {type text/html} {length 8}},{"l3" 0.9 {type text/html} {length 8}},{"l" 0.9 {type text/plain} {length 6}}`},
		{"/maps/levels.var", http.Header{"Accept": {"text/html;level=1;q=0.5, text/plain;level=1"}}, "200 Content-Location=l Vary=negotiate,accept TCN=choice plain"},
		{"/maps/kinds.var", nil, "200 Content-Location=l Vary=negotiate,accept,accept-charset TCN=choice plain"},
		{"/maps/kinds.var", http.Header{"Accept": {"text/html;level=3"}}, "200 Content-Location=l3 Vary=negotiate,accept,accept-charset TCN=choice level 3"},
		{"/maps/kinds.var", http.Header{"Accept": {"text/html, text/plain;q=0.5"}}, "200 Content-Location=l1 Vary=negotiate,accept,accept-charset TCN=choice level 1, the longest"},
		{"/maps/kinds.var", http.Header{"Accept-Charset": {"utf-8"}}, "200 Content-Location=l Vary=negotiate,accept,accept-charset TCN=choice plain"},
		{"/maps/sets.var", nil, "200 Content-Location=l Vary=negotiate,accept,accept-charset TCN=choice plain"},
		{"/maps/sets.var", http.Header{"Accept-Charset": {"utf-8;q=0.5"}}, "200 Content-Location=l Vary=negotiate,accept,accept-charset TCN=choice plain"},
		{"/maps/sets.var", http.Header{"Accept-Charset": {"utf-8, *;q=0.1"}}, "200 Content-Location=l Vary=negotiate,accept,accept-charset TCN=choice plain"},
		{"/maps/sets.var", http.Header{"Accept": {"text/plain"}, "Accept-Charset": {"utf-8"}}, "200 Content-Location=l2 Vary=negotiate,accept,accept-charset TCN=choice level 2"},
		{"/both", http.Header{"Accept-Language": {"en;q=0.2, *;q=0.8, fr;q=0.5, it;q=0.7"}}, "200 Content-Location=both.html.en.de Vary=negotiate,accept-language TCN=choice Content-Language=en,de Content-Type=text/html both, English and German"},
		{"/both", http.Header{"Accept-Language": {"en;q=0.8, *;q=0.2, fr;q=0.5"}}, "200 Content-Location=both.html.en.de Vary=negotiate,accept-language TCN=choice Content-Language=en,de Content-Type=text/html both, English and German"},
		{"/both", http.Header{"Accept-Language": {"*;q=0.5, fr;q=0.3, it;q=0.4"}}, "200 Content-Location=both.html.en.de Vary=negotiate,accept-language TCN=choice Content-Language=en,de Content-Type=text/html both, English and German"},
		{"/both", http.Header{"Accept-Language": {"de, *;q=0.1, fr;q=0.5"}}, "200 Content-Location=both.html.en.de Vary=negotiate,accept-language TCN=choice Content-Language=en,de Content-Type=text/html both, English and German"},
		{"/three", nil, "200 Content-Location=three.html.en.fr Vary=negotiate,accept-language TCN=choice Content-Language=en,fr Content-Type=text/html three, English and French"},
		{"/four", nil, "200 Content-Location=four.html.fr.en Vary=negotiate,accept-language TCN=choice Content-Language=fr,en Content-Type=text/html four, French and English"},
		{"/three", http.Header{"Accept-Language": {"it"}}, `406 Vary=negotiate,accept-language TCN=list Alternates={"three.html.en" 1 {type text/html} {language en} {length 6}},{"three.html.en.fr" 1 {type text/html} {language en,fr} {length 26}}`},
		{"/force/three", http.Header{"Accept-Language": {"it"}}, "200 Content-Location=three.html.en.fr Vary=negotiate,accept-language TCN=choice Content-Language=en,fr Content-Type=text/html three, English and French"},
		{"/force/four", http.Header{"Accept-Language": {"it"}}, "200 Content-Location=four.html.fr.en Vary=negotiate,accept-language TCN=choice Content-Language=fr,en Content-Type=text/html four, French and English"},
		{"/force/four", http.Header{"Accept-Language": {"en"}}, "200 Content-Location=four.html.en Vary=negotiate,accept-language TCN=choice Content-Language=en Content-Type=text/html four"},
		{"/force/three", nil, "200 Content-Location=three.html.en Vary=negotiate,accept-language TCN=choice Content-Language=en Content-Type=text/html three"},
		{"/note", http.Header{"Accept": {"text/plain, */*"}}, "200 Content-Location=note.txt Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Type=text/plain note, plain"},
		{"/note", http.Header{"Accept": {"text/html, text/*"}}, "200 Content-Location=note.html.utf8.de Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Language=de Content-Type=text/html; charset=utf-8 note, German"},
		{"/note", http.Header{"Accept": {"text/*, */*"}}, "200 Content-Location=note.html.utf8.de Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Language=de Content-Type=text/html; charset=utf-8 note, German"},
		{"/note", http.Header{"Accept": {"text/*;q=0.6, text/html;q=0.5"}}, "200 Content-Location=note.txt Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Type=text/plain note, plain"},
		{"/note", http.Header{"Accept": {"*/*;q=0.3, text/plain;q=0.2"}}, "200 Content-Location=note.html.utf8.de Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Language=de Content-Type=text/html; charset=utf-8 note, German"},
		{"/note", http.Header{"Accept": {"/*"}}, `406 Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=list Alternates={"note.html" 1 {type text/html} {length 13}},{"note.html.gz" 1 {type application/gzip} {encoding x-gzip} {length 13}},{"note.html.utf8.de" 1 {type text/html} {charset utf-8} {language de} {length 13}},{"note.txt" 1 {type text/plain} {length 12}}`},
		{"/note", http.Header{"Accept": {"application/gzip, text/*"}}, "200 Content-Location=note.html.gz Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Encoding=x-gzip Content-Type=application/gzip note, packed"},
		{"/note", http.Header{"Accept": {"text/plain;q=0.5, text/html;q=0.5"}}, "200 Content-Location=note.html.utf8.de Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice Content-Language=de Content-Type=text/html; charset=utf-8 note, German"},
		{"/packed", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}}, "200 Content-Location=packed.txt.packed Vary=negotiate,accept-encoding TCN=choice Content-Encoding=compress Content-Type=text/plain compressed"},
		{"/packed", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}, "X-Plain": {"1"}}, "200 Content-Location=packed.txt Vary=negotiate,accept-encoding TCN=choice Content-Type=text/plain packed, or not"},
		{"/packed", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}, "X-Pages": {"1"}}, "200 Content-Location=packed.txt Vary=negotiate,accept-encoding TCN=choice Content-Type=text/plain packed, or not"},
		{"/packed", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}, "X-Pages": {"2"}}, "200 Content-Location=packed.txt.packed Vary=negotiate,accept-encoding TCN=choice Content-Encoding=compress Content-Type=text/plain compressed"},
		{"/packed", nil, "200 Content-Location=packed.txt Vary=negotiate,accept-encoding TCN=choice Content-Type=text/plain packed, or not"},
		{"/packed", http.Header{"Accept-Encoding": {"x-compress;q=0.3"}}, "200 Content-Location=packed.txt.packed Vary=negotiate,accept-encoding TCN=choice Content-Encoding=x-compress Content-Type=text/plain compressed"},
		{"/pages", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}}, "200 Content-Location=pages.html.packed Vary=negotiate,accept-encoding TCN=choice Content-Encoding=compress Content-Type=text/html compressed"},
		{"/pages", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}, "X-Plain": {"1"}}, "200 Content-Location=pages.html Vary=negotiate,accept-encoding TCN=choice Content-Type=text/html pages, or not"},
		{"/pages", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}, "X-Pages": {"1"}}, "200 Content-Location=pages.html.packed Vary=negotiate,accept-encoding TCN=choice Content-Encoding=compress Content-Type=text/html compressed"},
		{"/pages", http.Header{"Accept-Encoding": {"compress, identity;q=0.5"}, "X-Pages": {"2"}}, "200 Content-Location=pages.html.packed Vary=negotiate,accept-encoding TCN=choice Content-Encoding=compress Content-Type=text/html compressed"},
		{"/pages", nil, "200 Content-Location=pages.html Vary=negotiate,accept-encoding TCN=choice Content-Type=text/html pages, or not"},
		{"/pages", http.Header{"Accept-Encoding": {"x-compress;q=0.3"}}, "200 Content-Location=pages.html.packed Vary=negotiate,accept-encoding TCN=choice Content-Encoding=x-compress Content-Type=text/html compressed"},
		{"/maps/odd.var", nil, "200 Content-Location=l1 Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice level 1, the longest"},
		{"/maps/odd.var", http.Header{"Accept": {"text/plain"}}, "200 Content-Location=l Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice plain"},
		{"/maps/odd.var", http.Header{"Accept": {"image/png"}}, `406 Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=list Alternates={"l" 0.3 {type text/plain} {charset utf-8} {length 6}},{"l1" 1 {type text/html} {language en,de} {length 0}},{"l3" 1 {type text/html} {encoding x-gzip} {length 8}}`},
		{"/maps/odd.var", http.Header{"Accept-Language": {"de"}}, "200 Content-Location=l1 Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice level 1, the longest"},
		{"/maps/odd.var", http.Header{"Accept-Language": {"fr"}}, "200 Content-Location=l3 Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice level 3"},
		{"/maps/odd.var", http.Header{"Accept-Encoding": {"gzip;q=0.9, identity;q=0.1"}}, "200 Content-Location=l1 Vary=negotiate,accept,accept-language,accept-charset,accept-encoding TCN=choice level 1, the longest"},
		{"/maps/negative.var", nil, "406 Vary=negotiate TCN=list"},
		{"/maps/nothing.var", nil, "500"},
		{"/maps/bare.var", nil, "406 Vary=negotiate TCN=list"},
		{"/maps/length.var", nil, "200 Content-Location=l1 Vary=negotiate TCN=choice level 1, the longest"},
		{"/maps/broken.var", nil, "500"},
		{"/maps/unended.var", nil, "404 Content-Location=x Vary=negotiate TCN=choice"},
	}
	check := func(t *testing.T, url string) {
		t.Helper()
		for _, c := range cases {
			if got := negotiated(t, http.MethodGet, url+c.target, c.header); got != c.want {
				t.Errorf("%s %v\n got %s\nwant %s", c.target, c.header, got, c.want)
			}
		}
	}
	check(t, serveSite(t, root, nil))
	t.Run("httpd", func(t *testing.T) {
		t.Parallel()
		check(t, "http://"+httpdtest.Serve(t, "TypesConfig /etc/mime.types\n"+siteConfig(root)))
	})
}

// A type map, asked for by name or found by its type, leads to no file outside of the
// site, and what is withheld for its name is not sent for a part of it either.
func TestNegotiationWithholds(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	many := map[string]string{
		".htaccess":     "Options +MultiViews\nAddType text/plain .php .cgi\nAddHandler type-map var\n",
		"../secret.txt": "outside\n", "out.var": "URI: ../secret.txt\nContent-Type: text/plain\n\nURI: %2e%2e/secret.txt\nContent-Type: text/html\n",
		"typed/.htaccess":  "AddType application/x-type-map tm\n",
		"typed/up.tm":      "URI: ../../secret.txt\nContent-Type: text/plain\n",
		"typed/abs.tm":     "URI: " + filepath.Dir(root) + "/secret.txt\nContent-Type: text/plain\n",
		"typed/source.tm":  "URI: ../page.php\nContent-Type: text/plain\n",
		"typed/guarded.tm": "URI: in/x.txt\nContent-Type: text/plain\n", "typed/in/.htaccess": "Require all denied\n", "typed/in/x.txt": "hidden\n",
		"typed/below.tm": "URI: open/x.txt\nContent-Type: text/plain\n", "typed/open/x.txt": "sent\n",
		"page.php": "source\n", "page.php.txt": "source\n", ".hidden.txt": "hidden\n", "sub/.htpasswd.txt": "hidden\n",
	}
	for i := range 260 {
		many[fmt.Sprintf("many.%d.txt", i)] = "x\n"
	}
	layOut(t, root, many)
	url := serveSite(t, root, nil)
	for target, want := range map[string]int{
		"/out.var": 400, "/page": 403, "/.hidden": 403, "/sub/.htpasswd": 403, "/sub/": 403, "/many": 500, "/out": 404,
		"/typed/up": 400, "/typed/abs": 403, "/typed/source": 400, "/typed/guarded": 403, "/typed/below": 200,
	} {
		r := do(t, http.MethodGet, url+target, nil)
		require.NotContains(t, r.Body, "source")
		require.NotContains(t, r.Body, "outside")
		require.NotContains(t, r.Body, "hidden")
		require.Equal(t, want, r.Status, target)
	}
}

// randomField returns a list for an Accept field, some of it malformed.
func randomField(r *rand.Rand, words ...string) string {
	var list []string
	for range r.IntN(4) {
		word := words[r.IntN(len(words))]
		if r.IntN(3) == 0 {
			word += []string{";q=0", "; q=0.5", ";q=.7", ";Q=\"0.2\"", ";q=x", ";level=1", ";q=0.001"}[r.IntN(7)]
		}
		list = append(list, word)
	}
	return strings.Join(list, []string{", ", ","}[r.IntN(2)])
}

// Random requests get the same variants as from httpd.
func TestNegotiationLikeHTTPD(t *testing.T) {
	t.Parallel()
	root := variantSite(t)
	theirs := "http://" + httpdtest.Serve(t, "TypesConfig /etc/mime.types\n"+siteConfig(root))
	ours := serveSite(t, root, nil)
	targets := strings.Fields("/ /start /note /tool /force/page /force/tool /list /list?q /list/more /maps/page /maps/page.var /maps/inside /maps/inside.var?x /maps/unended " +
		"/any/page /both /force/both /three /four /force/three /force/four /packed /pages /empty /maps/levels.var /maps/kinds.var /maps/sets.var /maps/odd.var /maps/length.var /note.html /start.de /note.de /odd /real /one.two")
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same requests each time
	for range 400 {
		target, header := targets[r.IntN(len(targets))], http.Header{}
		for name, value := range map[string]string{
			"Accept":          randomField(r, "text/html", "text/plain", "text/*", "*/*", "*", "image/png", "", "TEXT/HTML", "te/*", "text/html;level=1", "text/html;level=2;q=0.5", "text/html;level=3"),
			"Accept-Language": randomField(r, "en", "de", "fr", "de-AT", "en-US", "*", "it", ""),
			"Accept-Charset":  randomField(r, "utf-8", "iso-8859-1", "*"),
			"Accept-Encoding": randomField(r, "gzip", "x-gzip", "identity", "*", "br", "compress"),
			"X-Prefer":        []string{"de", "fr", "DE", "it"}[r.IntN(4)],
		} {
			if r.IntN(2) == 0 && (name != "X-Prefer" || r.IntN(4) == 0) {
				header.Set(name, value)
			}
		}
		method := []string{http.MethodGet, http.MethodGet, http.MethodHead, http.MethodPost}[r.IntN(4)]
		want := negotiated(t, method, theirs+target, header)
		require.Equal(t, want, negotiated(t, method, ours+target, header), "%s %s %v", method, target, header)
	}
}
