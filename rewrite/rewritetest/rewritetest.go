// Package rewritetest runs unit tests of rulesets: case files that say what
// happens to requests.
//
//	func TestRules(t *testing.T) {
//		rewritetest.Run(t, os.DirFS("testdata"))
//	}
//
// A case file holds a ruleset - or names the one in use -, the files around
// it, and requests with expectations:
//
//	-- .htaccess --
//	RewriteEngine On
//	RewriteRule ^old$ /new [R=301]
//	-- requests --
//	GET /old
//		redirect 301 http://www.example.com/new
//		by .htaccess:2
//	GET /other
//		pass
//
// For single requests there are tables:
//
//	rewritetest.RunCases(t, os.DirFS("."), "ruleset site.conf",
//		rewritetest.Case{"/old", "redirect 301 https://example.com/new"},
//	)
//
// README.md in this package's folder describes the language. "modrewrite test"
// runs the same files from a shell, and with -update writes their expectations.
//
// The package needs nothing beyond the standard library and this module.
package rewritetest

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

// errNoCases is the error for a folder without cases: it tests nothing.
var errNoCases = errors.New("no cases: there are no case files (*.txtar)")

// Run runs every case file below the root of fsys as a subtest, and every
// request of it as a subtest of that. A failure is a diff from what was
// expected to what was found, with the steps that led there. A folder without
// case files is a failure.
func Run(t *testing.T, fsys fs.FS) {
	t.Helper()
	names, err := find(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t *testing.T) {
			t.Parallel()
			runFile(t, fsys, name)
		})
	}
}

func runFile(t *testing.T, fsys fs.FS, name string) {
	t.Helper()
	f, err := casefile.Load(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	rep := f.Run(t.Context(), nil)
	if lines := rep.Failure(); lines != nil {
		t.Errorf("%s: %s", name, strings.Join(lines, "\n"))
	}
	for _, q := range rep.Requests {
		t.Run(q.Request.Text, func(t *testing.T) {
			if lines := q.Failure(); lines != nil {
				t.Errorf("%s: %s", q.Place(), strings.Join(lines, "\n"))
			}
		})
	}
}

// Check is Run outside of a test: it returns all failures joined to one error,
// nil if there are none.
func Check(fsys fs.FS) error {
	names, err := find(fsys)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range names {
		f, err := casefile.Load(fsys, name)
		if err == nil {
			err = f.Run(context.Background(), nil).AsError()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func find(fsys fs.FS) ([]string, error) {
	names, err := casefile.Find(fsys)
	if err == nil && len(names) == 0 {
		err = errNoCases
	}
	return names, err
}
