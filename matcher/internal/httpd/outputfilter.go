package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// DeflateFilter is the output filter that compresses.
const DeflateFilter = "deflate"

// IncludesFilter is the output filter that carries out server-side includes.
const IncludesFilter = "includes"

// Filters reports whether a list of output filters, with ";" between them, has
// the one of the given name.
func Filters(list, name string) bool {
	if list == "" {
		return false
	}
	for f := range strings.SplitSeq(list, ";") {
		if strings.EqualFold(f, name) {
			return true
		}
	}
	return false
}

// applySetOutputFilter compiles "SetOutputFilter filter[;filter…]". Filters are
// not run, but that of compression shows in Vary.
func applySetOutputFilter(sc *Scope, n *parser.Directive) {
	sc.Dir.Core.OutputFilters = apr.Some(n.Args[0].Text)
	sc.ReportFilters(n)
}

// CoreIncludes is the hook for the filter for server-side includes, where Options
// permit it.
func CoreIncludes() Hook {
	return Hook{
		Wanted: func(d *DirConfig) bool { return d.Core.Options.Value&optionIncludes != 0 },
		Run: func(s *Request) int {
			if s.Parsed || Filters(s.Dir.Core.OutputFilters.Text, IncludesFilter) {
				s.RunBy = IncludesFilter
			}
			return Declined
		},
	}
}

// ReportFilters says that the filters that n names are not run.
func (c *Compiler) ReportFilters(n *parser.Directive) {
	c.Report(parser.Warning, CodeUnsupported, n.Extent, "let the server around compress",
		"%s: filters are not run; of DEFLATE, Vary is set", n.Directive)
}

// DeflatesAll reports whether a response would be compressed whatever its type.
func (s *Request) DeflatesAll() bool {
	return s.Deflated || Filters(s.Dir.Core.OutputFilters.Text, DeflateFilter)
}
