package matcher_test

import (
	"strings"
	"sync"

	"github.com/modrewrite-go/modrewrite/parser"
)

// askRules put what map m says of the path's rest into the path.
func askRules(source string) string {
	return "RewriteEngine On\nRewriteMap m \"" + source + "\"\nRewriteRule ^/(.*) /[${m:$1|none}]\n"
}

// findings collects what an engine reports.
type findings struct {
	mu   sync.Mutex
	list []string
}

func (f *findings) add(d *parser.Diagnostic) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, d.Message)
}

// all returns the findings, one a line.
func (f *findings) all() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.list, "\n")
}
