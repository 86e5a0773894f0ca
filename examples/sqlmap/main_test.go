package main

import (
	"database/sql"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// databases returns the databases to test with: SQLite, and PostgreSQL if
// SQLMAP_POSTGRES says how to connect to it. REQUIRE_POSTGRES makes it a
// failure that it does not.
func databases(t *testing.T) map[string]string {
	t.Helper()
	postgres := os.Getenv("SQLMAP_POSTGRES")
	if postgres == "" {
		require.Empty(t, os.Getenv("REQUIRE_POSTGRES"), "SQLMAP_POSTGRES is not set")
		t.Log("SQLMAP_POSTGRES is not set: PostgreSQL is not tested")
		return map[string]string{"SQLite": ""}
	}
	return map[string]string{"SQLite": "", "PostgreSQL": postgres}
}

func TestRun(t *testing.T) {
	const want = `/go/spec                 302 https://httpd.apache.org/docs/2.4/rewrite/
/go/it's                 302 https://example.org/quoted
/go/unknown              302 http://example.com/no-such-link
/download/eu/a.tar.gz    302 https://eu.example.org/a.tar.gz
/download/us/a.tar.gz    302 https://mirror.example.org/a.tar.gz
/                        404
`
	for name, postgres := range databases(t) {
		var out strings.Builder
		require.NoError(t, run(t.Context(), &out, postgres, ""), name)
		require.Equal(t, want, out.String(), name)
	}
}

// filledSite returns a database with the tables and a site that asks it. It is
// closed after the test.
func filledSite(t *testing.T, postgres string, report func(*parser.Diagnostic)) (*sql.DB, http.Handler) {
	t.Helper()
	db, placeholder, err := open(postgres)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, fill(t.Context(), db))
	site, err := newSite(db, placeholder, report)
	require.NoError(t, err)
	return db, site
}

// TestDatabase looks keys up that need care, in a database that changes and
// then fails.
func TestDatabase(t *testing.T) {
	for name, postgres := range databases(t) {
		db, site := filledSite(t, postgres, func(*parser.Diagnostic) {})

		const none = "302 http://example.com/no-such-link"
		require.Equal(t, none, answer(site, "/go/unset"), name)
		require.Equal(t, none, answer(site, "/go/x';DROP%20TABLE%20links;--"), name)
		require.Equal(t, none, answer(site, "/go/%ff"), name)
		require.Equal(t, "302 https://example.org/quoted", answer(site, "/go/it's"), name)

		hosts := map[string]int{}
		for range 200 {
			hosts[answer(site, "/download/asia/x")]++
		}
		require.Len(t, hosts, 2, name)

		_, err := db.ExecContext(t.Context(), `ALTER TABLE links RENAME TO links2`)
		require.NoError(t, err, name)
		require.Equal(t, none, answer(site, "/go/spec"), name)
		require.Equal(t, "302 https://example.org/quoted", answer(site, "/go/it's"), name+" is not asked again")
		_, err = db.ExecContext(t.Context(), `ALTER TABLE links2 RENAME TO links`)
		require.NoError(t, err, name)
		require.Equal(t, "302 https://httpd.apache.org/docs/2.4/rewrite/", answer(site, "/go/spec"), name)
	}
}
