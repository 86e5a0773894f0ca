package rewrite

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// directoryRules runs the rules of the directory on the file name. It returns
// Declined where nothing changed, 0 where the request goes on, perhaps as an
// internal redirect, or the status to answer with.
func directoryRules(s *httpd.Request) int {
	d := rewriteSlot.Of(s.Dir.Parts)
	if !directoryRulesApply(s, d) {
		return httpd.Declined
	}
	if s.Dir.Core.Options.Value&(httpd.FollowSymLinks|httpd.SymLinksIfOwnerMatch) == 0 {
		return s.Refuse(403, httpd.CodeUnsafeRewrite, d.firstRule(), "Options +FollowSymLinks, or +SymLinksIfOwnerMatch",
			"rewriting in %s is forbidden without Options FollowSymLinks or SymLinksIfOwnerMatch", d.prefix)
	}
	original, query := s.Filename, s.Args
	if !s.Filename.OK {
		s.Filename = apr.Some(s.URI)
	}
	x := newRewriting(s, d)
	if !original.OK {
		x.log(2, "init rewrite engine with requested uri ", s.Filename.Text)
	}
	if x.run.Traced {
		x.trace(httpd.Event{Kind: httpd.EventStart, Input: s.Filename.Text + s.PathInfo.Text})
	}
	result := x.rules(d.list)
	if status, over := concluded(s, x, result, original); over {
		return status
	}
	name := s.Filename.Text
	switch {
	case x.passed: // PT comes before P
	case len(name) > len(httpd.ProxyPrefix) && strings.HasPrefix(name, httpd.ProxyPrefix):
		info := s.PathInfo
		s.PathInfo = apr.Optional{} // the rules appended it already
		x.goProxy(result)
		s.PathInfo = info
		return 0
	case isAbsolute(name):
		return x.redirect(result, query)
	}
	return x.restart(original)
}

// firstRule returns where the first rule stands, or what turns rewriting on.
func (d *dirRewrite) firstRule() parser.Extent {
	if len(d.rules) > 0 {
		return d.rules[0].rules[0].At
	}
	return d.at
}

// directoryRulesApply reports whether the rules are to be run. A request for
// the directory itself, without a final slash, is left to mod_dir, which
// redirects it to one.
func directoryRulesApply(s *httpd.Request, d *dirRewrite) bool {
	if !s.IsProxy() && d.options&parser.AllowNoSlash == 0 && s.Filename.OK &&
		s.Filename.Text == strings.TrimSuffix(d.prefix, "/") {
		return false
	}
	if *s.Ended {
		s.Eval.LogTrace(s, 8, d.prefix, "Declining, no further rewriting due to END flag")
	}
	return !*s.Ended
}

// restart makes the request an internal redirect to the URL of the file name
// that the rules made.
func (x *rewriting) restart(original apr.Optional) int {
	s := x.req
	name := s.Filename.Text
	if len(name) > len(httpd.PassPrefix) {
		name = strings.TrimPrefix(name, httpd.PassPrefix)
	}
	s.Filename.Text = name
	if !strings.HasPrefix(name, "/") {
		return s.Refuse(400, httpd.CodeUnsafeRewrite, s.Eval.Rule, "", "the rules made %s, which is not a path", httpd.Clipped(name))
	}
	if original.OK && name == original.Text {
		x.log(1, "initial URL equal rewritten URL: ", name, " [IGNORING REWRITE]")
		s.Eval.Trace(s, httpd.Event{Kind: httpd.EventFlow, Detail: httpd.EventSameFile, Output: name})
		return 0
	}
	s.RestartsAt = apr.Some(x.urlOf(name))
	x.log(1, "internal redirect with ", s.RestartsAt.Text, " [INTERNAL REDIRECT]")
	s.Filename.Text = httpd.RedirectPrefix + s.RestartsAt.Text
	s.Handler = httpd.RedirectHandler
	s.KeepVary = true
	return 0
}

// urlOf turns a file name into a URL-path: by RewriteBase, else by removing
// the document root, else by what mapped the request.
func (x *rewriting) urlOf(name string) string {
	s, d := x.req, x.dir
	root := s.Server.DocumentRoot
	if d.base != "" {
		x.log(2, "trying to replace prefix ", d.prefix, " with ", d.base)
		if url, replaced := x.replacePrefix(name, d.prefix, d.base); replaced {
			return url
		}
	} else if s.Server.Rooted && strings.HasPrefix(name, root+"/") {
		x.log(2, "strip document_root prefix: ", name, " -> ", name[len(root):])
		return name[len(root):]
	}
	context := s.ContextRoot()
	if d.options&parser.IgnoreContextInfo != 0 || context == "" {
		return name
	}
	x.log(2, "trying to replace context docroot ", context, " with context prefix ", s.ContextPrefix())
	url, _ := x.replacePrefix(name, context, s.ContextPrefix())
	return url
}

// replacePrefix replaces the directory match at the head of path with subst,
// both taken as ending in a slash. An empty subst leaves no slash.
func (x *rewriting) replacePrefix(path, match, subst string) (url string, replaced bool) {
	match = strings.TrimSuffix(match, "/")
	rest, ok := strings.CutPrefix(path, match)
	if !ok || !strings.HasPrefix(rest, "/") {
		return path, false
	}
	if subst != "" && !strings.HasSuffix(subst, "/") {
		subst += "/"
	}
	x.logServer(5, "strip matching prefix: ", path, " -> ", rest[1:])
	x.logServer(4, "add subst prefix: ", rest[1:], " -> ", subst, rest[1:])
	return subst + rest[1:], true
}

// replaceInURL replaces the directory at the head of the path of url, whose
// scheme has length prefix, with RewriteBase.
func (x *rewriting) replaceInURL(url string, prefix int) string {
	d := x.dir
	slash := strings.IndexByte(url[prefix:], '/')
	if slash < 0 {
		return url
	}
	start := prefix + slash + 1
	if start == len(url) {
		return url
	}
	x.log(2, "trying to replace prefix ", d.prefix, " with ", d.base)
	path, _ := x.replacePrefix(url[start:], strings.TrimPrefix(d.prefix, "/"), d.base[1:])
	return url[:start] + path
}

// useForced gives the request the type and handler that rules forced.
func useForced(s *httpd.Request) int {
	if s.ForcedType != "" {
		s.Eval.LogTrace(s, 1, "", "force filename ", s.Filename.Text, " to have MIME-type '", s.ForcedType, "'")
		s.ContentType = s.ForcedType
	}
	if s.ForcedHand != "" {
		s.Eval.LogTrace(s, 1, "", "force filename ", s.Filename.Text, " to have the Content-handler '", s.ForcedHand, "'")
		// A forced handler takes the place of the internal redirect, too.
		s.MappedByRule = s.MappedByRule || s.RestartsAt.OK
		if s.Handler = s.ForcedHand; s.Handler != httpd.RedirectHandler {
			s.NoFile = s.NoFile || s.RestartsAt.OK
			s.RestartsAt = apr.Optional{}
		}
	}
	return httpd.Declined
}
