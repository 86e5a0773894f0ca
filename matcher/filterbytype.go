package matcher

import (
	"maps"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// deflateByType are the types of responses that AddOutputFilterByType has
// compressed, by the name of the filter as written: a scope replaces what the
// scopes around it said in the same letters, and adds to the rest.
type deflateByType map[string][]string

// filterSlot is mod_filter's place in the configuration of a directory.
var filterSlot = &slot[deflateByType]{merge: apr.Overlay[deflateByType]}

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
func applyFilterByType(sc *scope, n *parser.Directive) {
	for name := range strings.SplitSeq(n.Args[0].Text, ";") {
		filterThere(sc.compiler, name, n)
		if !strings.EqualFold(name, deflateFilter) {
			continue
		}
		d := filterSlot.make(&sc.dir.parts)
		if *d == nil {
			*d = deflateByType{}
		}
		for _, w := range n.Args[1:] {
			(*d)[name] = append((*d)[name], w.Text)
		}
	}
	sc.reportFilters(n)
}

// filterThere reports a filter that the server does not have. Where it is unknown
// what it has, it is a warning.
func filterThere(c *compiler, name string, n *parser.Directive) {
	module, ok := filterModules[strings.ToLower(name)]
	if ok && c.hasModule(module) || !ok && c.hasModule("ext_filter_module") {
		return
	}
	sev := parser.Warning
	if c.engine.parse.HasModule != nil {
		sev = parser.Error
	}
	c.report(sev, CodeBadArgument, n.Args[0].Extent, "", "%s: unknown filter %q", n.Directive, name)
}

// filterModule is mod_filter.
func filterModule() *module {
	return &module{name: "mod_filter", commands: []command{
		{name: "AddOutputFilterByType", place: overrideFileInfo, args: takesPairs, set: applyFilterByType},
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
func deflates(s *state, answered bool) bool {
	if answered || !s.deflatesAll() && filterSlot.of(s.dir.parts) == nil {
		return false
	}
	for _, name := range []string{"no-gzip", "force-gzip"} {
		if _, ok := s.getenv(name); ok {
			return false // not compressed, or whatever the client says
		}
	}
	return true
}

// deflationOf says which responses to s are compressed.
func deflationOf(s *state) *deflation {
	d := &deflation{all: s.deflatesAll(), types: filterSlot.of(s.dir.parts).types()}
	_, d.html = s.getenv("gzip-only-text/html")
	_, d.errors = s.getenv("filter-errordocs")
	return d
}

// filterResponse is the hook for compression, which shows in Vary.
func filterResponse() responseHook {
	return responseHook{
		wanted: func(d *dirConfig) bool {
			return d.core.filtersByExtension || d.core.outputFilters.OK || filterSlot.of(d.parts) != nil
		},
		applies: deflates,
		plan:    func(s *state, p *plan, _ bool) { p.changes = append(p.changes, deflationOf(s)) },
	}
}

// change notes in Vary that a compressed response depends on Accept-Encoding.
func (d *deflation) change(c *completion) {
	if d.compresses(c) {
		c.out["Vary"] = appendField(c.out["Vary"], "Accept-Encoding")
	}
}

// compresses reports whether the response would be compressed.
func (d *deflation) compresses(c *completion) bool {
	for _, name := range []string{"Content-Encoding", "Content-Range"} {
		if len(c.out[name]) > 0 {
			return false
		}
	}
	if c.encoding != "" || c.status == 204 || c.status == 304 {
		return false
	}
	isHTML := strings.HasPrefix(c.contentType, "text/html")
	byType := (c.status == 200 || d.errors) && slices.Contains(d.types, bareType(c.contentType))
	return (d.all || byType) && (isHTML || !d.html)
}
