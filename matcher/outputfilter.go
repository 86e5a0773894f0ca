package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// deflateFilter is the output filter that compresses.
const deflateFilter = "deflate"

// includesFilter is the output filter that carries out server-side includes.
const includesFilter = "includes"

// filters reports whether a list of output filters, with ";" between them, has
// the one of the given name.
func filters(list, name string) bool {
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
func applySetOutputFilter(sc *scope, n *parser.Directive) {
	sc.dir.core.outputFilters = apr.Some(n.Args[0].Text)
	sc.reportFilters(n)
}

// coreIncludes is the hook for the filter for server-side includes, where Options
// permit it.
func coreIncludes() hook {
	return hook{
		wanted: func(d *dirConfig) bool { return d.core.options.value&optionIncludes != 0 },
		run: func(s *state) int {
			if s.parsed || filters(s.dir.core.outputFilters.Text, includesFilter) {
				s.runBy = includesFilter
			}
			return declined
		},
	}
}

func (c *compiler) reportFilters(n *parser.Directive) {
	c.report(parser.Warning, CodeUnsupported, n.Extent, "let the server around compress",
		"%s: filters are not run; of DEFLATE, Vary is set", n.Directive)
}

// deflatesAll reports whether a response would be compressed whatever its type.
func (s *state) deflatesAll() bool {
	return s.deflated || filters(s.dir.core.outputFilters.Text, deflateFilter)
}
