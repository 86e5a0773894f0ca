package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rule is a compiled RewriteRule with the conditions before it. There may be
// tens of thousands: the small fields stand together, which saves memory.
type rule struct {
	at      parser.Extent
	pattern *pattern.Pattern
	conds   []*cond
	subst   template
	output  string // the unexpanded substitution

	escape      *escaping // of back-references; nil without B or BCTLS
	env         []template
	cookies     []template
	contentType *template // T
	handler     *template // H

	code      int32 // of R, F, G
	maxRounds int32 // of N; 0 without a number
	skip      int32 // S

	not     bool
	noSubst bool // the substitution is "-"
	answers bool // F, G or R with a status that is no redirect: the run ends with code

	redirect    bool // R
	proxy       bool // P
	passThrough bool // PT
	last        bool // L
	end         bool // END
	next        bool // N
	chain       bool // C
	noSubreq    bool // NS
	noEscape    bool // NE
	discardPath bool // DPI

	queryAppend  bool // QSA
	queryDiscard bool // QSD
	queryLast    bool // QSL
	queryNone    bool // the substitution drops the query

	unsafePrefixStat bool // UnsafePrefixStat
	unsafeAllow3F    bool // UnsafeAllow3F
	keepSlashes      bool // UNC

	usesGroups bool // something refers to what the pattern captured
	usesConds  bool // something refers to what the conditions captured
}

// patternText returns the pattern as written.
func (r *rule) patternText() string {
	if r.not {
		return "!" + r.pattern.String()
	}
	return r.pattern.String()
}

// cond is a compiled RewriteCond.
type cond struct {
	at      parser.Extent
	text    string // the pattern as written
	test    template
	not     bool
	op      parser.CondOp
	operand string
	number  int32 // operand of the integer tests
	pattern *pattern.Pattern
	expr    *expr.Program
	noCase  bool
	orNext  bool
	noVary  bool

	group *condGroup // the conditions on the same variable, nil if alone
	id    int32      // the pattern's number in the group
	run   int        // conditions from this one on that OR joins within the group
}

// escaping says which bytes of a back-reference are escaped.
type escaping struct {
	enabled  bool    // B or BCTLS: without them nothing is escaped
	controls bool    // BCTLS: control characters and blanks
	only     byteSet // of B=
	hasOnly  bool
	never    byteSet // of BNE=
	noPlus   bool    // BNP
}

// byteSet is a set of bytes.
type byteSet [4]uint64

func bytesOf(s string) (set byteSet) {
	for i := range len(s) {
		set[s[i]>>6] |= 1 << (s[i] & 63)
	}
	return set
}

func (b *byteSet) has(c byte) bool { return b[c>>6]&(1<<(c&63)) != 0 }
