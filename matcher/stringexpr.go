package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// constant returns the value of an argument that httpd reads as a string
// expression. ok is false where it has none that is known beforehand; that was
// reported then.
func (c *compiler) constant(w *parser.Word, directive string, sc *scope) (value string, ok bool) {
	e, err := parser.ParseExprString(w.Text, w.Extent, c.exprOptions(sc))
	if err != nil {
		c.finds = append(c.finds, parser.Findings(err)...)
		return "", false
	}
	var b strings.Builder
	for _, part := range e.Value.Parts {
		switch part := part.(type) {
		case *parser.ExprLiteral:
			b.WriteString(part.Text)
		case *parser.ExprGroup: // nothing has matched: it is empty
		default:
			c.report(parser.Warning, CodeUnsupported, w.Extent, "", "%s with an expression is not supported yet", directive)
			return "", false
		}
	}
	return b.String(), true
}
