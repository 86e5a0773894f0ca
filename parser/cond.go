package parser

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// condOps are the tests as CondPattern names them.
var condOps = [...]string{
	CondRegex: "regex", CondExpr: "expr",
	CondFile: "-f", CondSize: "-s", CondDir: "-d", CondLink: "-l", CondExec: "-x",
	CondURI: "-U", CondSubFile: "-F",
	CondEqual: "=", CondLess: "<", CondLessEqual: "<=", CondGreater: ">", CondGreaterEqual: ">=",
	CondIntEqual: "-eq", CondIntNotEqual: "-ne", CondIntLess: "-lt", CondIntLessEqual: "-le",
	CondIntGreater: "-gt", CondIntGreaterEqual: "-ge",
}

// String returns the test as CondPattern names it, such as "-f", or "regex" or
// "expr".
func (op CondOp) String() string {
	if op < 0 || int(op) >= len(condOps) {
		return fmt.Sprintf("CondOp(%d)", int(op))
	}
	return condOps[op]
}

// rewriteCond reads a RewriteCond, nil if it is wrong.
func (p *parser) rewriteCond(s *statement) Node {
	a, ok := p.ruleArgs(s, &condFlags)
	if !ok {
		return nil
	}
	c := p.memory.conds.next()
	c.Extent, c.Source = s.Extent, s.Source
	c.Test, c.Pattern, c.Flags = a.first, a.second, a.flags
	pattern, not := strings.CutPrefix(a.second.Text, "!")
	c.Not = not
	if ascii.EqualFold(a.first.Text, "expr") {
		c.Op, c.Operand = CondExpr, pattern
	} else {
		c.Op, c.Operand = condOp(pattern)
		c.Template = p.template(a.t1)
	}
	if !c.Op.hasNoCase() {
		p.warnNoCase(c)
	}
	return c
}

// condOp finds the kind of test that a CondPattern without its "!" asks for.
func condOp(s string) (CondOp, string) {
	if len(s) < 2 {
		return CondRegex, s
	}
	switch s[0] {
	case '-':
		return condDash(s)
	case '=':
		if s == `=""` {
			return CondEqual, ""
		}
		return CondEqual, s[1:]
	case '<':
		if s[1] == '=' {
			return CondLessEqual, s[2:]
		}
		return CondLess, s[1:]
	case '>':
		if s[1] == '=' {
			return CondGreaterEqual, s[2:]
		}
		return CondGreater, s[1:]
	}
	return CondRegex, s
}

// condDash finds the test that s, which begins with "-", asks for. File tests
// have one letter and nothing more, number tests two and a number.
func condDash(s string) (CondOp, string) {
	switch {
	case len(s) == 2:
		switch s[1] {
		case 'f':
			return CondFile, ""
		case 's':
			return CondSize, ""
		case 'd':
			return CondDir, ""
		case 'l', 'L', 'h':
			return CondLink, ""
		case 'x':
			return CondExec, ""
		case 'U':
			return CondURI, ""
		case 'F':
			return CondSubFile, ""
		}
	case len(s) > 3:
		switch s[1:3] {
		case "eq":
			return CondIntEqual, s[3:]
		case "ne":
			return CondIntNotEqual, s[3:]
		case "lt":
			return CondIntLess, s[3:]
		case "le":
			return CondIntLessEqual, s[3:]
		case "gt":
			return CondIntGreater, s[3:]
		case "ge":
			return CondIntGreaterEqual, s[3:]
		}
	}
	return CondRegex, s
}

// hasNoCase reports whether the test minds flag NC.
func (op CondOp) hasNoCase() bool {
	switch op {
	case CondRegex, CondEqual, CondLess, CondLessEqual, CondGreater, CondGreaterEqual:
		return true
	case CondExpr, CondFile, CondSize, CondDir, CondLink, CondExec, CondURI, CondSubFile,
		CondIntEqual, CondIntNotEqual, CondIntLess, CondIntLessEqual, CondIntGreater,
		CondIntGreaterEqual:
	}
	return false
}

// warnNoCase warns of flags NC that c's test does not mind.
func (p *parser) warnNoCase(c *RewriteCond) {
	for _, f := range c.Flags {
		if f.Kind == FlagNoCase {
			p.warnf(f.Extent, CodeIgnoredFlag, "",
				"RewriteCond: flag 'NC' has no effect on the test '%v'", c.Op)
		}
	}
}
