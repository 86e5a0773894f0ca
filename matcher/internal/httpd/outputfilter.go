package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// DeflateFilter is the output filter that compresses.
const DeflateFilter = "deflate"

// brotliFilter is the output filter that compresses with Brotli.
const brotliFilter = "brotli_compress"

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

// applySetOutputFilter compiles "SetOutputFilter filter[;filter…]". Only that of
// compression is run.
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

// ReportFilters says which of the filters that n names first are not run.
func (c *Compiler) ReportFilters(n *parser.Directive) {
	for name := range strings.SplitSeq(n.Args[0].Text, ";") {
		switch {
		case strings.EqualFold(name, DeflateFilter) && c.Engine.World.Compress:
		case strings.EqualFold(name, DeflateFilter):
			c.Report(parser.Warning, CodeUnsupported, n.Extent, "let the server around compress",
				"%s: filters are not run; of DEFLATE, Vary is set", n.Directive)
		case strings.EqualFold(name, brotliFilter):
			c.Report(parser.Note, CodeNoEffect, n.Extent, "", "%s: %s has no effect: nothing is compressed with Brotli", n.Directive, name)
		default:
			c.Report(parser.Warning, CodeUnsupported, n.Extent, "", "%s: the filter %s is not run", n.Directive, apr.Quote(name))
		}
	}
}

// DeflatesAll reports whether a response would be compressed whatever its type.
func (s *Request) DeflatesAll() bool {
	return s.Deflated || Filters(s.Dir.Core.OutputFilters.Text, DeflateFilter)
}
