package support

import (
	"regexp"
	"strings"
)

// inExpression matches what is on a line before something of an expression.
const inExpression = `(?m)^[ \t]*(?i:RewriteCond[ \t]+"?expr|<If|<ElseIf|Require[ \t]+expr|SetEnvIfExpr|(?:Request)?Header[ \t].*expr=).*`

// expressionItem is something of an expression.
func expressionItem(name, expression, shows, goTest string) item {
	return item{
		name: name, text: "RewriteEngine On\nRewriteCond expr \"" + expression + "\"\nRewriteRule ^ -",
		shows: regexp.MustCompile(inExpression + shows), goTest: goTest,
	}
}

// operatorItems are the operators and other parts of expressions.
func operatorItems() []item {
	var items []item
	add := func(name, expression, shows string) {
		items = append(items, expressionItem(name, expression, shows, ""))
	}
	add("true", "true", `\btrue\b`)
	add("false", "false", `\bfalse\b`)
	add("&&", "true && true", `&&`)
	add("and", "true and true", `[^'\w]and[^'\w]`)
	add("||", "true || true", `\|\|`)
	add("or", "true or true", `[^'\w]or[^'\w]`)
	add("!", "!true", `[ "(]! ?['"(%\w-]`)
	add("not", "not true", `\bnot\b`)
	add("( )", "(true)", `[ "!(]\([^)]*\)`)
	for _, op := range []string{"=", "==", "!=", "<", "<=", ">", ">="} {
		add(op, "%{HTTP_HOST} "+op+" 'a'", `[ '}]`+op+`[ '%]`)
	}
	for _, op := range []string{"eq", "ge", "gt", "le", "lt", "ne"} {
		add("-"+op, "1 -"+op+" 2", ` -`+op+` `)
		add(op, "1 "+op+" 2", `[^-\w]`+op+` `)
	}
	add("=~", "%{HTTP_HOST} =~ /a/", `=~`)
	add("!~", "%{HTTP_HOST} !~ /a/", `!~`)
	add("/…/i", "%{HTTP_HOST} =~ /a/i", `/i\b`)
	add("m#…#", "%{HTTP_HOST} =~ m#a#", `\bm[^\w\s]`)
	add("$0 to $9", "%{HTTP_HOST} =~ /(a)/ && $1 == 'a'", `\$\d`)
	add("in { }", "%{HTTP_HOST} in {'a', 'b'}", `\bin ?\{`)
	add("-in { }", "%{HTTP_HOST} -in {'a', 'b'}", `-in ?\{`)
	add(".", "'a' . 'b' == 'ab'", `' ?\. ?['%]`)
	add("escapes in strings", "'a\\tb' == 'a'", `'[^'\n]*\\[0-7tnrbf]`)
	for op := range strings.FieldsSeq("-A -d -e -f -F -h -L -n -R -s -T -U -x -z") {
		operand := "%{REQUEST_URI}"
		if op == "-R" {
			operand = "'127.0.0.1'"
		}
		add(op, op+" "+operand, `[ "!('&|]`+op+`[ %'(]`)
	}
	for _, op := range []string{"-fnmatch", "-ipmatch", "-strcmatch", "-strmatch"} {
		add(op, "%{REMOTE_ADDR} "+op+" '127.0.0.1'", `(?i)`+op+`\b`)
	}
	return items
}

// functionItems are the functions of expressions.
func functionItems() []item {
	var items []item
	for name := range strings.FieldsSeq("base64 env escape file filesize http ldap md5 note osenv req req_novary reqenv resp sha1 tolower toupper unbase64 unescape SSL PeerExtList") {
		expression := name + "('x') == 'y'"
		if name == "PeerExtList" {
			expression = "'x' in PeerExtList('1.2.3')"
		}
		items = append(items, expressionItem(name, expression, `(?i:\b`+name+`\(|%\{`+name+`:)`, functionTests[name]))
	}
	return items
}

// functionTests show functions that no case has.
var functionTests = map[string]string{}

// expressionVariableItems are the variables of expressions.
func expressionVariableItems() []item {
	var items []item
	for name := range strings.FieldsSeq(`API_VERSION AUTH_TYPE CONN_LOG_ID CONN_REMOTE_ADDR CONTENT_TYPE CONTEXT_DOCUMENT_ROOT CONTEXT_PREFIX
		DOCUMENT_ROOT DOCUMENT_URI HANDLER HTTP2 HTTPS HTTP_ACCEPT HTTP_COOKIE HTTP_FORWARDED HTTP_HOST HTTP_PROXY_CONNECTION HTTP_REFERER
		HTTP_USER_AGENT IPV6 IS_SUBREQ LAST_MODIFIED PATH_INFO QUERY_STRING REMOTE_ADDR REMOTE_HOST REMOTE_IDENT REMOTE_PORT REMOTE_USER
		REQUEST_FILENAME REQUEST_LOG_ID REQUEST_METHOD REQUEST_SCHEME REQUEST_STATUS REQUEST_URI SCRIPT_FILENAME SCRIPT_GROUP SCRIPT_USER
		SERVER_ADMIN SERVER_NAME SERVER_PORT SERVER_PROTOCOL SERVER_SOFTWARE SSL_PROTOCOL THE_REQUEST TIME TIME_DAY TIME_HOUR TIME_MIN TIME_MON
		TIME_SEC TIME_WDAY TIME_YEAR`) {
		items = append(items, expressionItem(name, "%{"+name+"} == 'x'", `(?i)%\{`+name+`\}`, expressionVariableTests[name]))
	}
	return items
}

// expressionVariableTests show variables that no case has.
var expressionVariableTests = map[string]string{}
