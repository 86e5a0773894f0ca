package fuzz

import (
	"fmt"
	"regexp"
	"strings"
)

// rules makes a list of rules with their conditions.
func (g *generator) rules(slash bool) []string {
	var lines []string
	for range 1 + g.IntN(5) {
		lines = append(lines, g.rule(slash)...)
	}
	if g.chance(2) {
		lines = append(lines, g.condition())
	}
	return lines
}

// rule makes a RewriteRule and its conditions.
func (g *generator) rule(slash bool) []string {
	if g.chance(12) {
		return []string{g.probe()}
	}
	var lines []string
	for n := g.IntN(8) - 4; n > 0; n-- {
		lines = append(lines, g.condition())
	}
	pattern := g.pattern(slash)
	if g.chance(8) {
		pattern = "!" + pattern
	}
	line := g.line("RewriteRule", pattern, g.substitution(), g.flagList(g.ruleFlags(slash)))
	switch g.IntN(150) {
	case 0:
		line = g.pick(mistakes...)
	case 1, 2:
		line = g.pick(append(oddities, line+" extra words")...)
	}
	return withoutCondGroups(append(lines, line))
}

// condGroup matches a reference to a condition's group.
var condGroup = regexp.MustCompile(`%\d`)

// withoutCondGroups replaces references to the groups of conditions in what
// follows a condition with an expression: httpd reads memory that it never set
// if the expression captured nothing.
func withoutCondGroups(lines []string) []string {
	expr := false
	for i, line := range lines {
		if expr {
			lines[i] = condGroup.ReplaceAllString(line, "$$1")
		}
		expr = expr || expressionCond.MatchString(line)
	}
	return lines
}

// expressionCond matches a condition with an expression.
var expressionCond = regexp.MustCompile(`(?i)RewriteCond[\s\v\\]+['"]?expr\b`)

// probe makes a rule that does nothing but show what some templates expand to.
func (g *generator) probe() string {
	var shown []string
	for range 1 + g.IntN(4) {
		shown = append(shown, g.pick(g.insert(), g.variable(), g.variable(), g.mapCall(0)))
	}
	flag := g.pick("E", "env") + "=P:" + strings.Join(shown, g.pick("|", ":", "#"))
	return g.line("RewriteRule", g.pick("^", ".", "(.*)", "^(.*)/([^/]*)$", "^"), "-", "["+flag+"]")
}

// oddities are lines that httpd takes although they look wrong.
var oddities = []string{
	`RewriteRule "^/x$"`, `RewriteRule "a""/b""[L]"`, `RewriteRule ^x /y [L] # comment`, `RewriteRule ^x /y "[L, R]"`, `RewriteRule "^x" "/y`,
	`RewriteRule 'x' '/y' '[L]'`, `RewriteRule x\ y /z`, `RewriteRule "x\"y" /z`, `RewriteRule ! -`, `RewriteRule !! /x`, `RewriteRule "" ""`,
	`RewriteRule ^x -?`, `RewriteRule ^x /y\?`, `RewriteRule ^x "-" [R]`, `RewriteCond "a"`, `RewriteRule x "-" [F] x [L]`,
}

// mistakes are lines that httpd refuses.
var mistakes = []string{
	`RewriteRule ^/x$`, `RewriteRule`, `RewriteRule ^x /y # comment`, `RewriteRule ^x /y [L, R]`, `RewriteRule ^x /y [L,]`, `RewriteRule ^x /y []`,
	`RewriteRule ^x /y [L`, `RewriteRule ^x /y L]`, `RewriteCond a`, `RewriteCond`, `RewriteCond a b [XX]`, `RewriteCond a b c`, `NoSuchDirective`,
}

// ruleFlags makes flags of RewriteRule.
func (g *generator) ruleFlags(slash bool) []string {
	var flags []string
	for n := g.IntN(6) - 2; n > 0; n-- {
		flags = append(flags, g.ruleFlag())
	}
	// Without it few rulesets in directories end in anything but a loop.
	if g.chance(35) || !slash && g.chance(20) {
		flags = append(flags, g.anyCase(g.pick("L", "L", "last", "END")))
	}
	return flags
}

// ruleFlag makes one flag of RewriteRule.
func (g *generator) ruleFlag() string {
	if g.chance(1) {
		return g.pick("Dfoo", "DISCARDPATHINFO", "L=1", "F=404", "NE=1", "END=x", "NC=0")
	}
	if g.IntN(500) == 0 {
		return g.pick("", "XX", "la", "NV", "OR", "BNEG", "passthru", "BNE", "R=999", "R=306")
	}
	flag := ""
	switch g.IntN(17) {
	case 0:
		flag = g.pick("R", "redirect", "R", "R=301", "R=302", "R=permanent", "R=temp", "R=seeother", "R=307", "R=308", "R=300", "R=304", "R=303", "redirect=301", "R=301abc", "R=foo", "R=-1", "R=")
	case 1:
		flag = g.pick("R=403", "R=404", "R=410", "R=500", "R=200", "R=204", "R=401", "R=451", "R=503", "F", "forbidden", "G", "gone")
	case 2:
		flag = g.pick("QSA", "qsappend", "QSD", "qsdiscard", "QSL", "qslast")
	case 3:
		flag = g.pick("B", "backrefescaping", "B=/?", "B=%", "B=abc", "B= ", "BNE=/", "BNE=-.", "BNP", "backrefernoplus", "BCTLS", "B=&=")
	case 4:
		flag = g.pick("NE", "noescape")
	case 5:
		flag = g.pick("NC", "nocase")
	case 6, 7:
		return g.pick("E", "env") + "=" + g.environment()
	case 8:
		return g.pick("CO", "cookie") + "=" + g.cookie()
	case 9:
		flag = g.pick("PT", "passthrough")
	case 10:
		flag = g.pick("P", "proxy")
	case 11:
		flag = g.pick("S", "skip") + "=" + g.pick("1", "1", "2", "3", "99", "0", "-1", "x", "1x")
	case 12:
		flag = g.pick("C", "chain")
	case 13:
		flag = g.pick("N=3", "N=4", "next=5", "N=10", "N=1")
		if g.chance(35) && !g.subrequest {
			g.endless = true
			flag = g.pick("N", "N=x", "N=0")
		}
	case 14:
		return g.pick("H", "handler", "T", "type") + "=" + g.pick("my-handler", "text/html", "application/x-$1", "Text/X-Foo;charset=UTF-8", "", "%1", "a b", "None")
	case 15:
		flag = g.pick("DPI", "discardpath", "D", "NS", "nosubreq")
	default:
		flag = g.pick("UnsafeAllow3F", "UnsafePrefixStat", "UNC", "END", "L", "last")
	}
	name, value, found := strings.Cut(flag, "=")
	if found {
		return g.anyCase(name) + "=" + value
	}
	return g.anyCase(name)
}

// environment makes the value of an E flag.
func (g *generator) environment() string {
	if g.chance(25) {
		return g.pick("!V", "!W", "V", "$1", "%1", "v:lower", "", ":x", "V:", "A B:c d", "H=1:2", "V:$1,C", "!$1", "NO:%{ENV:V}$1", "REMOTE_USER:x", "HTTPS:x", "V:a:b")
	}
	return g.pick("V", "V", "W") + ":" + g.insert() + g.pick("", "", g.insert())
}

// cookie makes the value of a CO flag.
func (g *generator) cookie() string {
	return g.pick(
		"n:$1:.example.com", "n:v:d.test:60:/p:true:1:lax", ";n;v:w;d.test;0;/;1;1;strict", "a:b", "n:%{HTTP_HOST}:d", "n:v:d:0:/:0:0:0",
		"n::d:5", "m:$1%1:.e.test:-10", "n:v v:d::/p", "n:v:d:10:/:secure:HttpOnly:false", "n:v:d:x:$1", ";n;$1;d", "N:v:d", ":n:v:d",
	)
}

// condition makes a RewriteCond.
func (g *generator) condition() string {
	var flags []string
	if g.chance(12) {
		flags = append(flags, g.anyCase(g.pick("NC", "nocase", "NC", "NV", "novary")))
	}
	if g.chance(15) {
		flags = append(flags, g.anyCase(g.pick("OR", "ornext")))
	}
	if g.opts.Expressions && g.chance(15) {
		return g.line("RewriteCond", "expr", g.expression(), g.flagList(flags))
	}
	test, pattern := g.testString(), g.condPattern()
	switch g.IntN(7) {
	case 0:
		test, pattern = g.fileName(), g.pick("-f", "-d", "-f", "-d", "-s", "-l", "-L", "-h", "-x", "-F1", "-e")
	case 1:
		if g.chance(15) && g.maySubrequest() {
			test, pattern = g.pick("%{REQUEST_URI}", "/file.txt", "/dir/$1", "$1", "%{REQUEST_FILENAME}", "", "http://h/x", "x", "/nope"), g.pick("-U", "-F")
		}
	}
	if g.chance(20) {
		pattern = "!" + pattern
	}
	return g.line("RewriteCond", test, pattern, g.flagList(flags))
}

// condPattern makes the second argument of a RewriteCond that is not a file test.
func (g *generator) condPattern() string {
	switch g.IntN(12) {
	case 0:
		return g.pick("=", ">", "<", ">=", "<=") + g.pick("", "foo", "on", "off", `""`, "a b", "/foo", "www.example.com", "GET", "0", "zz", "abc")
	case 1:
		return g.pick("-eq", "-ne", "-lt", "-le", "-gt", "-ge") + g.pick("0", "5", "42", "-1", "x", "", "80", " 5", "=5", "99999999999", "4294967338")
	case 2:
		return g.pick("", "!", "=", "-", "-lt", "-e", "-z", "^$", ".", "^", "$", "!=", "-d ", ">", "=\"\"", "<=")
	}
	if g.IntN(300) == 0 {
		return g.pick(badPatterns...) + "?"
	}
	return g.pick(
		"^(.*)$", "^(.+)$", "^$", "foo", "(foo|bar)", "^www\\.", "^(www\\.)?(.+)$", "^([^.]+)\\.", "on", "off", "200", "^GET", "^(GET|POST)$",
		"^[A-Z]{3,9}\\ /([^?\\ ]*)", "bot", "^Mozilla", "(?i)mozilla", "lang=(fr|de)", "(^|&)a=([^&]*)", "^(a)(b)?", "\\?(.*)\\ HTTP", "=(.)",
		"example", "^(?!www)", "/(\\w+)/?$", "(gif|png)$", "^/(.*)", "^127\\.", "\\d+", "^[^/]*$", "index", "^(.*)::(.*)$", "(.*)#(.*)",
		"^\\d+$", "[^a-z]", "a b", "caf\u00c3\u00a9", "^(.)(.)(.)", "\\.(php|html)", "^v", "$1",
	)
}

// flagList writes flags as the third argument; "" stands for none.
func (g *generator) flagList(flags []string) string {
	if len(flags) == 0 {
		return ""
	}
	return "[" + strings.Join(flags, ",") + "]"
}

// line writes a directive and its arguments, of which the last may be "".
func (g *generator) line(directive string, args ...string) string {
	var b strings.Builder
	b.WriteString(g.pick("", "", "", "  ", "\t"))
	b.WriteString(g.anyCase(directive))
	for i, arg := range args {
		if arg == "" && i == len(args)-1 {
			break
		}
		b.WriteString(g.pick(" ", " ", " ", " ", " ", "\t", "   ", " \\\n  ", "\v"))
		b.WriteString(g.quoted(arg))
	}
	b.WriteString(g.pick("", "", "", "", "", " ", "\t"))
	return b.String()
}

// quoted writes an argument with quotes where it needs some, and now and then
// where not.
func (g *generator) quoted(arg string) string {
	switch {
	case len(arg) > 1 && arg[0] == '"' && arg[len(arg)-1] == '"':
		return arg
	case arg == "" || strings.ContainsAny(arg, " \t"):
		if !strings.Contains(arg, `"`) {
			return `"` + arg + `"`
		}
		return "'" + arg + "'"
	case g.chance(6) && !strings.Contains(arg, `"`):
		return `"` + arg + `"`
	case g.chance(2) && !strings.Contains(arg, "'"):
		return "'" + arg + "'"
	}
	return arg
}

// comment makes a line that is none of httpd's business, mostly.
func (g *generator) comment() string {
	return g.pick("# comment", "", "   ", "\t# RewriteRule . /never [L]", "# swallows the next line \\", fmt.Sprintf("# %d", g.number))
}
