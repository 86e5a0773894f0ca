package lint

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// octet is a number from 0 to 255 as a pattern.
const octet = `(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`

// values returns the values that a variable has, as a set, and what to say of them;
// nil where that cannot be said.
func values(name string) (*language.Pattern, string) {
	switch name {
	case "HTTPS", "IPV6", "HTTP2":
		return language.Must(`^(?:on|off)$`), "it is on or off"
	case "IS_SUBREQ":
		return language.Must(`^(?:true|false)$`), "it is true or false"
	case "REQUEST_METHOD":
		return language.Must(`^[A-Z][A-Z_-]*$`), "methods are written in capitals"
	case "REQUEST_SCHEME":
		return language.Must(`^(?:http|https)$`), "it is http or https"
	case "HTTP_HOST":
		return language.Must(`^(?:[a-z0-9._-]*|\[[0-9a-f:.]+\])(?::[0-9]+)?$`), "it is a host in small letters, perhaps with a port, and nothing else"
	case "SERVER_NAME":
		return language.Must(`^(?:[A-Za-z0-9._-]*|\[[0-9a-f:.]+\])$`), "it is a host and nothing else"
	case "REMOTE_ADDR", "SERVER_ADDR", "CONN_REMOTE_ADDR":
		return language.Must(`^(?:` + octet + `(?:\.` + octet + `){3}|[0-9a-f:]*:[0-9a-f:]*(?::` + octet + `(?:\.` + octet + `){3})?)$`), "it is one address"
	case "REQUEST_URI", "DOCUMENT_URI":
		return language.Must(`^/`), "it begins with a slash"
	case "REQUEST_FILENAME", "DOCUMENT_ROOT":
		return language.Must(`^(?:/|[A-Za-z]:)`), "it begins with a slash"
	case "THE_REQUEST":
		return language.Must(`^[A-Z][A-Z_-]* [^ ]+(?: HTTP/[0-9.]+)?$`), "it is the first line of the request, which begins with the method"
	case "SERVER_PORT", "REMOTE_PORT":
		return language.Must(`^[0-9]{1,5}$`), "it is a number"
	case "SERVER_PROTOCOL":
		return language.Must(`^HTTP/[0-9]`), "it begins with HTTP/"
	case "TIME_YEAR":
		return language.Must(`^[0-9]{4}$`), "it has four digits"
	case "TIME_MON":
		return language.Must(`^(?:0[1-9]|1[0-2])$`), "it has two digits, from 01 to 12"
	case "TIME_DAY":
		return language.Must(`^(?:0[1-9]|[12][0-9]|3[01])$`), "it has two digits, from 01 to 31"
	case "TIME_HOUR":
		return language.Must(`^(?:[01][0-9]|2[0-3])$`), "it has two digits, from 00 to 23"
	case "TIME_MIN", "TIME_SEC":
		return language.Must(`^[0-6][0-9]$`), "it has two digits"
	case "TIME_WDAY":
		return language.Must(`^[0-6]$`), "it is a digit from 0 to 6"
	}
	return nil, ""
}

// checkValues looks for conditions that ask a variable for what it never is.
func checkValues(c *checker) {
	for d := range c.conds() {
		domain, is := values(d.name)
		if domain == nil || d.re == nil || !language.Empty(language.In(d.re), language.In(domain)) {
			continue
		}
		never := "never holds"
		if d.Not {
			never = "always holds"
		}
		c.warn(d.Pattern.Extent, codeImpossible, valueHint(d), "%%{%s} is never like this (%s), so the condition %s", d.name, is, never)
	}
}

// valueHint says what to write instead.
func valueHint(d *cond) string {
	switch {
	case d.name == "HTTPS":
		return "write on or off"
	case d.name == "REMOTE_ADDR" && strings.Contains(d.Operand, "/"):
		return "test a network with expr: RewriteCond expr \"-R '192.0.2.0/24'\""
	case d.name == "HTTP_HOST" && d.Op == parser.CondRegex && !d.Has(parser.FlagNoCase) && strings.ToLower(d.Operand) != d.Operand:
		return "browsers send hosts in small letters; add [NC]"
	case d.name == "REQUEST_METHOD":
		return "write it in capitals"
	}
	return "write a value that occurs"
}
