package matcher

import (
	"os/user"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// serverRules runs the rules of the server on the URL-path. It returns
// declined where the path is still to be mapped to a file, 0 where it is, or
// the status to answer with.
func serverRules(s *state) int {
	rw := serverRewriteOf(s.server)
	if !rw.owned || !serverRulesApply(s) {
		return declined
	}
	s.setScriptVariables()
	original, query := s.filename, s.args
	if !s.filename.OK {
		s.filename = apr.Some(s.uri)
	}
	x := newRewriting(s, nil)
	x.trace(event{Kind: eventStart, At: s.server.at, Input: s.filename.Text})
	result := x.rules(rw.list)
	s.note = note{name: rewrittenNote, value: result.note()}
	if status, over := concluded(s, x, result, original); over {
		return status
	}
	name := s.filename.Text
	switch {
	case x.passed:
		s.uri = name
		s.filename = original
		return declined
	case len(name) > len(proxyPrefix) && strings.HasPrefix(name, proxyPrefix):
		goProxy(s, result)
		return 0
	case isAbsolute(name):
		return redirect(s, result, query, nil)
	}
	return mapLocal(s, x)
}

// rewrittenNote is the note that tells how the run of the server's rules ended.
const rewrittenNote = "mod_rewrite_rewritten"

// note is what httpd notes of a run's outcome, which %{ENV:…} can see.
func (o outcome) note() string {
	switch o {
	case changed:
		return "1"
	case changedVerbatim:
		return "2"
	case answered:
		return "4"
	case refused:
		return "8"
	case unchanged:
	}
	return "0"
}

// serverRulesApply reports whether the server's rules are to be run.
func serverRulesApply(s *state) bool {
	switch {
	case *s.ended:
		return false
	case s.target != "*" && strings.HasPrefix(s.uri, "/"):
		return true
	}
	return rewriteSlot.of(s.dir.parts).options&parser.AllowAnyURI != 0
}

// mapLocal takes the result of the server's rules for a file name if it is
// one, else puts it below the document root.
func mapLocal(s *state, x *rewriting) int {
	s.filename.Text = expandHome(s.filename.Text)
	if !strings.HasPrefix(s.filename.Text, "/") {
		return s.refuse(400, codeUnsafeRewrite, s.eval.rule, "", "the rules made %s, which is not a path", clipped(s.filename.Text))
	}
	if s.reduced || !isFilePath(s, x) {
		saved := s.uri
		s.uri = s.filename.Text
		status := s.mapToDocumentRoot()
		s.uri = saved
		return status
	}
	s.mappedByRule = true
	if file, ok := uri.CleanFile(s.filename.Text); ok {
		s.root = s.server.rootOf(file)
	}
	s.strayed = s.root == ""
	return 0
}

// isFilePath reports whether the path that rules made is to be taken for a
// path of the file system: its first segment exists and came from the ruleset,
// not from the request. See CVE-2024-38475.
func isFilePath(s *state, x *rewriting) bool {
	path := s.filename.Text
	segment := strings.TrimLeft(path, "/")
	if i := strings.IndexByte(segment, '/'); i >= 0 {
		segment = segment[:i]
	}
	first, _ := uri.CleanFile("/" + segment)
	if !s.server.knowsFiles() {
		return false
	}
	if _, err := s.eval.stat(first); err != nil {
		return false
	}
	switch {
	case x.lastAct == nil, x.lastAct.flags.has(parser.FlagUnsafePrefixStat),
		serverRewriteOf(s.server).options&parser.UnsafePrefixStatOption != 0,
		strings.HasPrefix(x.lastAct.output, first),
		s.server.rooted && strings.HasPrefix(path, s.server.documentRoot),
		s.contextRoot() != "" && strings.HasPrefix(path, s.contextRoot()):
		return true
	}
	if first != "/" {
		s.remark(codeUnsafeRewrite, x.lastSub.At, "UnsafePrefixStat takes it for a file name",
			"%s is taken for a URL-path although %s is there: that part came from the request", clipped(path), clipped(first))
	}
	return false
}

// expandHome replaces "/~user" at the head of path with the user's home
// directory, if there is such a user.
func expandHome(path string) string {
	if !strings.HasPrefix(path, "/~") {
		return path
	}
	name, rest, _ := strings.Cut(path[2:], "/")
	u, err := user.Lookup(name)
	if name == "" || err != nil || u.HomeDir == "" {
		return path
	}
	home := strings.TrimSuffix(u.HomeDir, "/")
	if len(path) > 2+len(name) {
		return home + "/" + rest
	}
	return home
}
