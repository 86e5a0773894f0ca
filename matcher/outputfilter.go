package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// deflateFilter is the output filter that compresses.
const deflateFilter = "deflate"

// includesFilter is the output filter that carries out server-side includes.
const includesFilter = "includes"

// filters reports whether a list of output filters, with ";" between them, has
// the one of the given name.
func filters(list, name string) bool {
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
	sc.dir.core.outputFilters = some(n.Args[0].Text)
	sc.reportFilters(n)
}

func applyAddOutputFilter(sc *scope, n *parser.Directive) {
	sc.mime().add(outputFilterOfExtension, n.Args[0].Text, n.Args[1:])
	sc.reportFilters(n)
}

func applyRemoveOutputFilter(sc *scope, n *parser.Directive) {
	sc.mime().remove(outputFilterOfExtension, n.Args)
}

func (c *compiler) reportFilters(n *parser.Directive) {
	c.report(parser.Warning, CodeUnsupported, n.Extent, "let the server around compress",
		"%s: filters are not run; of DEFLATE, Vary is set", n.Directive)
}

// deflatesAll reports whether a response would be compressed whatever its type.
func (s *state) deflatesAll() bool {
	return s.deflated || filters(s.dir.core.outputFilters.text, deflateFilter)
}

// deflation says whether the response to s is compressed if the client and the
// type of the response allow it, nil if not.
func (s *state) deflation() *deflation {
	all, byType := s.deflatesAll(), filterSlot.of(s.dir.parts)
	if byType == nil && !all {
		return nil
	}
	for _, name := range []string{"no-gzip", "force-gzip"} {
		if _, ok := s.getenv(name); ok {
			return nil // not compressed, or whatever the client says
		}
	}
	d := &deflation{all: all, types: byType.types()}
	_, d.html = s.getenv("gzip-only-text/html")
	_, d.errors = s.getenv("filter-errordocs")
	return d
}
