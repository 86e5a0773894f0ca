package main

import (
	_ "embed"
	"html/template"
	"io"
	"os"
	"strings"
)

// Pages are whole documents: they need nothing else and load nothing, which their
// policy says to browsers, too.
var (
	//go:embed page.css
	pageStyle string
	//go:embed page.html
	pageText string
	//go:embed coverage.html
	coverageText string
	//go:embed explain.html
	explainText string
)

// newPage returns the template of a page with a body of its own. The text of the
// templates is part of the program, so it parses.
func newPage(body string) *template.Template {
	style := func() template.CSS { return template.CSS(pageStyle) } //nolint:gosec // ours
	return template.Must(template.Must(template.New("page").Funcs(template.FuncMap{"style": style, "printable": printable}).Parse(pageText)).Parse(body))
}

// writePage writes a page to a file, or with "-" to out.
func writePage(name string, out io.Writer, body string, data any) error {
	var b strings.Builder
	if err := newPage(body).Execute(&b, data); err != nil {
		return err
	}
	if name == "-" {
		_, err := io.WriteString(out, b.String())
		return err
	}
	return os.WriteFile(name, []byte(b.String()), 0o666)
}
