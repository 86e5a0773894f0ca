// Package filter is mod_filter and mod_deflate: responses that are compressed.
package filter

import (
	"maps"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// deflateByType are the types of responses that AddOutputFilterByType has
// compressed, by the name of the filter as written: a scope replaces what the
// scopes around it said in the same letters, and adds to the rest.
type deflateByType map[string][]string

// filterSlot is mod_filter's place in the configuration of a directory.
var filterSlot = &httpd.Slot[deflateByType]{Merge: apr.Overlay[deflateByType]}

// types returns all types, in order; d may be nil.
func (d *deflateByType) types() []string {
	if d == nil {
		return nil
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(*d)) {
		all = append(all, (*d)[name]...)
	}
	return all
}

// filterModules are the modules that bring output filters, by their names in
// small letters.
var filterModules = map[string]string{
	"brotli_compress": "brotli_module", "deflate": "deflate_module", "includes": "include_module", "inflate": "deflate_module",
	"proxy-html": "proxy_html_module", "rate_limit": "ratelimit_module", "sed": "sed_module", "substitute": "substitute_module",
	"xlateout": "charset_lite_module", "xml2enc": "xml2enc_module",
}

// applyFilterByType compiles "AddOutputFilterByType filter[;filter…] type…".
// As with SetOutputFilter only that of compression is run.
func applyFilterByType(sc *httpd.Scope, n *parser.Directive) {
	for name := range strings.SplitSeq(n.Args[0].Text, ";") {
		filterThere(sc.Compiler, name, n)
		if !strings.EqualFold(name, httpd.DeflateFilter) {
			continue
		}
		d := filterSlot.Make(&sc.Dir.Parts)
		if *d == nil {
			*d = deflateByType{}
		}
		for _, w := range n.Args[1:] {
			(*d)[name] = append((*d)[name], w.Text)
		}
	}
	sc.ReportFilters(n)
}

// filterThere reports a filter that the server does not have. Where it is unknown
// what it has, it is a warning.
func filterThere(c *httpd.Compiler, name string, n *parser.Directive) {
	module, ok := filterModules[strings.ToLower(name)]
	if ok && c.HasModule(module) || !ok && c.HasModule("ext_filter_module") {
		return
	}
	sev := parser.Warning
	if c.Engine.Parse.HasModule != nil {
		sev = parser.Error
	}
	c.Report(sev, httpd.CodeBadArgument, n.Args[0].Extent, "", "%s: unknown filter %q", n.Directive, name)
}
