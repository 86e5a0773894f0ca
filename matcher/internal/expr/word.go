package expr

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// maxValue is the longest string an expression may make, so that nested
// functions can't exhaust the memory. httpd has no such limit.
const maxValue = 32 << 20

// constant is a word of fixed value.
type constant string

func (n constant) eval(*evaluation) string { return string(n) }

// group is "$N".
type group int

func (n group) eval(ev *evaluation) string { return ev.captures.Group(int(n)) }

// concat joins words, evaluating them in either order.
type concat struct {
	at      parser.Extent
	words   []word
	fromEnd bool
}

func (n *concat) eval(ev *evaluation) string {
	values := make([]string, len(n.words))
	size := 0
	for i := range values {
		k := i
		if n.fromEnd {
			k = len(values) - 1 - i
		}
		values[k] = n.words[k].eval(ev)
		size += len(values[k])
	}
	if size > maxValue {
		ev.fail(n.at, "string too long")
		return ""
	}
	return strings.Join(values, "")
}
