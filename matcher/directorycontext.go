package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// directoryRules runs the rules of the directory on the file name. It returns
// declined where nothing changed, 0 where the request goes on, perhaps as an
// internal redirect, or the status to answer with.
func directoryRules(s *state) int {
	d := rewriteSlot.of(s.dir.parts)
	if !directoryRulesApply(s, d) {
		return declined
	}
	if s.dir.core.options.value&(followSymLinks|symLinksIfOwnerMatch) == 0 {
		return s.refuse(403, codeUnsafeRewrite, d.firstRule(), "Options +FollowSymLinks, or +SymLinksIfOwnerMatch",
			"rewriting in %s is forbidden without Options FollowSymLinks or SymLinksIfOwnerMatch", d.prefix)
	}
	original, query := s.filename, s.args
	if !s.filename.OK {
		s.filename = apr.Some(s.uri)
	}
	x := newRewriting(s, d)
	if x.run.Traced {
		x.trace(event{Kind: eventStart, Input: s.filename.Text + s.pathInfo.Text})
	}
	result := x.rules(d.list)
	if status, over := concluded(s, x, result, original); over {
		return status
	}
	name := s.filename.Text
	switch {
	case x.passed: // PT comes before P
	case len(name) > len(proxyPrefix) && strings.HasPrefix(name, proxyPrefix):
		info := s.pathInfo
		s.pathInfo = apr.Optional{} // the rules appended it already
		goProxy(s, result)
		s.pathInfo = info
		return 0
	case isAbsolute(name):
		return redirect(s, result, query, d)
	}
	return restart(s, d, original)
}

// firstRule returns where the first rule stands, or what turns rewriting on.
func (d *dirRewrite) firstRule() parser.Extent {
	if len(d.rules) > 0 {
		return d.rules[0].At
	}
	return d.at
}

// directoryRulesApply reports whether the rules are to be run. A request for
// the directory itself, without a final slash, is left to mod_dir, which
// redirects it to one.
func directoryRulesApply(s *state, d *dirRewrite) bool {
	if !s.isProxy() && d.options&parser.AllowNoSlash == 0 && s.filename.OK &&
		s.filename.Text == strings.TrimSuffix(d.prefix, "/") {
		return false
	}
	return !*s.ended
}

// restart makes the request an internal redirect to the URL of the file name
// that the rules made.
func restart(s *state, d *dirRewrite, original apr.Optional) int {
	name := s.filename.Text
	if len(name) > len(passPrefix) {
		name = strings.TrimPrefix(name, passPrefix)
	}
	s.filename.Text = name
	if !strings.HasPrefix(name, "/") {
		return s.refuse(400, codeUnsafeRewrite, s.eval.rule, "", "the rules made %s, which is not a path", clipped(name))
	}
	if original.OK && name == original.Text {
		s.eval.trace(s, event{Kind: eventFlow, Detail: eventSameFile, Output: name})
		return 0
	}
	s.restartsAt = apr.Some(urlOf(s, d, name))
	s.filename.Text = redirectPrefix + s.restartsAt.Text
	s.handler = redirectHandler
	s.keepVary = true
	return 0
}

// urlOf turns a file name into a URL-path: by RewriteBase, else by removing
// the document root.
func urlOf(s *state, d *dirRewrite, name string) string {
	root := s.server.documentRoot
	url := name
	if d.base != "" {
		url = replacePrefix(name, d.prefix, d.base)
	} else if s.server.rooted && strings.HasPrefix(name, root+"/") {
		return name[len(root):]
	}
	if context := s.contextRoot(); url == name && d.options&parser.IgnoreContextInfo == 0 && context != "" {
		url = replacePrefix(url, context, s.contextPrefix())
	}
	return url
}

// replacePrefix replaces the directory match at the head of path with subst,
// both taken as ending in a slash. An empty subst leaves no slash.
func replacePrefix(path, match, subst string) string {
	match = strings.TrimSuffix(match, "/")
	rest, ok := strings.CutPrefix(path, match)
	if !ok || !strings.HasPrefix(rest, "/") {
		return path
	}
	if subst != "" && !strings.HasSuffix(subst, "/") {
		subst += "/"
	}
	return subst + rest[1:]
}

// replaceInURL replaces the directory at the head of the path of url, whose
// scheme has length prefix, with RewriteBase.
func (d *dirRewrite) replaceInURL(url string, prefix int) string {
	slash := strings.IndexByte(url[prefix:], '/')
	if slash < 0 {
		return url
	}
	start := prefix + slash + 1
	return url[:start] + replacePrefix(url[start:], strings.TrimPrefix(d.prefix, "/"), d.base[1:])
}

// useForced gives the request the type and handler that rules forced.
func useForced(s *state) int {
	if s.forcedType != "" {
		s.contentType = s.forcedType
	}
	if s.forcedHand != "" {
		// A forced handler takes the place of the internal redirect, too.
		s.mappedByRule = s.mappedByRule || s.restartsAt.OK
		if s.handler = s.forcedHand; s.handler != redirectHandler {
			s.noFile = s.noFile || s.restartsAt.OK
			s.restartsAt = apr.Optional{}
		}
	}
	return declined
}
