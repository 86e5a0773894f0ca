package lint

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// flag returns the rule's flag k, nil without one.
func (r *rule) flag(k parser.FlagKind) *parser.Flag {
	for _, f := range r.Flags {
		if f.Kind == k {
			return f
		}
	}
	return nil
}

// has reports whether the rule bears one of the flags.
func (r *rule) has(ks ...parser.FlagKind) bool {
	return slices.ContainsFunc(ks, r.Has)
}

// denies reports whether the rule answers with 403 or 410.
func (r *rule) denies() bool { return r.has(parser.FlagForbidden, parser.FlagGone) }

// status returns the status of the rule's answer, 0 if it gives none.
func (r *rule) status() int {
	switch {
	case r.Has(parser.FlagForbidden):
		return 403
	case r.Has(parser.FlagGone):
		return 410
	case r.Has(parser.FlagProxy):
		return 0
	}
	if f := r.flag(parser.FlagRedirect); f != nil {
		if f.Number == 0 {
			return 302
		}
		return f.Number
	}
	if _, ok := splitURL(r.target); ok && !r.NoSubst {
		return 302
	}
	return 0
}

// redirects reports whether the rule sends the client elsewhere.
func (r *rule) redirects() bool {
	s := r.status()
	return s >= 300 && s < 400 && !r.NoSubst
}

// ends reports whether no rule of the list is tried after the rule.
func (r *rule) ends() bool {
	return r.denies() || r.has(parser.FlagLast, parser.FlagEnd, parser.FlagProxy) || r.flag(parser.FlagRedirect) != nil && (r.status() < 300 || r.status() > 399)
}

// rewrites reports whether the rule leads to another path of the server, unseen.
func (r *rule) rewrites() bool {
	return !r.NoSubst && r.status() == 0 && !r.Has(parser.FlagProxy)
}

// address is an absolute URL as a template.
type address struct {
	scheme, host, rest []parser.Part
}

// splitURL splits the template of an absolute URL.
func splitURL(t *parser.Template) (address, bool) {
	var a address
	if t == nil {
		return a, false
	}
	for i, p := range t.Parts {
		l, ok := p.(*parser.Literal)
		if !ok {
			a.scheme = append(a.scheme, p)
			continue
		}
		before, after, found := strings.Cut(l.Text, "://")
		if !found || strings.ContainsAny(before, "/?") {
			if strings.ContainsAny(l.Text, "/?.") {
				return address{}, false
			}
			a.scheme = append(a.scheme, p)
			continue
		}
		if before != "" {
			a.scheme = append(a.scheme, &parser.Literal{Extent: l.Extent, Text: before})
		}
		if len(a.scheme) == 0 {
			return address{}, false
		}
		var rest []parser.Part
		if after != "" {
			rest = append(rest, &parser.Literal{Extent: l.Extent, Text: after})
		}
		a.splitHost(append(rest, t.Parts[i+1:]...))
		return a, true
	}
	return address{}, false
}

func (a *address) splitHost(parts []parser.Part) {
	for i, p := range parts {
		l, ok := p.(*parser.Literal)
		if !ok {
			if v, ok := p.(*parser.Variable); ok && canonical(v.Var) == "REQUEST_URI" {
				a.rest = parts[i:]
				return
			}
			a.host = append(a.host, p)
			continue
		}
		cut := strings.IndexAny(l.Text, "/?#")
		if cut < 0 {
			a.host = append(a.host, p)
			continue
		}
		if cut > 0 {
			a.host = append(a.host, &parser.Literal{Extent: l.Extent, Text: l.Text[:cut]})
		}
		a.rest = append([]parser.Part{&parser.Literal{Extent: l.Extent, Text: l.Text[cut:]}}, parts[i+1:]...)
		return
	}
}

// literal returns the text of parts if all of them are literal.
func literal(parts []parser.Part) (string, bool) {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case *parser.Literal:
			b.WriteString(p.Text)
		case *parser.Escaped:
			b.WriteByte(p.Char)
		default:
			return "", false
		}
	}
	return b.String(), true
}

var (
	filePath    = regexp.MustCompile(`^(?:/var/www(?:/|$)|/home/[^/]+/(?:public_html|www|htdocs|web|domains)(?:/|$)|/srv/(?:www|http)(?:/|$)|/usr/(?:local|share|home)/|/opt/(?:lampp|bitnami)/|/Applications/|/Users/|[A-Za-z]:[\\/]|/kunden/|/mnt/web|/data/www/)`)
	hostLike    = regexp.MustCompile(`(?i)^/?(?:www\.[a-z0-9-]+\.[a-z]|(?:[a-z0-9-]+\.)+(com|org|net|info|biz|edu|gov|example|co\.uk|de|fr|nl|ch|at|eu|io|ru|it|es|se|dk|br|au|us)(?::[0-9]+)?(?:[/?]|$))`)
	brokenStart = regexp.MustCompile(`(?i)^/?(?:https?(?::|;|:;|;:)?/{1,3}[a-z0-9%$]|https?:[a-z0-9%$]|hht?tps?:|htt?ps?;//|htp://|htps://|httpss?:/[^/]|https?:\\\\|//[a-z0-9%]|:/{1,2}[a-z0-9%$])`)
	sureDomain  = regexp.MustCompile(`(?i)^(?:com|org|net|example|co\.uk)$`) // which files hardly end with
	localHost   = regexp.MustCompile(`(?i)^localhost(?::[0-9]+)?(?:/|$)`)
	goodScheme  = regexp.MustCompile(`(?i)^https?://[^/]`)
	regexSign   = regexp.MustCompile(`\([^()]*(?:[*+|]|\\[dw])[^()]*\)|\.\*|\.\+|^\^|\$$|\[\^|\\[dwsDWS][*+]|/\*(?:$|/)`)
)

// checkTarget looks for targets that lead elsewhere than they seem to.
func checkTarget(c *checker) {
	for r := range c.rules() {
		if r.NoSubst || r.status() >= 400 || len(r.target.Parts) == 0 {
			continue
		}
		text := r.text
		_, absolute := splitURL(r.target)
		switch {
		case !goodScheme.MatchString(text) && (brokenStart.MatchString(text) || misspeltScheme(text) || !absolute && c.hostStart(r)):
			c.warn(r.Subst.Extent, codeHostAsPath, "begin it with https://", "the target looks like a host, and is a path as it has no scheme: %q", text)
		case c.isFilePath(r):
			c.warn(r.Subst.Extent, codeFilePath, "write the path of the URL", "%q is a path of the file system where that of a URL belongs", text)
		case r.redirects() && !absolute && r.scope.perDir() && r.scope.kind != location && r.scope.baseOf() == nil && relative(r):
			c.warn(r.Subst.Extent, codeRelative, "begin the target with a slash, or set RewriteBase",
				"the client is redirected to the folder's path in the file system, as the target is relative and there is no RewriteBase")
		}
		if sign := regexSign.FindString(literals(r.Template)); sign != "" {
			c.warn(r.Subst.Extent, codeRegexInTarget, "write $1 for what the first group of the pattern found", "%q stands for itself in a target", sign)
		}
	}
}

// misspeltScheme reports whether a target begins with a scheme that is nearly http or https.
func misspeltScheme(text string) bool {
	scheme, _, ok := strings.Cut(strings.ToLower(text), ":/")
	if !ok || len(scheme) < 3 || len(scheme) > 7 || slices.Contains([]string{"http", "https", "ftp", "ftps", "sftp"}, scheme) || strings.Trim(scheme, "abcdefghijklmnopqrstuvwxyz") != "" {
		return false
	}
	return typos(scheme, "http") == 1 || typos(scheme, "https") <= 2 && strings.HasPrefix(scheme, "h")
}

// baseOf returns the RewriteBase that holds in the scope, nil without one.
func (s *scope) baseOf() *parser.RewriteBase {
	for ; s != nil; s = s.parent {
		if s.base != nil {
			return s.base
		}
		if s.kind != inner {
			return nil
		}
	}
	return nil
}

// literals returns the literal text of a template, with "\x00" for what is not.
func literals(t *parser.Template) string {
	var b strings.Builder
	for _, p := range t.Parts {
		switch p := p.(type) {
		case *parser.Literal:
			b.WriteString(p.Text)
		case *parser.Escaped:
			if strings.IndexByte("dwsDWS", p.Char) >= 0 {
				b.WriteByte('\\')
				b.WriteByte(p.Char)
			} else {
				b.WriteByte(0)
			}
		default:
			b.WriteByte(0)
		}
	}
	return b.String()
}

// hostStart reports whether the target begins with a host.
func (c *checker) hostStart(r *rule) bool {
	if m := hostLike.FindStringSubmatch(r.text); m != nil && (m[1] == "" || !r.rewrites() || sureDomain.MatchString(m[1])) || localHost.MatchString(r.text) && (r.redirects() || r.Has(parser.FlagProxy)) {
		return true
	}
	v, ok := r.target.Parts[0].(*parser.Variable)
	return ok && (canonical(v.Var) == "HTTP_HOST" || canonical(v.Var) == "SERVER_NAME")
}

func (c *checker) isFilePath(r *rule) bool {
	if !r.redirects() && !r.scope.perDir() || r.Has(parser.FlagProxy) {
		return false
	}
	if filePath.MatchString(r.text) {
		return true
	}
	if v, ok := r.target.Parts[0].(*parser.Variable); ok && r.redirects() {
		name := canonical(v.Var)
		return name == "DOCUMENT_ROOT" || name == "REQUEST_FILENAME"
	}
	return false
}

// relative reports whether the target certainly begins without a slash.
func relative(r *rule) bool {
	switch p := r.target.Parts[0].(type) {
	case *parser.Literal:
		return !strings.HasPrefix(p.Text, "/") && !strings.HasPrefix(p.Text, "?") && !schemeStart.MatchString(p.Text)
	case *parser.RuleGroup:
		if p.N == 0 {
			return true
		}
		if r.re == nil {
			return false
		}
		g := r.re.Group(p.N)
		return g != nil && language.Empty(language.In(g), language.In(language.Must("^/"))) || g != nil && groupAtStart(r.Regex, p.N)
	}
	return false
}

var schemeStart = regexp.MustCompile(`^[A-Za-z]+:`)

// groupAtStart reports whether group n begins where the pattern begins.
func groupAtStart(pattern string, n int) bool {
	rest := strings.TrimPrefix(pattern, "^")
	return n == 0 || n == 1 && strings.HasPrefix(rest, "(") && !strings.HasPrefix(rest, "(?")
}

// checkBase looks at RewriteBase.
func checkBase(c *checker) {
	for _, s := range c.scopes {
		if s.base == nil {
			continue
		}
		base := s.base.URL.Text
		if filePath.MatchString(base) {
			c.warn(s.base.URL.Extent, codeFilePath, "write the path of the folder's URL, / for that of the site", "RewriteBase is a path of the file system where that of a URL belongs")
			continue
		}
		c.bypassed(s, strings.TrimSuffix(base, "/")+"/")
	}
}

// bypassed looks for a rule that leads to a script above the base.
func (c *checker) bypassed(s *scope, base string) {
	if base == "/" {
		return
	}
	for _, r := range s.rules {
		text := r.text
		if !r.rewrites() || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, base) || !asksForFiles(r) && !takesMost(r) {
			continue
		}
		path, _, _ := strings.Cut(text, "?")
		dir, file := script(path)
		if file != "" && strings.HasPrefix(base, dir) {
			c.warn(r.Subst.Extent, codeBaseBypassed, "write "+file+" without the slash, or "+base+file,
				"RewriteBase names %s, and this target is outside of it", base)
			return
		}
	}
}

// script splits a path at the first name of a script in it, which may be followed by more:
// the folder, and the name; "" for none.
func script(path string) (dir, name string) {
	for seg := range strings.SplitSeq(path, "/") {
		if scriptName.MatchString(seg) {
			return dir, seg
		}
		dir += seg + "/"
	}
	return dir, ""
}

// takesMost reports whether a rule is for all requests, but for some that it names.
func takesMost(r *rule) bool {
	return r.re != nil && !r.Not && r.re.Match("a") && r.re.Match("some/page.html")
}

var scriptName = regexp.MustCompile(`^[\w.-]+\.(?:php[0-9]?|pl|py|cgi|rb|html?|fcgi)$`)

var loopbackHost = regexp.MustCompile(`(?i)^(?:localhost|127\.[0-9.]+|\[::1\])(?::[0-9]*)?$`)

// checkHosts looks at the hosts of targets.
func checkHosts(c *checker) {
	for r := range c.rules() {
		if r.NoSubst || r.status() >= 400 {
			continue
		}
		c.openTarget(r)
		a, ok := splitURL(r.target)
		if ok {
			if host, lit := literal(a.host); lit && loopbackHost.MatchString(host) && r.redirects() && !c.asksForLoopback(r) {
				c.warn(r.Subst.Extent, codeLoopback, "add P, so that the server asks the backend itself", "the client is redirected to its own machine: %s", host)
			}
		}
		if r.redirects() || r.Has(parser.FlagProxy) {
			c.doubleSlash(r)
		}
	}
}

// asksForLoopback reports whether the rule is for clients on the machine itself.
func (c *checker) asksForLoopback(r *rule) bool {
	for _, d := range r.conds {
		if !d.Not && (strings.Contains(d.Operand, "localhost") || strings.Contains(d.Operand, "127")) {
			return true
		}
	}
	return false
}

// doubleSlash looks for a slash before what begins with one.
func (c *checker) doubleSlash(r *rule) {
	slash := false
	for _, p := range r.target.Parts {
		if slash && c.beginsWithSlash(r, p) {
			c.warn(r.Subst.Extent, codeDoubleSlash, "drop the slash before it", "what is inserted by %s begins with a slash, and one stands before it", partText(p))
			return
		}
		l, ok := p.(*parser.Literal)
		slash = ok && strings.HasSuffix(l.Text, "/") && !strings.HasSuffix(l.Text, "://")
		if ok && strings.ContainsAny(l.Text, "?") {
			return
		}
	}
}

// partText returns a part as it is written.
func partText(p parser.Part) string {
	switch p := p.(type) {
	case *parser.Variable:
		return "%{" + p.Var + "}"
	case *parser.RuleGroup:
		return "$" + string(rune('0'+p.N))
	case *parser.CondGroup:
		return "%" + string(rune('0'+p.N))
	}
	return "the part"
}

// beginsWithSlash reports whether what p stands for always begins with a slash.
func (c *checker) beginsWithSlash(r *rule, p parser.Part) bool {
	switch p := p.(type) {
	case *parser.Variable:
		return canonical(p.Var) == "REQUEST_URI"
	case *parser.RuleGroup:
		if r.Not {
			return false
		}
		if !r.scope.perDir() && groupAtStart(r.Regex, p.N) && (p.N > 0 || strings.HasPrefix(r.Regex, "^")) {
			return true
		}
		return alwaysSlash(r.re, p.N)
	case *parser.CondGroup:
		d := r.groupSource()
		if d == nil || d.re == nil {
			return false
		}
		return d.name == "REQUEST_URI" && groupAtStart(d.Operand, p.N) || alwaysSlash(d.re, p.N)
	}
	return false
}

func alwaysSlash(re *language.Pattern, n int) bool {
	if re == nil || n == 0 {
		return false
	}
	g := re.Group(n)
	return g != nil && language.Empty(language.In(g), language.In(language.Must("^(?:[^/]|$)")))
}

// groupSource returns the condition that %N comes from where that is certain.
func (r *rule) groupSource() *cond {
	for _, d := range slices.Backward(r.conds) {
		if d.Op == parser.CondExpr {
			return nil
		}
		if d.Op == parser.CondRegex && !d.Not {
			return d
		}
	}
	return nil
}

// openTarget looks for a host that the client chooses.
func (c *checker) openTarget(r *rule) {
	proxy := r.Has(parser.FlagProxy)
	if !proxy && !r.redirects() {
		return
	}
	a, ok := splitURL(r.target)
	if !ok {
		if len(r.target.Parts) > 0 && c.takesURL(r, r.target.Parts[0]) {
			c.open(r, proxy, r.target.Parts[0])
		}
		return
	}
	for i, p := range a.host {
		switch {
		case i > 0 && completeHost(a.host[:i]):
			if g, ok := p.(*parser.RuleGroup); ok && c.joins(r, g) {
				if proxy {
					c.warn(r.Subst.Extent, codeOpenProxy, "put a slash between the host and "+partText(p),
						"no slash stands between the host and %s, so the client can choose a host that begins with it", partText(p))
				} else {
					c.warn(r.Subst.Extent, codeJoinedHost, "put a slash between the host and "+partText(p),
						"no slash stands between the host and %s, which becomes a part of the host", partText(p))
				}
				return
			}
		case c.takesHost(r, p, i == len(a.host)-1):
			c.open(r, proxy, p)
			return
		}
	}
}

func (c *checker) open(r *rule, proxy bool, p parser.Part) {
	if proxy {
		c.warn(r.Subst.Extent, codeOpenProxy, "name the host, and put a slash after it", "the client chooses the host that is asked, by %s", partText(p))
		return
	}
	c.warn(r.Subst.Extent, codeOpenRedirect, "name the host, or the hosts that are allowed", "the client is redirected to a host that the link to this server chooses, by %s", partText(p))
}

// completeHost reports whether parts are a whole host by themselves.
func completeHost(parts []parser.Part) bool {
	last := parts[len(parts)-1]
	switch p := last.(type) {
	case *parser.Variable:
		name := canonical(p.Var)
		return name == "HTTP_HOST" || name == "SERVER_NAME" || name == "SERVER_PORT"
	case *parser.Literal:
		return !strings.HasSuffix(p.Text, ".") && !strings.HasSuffix(p.Text, "-") && !strings.HasSuffix(p.Text, "@") &&
			(strings.Contains(p.Text, ".") || strings.Contains(p.Text, ":") || strings.HasPrefix(p.Text, "localhost") || len(parts) == 1)
	}
	return false
}

// joins reports whether group g can begin with something else than a slash.
func (c *checker) joins(r *rule, g *parser.RuleGroup) bool {
	if r.Not || r.re == nil {
		return false
	}
	if !r.scope.perDir() && groupAtStart(r.Regex, g.N) {
		return false
	}
	if g.N == 0 {
		return true
	}
	p := r.re.Group(g.N)
	return p != nil && p.Exact && !language.Empty(language.In(p), language.In(language.Must("^[^/?#]")))
}

// takesHost reports whether a part of a host can be one that a link chooses; last
// says that nothing of the host follows.
func (c *checker) takesHost(r *rule, p parser.Part, last bool) bool {
	probe := "evil.example"
	if !last {
		probe += "/"
	}
	switch p := p.(type) {
	case *parser.Variable:
		name := canonical(p.Var)
		return name == "QUERY_STRING" || r.Has(parser.FlagProxy) && c.chosenByClient(r, name)
	case *parser.RuleGroup:
		if !r.scope.perDir() && groupAtStart(r.Regex, p.N) {
			return false // it begins with a slash
		}
		return !r.Not && r.re != nil && p.N > 0 && groupTakes(r.re, p.N, probe)
	case *parser.CondGroup:
		d := r.groupSource()
		return d != nil && d.re != nil && (chosen(d) || r.Has(parser.FlagProxy) && c.chosenByClient(r, d.name)) && groupTakes(d.re, p.N, probe)
	}
	return false
}

// chosenByClient reports whether a client that speaks to this server directly
// chooses the variable.
func (c *checker) chosenByClient(r *rule, name string) bool {
	switch name {
	case "HTTP_HOST", "SERVER_NAME":
		return !c.hostKnown(r)
	case "HTTP_COOKIE", "HTTP_REFERER", "HTTP_USER_AGENT":
		return true
	}
	return strings.HasPrefix(name, "HTTP:")
}

// hostKnown reports whether the host that a rule sees is one that the text names.
func (c *checker) hostKnown(r *rule) bool {
	for s := r.scope; s != nil; s = s.parent {
		for _, d := range s.others {
			if strings.EqualFold(d.Directive, "ServerName") {
				return true
			}
		}
	}
	for _, d := range r.conds {
		if (d.name == "HTTP_HOST" || d.name == "SERVER_NAME") && !d.Not && d.re != nil && !d.re.Match("evil.example") {
			return true
		}
	}
	return false
}

// takesURL reports whether what a target begins with can be a whole URL that a link
// chooses. The path cannot: its double slashes are made one.
func (c *checker) takesURL(r *rule, p parser.Part) bool {
	const probe = "http://evil.example/"
	switch p := p.(type) {
	case *parser.Variable:
		return canonical(p.Var) == "QUERY_STRING"
	case *parser.CondGroup:
		d := r.groupSource()
		return d != nil && d.re != nil && d.name != "REQUEST_URI" && chosen(d) && groupTakes(d.re, p.N, probe)
	}
	return false
}

// chosen reports whether a condition tests what a link chooses.
func chosen(d *cond) bool {
	return d.name == "QUERY_STRING" || d.name == "THE_REQUEST" || d.name == "REQUEST_URI"
}

func groupTakes(re *language.Pattern, n int, value string) bool {
	if n == 0 {
		return re.Match(value)
	}
	g := re.Group(n)
	return g != nil && g.Match(value)
}

// host returns the host of a URL without its port, in small letters.
func hostOf(u *url.URL) string { return strings.ToLower(u.Hostname()) }
