package matcher

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// conclude makes the Result of the last request of an evaluation, given 0 or
// the status to answer with.
func (e *evaluation) conclude(s *state, status int) Result {
	res := Result{
		Status: s.status, URI: s.uri, Path: s.uri,
		Query: s.args.text, HasQuery: s.args.ok,
		Filename: s.filename.text, PathInfo: s.pathInfo.text, HasPathInfo: s.pathInfo.ok,
		SetCookies: e.cookies, Redirects: s.redirects(), Rule: e.rule,
		Env: s.environ(), ScriptURL: s.scriptURL.text,
		Scheme: s.scheme(), ServerName: s.serverName(), ServerPort: s.serverPort(),
	}
	if status != 0 {
		res.answer(s, status)
	} else {
		res.serve(s)
	}
	if e.err == nil && !safeHeaders(&res) {
		// httpd drops a response whose headers hold control characters.
		res.Action, res.Status, res.Location, res.SetCookies, res.Vary = Respond, 500, "", nil, ""
	}
	return res
}

// environ returns the environment as a map, nil if it is empty.
func (s *state) environ() map[string]string {
	if len(s.env.entries) == 0 {
		return nil
	}
	m := make(map[string]string, len(s.env.entries))
	for _, e := range s.env.entries {
		m[e.name] = e.value
	}
	return m
}

// answer makes res a redirect or an answer with status.
func (res *Result) answer(s *state, status int) {
	if s.status != 200 {
		// httpd answers with the status of the first request that had one.
		first := s
		for first.prev != nil && first.prev.status != 200 {
			first = first.prev
		}
		if first != s {
			status = first.status
		}
	}
	res.Action, res.Status = Respond, status
	if isRedirect(status) {
		res.Location = s.location
		if res.Location != "" {
			res.Action = Redirect
		}
	}
}

// serve makes res pass, rewrite or proxy the request.
func (res *Result) serve(s *state) {
	res.Handler, res.ContentType, res.Vary = s.handler, s.contentType, distinct(s.vary)
	if s.isProxy() {
		res.Action = Proxy
		res.ProxyURL = strings.TrimPrefix(s.filename.text, proxyPrefix)
		res.ProxyVerbatim, res.ProxySocket = s.noCanon, s.socket
		return
	}
	res.Path = s.servedPath()
	first := s
	for first.prev != nil {
		first = first.prev
	}
	if s.eval.substituted && (res.Path != first.asked || s.args != first.askedQuery) {
		res.Action = Rewrite
	}
}

// servedPath returns the URL-path under which the file that the request maps
// to would be asked for.
func (s *state) servedPath() string {
	path := s.filename.text + s.pathInfo.text
	root := s.server.documentRoot
	if root == "" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, root); ok && strings.HasPrefix(rest, "/") {
		return rest
	}
	if s.mappedByRule {
		return path // it has no URL, but the one asked for is not served either
	}
	return s.uri
}

// distinct removes repeated names from a Vary header and joins the others as
// httpd sends them.
func distinct(vary string) string {
	if strings.IndexByte(vary, ',') < 0 {
		return vary
	}
	var names []string
	for name := range strings.SplitSeq(vary, ",") {
		name = strings.TrimSpace(name)
		if !slices.ContainsFunc(names, func(n string) bool { return uri.EqualFold(n, name) }) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

func safeHeaders(res *Result) bool {
	for _, c := range res.SetCookies {
		if !safeHeader(c) {
			return false
		}
	}
	return safeHeader(res.Location) && safeHeader(res.Vary) && safeHeader(res.ContentType)
}

func safeHeader(v string) bool {
	for i := range len(v) {
		if c := v[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
