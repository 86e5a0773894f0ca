// Sqlmap redirects by rules whose maps are tables of a database: short links
// and mirrors. The database is an SQLite one in memory, or a PostgreSQL one:
//
//	go run .
//	go run . -postgres 'host=localhost user=links'
//
// It prints what happens to a few requests, or serves them with -listen.
package main

import (
	"context"
	"database/sql"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

func main() {
	postgres := flag.String("postgres", "", "PostgreSQL `connection` to use, where the tables links and mirrors are made anew")
	listen := flag.String("listen", "", "serve on this `address` instead of showing some requests")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *postgres, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "sqlmap:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, postgres, listen string) error {
	db, placeholder, err := open(postgres)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := fill(ctx, db); err != nil {
		return err
	}
	site, err := newSite(db, placeholder, func(d *parser.Diagnostic) { fmt.Fprintln(os.Stderr, d) })
	if err != nil {
		return err
	}
	if listen != "" {
		server := &http.Server{
			Addr: listen, Handler: rewrite.Timeouts{}.Handler(site),
			ReadHeaderTimeout: 20 * time.Second, IdleTimeout: time.Minute,
		}
		return server.ListenAndServe()
	}
	for _, target := range []string{"/go/spec", "/go/it's", "/go/unknown", "/download/eu/a.tar.gz", "/download/us/a.tar.gz", "/"} {
		fmt.Fprintf(out, "%-24s %s\n", target, answer(site, target))
	}
	return nil
}

// open returns the database and what stands for an argument in its SQL.
func open(postgres string) (db *sql.DB, placeholder string, err error) {
	if postgres != "" {
		db, err = sql.Open("pgx", postgres)
		return db, "$1", err
	}
	if db, err = sql.Open("sqlite", ":memory:"); err == nil {
		db.SetMaxOpenConns(1) // each connection would have a memory of its own
	}
	return db, "?", err
}

// fill makes the tables that the rules use.
func fill(ctx context.Context, db *sql.DB) error {
	for _, statement := range []string{
		`DROP TABLE IF EXISTS links`,
		`CREATE TABLE links (name text PRIMARY KEY, target text)`,
		`INSERT INTO links VALUES
			('spec', 'https://httpd.apache.org/docs/2.4/rewrite/'),
			('it''s', 'https://example.org/quoted'),
			('unset', NULL)`,
		`DROP TABLE IF EXISTS mirrors`,
		`CREATE TABLE mirrors (area text, host text)`,
		`INSERT INTO mirrors VALUES ('eu', 'eu.example.org'), ('asia', 'a1.example.org'), ('asia', 'a2.example.org')`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

//go:embed links.conf
var rules []byte

// newSite returns a handler that runs the rules before a site with nothing on
// it. Where the database fails a key has no value, and the default in the rule
// applies: report gets the reason.
func newSite(db *sql.DB, placeholder string, report func(*parser.Diagnostic)) (http.Handler, error) {
	file, err := parser.Parse("links.conf", rules, nil)
	if err != nil {
		return nil, err
	}
	engine, err := matcher.Compile(file, &matcher.Options{
		DB:          db,
		Placeholder: placeholder,
		Limits:      matcher.Limits{MapTime: 2 * time.Second},
		Report:      report,
	})
	if err != nil {
		return nil, err
	}
	return rewrite.New(engine, nil).Handler(http.NotFoundHandler()), nil
}

// answer shows what happens to a request.
func answer(site http.Handler, target string) string {
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, http.NoBody))
	if location := w.Header().Get("Location"); location != "" {
		return fmt.Sprint(w.Code, " ", location)
	}
	return fmt.Sprint(w.Code)
}
