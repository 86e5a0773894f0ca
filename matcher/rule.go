package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/parser"
)

// rule is a compiled RewriteRule with the conditions before it.
type rule struct {
	at      parser.Extent
	text    string // the pattern as written, for explanations
	pattern *pattern.Pattern
	not     bool
	conds   []*cond

	noSubst bool // the substitution is "-"
	subst   template
	output  string // the unexpanded substitution

	answers     bool // F, G or R with a status that is no redirect: the run ends with code
	code        int  // of R, F, G
	redirect    bool // R
	proxy       bool // P
	passThrough bool // PT
	last        bool // L
	end         bool // END
	next        bool // N
	maxRounds   int
	chain       bool // C
	skip        int  // S
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

	escape      *escaping // of back-references; nil without B or BCTLS
	env         []template
	cookies     []template
	contentType *template // T
	handler     *template // H
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
	noCase  bool
	orNext  bool
	noVary  bool
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

// ruleList is the rules of one scope in order.
type ruleList []*rule

// next returns the index of the first rule at or after from that may match
// subject, len(l) if there is none. It never passes over a rule that matches.
func (l ruleList) next(_ string, from int) int { return from }
