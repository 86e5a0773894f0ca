package lint

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

var (
	// inPattern is what would be replaced in a test string and is not in a pattern.
	inPattern = regexp.MustCompile(`%\{[A-Za-z_][^}]*\}|\$[0-9]|\$\{[A-Za-z]`)
	condGroup = regexp.MustCompile(`(?:^|[^\\])(%[0-9])(?:[$/\\]|$)`)
	// wrongBrackets are variables in the wrong brackets or without.
	wrongBrackets = regexp.MustCompile(`[%$]\(([A-Za-z_]+(?::[\w-]+)?)\)|\$\{([A-Za-z_]+)\}|[%$]\[([A-Za-z_]+)\]`)
	barePercent   = regexp.MustCompile(`%([A-Z][A-Z_]{2,})\b`)
	bareBraces    = regexp.MustCompile(`(?:^|[^%$\\])\{([A-Za-z_]+(?::[\w-]+)?)\}`)
	bareDollar    = regexp.MustCompile(`\$([A-Z][A-Z_]{3,})\b`)
	openBrace     = regexp.MustCompile(`%\{([A-Za-z_]+(?::[\w-]+)?)(?:$|[^A-Za-z_:}\w-])`)
	blankInside   = regexp.MustCompile(`%\{\s+([A-Za-z_:-]+)\s*\}|%\{([A-Za-z_:-]+)\s+\}|%\s+\{([A-Za-z_:-]+)\}`)
	bareName      = regexp.MustCompile(`^[A-Z][A-Z_]+$`)
)

// checkVariables looks for variables that are none.
func checkVariables(c *checker) {
	for r := range c.rules() {
		c.variablePattern(r.Pattern, r.Regex)
		c.variableText(r.Subst, false)
		c.templateVariables(r.Template)
		for _, f := range r.Flags {
			c.variableText(parser.Word{Extent: f.Extent, Text: f.Value}, false)
			c.templateVariables(f.Template)
		}
		for _, d := range r.conds {
			if d.Op != parser.CondExpr {
				c.variablePattern(d.Pattern, d.Operand)
				c.variableText(d.Test, true)
				c.templateVariables(d.Template)
			}
		}
	}
}

// variablePattern looks for what is not replaced in a pattern.
func (c *checker) variablePattern(w parser.Word, text string) {
	found := inPattern.FindString(text)
	if found == "" {
		if m := condGroup.FindStringSubmatch(text); m != nil {
			found = m[1]
		}
	}
	if found == "" || strings.HasPrefix(found, "$") && strings.HasPrefix(w.Text, "\\$") {
		return
	}
	c.warn(w.Extent, codeVariableInPattern, `put both into the test string and compare with \1: RewriteCond %{HTTP_HOST}@%{REQUEST_URI} ^([^@]+)@/\1/`,
		"%s is not replaced in a pattern; it stands for itself", found)
}

// variableText looks for variables that are plain text as they are written.
func (c *checker) variableText(w parser.Word, test bool) {
	text := w.Text
	name := ""
	for _, re := range []*regexp.Regexp{wrongBrackets, blankInside, openBrace, bareBraces, barePercent, bareDollar} {
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			for _, n := range m[1:] {
				if n != "" && isVariableName(n) && name == "" {
					name = n
				}
			}
		}
	}
	if test && bareName.MatchString(text) && knownVariable(text) {
		name = text
	}
	if name != "" {
		c.warn(w.Extent, codeVariableSyntax, "write %{"+strings.ToUpper(name)+"}", "%q is plain text here, not the variable %s", w.Text, name)
	}
}

// isVariableName reports whether name is that of a variable, prefixes included.
func isVariableName(name string) bool {
	if prefix, _, ok := strings.Cut(name, ":"); ok {
		return slices.Contains([]string{"HTTP", "ENV", "SSL", "LA-U", "LA-F"}, strings.ToUpper(prefix))
	}
	return knownVariable(name)
}

// templateVariables looks for variables that there are not.
func (c *checker) templateVariables(t *parser.Template) {
	if t == nil {
		return
	}
	for _, p := range t.Parts {
		switch p := p.(type) {
		case *parser.Variable:
			c.variable(p)
		case *parser.MapCall:
			c.templateVariables(p.Key)
			c.templateVariables(p.Default)
		}
	}
}

func (c *checker) variable(v *parser.Variable) {
	name := v.Var
	for {
		prefix, rest, ok := strings.Cut(name, ":")
		up := strings.ToUpper(prefix)
		if !ok {
			break
		}
		switch up {
		case "LA-U", "LA-F":
			name = rest
			continue
		case "ENV", "HTTP", "SSL":
			return
		}
		break
	}
	trimmed := strings.TrimSpace(name)
	if trimmed != name && isVariableName(trimmed) {
		c.warn(v.Extent, codeVariableSyntax, "write %{"+strings.ToUpper(trimmed)+"}", "a blank in %%{%s} makes it no variable", v.Var)
		return
	}
	if name != "" && !knownVariable(name) {
		c.warn(v.Extent, codeUnknownVariable, variableHint(name), "there is no variable %q, so %%{%s} is empty", name, v.Var)
	}
}

// variableHint says which variable was meant.
func variableHint(name string) string {
	up := strings.ToUpper(name)
	switch up {
	case "HTTP_UA", "USER_AGENT", "HTTP_USERAGENT", "USERAGENT", "HTTP_AGENT":
		return "write %{HTTP_USER_AGENT}"
	case "HTTP_REFERRER", "REFERER", "REFERRER":
		return "write %{HTTP_REFERER}"
	case "HOST", "HTTP_HOSTNAME", "HOSTNAME":
		return "write %{HTTP_HOST}"
	case "REMOTE_IP", "IP", "CLIENT_IP", "REMOTE_ADDRESS":
		return "write %{REMOTE_ADDR}"
	case "URI", "URL", "REQUEST_URL", "REQUESTURI", "SCRIPT_NAME", "PHP_SELF":
		return "write %{REQUEST_URI}"
	case "QUERY", "QUERYSTRING", "ARGS":
		return "write %{QUERY_STRING}"
	case "METHOD":
		return "write %{REQUEST_METHOD}"
	case "PORT":
		return "write %{SERVER_PORT}"
	}
	if h, ok := strings.CutPrefix(up, "HTTP_"); ok && h != "" {
		return "a header of the request is %{HTTP:" + headerName(h) + "}"
	}
	if strings.HasPrefix(up, "SSL_") {
		return "write %{SSL:" + up + "}"
	}
	return "a header is %{HTTP:Name}, an environment variable %{ENV:NAME}"
}

// headerName writes a header's name as it is usual.
func headerName(up string) string {
	words := strings.Split(strings.ToLower(up), "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, "-")
}

// checkMaps looks for maps that nothing defines.
func checkMaps(c *checker) {
	defined := map[string]bool{}
	for _, s := range c.scopes {
		for _, m := range s.maps {
			defined[m.MapName.Text] = true
		}
	}
	sev, where := parser.Warning, ""
	if c.src.Access {
		sev, where = parser.Note, " in this file; the server's configuration may have one"
	}
	calls := func(t *parser.Template) {
		for m := range mapCalls(t) {
			if m.Map != "" && !defined[m.Map] && c.opts.Match.Maps[m.Map] == nil {
				c.report(m.Extent, sev, codeUndefinedMap, "define it in the server's configuration with RewriteMap; names are case-sensitive",
					"no RewriteMap defines %q%s; without it the lookup yields its default or nothing", m.Map, where)
			}
		}
	}
	for r := range c.rules() {
		calls(r.Template)
		for _, f := range r.Flags {
			calls(f.Template)
		}
		for _, d := range r.conds {
			calls(d.Template)
		}
	}
}

// mapCalls yields the map calls in t.
func mapCalls(t *parser.Template) func(yield func(*parser.MapCall) bool) {
	return func(yield func(*parser.MapCall) bool) { eachCall(t, yield) }
}

func eachCall(t *parser.Template, yield func(*parser.MapCall) bool) bool {
	if t == nil {
		return true
	}
	for _, p := range t.Parts {
		if m, ok := p.(*parser.MapCall); ok {
			if !yield(m) || !eachCall(m.Key, yield) || !eachCall(m.Default, yield) {
				return false
			}
		}
	}
	return true
}
