package expr

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// truth is a test that is decided.
type truth bool

func (n truth) eval(*evaluation) bool { return bool(n) }

// negation is "!x".
type negation struct{ x test }

func (n negation) eval(ev *evaluation) bool { return !n.x.eval(ev) }

// junction is a chain of "or", else of "and".
type junction struct {
	or       bool
	operands []test
}

func (n *junction) eval(ev *evaluation) bool {
	for _, x := range n.operands {
		if x.eval(ev) == n.or || ev.err != nil {
			return n.or
		}
	}
	return !n.or
}

// pair evaluates two words, the second one first as httpd does.
func (ev *evaluation) pair(x, y word) (xs, ys string) {
	ys = y.eval(ev)
	xs = x.eval(ev)
	return xs, ys
}

// comparison compares two words.
type comparison struct {
	op   syntax.CompareOp
	x, y word
}

func (n *comparison) eval(ev *evaluation) bool {
	x, y := ev.pair(n.x, n.y)
	if !ev.spend(callSteps + min(len(x), len(y))/textSteps) {
		return false
	}
	switch n.op {
	case syntax.Equal:
		return x == y
	case syntax.NotEqual:
		return x != y
	case syntax.Less:
		return x < y
	case syntax.LessEqual:
		return x <= y
	case syntax.Greater:
		return x > y
	case syntax.GreaterEqual:
		return x >= y
	case syntax.IntEqual:
		return integer(x) == integer(y)
	case syntax.IntNotEqual:
		return integer(x) != integer(y)
	case syntax.IntLess:
		return integer(x) < integer(y)
	case syntax.IntLessEqual:
		return integer(x) <= integer(y)
	case syntax.IntGreater:
		return integer(x) > integer(y)
	case syntax.IntGreaterEqual:
		return integer(x) >= integer(y)
	}
	return false
}

// match looks for a regular expression in a word. Only one with groups changes
// the captures. Where it is not found there are none then, but the groups stay for
// what SetEnvIfExpr looks at later.
type match struct {
	not bool
	x   word
	re  *pattern.Pattern
	at  parser.Extent
}

func (n *match) eval(ev *evaluation) bool {
	s := n.x.eval(ev)
	if ev.err != nil {
		return false
	}
	var caps *pattern.Captures
	if n.re.NumGroups() > 0 {
		caps = &ev.found
	}
	ok, err := ev.env.Match(n.re, s, caps, n.at)
	if err != nil {
		ev.err = err
		return false
	}
	switch {
	case caps == nil:
	case ok:
		ev.captures = Captures{true, s, ev.found}
	default:
		ev.captures.OK, ev.captures.Subject = false, ""
	}
	return ok != n.not
}

// member tests whether a word is in a list, whose words are evaluated from the
// last one on until one is equal.
type member struct {
	x    word
	list []word
}

func (n *member) eval(ev *evaluation) bool {
	x := n.x.eval(ev)
	for i := len(n.list) - 1; i >= 0 && ev.spend(callSteps); i-- {
		if n.list[i].eval(ev) == x {
			return true
		}
	}
	return false
}

// inExtensions tests whether a word is a value of an extension of the client's
// certificate.
type inExtensions struct{ x, oid word }

func (n *inExtensions) eval(ev *evaluation) bool {
	x := n.x.eval(ev)
	oid := n.oid.eval(ev)
	if ev.err != nil {
		return false
	}
	return slices.Contains(ev.env.PeerExtensions(oid), x)
}

// isEmpty is "-z x".
type isEmpty struct{ x word }

func (n isEmpty) eval(ev *evaluation) bool { return n.x.eval(ev) == "" }

// isTrue is "-T x".
type isTrue struct{ x word }

func (n isTrue) eval(ev *evaluation) bool {
	switch toLower(n.x.eval(ev)) {
	case "", "0", "off", "no", "false":
		return false
	}
	return true
}

// wildcardTest matches a word with the wildcards of another.
type wildcardTest struct {
	x, pattern   word
	noCase, path bool
	parsed       *wildcards // of a constant pattern
	at           parser.Extent
}

// maxWildcardWork bounds the product of the lengths of a pattern with wildcards
// and its subject.
const maxWildcardWork = 1 << 26

func (n *wildcardTest) eval(ev *evaluation) bool {
	s, pat := ev.pair(n.x, n.pattern)
	if len(pat) > 0 && len(s) > maxWildcardWork/len(pat) {
		ev.fail(n.at, "string too long for wildcards")
	}
	if !ev.spend(callSteps + len(s)*len(pat)/textSteps) {
		return false
	}
	if n.parsed != nil {
		return n.parsed.match(s)
	}
	return ev.charge(n.at, len(pat)*elementBytes) && parseWildcards(pat, n.noCase, n.path).match(s)
}

// clientIn is "-R subnet".
type clientIn struct{ net subnet }

func (n clientIn) eval(ev *evaluation) bool { return n.net.contains(ev.env.ClientAddr()) }

// addrIn is "x -ipmatch subnet".
type addrIn struct {
	x   word
	net subnet
}

func (n addrIn) eval(ev *evaluation) bool {
	s := n.x.eval(ev)
	if ev.err != nil || s == "" || s[0] == '/' {
		return false
	}
	addr, ok := parseAddr(s)
	if !ok {
		addr, ok = ev.env.Resolve(s)
	}
	return ok && n.net.contains(addr)
}
