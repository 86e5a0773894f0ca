package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// declined is the outcome of a phase that leaves the request to the next one;
// 0 is success, other values are the status to answer with.
const declined = -1

// done is the outcome of a phase after which nothing is left to be done.
const done = -2

// process takes a request through the phases: location, translation, walk,
// access, fix-up. It returns 0 or the status to answer with.
func (s *state) process() int {
	phases := s.eval.engine.phases
	byFile := s.parent != nil && s.filename.OK
	if s.parent == nil {
		if status := s.runAll(&phases.postRead); status != 0 {
			return status
		}
		if s.foreign {
			return s.refuse(400, codeBadRequest, parser.Extent{}, "", "the target %s has another scheme than http and https", clipped(s.target))
		}
	}
	if s.path.OK {
		if status := s.decodePath(byFile); status != 0 {
			return s.refusePath(status)
		}
	}
	s.asked, s.askedQuery = s.uri, s.args
	if !byFile {
		s.walkLocations(s.uri)
		s.walkIfs()
		status := s.runFirst(&phases.translate)
		if status == declined {
			status = s.mapToDocumentRoot()
		}
		if status != 0 {
			return status
		}
	}
	s.resetConfig()
	if status := s.mapToStorage(); status != 0 {
		return status
	}
	s.walkLocations(s.uri)
	s.walkIfs()
	if s.parent == nil {
		if status := s.runAll(&phases.headerParser); status != 0 {
			return status
		}
	}
	if status := s.runAll(&phases.access); status != 0 {
		return status
	}
	s.user, s.authType = s.eval.req.RemoteUser, s.eval.req.AuthType
	if status := s.runAll(&phases.typeChecker); status != 0 {
		return status
	}
	return s.runAll(&phases.fixUp)
}

// decodePath decodes and normalises the URL-path. It returns 0 or the status to
// refuse it with. byFile says that the request is a sub-request for a file.
func (s *state) decodePath(byFile bool) int {
	o := uri.PathOptions{
		MergeSlashes: s.server.mergeSlashes != apr.Off, Slashes: s.dir.core.encodedSlashes, Relative: byFile,
	}
	if !byFile {
		s.walkEncodedLocations(o)
	}
	path, status := uri.DecodePath(s.path.Text, o)
	if !byFile || s.uri != "" {
		s.uri = path
	}
	return status
}

// refusePath refuses a URL-path that can't be decoded.
func (s *state) refusePath(status int) int {
	switch {
	case status == 404 && strings.Contains(s.path.Text, "%00"):
		return s.refuse(404, codeBadRequest, parser.Extent{}, "", "the path %s holds %%00", clipped(s.path.Text))
	case status == 404:
		return s.refuse(404, codeBadRequest, parser.Extent{}, "AllowEncodedSlashes lets %2F through",
			"the path %s holds %%2F", clipped(s.path.Text))
	}
	return s.refuse(status, codeBadRequest, parser.Extent{}, "", "the path %s can't be decoded or leads above the root", clipped(s.path.Text))
}

// directoryType is the type, and so the handler, of a directory.
const directoryType = "httpd/unix-directory"

// mapToDocumentRoot puts the URL-path below the document root, without
// ServerPath. Where there is no document root the URL-path stands for the file,
// whose place is not known.
func (s *state) mapToDocumentRoot() int {
	if s.proxied {
		return s.refuse(403, codeUnsafeRewrite, s.eval.rule, "", "what is proxied has no file")
	}
	if !strings.HasPrefix(s.uri, "/") && s.uri != "*" {
		return s.refuse(400, codeBadTarget, s.eval.rule, "", "%s is not a path", clipped(s.uri))
	}
	rel := s.uri
	if s.server.serves(rel) {
		rel = rel[len(s.server.path):]
	}
	rel = strings.TrimLeft(rel, "/")
	s.unmapped = !s.server.rooted
	if s.server.documentRoot == "" && len(rel)+1 == len(s.uri) && uri.IsCleanRel(rel) {
		s.filename = apr.Some(s.uri)
		s.root = s.server.rootDir()
		return 0
	}
	file, ok := uri.JoinFile(s.server.documentRoot, rel)
	if !ok {
		return s.refuse(403, codeRefusedFile, s.eval.rule, "", "%s can't be the name of a file", clipped(rel))
	}
	s.filename = apr.Some(file)
	s.root = s.server.rootDir()
	return 0
}

// mapToStorage walks the file system down to the file and merges the
// configuration that holds for it. Of what is proxied it is that of its URL.
func (s *state) mapToStorage() int {
	if s.isProxy() {
		s.walkProxies()
		return 0
	}
	switch {
	case s.method == "TRACE":
		return s.echo()
	case s.method == "OPTIONS" && s.uri == "*":
		return done // about the server, not about a file
	}
	if status := s.walkDirectories(); status != 0 {
		return status
	}
	s.walkFiles()
	return 0
}

// lookupURI makes a sub-request for a URL.
func (s *state) lookupURI(target string) *state {
	sub := s.subrequest()
	if !strings.HasPrefix(target, "/") {
		dir := s.uri[:strings.LastIndexByte(s.uri, '/')+1]
		if dir == "" {
			dir = "/"
		}
		target = uri.Escape(dir) + target
	}
	sub.setTarget(target)
	sub.runSubrequest(s)
	return sub
}

// lookupFile makes a sub-request for a file, relative to that of s.
func (s *state) lookupFile(name string) *state {
	sub := s.subrequest()
	dir := parentDir(s.filename.Text)
	file, ok := uri.ResolveFile(dir, name)
	if !ok || !strings.HasPrefix(dir, "/") && !strings.HasPrefix(name, "/") {
		sub.status = 403
		return sub
	}
	sub.filename = apr.Some(file)
	sub.unmapped = s.unmapped && !strings.HasPrefix(name, "/")
	sub.setTarget(name)
	rest := strings.TrimPrefix(file, dir)
	if strings.HasPrefix(file, dir) && rest != "" && !strings.Contains(rest, "/") && s.uri != "" {
		sub.setTarget(parentDir(s.uri) + rest)
	} else {
		sub.uri = ""
	}
	sub.runSubrequest(s)
	return sub
}

// parentDir returns path up to and including its last slash.
func parentDir(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i+1]
	}
	return ""
}

func (s *state) subrequest() *state {
	s.tabulateScript()
	sub := &state{
		eval: s.eval, server: s.server, parent: s, ended: new(bool),
		line:    line{method: "GET", protocol: "INCLUDED", hostname: s.hostname},
		mapping: mapping{dir: s.server.base},
		reply:   reply{status: 200},
	}
	if s.eval.charge(s.env.Size(0)) {
		sub.env = s.env.Clone()
	}
	return sub
}

// runSubrequest processes a sub-request unless its nesting forbids it.
func (s *state) runSubrequest(parent *state) {
	if s.status >= 400 {
		return
	}
	e := s.eval
	e.subrequests++
	if !e.spend(work.SubrequestSteps) {
		s.status = 500
		return
	}
	if parent.tooDeep() || e.subrequests > e.engine.limits.SubrequestsTotal {
		s.status = 500
		return
	}
	e.trace(s, event{Kind: eventSubreq, Input: s.target})
	if status := s.process(); status != 0 {
		s.status = status
	}
	e.trace(s, event{Kind: eventSubreq, Detail: eventEnds, Status: s.status, Output: s.filename.Text})
}
