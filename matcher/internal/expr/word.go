package expr

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// maxConstant is the longest string that is made of constants before there is a
// request, whose limits count otherwise.
const maxConstant = 1 << 20

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
	if !ev.charge(n.at, size) {
		return ""
	}
	return strings.Join(values, "")
}
