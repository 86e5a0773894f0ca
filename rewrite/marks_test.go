package rewrite_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/httpdtest"
)

// Variables that BrowserMatch sets for old clients end the connection and take Vary away,
// in httpd and here.
func TestMarksOfOldClients(t *testing.T) {
	t.Parallel()
	root := filepath.Join(httpdtest.Folder(t), "www")
	layOut(t, root, map[string]string{
		"a.txt": "a",
		".htaccess": "BrowserMatch Keepless nokeepalive\nBrowserMatch Old downgrade-1.0\nBrowserMatch Oldest force-response-1.0\n" +
			"BrowserMatch Varyless force-no-vary\nHeader set Vary X-Other\nRewriteEngine On\nRewriteRule ^gone - [G]\nRewriteRule ^moved /a.txt [R]\n",
		"env/.htaccess": "SetEnv nokeepalive 1\n", "env/a.txt": "a",
	})
	check := func(t *testing.T, url string) {
		t.Helper()
		for _, tt := range []struct {
			path, agent, connection string
			closes, varies          bool
		}{
			{"/a.txt", "New", "", false, true},
			{"/a.txt", "Keepless", "", true, true},
			{"/a.txt", "Keepless", "keep-alive", true, true},
			{"/a.txt", "Old", "", true, true},
			{"/a.txt", "Old", "te, Keep-Alive", false, true},
			{"/a.txt", "Oldest", "keep-alive", true, true},
			{"/a.txt", "Varyless", "", true, false},
			{"/a.txt", "Varyless", "keep-alive", true, false},
			{"/gone", "Keepless", "", true, false},
			{"/moved", "Keepless", "", true, false},
			{"/none", "New", "", false, false},
			{"/none", "Old", "", true, false},
			{"/env/a.txt", "New", "", true, true},
		} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+tt.path, http.NoBody)
			require.NoError(t, err)
			r.Header.Set("User-Agent", tt.agent)
			if tt.connection != "" {
				r.Header.Set("Connection", tt.connection)
			}
			resp, err := http.DefaultTransport.RoundTrip(r)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			require.Equal(t, tt.closes, resp.Close, "%+v", tt)
			require.Equal(t, tt.varies, resp.Header["Vary"] != nil, "%+v", tt)
		}
	}
	check(t, serveSite(t, root, nil))
	t.Run("httpd", func(t *testing.T) {
		t.Parallel()
		check(t, "http://"+httpdtest.Serve(t, "TypesConfig /etc/mime.types\n"+siteConfig(root)))
	})
}
