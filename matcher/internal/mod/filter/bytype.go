// Package filter is mod_filter, of which compression by media type shows in Vary.
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
// As with SetOutputFilter no filter is run, and that of compression shows.
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

// Module is mod_filter.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_filter", Commands: []httpd.Command{
		{Name: "AddOutputFilterByType", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyFilterByType},
	}}
}

// deflation says which responses are compressed for a client that takes it, and
// so depend on Accept-Encoding.
type deflation struct {
	all    bool
	html   bool     // only those of type "text/html"
	types  []string // where not all are: those of these types, with status 200
	errors bool     // with any status
}

// deflates reports whether the response to s is compressed if the client and its
// type allow it.
func deflates(s *httpd.Request, answered bool) bool {
	if answered || !s.DeflatesAll() && filterSlot.Of(s.Dir.Parts) == nil {
		return false
	}
	for _, name := range []string{"no-gzip", "force-gzip"} {
		if _, ok := s.Getenv(name); ok {
			return false // not compressed, or whatever the client says
		}
	}
	return true
}

// deflationOf says which responses to s are compressed.
func deflationOf(s *httpd.Request) *deflation {
	d := &deflation{all: s.DeflatesAll(), types: filterSlot.Of(s.Dir.Parts).types()}
	_, d.html = s.Getenv("gzip-only-text/html")
	_, d.errors = s.Getenv("filter-errordocs")
	return d
}

// Response is the hook for compression, which shows in Vary.
func Response() httpd.ResponseHook {
	return httpd.ResponseHook{
		Wanted: func(d *httpd.DirConfig) bool {
			return d.Core.FiltersByExtension || d.Core.OutputFilters.OK || filterSlot.Of(d.Parts) != nil
		},
		Applies: deflates,
		Plan:    func(s *httpd.Request, p *httpd.Plan, _ bool) { p.Changes = append(p.Changes, deflationOf(s)) },
	}
}

// change notes in Vary that a compressed response depends on Accept-Encoding.
func (d *deflation) Change(c *httpd.Completion) {
	if d.compresses(c) {
		c.Out["Vary"] = httpd.AppendField(c.Out["Vary"], "Accept-Encoding")
	}
}

// compresses reports whether the response would be compressed.
func (d *deflation) compresses(c *httpd.Completion) bool {
	for _, name := range []string{"Content-Encoding", "Content-Range"} {
		if len(c.Out[name]) > 0 {
			return false
		}
	}
	if c.Encoding != "" || c.Status == 204 || c.Status == 304 {
		return false
	}
	isHTML := strings.HasPrefix(c.ContentType, "text/html")
	byType := (c.Status == 200 || d.errors) && slices.Contains(d.types, httpd.BareType(c.ContentType))
	return (d.all || byType) && (isHTML || !d.html)
}
