package lint

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// loopCase is a site that loops, or looks as if it did.
type loopCase struct {
	name   string
	files  map[string]string
	target string
	host   string
	tls    bool
	code   parser.Code // of the finding, "" if it does not loop
}

func loopCases() []loopCase {
	const on = "RewriteEngine On\n"
	one := func(rules string) map[string]string { return map[string]string{".htaccess": on + rules} }
	return []loopCase{
		{name: "self", files: one("RewriteRule ^a$ /a [R=302,L]\n"), target: "/a", code: codeRedirectLoop},
		{name: "two", files: one("RewriteRule ^a$ /b [R=302,L]\nRewriteRule ^b$ /a [R=302,L]\n"), target: "/a", code: codeRedirectLoop},
		{name: "three", files: one("RewriteRule ^a$ /b [R,L]\nRewriteRule ^b$ /c [R,L]\nRewriteRule ^c$ /a [R,L]\n"), target: "/a", code: codeRedirectLoop},
		{name: "a chain that ends", files: one("RewriteRule ^a$ /b [R,L]\nRewriteRule ^b$ /c [R,L]\n"), target: "/a"},
		{
			name: "broken by HTTPS", target: "/a",
			files: one("RewriteCond %{HTTPS} off\nRewriteRule ^(.*)$ https://www.example.com/$1 [R=302,L]\n"),
		},
		{
			name: "broken by a host", target: "/a", host: "example.com",
			files: one("RewriteCond %{HTTP_HOST} !^www\\.example\\.com$\nRewriteRule ^(.*)$ http://www.example.com/$1 [R=302,L]\n"),
		},
		{
			name: "a condition on HTTPS that is the wrong way round", target: "/a", tls: true, code: codeRedirectLoop,
			files: one("RewriteCond %{HTTPS} on\nRewriteRule ^(.*)$ https://www.example.com/$1 [R=302,L]\n"),
		},
		{
			name: "across access files", target: "/x/a", code: codeRedirectLoop,
			files: map[string]string{".htaccess": on + "RewriteRule ^y/a$ /x/a [R,L]\n", "x/.htaccess": on + "RewriteRule ^a$ /y/a [R,L]\n"},
		},
		{name: "with a query that grows", files: one("RewriteRule ^a$ /a?x=1 [R,QSA,L]\n"), target: "/a", code: codeRedirectLoop},
		{name: "a query that breaks it", files: one("RewriteCond %{QUERY_STRING} !x\nRewriteRule ^a$ /a?x=1 [R,L]\n"), target: "/a"},
		{name: "N", files: one("RewriteRule ^a - [N]\n"), target: "/a", code: codeRewriteLoop},
		{name: "N that ends", files: one("RewriteRule ^a(.*)b(.*)$ a$1c$2 [N]\n"), target: "/abb"},
		{name: "internal", files: one("RewriteRule ^(.*)$ a/$1\n"), target: "/x", code: codeRewriteLoop},
		{name: "internal that ends", files: one("RewriteRule ^(.*)$ a/$1 [END]\n"), target: "/x"},
	}
}

// TestLoopsLive asks a live httpd whether what is found to loop does, and what is not
// does not.
func TestLoopsLive(t *testing.T) {
	t.Parallel()
	h := httpdtest.Require(t)
	for hop, loops := 0, loopCases(); hop < maxHops; hop++ {
		var cases []*replay.Case
		for i := range loops {
			host := loops[i].host
			q := replay.Request{Target: loops[i].target, TLS: loops[i].tls}
			if host != "" {
				q.Host = &host
			}
			cases = append(cases, &replay.Case{Name: loops[i].name, Files: loops[i].files, Requests: []replay.Request{q}})
		}
		require.NoError(t, h.Run(t.Context(), cases))
		var next []loopCase
		for i, c := range cases {
			if n, more := followLive(t, &loops[i], c, hop); more {
				next = append(next, n)
			}
		}
		if loops = next; len(loops) == 0 {
			return
		}
	}
}

// enoughHops is when a redirect without end is believed.
const enoughHops = 6

// followLive returns the case for where a client is redirected to. more is false where the
// verdict is clear: it is checked.
func followLive(t *testing.T, l *loopCase, c *replay.Case, hop int) (next loopCase, more bool) {
	t.Helper()
	require.Empty(t, c.ConfigError, l.name)
	res := &c.Results[0]
	require.Empty(t, res.Error, l.name)
	redirected := res.Status >= 300 && res.Status < 400
	switch {
	case redirected && hop < enoughHops:
		u, err := url.Parse(replay.Decode(res.Location, c.Place.Root))
		require.NoError(t, err, l.name)
		next = *l
		next.target, next.host, next.tls = u.RequestURI(), u.Host, u.Scheme == "https"
		return next, true
	case redirected:
		require.Equal(t, codeRedirectLoop, l.code, "%s: httpd redirects without end", l.name)
	case res.Status == 500:
		require.Equal(t, codeRewriteLoop, l.code, "%s: httpd gives up", l.name)
	default:
		require.Empty(t, l.code, "%s: httpd answers %d", l.name, res.Status)
	}
	return next, false
}

// TestLoopsFound wants the loops found that the live httpd has, and no others.
func TestLoopsFound(t *testing.T) {
	t.Parallel()
	for _, l := range loopCases() {
		var sources []Source
		for name, text := range l.files {
			sources = append(sources, Source{Name: name, Text: []byte(text), Access: true})
		}
		slices.SortFunc(sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
		found, err := Check(sources, &Options{})
		require.NoError(t, err)
		var got []parser.Code
		for _, d := range found {
			if d.Code == codeRedirectLoop || d.Code == codeRewriteLoop {
				got = append(got, d.Code)
			}
		}
		if l.code == "" {
			require.Empty(t, got, l.name)
		} else {
			require.Contains(t, got, l.code, l.name)
		}
	}
}
