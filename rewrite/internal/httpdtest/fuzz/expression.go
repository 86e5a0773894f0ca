package fuzz

// expression makes an expression of httpd's language, a condition, between
// double quotes.
func (g *generator) expression() string { return `"` + g.test() + `"` }

// test makes an expression that holds no double quote.
func (g *generator) test() string {
	switch g.IntN(9) {
	case 0:
		return g.test() + g.pick(" && ", " || ", " and ", " or ", "&&") + g.test()
	case 1:
		return g.pick("! ", "!", "not ") + g.pick("(", "( ") + g.test() + ")"
	case 2, 3:
		return g.operand() + g.pick(" == ", " = ", " != ", " < ", " <= ", " > ", " >= ", " -eq ", " -ne ", " -lt ", " ge ", " eq ", "==") + g.operand()
	case 4, 5:
		return g.operand() + g.pick(" =~ ", " !~ ") + g.pick("/foo/", "m#^/([a-z]+)#i", "/^$/", "/(.)(.)/", "m|/dir/|", "/^(GET|POST)$/", "/(?<n>o+)/i", "//", "m:a b:")
	case 6:
		return g.pick("-n ", "-z ", "-T ", "-f ", "-d ", "-e ", "-s ", "-L ", "-x ") + g.operand()
	case 7:
		return g.operand() + g.pick(" in { 'foo', 'GET', %{HTTP_HOST} }", " -in {'GET'}", " -strmatch '*o*'", " -strcmatch '*O?'", " -fnmatch '/*/file.txt'", " -ipmatch '127.0.0.0/8'")
	}
	return g.pick("true", "false", "-R '127.0.0.0/8'", "-R '127.0.9.9'", "%{REQUEST_URI} =~ m#^/([a-z]+)# && $1 == 'dir'", "'x' =~ /y(.)/ || -z $1", "%{HTTP_HOST} =~ /(.)[.](.)/ && -n '$2$0'", "%{REMOTE_ADDR} -ipmatch '127.0.0.1'", "%{HTTPS} == 'on'", "-T reqenv('V')")
}

// operand makes a word of an expression.
func (g *generator) operand() string {
	switch g.IntN(6) {
	case 0:
		return g.pick("'foo'", "'GET'", "'5'", "''", "5", "-1", "'a\\tb'", "'\\101'", "'/dir'", "'on'", "'%{HTTP_HOST}/x'", "'100%'")
	case 1:
		return g.pick("tolower", "toupper", "escape", "unescape", "base64", "md5", "sha1", "req", "http", "req_novary", "reqenv", "env", "ToLower", "ldap", "unbase64") + "(" + g.operand() + ")"
	case 2:
		return g.operand() + " . " + g.operand()
	case 3:
		return "%{" + g.pick("tolower", "req", "env", "reqenv", "HTTP", "toupper") + ":" + g.pick("X-Foo", "V", "Host", "User-Agent", "%{HTTP_HOST}") + "}"
	}
	return "%{" + g.pick(
		"REQUEST_URI", "HTTP_HOST", "QUERY_STRING", "REQUEST_METHOD", "REQUEST_FILENAME", "HTTPS", "PATH_INFO", "HTTP_USER_AGENT", "HTTP_COOKIE", "SERVER_NAME",
		"SERVER_PORT", "REMOTE_ADDR", "THE_REQUEST", "IS_SUBREQ", "DOCUMENT_ROOT", "REQUEST_STATUS", "HANDLER", "CONTENT_TYPE", "DOCUMENT_URI", "SCRIPT_FILENAME",
		"REQUEST_SCHEME", "SERVER_PROTOCOL", "CONTEXT_PREFIX", "request_uri", "REMOTE_USER", "HTTP_ACCEPT", "HTTP_REFERER", "SCRIPT_USER", "API_VERSION", "IPV6",
	) + "}"
}
