package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Declined is the outcome of a phase that leaves the request to the next one;
// 0 is success, other values are the status to answer with.
const Declined = -1

// done is the outcome of a phase after which nothing is left to be done.
const done = -2

// process takes a request through the phases: location, translation, walk,
// access, fix-up. It returns 0 or the status to answer with.
func (s *Request) process() int {
	phases := s.Eval.Engine.phases
	byFile := s.Parent != nil && s.Filename.OK
	if s.Parent == nil {
		if s.left(phases.PostRead.All) != 0 { // asked here, as most requests have nothing to run in some phases
			if status := s.runAll(&phases.PostRead); status != 0 {
				return status
			}
		}
		if s.foreign {
			return s.Refuse(400, codeBadRequest, parser.Extent{}, "", "the target %s has another scheme than http and https", Clipped(s.Target))
		}
	}
	plain := false
	if s.path.OK {
		var status int
		if plain, status = s.decodePath(byFile); status != 0 {
			return s.refusePath(status)
		}
	}
	s.asked, s.askedQuery = s.URI, s.Args
	s.askedPlain = plain
	if !byFile {
		if s.hasURLSections() {
			s.walkURL()
		}
		status := s.runFirst(&phases.Translate)
		if status == Declined {
			status = s.MapToDocumentRoot()
		}
		if status != 0 {
			return status
		}
	}
	s.resetConfig()
	if status := s.mapToStorage(); status != 0 {
		return status
	}
	if s.hasURLSections() {
		s.walkURL()
	}
	if s.leftNow(phases, phases.Late) == 0 { // as for most requests
		s.TakeGivenUser()
		return 0
	}
	if s.Parent == nil && s.left(phases.HeaderParser.All) != 0 {
		if status := s.runAll(&phases.HeaderParser); status != 0 {
			return status
		}
	}
	if s.left(phases.Access.All) != 0 {
		if status := s.runAll(&phases.Access); status != 0 {
			return status
		}
	}
	s.TakeGivenUser()
	if status := s.runFirst(&phases.TypeChecker); status != 0 && status != Declined {
		return status
	}
	return s.runAll(&phases.FixUp)
}

// decodePath decodes and normalises the URL-path. The status is 0 or the one to
// refuse it with; plain says that there was nothing to do. byFile says that the request
// is a sub-request for a file.
func (s *Request) decodePath(byFile bool) (plain bool, status int) {
	path, merge := s.path.Text, s.Server.mergeSlashes != apr.Off
	plain = merge && !byFile && uri.IsPlain(path, s.quiet)
	if plain && !s.hasURLSections() { // as for most requests
		s.URI = path
		return true, 0
	}
	o := uri.PathOptions{MergeSlashes: merge, Slashes: s.Dir.Core.EncodedSlashes, Relative: byFile}
	if !byFile {
		s.walkEncodedLocations(o, plain)
	}
	if !plain {
		path, status = uri.DecodePath(path, o)
	}
	if !byFile || s.URI != "" {
		s.URI = path
	}
	return plain, status
}

// refusePath refuses a URL-path that can't be decoded.
func (s *Request) refusePath(status int) int {
	switch {
	case status == 404 && strings.Contains(s.path.Text, "%00"):
		return s.Refuse(404, codeBadRequest, parser.Extent{}, "", "the path %s holds %%00", Clipped(s.path.Text))
	case status == 404:
		return s.Refuse(404, codeBadRequest, parser.Extent{}, "AllowEncodedSlashes lets %2F through",
			"the path %s holds %%2F", Clipped(s.path.Text))
	}
	return s.Refuse(status, codeBadRequest, parser.Extent{}, "", "the path %s can't be decoded or leads above the root", Clipped(s.path.Text))
}

// DirectoryType is the type, and so the handler, of a directory.
const DirectoryType = "httpd/unix-directory"

// MapToDocumentRoot puts the URL-path below the document root, without
// ServerPath. Where there is no document root the URL-path stands for the file,
// whose place is not known.
func (s *Request) MapToDocumentRoot() int {
	if s.Proxied {
		return s.Refuse(403, CodeUnsafeRewrite, s.Eval.Rule, "", "what is proxied has no file")
	}
	if !strings.HasPrefix(s.URI, "/") && s.URI != "*" {
		return s.Refuse(400, CodeBadTarget, s.Eval.Rule, "", "%s is not a path", Clipped(s.URI))
	}
	s.unmapped = !s.Server.Rooted
	rel := s.URI
	if s.Server.serves(rel) {
		rel = rel[len(s.Server.path):]
	}
	if s.Server.DocumentRoot == "" && len(rel) >= len(s.URI)-1 && s.IsClean() {
		s.Filename.Text, s.Filename.OK = s.URI, true
		s.Root = s.Server.rootDir()
		return 0
	}
	rel = strings.TrimLeft(rel, "/")
	file, ok := uri.JoinFile(s.Server.DocumentRoot, rel)
	if !ok {
		return s.Refuse(403, codeRefusedFile, s.Eval.Rule, "", "%s can't be the name of a file", Clipped(rel))
	}
	s.Filename = apr.Some(file)
	s.Root = s.Server.rootDir()
	return 0
}

// IsClean reports whether the URL-path is absolute and has neither empty segments nor
// such as begin with a dot.
func (s *Request) IsClean() bool {
	return s.askedPlain && s.URI == s.asked || strings.HasPrefix(s.URI, "/") && uri.IsCleanRel(s.URI[1:])
}

// mapToStorage walks the file system down to the file and merges the
// configuration that holds for it. Of what is proxied it is that of its URL.
func (s *Request) mapToStorage() int {
	if s.IsProxy() {
		s.walkProxies()
		return 0
	}
	switch {
	case s.Method == "TRACE":
		return s.echo()
	case s.Method == "OPTIONS" && s.URI == "*":
		return done // about the server, not about a file
	}
	if status := s.walkDirectories(); status != 0 {
		return status
	}
	if s.Dir.files.Len() > 0 {
		s.walkFiles()
	}
	return 0
}

// LookupURI makes a sub-request for a URL.
func (s *Request) LookupURI(target string) *Request {
	sub := s.subrequest()
	if !strings.HasPrefix(target, "/") {
		dir := s.URI[:strings.LastIndexByte(s.URI, '/')+1]
		if dir == "" {
			dir = "/"
		}
		target = uri.Escape(dir) + target
	}
	sub.setTarget(target)
	sub.runSubrequest(s)
	return sub
}

// LookupFile makes a sub-request for a file, relative to that of s.
func (s *Request) LookupFile(name string) *Request {
	sub := s.subrequest()
	dir := ParentDir(s.Filename.Text)
	file, ok := uri.ResolveFile(dir, name)
	if !ok || !strings.HasPrefix(dir, "/") && !strings.HasPrefix(name, "/") {
		sub.Status = 403
		return sub
	}
	sub.Filename = apr.Some(file)
	sub.Root, sub.unmapped = s.Root, s.unmapped && !strings.HasPrefix(name, "/")
	sub.setTarget(name)
	rest := strings.TrimPrefix(file, dir)
	if strings.HasPrefix(file, dir) && rest != "" && !strings.Contains(rest, "/") && s.URI != "" {
		sub.setTarget(ParentDir(s.URI) + rest)
	} else {
		sub.URI = ""
	}
	sub.runSubrequest(s)
	return sub
}

// ParentDir returns path up to and including its last slash.
func ParentDir(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i+1]
	}
	return ""
}

func (s *Request) subrequest() *Request {
	s.TabulateScript()
	sub := &Request{
		Eval: s.Eval, Server: s.Server, Parent: s, Ended: new(bool),
		line:    line{Method: "GET", Protocol: "INCLUDED", hostname: s.hostname},
		Mapping: Mapping{Dir: s.Server.Base},
		reply:   reply{Status: 200},
	}
	if s.Eval.Charge(s.Env.Size(0)) {
		sub.Env = s.Env.Clone()
	}
	return sub
}

// runSubrequest processes a sub-request unless its nesting forbids it.
func (s *Request) runSubrequest(parent *Request) {
	if s.Status >= 400 {
		return
	}
	e := s.Eval
	e.subrequests++
	if !e.Spend(work.SubrequestSteps) {
		s.Status = 500
		return
	}
	if e.subrequests > e.Engine.Limits.SubrequestsTotal {
		e.Fail(e.Engine.Exceeded(errSubrequests, e.At)) // what else would come of it is not httpd's answer
		s.Status = 500
		return
	}
	if parent.tooDeep() {
		s.Status = 500
		return
	}
	e.Trace(s, Event{Kind: EventSubreq, Input: s.Target})
	if status := s.process(); status != 0 {
		s.Status = status
	}
	e.Trace(s, Event{Kind: EventSubreq, Detail: EventEnds, Status: s.Status, Output: s.Filename.Text})
}
