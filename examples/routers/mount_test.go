package routers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

const ruleset = `RewriteEngine On
RewriteRule ^/shop/moved$ https://www.example.org/ [R=301,L]
RewriteRule ^/shop/secret$ - [F]
RewriteRule ^/shop/old$ /shop/new [L]
`

// rules compiles the ruleset.
func rules(t *testing.T) *rewrite.Middleware {
	t.Helper()
	f, err := parser.Parse("rules.conf", []byte(ruleset), nil)
	require.NoError(t, err)
	e, err := matcher.Compile(f, nil)
	require.NoError(t, err)
	return rewrite.New(e, nil)
}

// ask sends a GET and returns status, Location and content of the response.
func ask(t *testing.T, srv *httptest.Server, path string) (status int, location, content string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, http.NoBody)
	require.NoError(t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, resp.Header.Get("Location"), string(text)
}

func yes(ok bool) string {
	if ok {
		return "yes"
	}
	return "no"
}

// Each row of the table in README.md is what requests find out.
func TestTable(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	rows := 0
	for line := range strings.Lines(string(readme)) {
		if strings.Contains(line, "| yes |") || strings.Contains(line, "| no |") {
			rows++
		}
	}
	require.Equal(t, len(Mounts()), rows)
	for _, m := range Mounts() {
		t.Run(m.Router+" "+m.Mounted, func(t *testing.T) {
			srv := httptest.NewServer(m.Handler(rules(t)))
			defer srv.Close()
			for path, want := range map[string]string{"/shop/new": "new", "/shop/x": "other", "/": "other"} {
				_, _, content := ask(t, srv, path)
				require.Equal(t, want, content, path)
			}
			status, location, _ := ask(t, srv, "/shop/moved")
			redirects := status == http.StatusMovedPermanently && location == "https://www.example.org/"
			status, _, content := ask(t, srv, "/shop/secret")
			refuses := status == http.StatusForbidden && content != "other"
			status, _, content = ask(t, srv, "/shop/old")
			require.Equal(t, http.StatusOK, status)
			row := "| " + strings.Join([]string{m.Router, m.Mounted, yes(redirects), yes(refuses), yes(content == "new")}, " | ") + " |\n"
			require.Contains(t, string(readme), row)
		})
	}
}
