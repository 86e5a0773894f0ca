package lint

import (
	"regexp"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// looseDot is a dot that is not escaped between the parts of a name.
var looseDot = regexp.MustCompile(`[A-Za-z0-9_)-]\.[A-Za-z0-9(]|www\.\)|^\.[a-z0-9]{2,5}\$$`)

// checkDots looks for dots that match any byte where a dot is meant.
func checkDots(c *checker) {
	for r := range c.rules() {
		c.dots(r.Pattern.Extent, r.Regex)
		for _, d := range r.conds {
			if d.Op != parser.CondRegex {
				continue
			}
			switch d.name {
			case "HTTP_HOST", "SERVER_NAME", "REQUEST_URI", "REQUEST_FILENAME", "HTTP_REFERER", "HTTP_USER_AGENT", "THE_REQUEST":
				c.dots(d.Pattern.Extent, d.Operand)
			}
		}
	}
}

func (c *checker) dots(at parser.Extent, text string) {
	bare := withoutClasses(text)
	m := looseDot.FindStringIndex(bare)
	if m == nil {
		return
	}
	c.note(at, codeUnescapedDot, `write \.`, "the dot in %q matches any character", text[max(m[0]-8, 0):min(m[1]+8, len(text))])
}

// withoutClasses returns a pattern in which classes, escapes and repeated dots are other
// bytes, as many as they have.
func withoutClasses(s string) string {
	b := []byte(s)
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && i+1 < len(b):
			b[i], b[i+1] = 0, 0
			i++
		case b[i] == '[':
			for ; i < len(b) && b[i] != ']'; i++ {
				if b[i] == '\\' && i+1 < len(b) {
					b[i] = 0
					i++
				}
				b[i] = 0
			}
		case b[i] == '.' && i+1 < len(b) && strings.IndexByte("*+?{", b[i+1]) >= 0:
			b[i] = 0
		}
	}
	return string(b)
}

// checkQuery looks for queries that are lost, and flags about queries that do
// nothing.
func checkQuery(c *checker) {
	for r := range c.rules() {
		if r.status() >= 400 {
			continue
		}
		q := r.Has(parser.FlagQueryAppend)
		query := strings.Contains(literals(r.Template), "?") && !r.DropQuery
		if f := r.flag(parser.FlagQueryAppend); f != nil && (r.NoSubst || !query || r.Has(parser.FlagQueryDiscard)) {
			c.note(f.Extent, codePointlessQSA, "drop it", "QSA does nothing here: %s", whyQSA(r))
		}
		if query && !q && !r.NoSubst && !r.DropQuery && !usesQuery(r) {
			c.note(r.Subst.Extent, codeQueryLost, "add QSA", "the target has a query of its own, so that of the request is lost")
		}
	}
}

func whyQSA(r *rule) string {
	if r.NoSubst {
		return "the rule changes nothing about the query"
	}
	if r.Has(parser.FlagQueryDiscard) {
		return "QSD drops the query"
	}
	return "the target has no query, so that of the request is kept anyway"
}

// usesQuery reports whether the rule takes the request's query into account.
func usesQuery(r *rule) bool {
	for _, d := range r.conds {
		if d.name == "QUERY_STRING" || d.name == "THE_REQUEST" {
			return true
		}
	}
	return strings.Contains(strings.ToUpper(r.Subst.Text), "QUERY_STRING")
}

// checkPorts looks for patterns of ports that other ports match.
func checkPorts(c *checker) {
	for d := range c.conds() {
		if d.name != "SERVER_PORT" && d.name != "REMOTE_PORT" || d.Op != parser.CondRegex || d.re == nil {
			continue
		}
		all, ok := d.re.Literals()
		if !ok {
			continue
		}
		for _, l := range all {
			if (!l.Begin || !l.End) && len(l.Text) > 0 && len(l.Text) < 5 {
				c.note(d.Pattern.Extent, codeUnanchoredPort, "write ="+l.Text, "the pattern for %s also matches other ports that hold it", l.Text)
				break
			}
		}
	}
}

var hasLetter = regexp.MustCompile(`[A-Za-z]|[^\x00-\x7f]`)

// checkFlags looks for flags that change nothing.
func checkFlags(c *checker) {
	for r := range c.rules() {
		if f := r.flag(parser.FlagNoCase); f != nil && caseless(r.Regex) {
			c.note(f.Extent, codePointlessFlag, "drop it", "NC does nothing: the pattern has no letters")
		}
		if f := r.flag(parser.FlagLast); f != nil && (r.denies() || r.Has(parser.FlagEnd)) {
			c.note(f.Extent, codePointlessFlag, "drop it", "L does nothing beside a flag that ends the list itself")
		}
		for _, d := range r.conds {
			if f := flagExtent(d.Flags, parser.FlagNoCase); f.IsValid() && d.Op == parser.CondRegex && caseless(d.Operand) {
				c.note(f, codePointlessFlag, "drop it", "NC does nothing: the pattern has no letters")
			}
		}
	}
}

// caseless reports whether case makes no difference to a pattern.
func caseless(text string) bool {
	plain, err := language.Parse(text, false)
	if err != nil {
		return false
	}
	fold, err := language.Parse(text, true)
	if err != nil || !plain.Exact {
		return false
	}
	if !hasLetter.MatchString(text) {
		return true
	}
	return language.Empty(language.In(fold), language.NotIn(plain))
}
