package support

import (
	"regexp"
	"strings"
)

// patternItems are what not every engine has in regular expressions: what may
// stand at the start of one, and what needs backtracking or more.
func patternItems() []item {
	var items []item
	for _, p := range []struct{ name, pattern string }{
		{"(*UTF) and (*UTF8)", "(*UTF8)^/é$"},
		{"(*UCP)", "(*UCP)\\w"},
		{"(*NO_JIT)", "(*NO_JIT)a"},
		{"(*NO_START_OPT)", "(*NO_START_OPT)a"},
		{"(*NO_AUTO_POSSESS)", "(*NO_AUTO_POSSESS)a"},
		{"(*NO_DOTSTAR_ANCHOR)", "(*NO_DOTSTAR_ANCHOR)a"},
		{"(*BSR_ANYCRLF)", "(*BSR_ANYCRLF)\\R"},
		{"(*BSR_UNICODE)", "(*BSR_UNICODE)\\R"},
		{"(*LF)", "(*LF)a"},
		{"(*CR)", "(*CR)\\N"},
		{"(*CRLF)", "(*CRLF)\\N"},
		{"(*ANYCRLF)", "(*ANYCRLF)\\N"},
		{"(*ANY)", "(*ANY)\\N"},
		{"(*NUL)", "(*NUL)\\N"},
		{"(*NOTEMPTY)", "(*NOTEMPTY)a"},
		{"(*NOTEMPTY_ATSTART)", "(*NOTEMPTY_ATSTART)a"},
		{"(*LIMIT_MATCH=n)", "(*LIMIT_MATCH=1)a"},
		{"(*LIMIT_DEPTH=n)", "(*LIMIT_DEPTH=1)a"},
		{"(*LIMIT_RECURSION=n)", "(*LIMIT_RECURSION=1)a"},
		{"(*LIMIT_HEAP=n)", "(*LIMIT_HEAP=1)a"},
		{"recursion: (?R), (?1) inside group 1", "(a(?1)?b)"},
		{"(*COMMIT)", "(*COMMIT)a"},
		{"(*PRUNE)", "a(*PRUNE)"},
		{"(*SKIP)", "a(*SKIP)"},
		{"(*THEN)", "a(*THEN)"},
		{"(*ACCEPT)", "a(*ACCEPT)"},
		{"script runs: (*sr:…)", "(*sr:a)"},
		{"lookarounds that give back: (*napla:…)", "(*napla:a)"},
		{"\\C in UTF mode", "(*UTF)\\C"},
	} {
		verb, _, _ := strings.Cut(p.name, " ")
		items = append(items, item{
			name: p.name, text: "RewriteEngine On\nRewriteRule \"" + p.pattern + "\" -",
			shows: regexp.MustCompile(q(verb)),
		})
	}
	return items
}
