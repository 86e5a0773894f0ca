package fuzz

// expression makes an expression of httpd's language.
func (g *generator) expression() string {
	switch g.IntN(6) {
	case 0:
		return g.expression() + g.pick(" && ", " || ") + g.expression()
	case 1:
		return g.pick("! ", "!") + "(" + g.expression() + ")"
	case 2:
		return g.operand() + g.pick(" == ", " != ", " < ", " >= ", " -eq ", " -lt ") + g.operand()
	case 3:
		return g.operand() + g.pick(" =~ ", " !~ ") + g.pick("/foo/", "m#^/([a-z]+)#i", "/^$/", "/(.)(.)/")
	case 4:
		return g.pick("-n ", "-z ", "-T ", "-f ", "-d ", "-e ") + g.operand()
	}
	return g.pick("true", "false", "-R '127.0.0.0/8'", g.operand()+" -strmatch '*o*'", g.operand()+" in {'foo','GET'}", "%{REMOTE_ADDR} -ipmatch '127.0.0.1'")
}

// operand makes a word of an expression.
func (g *generator) operand() string {
	return g.pick(
		"%{REQUEST_URI}", "%{HTTP_HOST}", "%{QUERY_STRING}", "%{REQUEST_METHOD}", "'foo'", "'GET'", "'5'", "''", "tolower(%{HTTP_HOST})", "req('X-Foo')",
		"reqenv('V')", "'a' . 'b'", "%{REQUEST_FILENAME}", "'%{HTTP_HOST}/x'", "escape('a b')", "unescape('%41')", "%{HTTPS}",
	)
}
