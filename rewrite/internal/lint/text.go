package lint

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/parser"
)

// tongue is another language of rules and a line by which it is known.
type tongue struct {
	name string
	line *regexp.Regexp
}

// tongues are the languages of rules that rulesets for httpd are mixed up with.
var tongues = []tongue{
	{"nginx", regexp.MustCompile(`^\s*(?:location\s+\S.*|server|upstream\s+\S+|http|events|if\s*\(.*\))\s*\{\s*$|^\s*(?:rewrite|return|try_files|proxy_pass|set\s+\$\w+|error_page|fastcgi_pass|fastcgi_param|listen|server_name|index|root|add_header|deny|allow|expires)\b[^#]*;\s*(?:#.*)?$`)},
	{"lighttpd", regexp.MustCompile(`^\s*(?:url\.(?:rewrite|redirect)[\w-]*\s*\+?=|\$HTTP\[|server\.modules)`)},
	{"Caddy", regexp.MustCompile(`^\s*(?:reverse_proxy|php_fastcgi|file_server|redir|try_files|handle|handle_path|uri\s+strip_prefix|rewrite)\b[^;{]*$|^[\w.:*-]+(?:,\s*[\w.:*-]+)*\s*\{\s*$|^\s*@\w+\s+(?:path|host|not)\b`)},
	{"IIS (web.config)", regexp.MustCompile(`^\s*<(?:\?xml\b|configuration>|system\.webServer>|rewrite>|rules>|rule\s+name=)`)},
	{"ISAPI_Rewrite", regexp.MustCompile(`(?i)^\s*(?:\[ISAPI_Rewrite\]|Rewrite(?:Header|Proxy|CompatibilityMode|FilterPriority)\b|RepeatLimit\s|CacheClockRate\s)`)},
	{"IIRF", regexp.MustCompile(`(?i)^\s*(?:RewriteLogLevel\s+[0-9]\s*$|IterationLimit\s|StatusUrl\s|RewriteFilterPriority\s|RedirectRule\s)`)},
	{"another server", regexp.MustCompile(`^\s*[\w.-]+(?:\s+[\w.*/-]+)?\s*\{\s*$`)},
}

// checkForeign looks for files in another language.
func checkForeign(c *checker) {
	if !c.hasError() {
		return
	}
	for i, l := range c.lines {
		for _, t := range tongues {
			if t.line.MatchString(strings.TrimSuffix(l, "\r")) && c.errorIn(uint32(i+1)) && (t.name != "IIRF" || !c.hasRewrite()) {
				c.report(c.lineExtent(i+1), parser.Error, codeForeign, "write it as RewriteRule", "this is the language of %s, which httpd does not read", t.name)
				return
			}
		}
	}
}

// isapiTest is a test string of ISAPI_Rewrite 2.
var isapiTest = regexp.MustCompile(`^(?:URL|METHOD|VERSION|[A-Za-z][A-Za-z-]*:)$`)

func (c *checker) foreignConds() {
	for d := range c.conds() {
		if !isapiTest.MatchString(d.Test.Text) {
			continue
		}
		hint := "write %{HTTP:" + strings.TrimSuffix(d.Test.Text, ":") + "}"
		switch strings.ToUpper(d.Test.Text) {
		case "URL":
			hint = "write %{REQUEST_URI}"
		case "METHOD":
			hint = "write %{REQUEST_METHOD}"
		case "HOST:":
			hint = "write %{HTTP_HOST}"
		}
		c.warn(d.Test.Extent, codeForeign, hint, "%q is a test string of ISAPI_Rewrite, and plain text here", d.Test.Text)
	}
}

// hasRewrite reports whether rules of httpd were read.
func (c *checker) hasRewrite() bool {
	for range c.rules() {
		return true
	}
	return false
}

func (c *checker) hasError() bool { return c.known.Err() != nil }

// errorIn reports whether line n has an error.
func (c *checker) errorIn(n uint32) bool {
	for _, d := range c.known {
		if d.Severity == parser.Error && d.Name == c.src.Name && d.From.Line <= n && n <= max(d.To.Line, d.From.Line) {
			return true
		}
	}
	return false
}

var (
	ruleLine = regexp.MustCompile(`(?i)^\s*&lt;|^\W*(?:\xc2\xa0)*\S*(?:rewrite(?:rule|cond|base|engine|options|map)|redirect(?:match)?)`)
	mangled  = regexp.MustCompile(`[\x{201C}\x{201D}\x{201E}\x{2018}\x{2019}\x{00AB}\x{00BB}\x{00A0}\x{200B}\x{200C}\x{200D}\x{2028}\x{FEFF}\x{2060}\x{00AD}]|&(?:amp|lt|gt|quot|nbsp|#[0-9]+|#x[0-9A-Fa-f]+);|(?:^|[\s!])[\x{2013}\x{2014}\x{2212}\x{2011}\x{2012}](?:\s|$|[A-Za-z]{1,2}(?:\s|$))`)
)

// checkMangled looks for what word processors and web pages make of text.
func checkMangled(c *checker) {
	c.foreignConds()
	for i, l := range c.lines {
		if strings.HasPrefix(strings.TrimSpace(l), "#") {
			continue
		}
		if i == 0 {
			l = strings.TrimPrefix(l, "\ufeff")
		}
		if !ruleLine.MatchString(l) {
			continue
		}
		found := mangled.FindString(l)
		if at := strings.Index(l, found); found != "" && at > 0 && (l[at-1] == '|' || l[at-1] == '(') {
			found = "" // an entity that a pattern asks for
		}
		if !utf8.ValidString(l) {
			if n := strings.IndexAny(latin1(l), "\u0091\u0092\u0093\u0094\u0096\u0097\u00a0"); n >= 0 {
				found = "a byte of Windows-1252"
			}
		}
		if found == "" {
			continue
		}
		sev := parser.Warning
		if c.errorIn(uint32(i + 1)) {
			sev = parser.Error
		}
		c.report(c.lineExtent(i+1), sev, codeMangled, "type the plain character", "the line holds %s, as word processors and web pages make it", describe(strings.TrimSpace(found)))
	}
}

// latin1 returns the bytes of s that are not UTF-8 as the letters of Latin-1.
func latin1(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			b.WriteRune(rune(s[0]))
		} else {
			b.WriteByte('.')
		}
		s = s[n:]
	}
	return b.String()
}

// describe names a character that cannot be seen.
func describe(s string) string {
	switch s {
	case "", "\u00a0":
		return "a no-break space"
	case "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u2028":
		return "an invisible character"
	}
	return s
}
