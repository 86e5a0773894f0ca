package lint

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint/language"
)

// checkEngine looks for rules that no RewriteEngine switches on.
func checkEngine(c *checker) {
	if c.opts.Match.EngineOn {
		return
	}
	for _, s := range c.scopes {
		if (s.kind == server || s.kind == vhost || s.parent == nil) && !c.anyOn(s) && s.engine == nil {
			if first := c.firstRule(s); first.IsValid() {
				c.warn(first, codeEngineOff, "add RewriteEngine On; an .htaccess file may have it from a folder above, and rules written for an IIS port are run with -engine-on",
					"%s has rules but never turns the engine on, so none of them runs", whatHas(s))
			}
		}
	}
}

func whatHas(s *scope) string {
	if s.kind == vhost {
		return "the virtual host"
	}
	return "the file"
}

// anyOn reports whether the engine is on in s or, for a part of it, below.
func (c *checker) anyOn(s *scope) bool {
	if s.engine != nil && s.engine.On {
		return true
	}
	for _, in := range c.scopes {
		if in.engine != nil && in.engine.On && c.within(in, s) {
			return true
		}
	}
	return false
}

// within reports whether in stands in s, and not in a virtual host of its own.
func (c *checker) within(in, s *scope) bool {
	for ; in != nil; in = in.parent {
		if in == s {
			return true
		}
		if in.kind == vhost {
			return false
		}
	}
	return false
}

// firstRule returns where the first rule or condition of s stands.
func (c *checker) firstRule(s *scope) parser.Extent {
	var first parser.Extent
	take := func(e parser.Extent) {
		if !first.IsValid() || e.Name == first.Name && e.From.Offset < first.From.Offset {
			first = e
		}
	}
	for _, in := range c.scopes {
		if !c.within(in, s) {
			continue
		}
		for _, r := range in.rules {
			take(r.Extent)
			for _, d := range r.conds {
				take(d.Extent)
			}
		}
		for _, d := range in.others {
			if strings.EqualFold(d.Directive, "RewriteRule") {
				take(d.Extent)
			}
		}
	}
	return first
}

// sectionOnly are directives that a section <Directory> may have, and an access file may not.
// The compiler takes the one for the other.
var sectionOnly = strings.Fields(`AllowOverride AllowOverrideList AllowMethods BufferSize CGIScriptTimeout DAV IdentityCheck KeptBodySize
LogLevel LogMessage ModMimeUsePathInfo ProxyPass ProxyPassMatch ProxyPassReverse ProxyPassReverseCookieDomain ProxyPassReverseCookiePath
ProxyPreserveHost ProxyErrorOverride`)

// checkPlace looks for directives that an access file may not have.
func checkPlace(c *checker) {
	if !c.src.Access {
		return
	}
	for _, s := range c.scopes {
		for _, d := range s.others {
			if slices.ContainsFunc(sectionOnly, func(name string) bool { return strings.EqualFold(name, d.Directive) }) {
				c.report(d.Extent, parser.Error, parser.CodeNotHere, "move it to a <Directory> or <VirtualHost> of the server's configuration",
					"%s is not allowed in an access file: httpd answers 500 to everything below its folder", d.Directive)
			}
		}
	}
}

// option is the state of what Options says.
type option struct {
	on  bool
	set *parser.Directive // by which it became what it is
}

// optionAfter returns the state of an option after the Options of s.
func optionAfter(s *scope, on bool, names ...string) option {
	o := option{on: on}
	has := func(word string) bool {
		for _, n := range names {
			if strings.EqualFold(word, n) {
				return true
			}
		}
		return false
	}
	for _, d := range s.others {
		if !strings.EqualFold(d.Directive, "Options") || len(d.Args) == 0 {
			continue
		}
		next := o.on
		plain := false
		for _, a := range d.Args {
			word := a.Text
			switch {
			case strings.HasPrefix(word, "+"):
				if has(word[1:]) {
					next = true
				}
			case strings.HasPrefix(word, "-"):
				if has(word[1:]) {
					next = false
				}
			default:
				if !plain {
					plain, next = true, false
				}
				if has(word) || strings.EqualFold(word, "All") && !strings.EqualFold(names[0], "MultiViews") {
					next = true
				}
			}
		}
		if next != o.on || o.set == nil {
			o = option{next, d}
		}
	}
	return o
}

// checkOptions looks at Options beside rules.
func checkOptions(c *checker) {
	for _, s := range c.scopes {
		if len(s.rules) == 0 {
			continue
		}
		follow := optionAfter(s, true, "FollowSymLinks", "SymLinksIfOwnerMatch")
		if s.kind == directory && !follow.on && c.engineCertain(s) {
			c.warn(follow.set.Extent, codeSymlinks, "write +FollowSymLinks, and + or - before every option",
				"these Options take FollowSymLinks away, and rules of a folder then answer 403 to everything")
		}
		views := optionAfter(s, false, "MultiViews")
		if s.perDir() && views.on && views.set != nil {
			for _, r := range s.rules {
				if extensionless(r) {
					c.warn(views.set.Extent, codeMultiViews, "write Options -MultiViews",
						"MultiViews finds a file for a URL without extension before the rule in line %d sees it", r.From.Line)
					break
				}
			}
		}
	}
}

func (c *checker) engineCertain(s *scope) bool {
	return s.on() || c.opts.Match.EngineOn
}

// extensionless reports whether a rule leads from a URL without extension to a file
// with one.
func extensionless(r *rule) bool {
	if !r.rewrites() || r.Not || r.re == nil {
		return false
	}
	path, _, _ := strings.Cut(r.Subst.Text, "?")
	file := path[strings.LastIndexByte(path, '/')+1:]
	return strings.Contains(file, ".") && !language.Empty(language.In(r.re), language.In(language.Must(`^[^.]+$`)))
}

// checkAlias looks for rules of a server that lead to what an Alias is for.
func checkAlias(c *checker) {
	c.redirectBefore()
	for r := range c.rules() {
		if r.scope.perDir() || !r.rewrites() || r.has(parser.FlagPassThrough) {
			continue
		}
		for s := r.scope; s != nil; s = s.parent {
			if d := aliasFor(s, r.Subst.Text); d != nil {
				c.warn(r.Subst.Extent, codeMissingPT, "add PT", "the target is taken for a file below the document root, and not for what %s in line %d is for", d.Directive, d.From.Line)
				break
			}
		}
	}
}

// aliasFor returns the Alias of s that a path is for.
func aliasFor(s *scope, path string) *parser.Directive {
	for _, d := range s.others {
		if len(d.Args) < 2 {
			continue
		}
		switch strings.ToLower(d.Directive) {
		case "alias", "scriptalias":
			prefix := d.Args[0].Text
			if prefix != "/" && strings.HasPrefix(path, prefix) && (strings.HasSuffix(prefix, "/") || len(path) == len(prefix) || strings.IndexByte("/?", path[len(prefix)]) >= 0) {
				return d
			}
		case "aliasmatch", "scriptaliasmatch":
			if re, err := language.Parse(d.Args[0].Text, false); err == nil && !strings.ContainsAny(path, "$%") && re.Match(path) {
				return d
			}
		}
	}
	return nil
}

// checkInherit looks for rules that do not get where requests are served.
func checkInherit(c *checker) {
	root := c.scopes[0]
	if c.src.Access {
		c.inheritFolders(root)
		return
	}
	if !root.on() {
		return
	}
	for _, r := range root.rules {
		if !r.denies() && !r.redirects() {
			continue
		}
		for _, v := range c.scopes {
			const down = parser.InheritDown | parser.InheritDownBefore
			if v.kind != vhost || v.parent != root || v.engine != nil && !v.engine.On || v.on() && v.options&(parser.Inherit|parser.InheritBefore) != 0 ||
				v.on() && root.options&down != 0 && v.options&parser.IgnoreInherit == 0 {
				continue
			}
			c.warn(r.Extent, codeNotInherited, "write RewriteEngine On and RewriteOptions InheritBefore in the virtual host, or repeat the rules there",
				"the rule does not run in the virtual host of line %d, which has %s", v.at.From.Line, ownRules(v))
			return
		}
	}
}

func ownRules(v *scope) string {
	if len(v.rules) == 0 {
		return "none and does not inherit"
	}
	return "its own rules and does not inherit"
}

// inheritFolders looks for access files of folders below that replace the rules.
func (c *checker) inheritFolders(root *scope) {
	if !root.on() {
		return
	}
	for _, o := range c.others {
		if o == c || o.file == nil || !o.src.Access {
			continue
		}
		below := o.scopes[0]
		rest, ok := strings.CutPrefix(below.dir, root.dir)
		if !ok || rest == "" || below.engine == nil || !below.engine.On || below.options&(parser.Inherit|parser.InheritBefore) != 0 || root.options&(parser.InheritDown|parser.InheritDownBefore) != 0 {
			continue
		}
		for _, r := range root.rules {
			if !r.denies() && !r.redirects() || r.Not || r.re == nil || !aboutFolder(r, rest) {
				continue
			}
			c.note(r.Extent, codeNotInherited, "write RewriteOptions InheritBefore there, or repeat the rule", "the rule does not run for requests in %s, which has its own rules in %s", rest, o.src.Name)
			return
		}
	}
}

// aboutFolder reports whether a rule is for requests in the folder.
func aboutFolder(r *rule, folder string) bool {
	return !language.Empty(language.In(r.re), language.In(language.Must("^"+strings.ReplaceAll(folder, ".", `\.`))))
}
