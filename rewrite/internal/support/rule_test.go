package support

import (
	"regexp"
	"strings"
)

// q quotes text for a regular expression.
func q(text string) string { return regexp.QuoteMeta(text) }

// flagItems are the flags of RewriteRule, with all their spellings.
func flagItems() []item {
	var items []item
	for _, f := range []struct{ names, value string }{
		{"B backrefescaping", ""},
		{"BCTLS", ""},
		{"BNE", "=/"},
		{"BNP backrefernoplus", ""},
		{"C chain", ""},
		{"CO cookie", "=n:v:d"},
		{"DPI D discardpath", ""},
		{"E env", "=N:v"},
		{"END", ""},
		{"F forbidden", ""},
		{"G gone", ""},
		{"H handler", "=own"},
		{"L last", ""},
		{"N next", "=3"},
		{"NC nocase", ""},
		{"NE noescape", ""},
		{"NS nosubreq", ""},
		{"P proxy", ""},
		{"PT passthrough", ""},
		{"QSA qsappend", ""},
		{"QSD qsdiscard", ""},
		{"QSL qslast", ""},
		{"R redirect", ""},
		{"S skip", "=1"},
		{"T type", "=text/plain"},
		{"UNC", ""},
		{"UnsafeAllow3F", ""},
		{"UnsafePrefixStat", ""},
	} {
		names := strings.Fields(f.names)
		text := "RewriteEngine On\n"
		for _, name := range names {
			text += "RewriteRule ^ http://h/ [" + name + f.value + "]\nRewriteRule ^ -\n"
		}
		items = append(items, item{
			name: strings.Join(names, "`, `"), text: text,
			shows: regexp.MustCompile(`(?im)^[ \t]*RewriteRule[ \t].*\[(?:[^\]\n]*,)?(?:` + strings.Join(names, "|") + `)(?:=[^\]\n]*)?(?:,[^\]\n]*)?\]"?[ \t]*$`),
		})
	}
	return items
}

// conditionItems are the tests and flags of RewriteCond.
func conditionItems() []item {
	var items []item
	add := func(name, args, shows string) {
		items = append(items, item{
			name: name, text: "RewriteEngine On\nRewriteCond " + args + "\nRewriteRule ^ -",
			shows: regexp.MustCompile(`(?im)^[ \t]*RewriteCond[ \t]+` + shows),
		})
	}
	const subject = `(?:"[^"\n]*"|(?:\\.|[^\s"\\])+)[ \t]+`
	add("a regular expression", "%{HTTPS} ^on$", subject+`\^`)
	for _, op := range []string{"-d", "-f", "-F", "-h", "-l", "-L", "-s", "-U", "-x"} {
		add(op, "%{REQUEST_FILENAME} "+op, `(?-i:`+subject+`"?!?`+op+`(?:"|\s|$))`)
	}
	for _, op := range []string{"-eq", "-ge", "-gt", "-le", "-lt", "-ne"} {
		add(op, "%{TIME_HOUR} "+op+"5", subject+`"?!?`+op+`\d`)
	}
	for _, op := range []string{"<", "<=", "=", ">", ">="} {
		add(op, "%{HTTP_HOST} "+op+"a", subject+`"?!?`+op+`[^=\s]`)
	}
	add("expr", "expr true", `expr\s`)
	add("!", "%{HTTPS} !on", subject+`"?!`)
	add("[NC], [nocase]", "%{HTTPS} on [NC]\nRewriteCond %{HTTPS} on [nocase]", `.*\[(?:[^\]]*,)?(?:NC|nocase)(?:,[^\]]*)?\]`)
	add("[NV], [novary]", "%{HTTPS} on [NV]\nRewriteCond %{HTTPS} on [novary]", `.*\[(?:[^\]]*,)?(?:NV|novary)(?:,[^\]]*)?\]`)
	add("[OR], [ornext]", "%{HTTPS} on [OR]\nRewriteCond %{HTTPS} on [ornext]\nRewriteCond %{HTTPS} on", `.*\[(?:[^\]]*,)?(?:OR|ornext)(?:,[^\]]*)?\]`)
	return items
}

// optionItems are the words of RewriteOptions.
func optionItems() []item {
	var items []item
	for _, name := range []string{
		"AllowAnyURI", "AllowNoSlash", "IgnoreContextInfo", "IgnoreInherit", "Inherit", "InheritBefore", "InheritDown", "InheritDownBefore",
		"LegacyPrefixDocRoot", "MaxRedirects=5", "MergeBase", "UnsafePrefixStat",
	} {
		word, _, _ := strings.Cut(name, "=")
		items = append(items, item{name: word, text: "RewriteOptions " + name, shows: regexp.MustCompile(`(?im)^[ \t]*RewriteOptions[ \t].*\b` + word + `\b`)})
	}
	return items
}

// variableItems are the variables of mod_rewrite.
func variableItems() []item {
	var items []item
	for name := range strings.FieldsSeq(`API_VERSION AUTH_TYPE CONN_REMOTE_ADDR CONTEXT_DOCUMENT_ROOT CONTEXT_PREFIX DOCUMENT_ROOT
		ENV: HTTP: HTTPS HTTP_ACCEPT HTTP_COOKIE HTTP_FORWARDED HTTP_HOST HTTP_PROXY_CONNECTION HTTP_REFERER HTTP_USER_AGENT IPV6
		IS_SUBREQ LA-F: LA-U: PATH_INFO QUERY_STRING REMOTE_ADDR REMOTE_HOST REMOTE_IDENT REMOTE_PORT REMOTE_USER REQUEST_FILENAME
		REQUEST_METHOD REQUEST_SCHEME REQUEST_URI SCRIPT_FILENAME SCRIPT_GROUP SCRIPT_USER SERVER_ADDR SERVER_ADMIN SERVER_NAME
		SERVER_PORT SERVER_PROTOCOL SERVER_SOFTWARE SSL: THE_REQUEST TIME TIME_DAY TIME_HOUR TIME_MIN TIME_MON TIME_SEC TIME_WDAY
		TIME_YEAR`) {
		use := name
		if strings.HasSuffix(name, ":") {
			use += "REQUEST_URI"
		}
		shows := `(?im)^[ \t]*Rewrite(?:Cond[ \t]+(?:|[^e\n].*|e[^x\n].*)|Rule[ \t].*)%\{` + q(name)
		if !strings.HasSuffix(name, ":") {
			shows += `\}`
		}
		items = append(items, item{
			name: name, text: "RewriteEngine On\nRewriteCond %{" + use + "} x\nRewriteRule ^ -", shows: regexp.MustCompile(shows),
			goTest: variableTests[name],
		})
	}
	return items
}

// variableTests show variables that no case has.
var variableTests = map[string]string{}

// mapItems are the types of maps and the functions of the internal one.
func mapItems() []item {
	var items []item
	for _, m := range []struct{ name, source, goTest string }{
		{"txt:", "txt:m.txt", ""},
		{"a path", "m.txt", ""},
		{"rnd:", "rnd:m.txt", ""},
		{"dbm:", "dbm:m.db", "matcher/mapdbm_test.go:TestDBMMap"},
		{"dbm=sdbm:", "dbm=sdbm:m", "matcher/mapdbm_test.go:TestDBMMap"},
		{"dbm=gdbm:", "dbm=gdbm:m.db", "matcher/mapdbm_test.go:TestDBMMap"},
		{"prg:", "prg:/bin/cat", "matcher/mapprg_test.go:TestProgramAnswers"},
		{"dbd:", "\"dbd:SELECT v FROM t WHERE k = %s\"", "matcher/mapdbd_test.go:TestDatabaseMap"},
		{"fastdbd:", "\"fastdbd:SELECT v FROM t WHERE k = %s\"", "matcher/mapdbd_test.go:TestFastDatabaseMap"},
		{"int:tolower", "int:tolower", ""},
		{"int:toupper", "int:toupper", ""},
		{"int:escape", "int:escape", ""},
		{"int:unescape", "int:unescape", ""},
	} {
		shows := `(?im)^[ \t]*RewriteMap[ \t]+\S+[ \t]+"?` + q(m.name)
		if m.name == "a path" {
			shows = `(?im)^[ \t]*RewriteMap[ \t]+\S+[ \t]+"?[/@]`
		}
		items = append(items, item{name: m.name, text: "RewriteMap m " + m.source, shows: regexp.MustCompile(shows), goTest: m.goTest})
	}
	return items
}
