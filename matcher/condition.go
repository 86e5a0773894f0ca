package matcher

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// conditions tests the conditions of a rule: groups joined by OR must each
// have a true member. A false last condition that bears OR counts as true, as
// in httpd.
func (r *run) conditions(conds []*cond, captures bool) bool {
	room := r.eval.meter.Mark()
	defer r.eval.meter.Release(room) // what they are tested on is not kept
	for i := 0; i < len(conds); i++ {
		i = r.skipFalse(conds, i)
		if i == len(conds) {
			return true // the last one bore OR
		}
		c := conds[i]
		r.eval.at = c
		ok := r.eval.spend(ruleSteps) && r.condition(c, captures)
		if r.eval.err != nil {
			return false
		}
		if c.noVary {
			r.varyThis = ""
		}
		switch {
		case c.orNext && !ok:
			r.varyThis = ""
			continue
		case c.orNext:
			for i < len(conds) && conds[i].orNext {
				i++
			}
		case !ok:
			return false
		}
		if r.varyThis != "" {
			r.eval.spend(len(r.vary) / textSteps)
			if r.vary != "" {
				r.vary += ", "
			}
			r.vary += r.varyThis
			r.varyThis = ""
		}
	}
	return true
}

// skipFalse returns the index of the first condition from i on that is not
// certain to be false among those that OR joins to it.
func (r *run) skipFalse(conds []*cond, i int) int {
	for i < len(conds) && conds[i].run > 1 {
		c := conds[i]
		input := r.expand(&c.test, nil)
		r.varyThis = ""
		n := r.skipRun(c, input)
		if r.eval.step != nil {
			for _, c := range conds[i : i+n] {
				r.traceCond(c, input, false)
			}
		}
		i += n
		if n == 0 || i < len(conds) && conds[i].group == c.group {
			break
		}
	}
	return i
}

// condition tests one condition. captures says whether what it captures is
// looked at.
func (r *run) condition(c *cond, captures bool) bool {
	input := r.expand(&c.test, nil)
	ok := r.test(c, input, captures) != c.not
	r.traceCond(c, input, ok)
	return ok
}

func (r *run) test(c *cond, input string, captures bool) bool {
	switch c.op {
	case parser.CondRegex:
		return r.testRegex(c, input, captures)
	case parser.CondFile, parser.CondSize, parser.CondDir, parser.CondLink, parser.CondExec:
		return r.testFile(c.op, input)
	case parser.CondURI:
		return input != "" && r.mayLookAhead() && r.lookupURI(input).status < 400
	case parser.CondSubFile:
		return r.testSubFile(input)
	case parser.CondEqual:
		if c.noCase {
			return uri.EqualFold(input, c.operand)
		}
		return input == c.operand
	case parser.CondLess, parser.CondLessEqual, parser.CondGreater, parser.CondGreaterEqual:
		return holds(c.op, c.compare(input))
	case parser.CondIntEqual, parser.CondIntNotEqual, parser.CondIntLess, parser.CondIntLessEqual,
		parser.CondIntGreater, parser.CondIntGreaterEqual:
		return holds(c.op, cmp.Compare(atoi(input), c.number))
	case parser.CondExpr:
		return r.testExpr(c)
	}
	return false
}

// testExpr evaluates an expression. If it is true, what its regular expressions
// captured replaces the captures of earlier conditions; where none captured
// anything httpd reads memory it never wrote, here all groups are empty.
func (r *run) testExpr(c *cond) bool {
	res := r.holds(c.expr)
	if !c.noVary {
		r.addVary(res.Vary)
	}
	if res.True && !c.not {
		r.condSubject, r.condGroups, r.hasCondGroups = res.Captures.Subject, res.Captures.Groups, res.Captures.OK
	}
	return res.True
}

func (r *run) testRegex(c *cond, input string, captures bool) bool {
	if c.group != nil {
		if _, ok := slices.BinarySearch(r.memo(c.group, input).ids, c.id); !ok {
			return false
		}
		if !captures && c.group.filter.Exact(c.id) {
			return true
		}
	}
	ok := r.eval.match(c.pattern, input, &r.matchGroups, c.at)
	if ok && !c.not {
		r.condSubject, r.condGroups, r.hasCondGroups = input, r.matchGroups, true
	}
	return ok
}

// compare compares as httpd does: a longer string is the greater one, unless
// case is ignored.
func (c *cond) compare(input string) int {
	if c.noCase {
		return uri.CompareFold(input, c.operand)
	}
	if d := len(input) - len(c.operand); d != 0 {
		return d
	}
	return strings.Compare(input, c.operand)
}

func holds(op parser.CondOp, order int) bool {
	switch op {
	case parser.CondLess, parser.CondIntLess:
		return order < 0
	case parser.CondLessEqual, parser.CondIntLessEqual:
		return order <= 0
	case parser.CondGreater, parser.CondIntGreater:
		return order > 0
	case parser.CondGreaterEqual, parser.CondIntGreaterEqual:
		return order >= 0
	case parser.CondIntNotEqual:
		return order != 0
	default:
		return order == 0
	}
}

func (r *run) testFile(op parser.CondOp, path string) bool {
	if path == "" {
		return false
	}
	if op == parser.CondLink {
		info, err := r.eval.lstat(path)
		return err == nil && kindOf(info) == symlink
	}
	info, err := r.eval.stat(path)
	if err != nil {
		return false
	}
	switch op {
	case parser.CondFile:
		return kindOf(info) == regularFile
	case parser.CondSize:
		return kindOf(info) == regularFile && info.Size() > 0
	case parser.CondDir:
		return info.IsDir()
	default:
		return info.Mode()&0o111 != 0
	}
}

func (r *run) testSubFile(input string) bool {
	if input == "" || !r.mayLookAhead() {
		return false
	}
	sub := r.lookupFile(input)
	if sub.status >= 300 {
		return false
	}
	_, err := r.eval.stat(sub.filename.text)
	return err == nil
}

// atoi reads a number as C's atoi does where int has 32 and long 64 bits:
// blanks, a sign, digits up to anything else; the low half of a value that
// saturates at 64 bits.
func atoi(s string) int32 {
	i := 0
	for i < len(s) && (s[i] == ' ' || '\t' <= s[i] && s[i] <= '\r') {
		i++
	}
	negative := i < len(s) && s[i] == '-'
	if negative || i < len(s) && s[i] == '+' {
		i++
	}
	const limit = 1 << 63
	var n uint64
	for ; i < len(s) && isDigit(s[i]); i++ {
		d := uint64(s[i] - '0')
		if n > (limit-d)/10 {
			n = limit
			break
		}
		n = n*10 + d
	}
	if negative {
		return int32(-int64(n)) //nolint:gosec // truncation is the point
	}
	return int32(min(n, limit-1)) //nolint:gosec // truncation is the point
}
