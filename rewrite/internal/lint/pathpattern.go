package lint

import (
	"regexp"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// checkSlash looks for patterns of rules that miss what they are compared with by
// a slash at its beginning.
func checkSlash(c *checker) {
	withSlash, without := language.In(language.Must("^/")), language.In(language.Must("^(?:[^/]|$)"))
	for r := range c.rules() {
		if r.re == nil || r.scope.kind == location || !strings.Contains(r.Regex, "^") || r.scope.perDir() && plainStart.MatchString(r.Regex) {
			continue
		}
		pattern := language.In(r.re)
		never := "never matches"
		if r.Not {
			never = "always matches, as it is negated"
		}
		switch {
		case r.scope.perDir():
			if language.Empty(pattern, without) && !language.Empty(pattern, withSlash) {
				c.warn(r.Pattern.Extent, codeLeadingSlash, "drop the slash, or write ^/? where the rules are used for a server, too",
					"the rules of a folder are compared with paths that do not begin with a slash, so %q %s", r.Pattern.Text, never)
			}
		case language.Empty(pattern, withSlash) && !language.Empty(pattern, without):
			c.warn(r.Pattern.Extent, codeMissingSlash, "begin it with ^/",
				"the rules of a server are compared with paths that begin with a slash, so %q %s", r.Pattern.Text, never)
		}
	}
}

// plainStart is the beginning of a pattern that no slash is asked for by.
var plainStart = regexp.MustCompile(`^\^(?:[A-Za-z0-9.$-]|\\[^/])[^|]*$`)

// pathPattern is a pattern that is compared with a path.
type pathPattern struct {
	at   parser.Extent
	text string
	re   *language.Pattern
}

// pathPatterns returns the patterns that are compared with a path.
func (c *checker) pathPatterns() []pathPattern {
	var all []pathPattern
	for r := range c.rules() {
		all = append(all, pathPattern{r.Pattern.Extent, r.Regex, r.re})
		for _, d := range r.conds {
			if isPathVariable(d.name) && (d.Op == parser.CondRegex || d.Op == parser.CondEqual) {
				all = append(all, pathPattern{d.Pattern.Extent, d.Operand, d.re})
			}
		}
	}
	return all
}

func isPathVariable(name string) bool {
	switch name {
	case "REQUEST_URI", "REQUEST_FILENAME", "PATH_INFO":
		return true
	}
	return false
}

// needs reports whether every string of p has one of the bytes.
func needs(p *language.Pattern, text, bytes string) bool {
	return p != nil && strings.ContainsAny(text, bytes) && language.Empty(language.In(p), language.In(language.Must("^[^"+regexp.QuoteMeta(bytes)+"]*$"))) &&
		!language.Empty(language.In(p))
}

var (
	// plainQuery is a question mark that is not escaped before a parameter.
	plainQuery = regexp.MustCompile(`[A-Za-z0-9_/]\?[A-Za-z_][\w\[\]-]*=`)
	// escapedOctet is an escaped byte of a URL.
	escapedOctet = regexp.MustCompile(`%[0-9A-Fa-f](?:[0-9A-Fa-f]|\[[0-9A-Fa-f]{2}\])`)
	hostName     = regexp.MustCompile(`(?i)^\^?(?:\((?:\?:)?www\\?\.\)\?|www\\?\.)?(?:(?:[a-z0-9-]+|\([^()/]*\)|\[[^\]/]*\][+*]?)\\?\.)+(?:com|org|net|info|biz|edu|gov|example|co\\?\.uk|de|fr|nl|ch|at|eu|io|ru|pl|it|es|se|dk|br|au|us|uk|test)(?:[/$)(:]|$)`)
	wwwStart     = regexp.MustCompile(`(?i)^\^?(?:\((?:\?:)?www\\?\.\)\?|www\\?\.)(?:[a-z0-9-]+\\?\.[a-z]|\(?\.[*+])`)
	scheme       = regexp.MustCompile(`(?i)(?:^\^?\(?(?:\?:)?https?\??\)?\??:|https?\??:\\?/\\?/)`)
)

// checkPathPatterns looks for patterns that ask a path for what no path has.
func checkPathPatterns(c *checker) {
	for _, p := range c.pathPatterns() {
		switch {
		case scheme.MatchString(p.text) || hostName.MatchString(p.text) || wwwStart.MatchString(p.text):
			c.warn(p.at, codeHostInPattern, "test %{HTTP_HOST} or %{HTTPS} in a condition",
				"the pattern asks for a scheme or a host, and is compared with the path alone")
		case needs(p.re, p.text, "?") || plainQuery.MatchString(p.text):
			c.warn(p.at, codeQueryInPattern, "test %{QUERY_STRING} in a condition; it begins behind the question mark",
				"the pattern asks for a query string, and is compared with the path alone")
		case needs(p.re, p.text, "#"):
			c.warn(p.at, codeFragment, "", "the pattern asks for what stands behind a #, which browsers do not send")
		case escapedOctet.MatchString(p.text) && (needs(p.re, p.text, "%") || p.re == nil):
			octet := escapedOctet.FindString(p.text)
			c.warn(p.at, codeEncoded, "write the character itself; a pattern with blanks needs quotes",
				"the pattern holds %q, and is compared with the decoded path, in which it is one character", octet)
		}
	}
	for d := range c.conds() {
		if d.re == nil {
			continue
		}
		switch {
		case d.name == "QUERY_STRING" && needs(d.re, d.Operand, "?") && (d.Op == parser.CondRegex || d.Op == parser.CondEqual):
			c.warn(d.Pattern.Extent, codeQueryInPattern, "leave the question mark out", "%%{QUERY_STRING} begins behind the question mark and has none")
		case (d.name == "QUERY_STRING" || d.name == "THE_REQUEST") && needs(d.re, d.Operand, "#"):
			c.warn(d.Pattern.Extent, codeFragment, "", "the pattern asks for what stands behind a #, which browsers do not send")
		}
	}
}
