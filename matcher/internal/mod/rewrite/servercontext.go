package rewrite

import (
	"os/user"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// serverRules runs the rules of the server on the URL-path. It returns
// Declined where the path is still to be mapped to a file, 0 where it is, or
// the status to answer with.
func serverRules(s *httpd.Request) int {
	rw := serverRewriteOf(s.Server)
	if !rw.owned || !serverRulesApply(s) {
		return httpd.Declined
	}
	s.SetScriptVariables()
	if len(rw.rules) == 0 && s.Eval.Step == nil && !s.Eval.Logged() && s.Eval.Meter.Err() == nil {
		s.Note = httpd.Note{Name: rewrittenNote, Value: unchanged.note()}
		return httpd.Declined
	}
	original, query := s.Filename, s.Args
	if !s.Filename.OK {
		s.Filename = apr.Some(s.URI)
	}
	x := newRewriting(s, nil)
	switch {
	case !x.logs():
	case original.OK:
		x.logServer(2, "init rewrite engine with passed filename ", s.Filename.Text, ". Original uri = ", s.URI)
	default:
		x.logServer(2, "init rewrite engine with requested uri ", s.Filename.Text)
	}
	if x.run.Traced {
		x.trace(httpd.Event{Kind: httpd.EventStart, At: s.Server.At, Input: s.Filename.Text})
	}
	result := x.rules(rw.list)
	s.Note = httpd.Note{Name: rewrittenNote, Value: result.note()}
	if status, over := concluded(s, x, result, original); over {
		return status
	}
	name := s.Filename.Text
	switch {
	case x.passed:
		s.URI = name
		s.Filename = original
		return httpd.Declined
	case len(name) > len(httpd.ProxyPrefix) && strings.HasPrefix(name, httpd.ProxyPrefix):
		x.goProxy(result)
		return 0
	case isAbsolute(name):
		return x.redirect(result, query)
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
func serverRulesApply(s *httpd.Request) bool {
	switch {
	case *s.Ended:
		s.Eval.LogTrace(s, 8, "", "Declining, no further rewriting due to END flag")
		return false
	case s.Target != "*" && strings.HasPrefix(s.URI, "/"):
		return true
	}
	if rewriteSlot.Of(s.Dir.Parts).options&parser.AllowAnyURI != 0 {
		return true
	}
	s.Eval.LogTrace(s, 8, "", "Declining, request-URI '", s.URI, "' is not a URL-path. Consult the manual entry for the "+
		"RewriteOptions directive for options and caveats about matching other strings.")
	return false
}

// mapLocal takes the result of the server's rules for a file name if it is
// one, else puts it below the document root.
func mapLocal(s *httpd.Request, x *rewriting) int {
	s.Filename.Text = expandHome(s.Filename.Text)
	x.logServer(2, "local path result: ", s.Filename.Text)
	if !strings.HasPrefix(s.Filename.Text, "/") {
		return s.Refuse(400, httpd.CodeUnsafeRewrite, s.Eval.Rule, "", "the rules made %s, which is not a path", httpd.Clipped(s.Filename.Text))
	}
	if !isFilePath(s, x) {
		saved := s.URI
		s.URI = s.Filename.Text
		status := s.MapToDocumentRoot()
		s.URI = saved
		if status != 0 {
			x.logServer(1, "prefixing with document_root of ", s.Filename.Text, " FAILED")
			return status
		}
		x.logServer(2, "prefixed with document_root to ", s.Filename.Text)
		x.logServer(1, "go-ahead with ", s.Filename.Text, " [OK]")
		return status
	}
	x.logServer(1, "go-ahead with ", s.Filename.Text, " [OK]")
	s.MappedByRule = true
	if file, ok := uri.CleanFile(s.Filename.Text); ok {
		s.Root = s.Server.RootOf(file)
	}
	s.Strayed = s.Root == ""
	return 0
}

// isFilePath reports whether the path that rules made is to be taken for a
// path of the file system: its first segment exists and came from the ruleset,
// not from the request. See CVE-2024-38475. A URL of this server that was reduced to
// its path is none.
func isFilePath(s *httpd.Request, x *rewriting) bool {
	path := s.Filename.Text
	segment := strings.TrimLeft(path, "/")
	if i := strings.IndexByte(segment, '/'); i >= 0 {
		segment = segment[:i]
	}
	first, _ := uri.CleanFile("/" + segment)
	if !s.Server.KnowsFiles() || s.Reduced && !s.Eval.Logged() {
		return false
	}
	if _, err := s.Eval.Stat(first); err != nil {
		return false
	}
	last := x.lastAct
	if serverRewriteOf(s.Server).options&parser.UnsafePrefixStatOption != 0 {
		last = nil
	}
	x.logPrefix(first, last)
	switch {
	case last == nil, last.flags.has(parser.FlagUnsafePrefixStat),
		x.startsWith(last.output, first),
		s.Server.Rooted && x.startsWith(path, s.Server.DocumentRoot),
		s.Alias != nil && s.ContextRoot() != "" && x.startsWith(path, s.ContextRoot()):
		return !s.Reduced
	}
	if first != "/" && !s.Reduced {
		s.Remark(httpd.CodeUnsafeRewrite, x.lastSub.At, "UnsafePrefixStat takes it for a file name",
			"%s is taken for a URL-path although %s is there: that part came from the request", httpd.Clipped(path), httpd.Clipped(first))
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
