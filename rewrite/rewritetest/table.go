package rewritetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

// Case is a request and what is to happen to it, in the words of a case file.
type Case struct {
	// Request is a request line: "/old", "POST https://example.com/form?x=1". Further
	// lines are headers and properties of the client, such as "tls".
	Request string
	// Want is what is expected: "redirect 301 https://example.com/new". Further lines
	// expect more, such as "by .htaccess:4". Empty is a failure, as nothing is tested.
	Want string
}

// tableName is what a table is called as a case file. It is in the root of the files, where
// names in settings start from.
const tableName = "table"

// RunCases runs each case as a subtest. settings are lines of the entry "settings" of a
// case file: "ruleset site.conf", or "files from public" for a site; the paths in it
// start at the root of fsys. A ruleset with errors is a failure.
func RunCases(t *testing.T, fsys fs.FS, settings string, cases ...Case) {
	t.Helper()
	rep, err := runTable(t.Context(), fsys, settings, cases)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range rep.Requests {
		t.Run(q.Request.Text, func(t *testing.T) {
			if lines := q.Failure(); lines != nil {
				t.Error(strings.Join(lines, "\n"))
			}
		})
	}
}

// CheckCases is RunCases outside of a test: it returns all failures joined to one error,
// nil if there are none.
func CheckCases(fsys fs.FS, settings string, cases ...Case) error {
	rep, err := runTable(context.Background(), fsys, settings, cases)
	if err != nil {
		return err
	}
	var errs []error
	for _, q := range rep.Requests {
		if lines := q.Failure(); lines != nil {
			errs = append(errs, fmt.Errorf("%s: %s", q.Request.Text, strings.Join(lines, "\n\t")))
		}
	}
	return errors.Join(errs...)
}

// runTable runs cases. The error says why they can't be run.
func runTable(ctx context.Context, fsys fs.FS, settings string, cases []Case) (*casefile.Report, error) {
	if len(cases) == 0 {
		return nil, errNoCases
	}
	src, err := tableText(settings, cases)
	if err != nil {
		return nil, err
	}
	f, err := casefile.Parse(fsys, tableName, src)
	if err != nil {
		return nil, err
	}
	if len(f.Requests) != len(cases) {
		return nil, errors.New("a case has more requests than one, or none")
	}
	rep := f.Run(ctx, nil)
	if lines := rep.Failure(); lines != nil {
		return nil, errors.New(strings.Join(lines, "\n"))
	}
	return rep, nil
}

// tableText returns cases as a case file.
func tableText(settings string, cases []Case) (string, error) {
	var b strings.Builder
	b.WriteString("-- settings --\n")
	for line := range strings.SplitSeq(settings, "\n") {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "--") {
			return "", fmt.Errorf("settings: %q is not a setting", line)
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("-- requests --\n")
	for i, c := range cases {
		request, rest, _ := strings.Cut(strings.TrimSpace(c.Request), "\n")
		if request == "" || strings.HasPrefix(request, "#") || strings.HasPrefix(request, "--") {
			return "", fmt.Errorf("case %d: %q is not a request", i+1, request)
		}
		b.WriteString(request + "\n")
		for line := range strings.SplitSeq(rest+"\n"+c.Want, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				b.WriteString("\t" + line + "\n")
			}
		}
	}
	return b.String(), nil
}
