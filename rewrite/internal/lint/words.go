package lint

import (
	"regexp"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

const (
	ruleFlagWord = `(?:B|BNE|BNP|BCTLS|C|chain|CO|cookie|DPI|E|env|END|F|forbidden|G|gone|H|L|last|N|NC|nocase|NE|noescape|NS|P|proxy|PT|passthrough|QSA|qsappend|QSD|QSL|R|redirect|S|skip|T|OR|ornext)`
	flagValue    = `(?:=[^\],\s]*)?`
)

var (
	gluedTarget = regexp.MustCompile(`\[` + ruleFlagWord + flagValue + `(?:,\s*` + ruleFlagWord + flagValue + `)*\]$`)
	// gluedSmall is more than one flag, in small letters: one alone may be an index.
	gluedSmall = regexp.MustCompile(`(?i)\[` + ruleFlagWord + flagValue + `(?:,\s*` + ruleFlagWord + flagValue + `)+\]$|(?i)\[(?:R|redirect|E|env|CO|S)=[^\],\s]+\]$`)
	gluedCond  = regexp.MustCompile(`(?i)\[(?:NC|OR|NV|nocase|ornext)(?:,\s*(?:NC|OR|NV|nocase|ornext))*\]$`)
)

// checkGlued looks for flags that are part of the word before them.
func checkGlued(c *checker) {
	for r := range c.rules() {
		for _, d := range r.conds {
			if m := gluedCond.FindString(d.Pattern.Text); m != "" && len(d.Flags) == 0 && len(m) < len(d.Pattern.Text) && upper(m) {
				c.glued(d.Pattern, m, "pattern")
			}
		}
		if m := gluedTarget.FindString(r.Pattern.Text); m != "" && strings.HasSuffix(strings.TrimSuffix(r.Pattern.Text, m), "$") {
			c.glued(r.Pattern, m, "pattern")
		}
		if len(r.Flags) > 0 {
			continue
		}
		m := gluedTarget.FindString(r.Subst.Text)
		if m == "" {
			m = gluedSmall.FindString(r.Subst.Text)
		}
		if m != "" && len(m) < len(r.Subst.Text) {
			c.glued(r.Subst, m, "target")
		}
	}
}

// upper reports whether flags are written as they usually are: in a class of small
// letters they may be meant as one.
func upper(s string) bool { return strings.ToUpper(s) == s || strings.Contains(s, "nocase") }

func (c *checker) glued(w parser.Word, flags, of string) {
	c.warn(w.Extent, codeFlagsGlued, "put a blank before "+flags, "no blank stands before %s, so it is part of the %s", flags, of)
}

// regexSigns are what regular expressions are made of, and plain values are not.
var regexSigns = regexp.MustCompile(`^\^|\$$|\.\*|\.\+|\\[.dwsDWS/]|\([^)]*\|[^)]*\)|\[[^\]]+\][*+?]?$|^\w+(?:\|\w+)+$|\)\?|\*$`)

// checkEquals looks for regular expressions behind "=".
func checkEquals(c *checker) {
	for d := range c.conds() {
		if d.Op == parser.CondEqual && regexSigns.MatchString(d.Operand) && d.name != "QUERY_STRING" || d.Op == parser.CondEqual && strings.HasPrefix(d.Operand, "^") {
			c.warn(d.Pattern.Extent, codeRegexAfterEquals, "drop the =, or the signs of the regular expression", "what follows = is plain text, and %q is a regular expression", d.Operand)
		}
	}
}

var (
	wholeVariable = regexp.MustCompile(`^!?%\{[A-Za-z_]+(?::[\w-]+)?\}`)
	urlLike       = regexp.MustCompile(`^(?:https?://|/)[\w./?=&%$:-]*$`)
	fileLike      = regexp.MustCompile(`^[\w/-]+\.(?:php|html?|[aj]spx?|cgi|pl)(?:\?[\w=&$%]*)?$`)
	regexLike     = regexp.MustCompile(`^\^|^\(.*[*+].*\)\$?$|\\\.|\.\*`)
)

// checkSwapped looks for words that stand in each other's place.
func checkSwapped(c *checker) {
	for r := range c.rules() {
		for _, d := range r.conds {
			if d.Op != parser.CondExpr && wholeVariable.MatchString(d.Pattern.Text) && constantTest(d.Template) {
				c.warn(d.Extent, codeSwapped, "swap them: RewriteCond "+strings.TrimPrefix(d.Pattern.Text, "!")+" "+d.Test.Text,
					"test string and pattern stand in each other's place: %q is not tested, and %q is no pattern", d.Pattern.Text, d.Pattern.Text)
			}
		}
		if !r.NoSubst && (urlLike.MatchString(r.Pattern.Text) || fileLike.MatchString(r.Pattern.Text) && strings.HasPrefix(r.Subst.Text, "^")) && !strings.HasSuffix(r.Pattern.Text, "$") && regexLike.MatchString(r.Subst.Text) &&
			!strings.HasPrefix(r.Subst.Text, "/") && !strings.Contains(r.Subst.Text, "://") && (strings.HasPrefix(r.Subst.Text, "^") || strings.HasSuffix(r.Subst.Text, "$")) {
			c.warn(r.Extent, codeSwapped, "swap them: RewriteRule "+r.Subst.Text+" "+r.Pattern.Text,
				"pattern and target stand in each other's place: %q is a pattern, and %q a target", r.Subst.Text, r.Pattern.Text)
		}
	}
}

// constantTest reports whether a test string is plain text.
func constantTest(t *parser.Template) bool {
	if t == nil {
		return false
	}
	for _, p := range t.Parts {
		switch p.(type) {
		case *parser.Literal, *parser.Escaped:
		default:
			return false
		}
	}
	return true
}
