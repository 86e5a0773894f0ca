package httpd

import (
	"io/fs"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// apply merges what a walk found on top of the request's configuration.
func (s *Request) apply(merged *DirConfig) {
	if merged != nil {
		s.Dir = s.Eval.Engine.merge(s.Dir, merged)
	}
}

func mergeSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// matchesLocation matches a <Location> section with a URL-path. plain is the
// path with single slashes.
func (sec *Section) matchesLocation(s *Request, path, plain string) bool {
	switch {
	case sec.Regex != nil:
		return sec.matchesRegex(s, path)
	case sec.wild:
		return apr.MatchFile(sec.Path, plain)
	case !strings.HasPrefix(plain, sec.Path):
		return false
	}
	rest := plain[len(sec.Path):]
	return sec.Path == "" || strings.HasSuffix(sec.Path, "/") || rest == "" || rest[0] == '/'
}

// matchesRegex matches a Match section and sets the variables of its named
// groups.
func (sec *Section) matchesRegex(s *Request, subject string) bool {
	var g pattern.Captures
	if !s.Eval.Match(sec.Regex, subject, &g, sec.at) {
		return false
	}
	for i, name := range sec.names {
		if name != "" && g[2*i] >= 0 {
			s.Setenv(name, subject[g[2*i]:g[2*i+1]])
		}
	}
	return true
}

// walker carries the state of a walk through the directories.
type walker struct {
	s        *Request
	merged   *DirConfig
	options  Options
	override override
	next     [2]int // by list: the first <Directory> section not yet looked at
}

// walkDirectories follows the file name from the root, merging <Directory>
// sections and access files, and leaves in PathInfo what follows the first
// component that is not a directory. It returns 0 or the status to answer with.
func (s *Request) walkDirectories() int {
	if s.unmapped {
		if len(s.Server.walked) > 0 {
			s.walkUnmapped()
		}
		return 0
	}
	path, ok := uri.CleanFile(s.Filename.Text)
	if !ok {
		return 0 // httpd lets a file name that is none go on
	}
	s.Filename = apr.Some(path)
	s.statFile(path)
	if s.reuseWalk(path) {
		return 0
	}
	w := &walker{s: s, options: s.Dir.Core.Options, override: s.Dir.Core.override}
	end, status := w.descend(path)
	if status != 0 {
		return status
	}
	saved := s.PathInfo
	s.Filename, s.PathInfo = apr.Some(path[:end]), apr.Some(path[end:])
	if saved.Text != "" {
		s.PathInfo = apr.Some(joinInfo(s.PathInfo.Text, saved.Text))
	}
	w.matchSections()
	s.apply(w.merged)
	s.walked = &walkResult{server: s.Server, dir: s.Filename.Text, config: s.Dir}
	if s.Kind != Directory {
		s.walked.dir = ParentDir(s.Filename.Text)
	}
	return 0
}

// walkUnmapped merges the <Directory> sections, of which there are some, that hold for a
// file whose place is not known: those for "/", which hold for all, and those with a
// regular expression that matches what is known of the path.
func (s *Request) walkUnmapped() {
	w := &walker{s: s}
	for _, l := range s.Server.walked {
		l.addAnywhere(w)
	}
	w.matchSections()
	s.apply(w.merged)
}

// walkResult is what a walk found, for the requests that follow from this one.
type walkResult struct {
	server *Server
	dir    string // the directory of the file, or the file if it is one
	config *DirConfig
}

// reuseWalk takes over the walk of the request that this one came from if both
// end in the same directory, as httpd does. It is more than a short cut: the
// path info then stays absent, where a walk would leave an empty one.
func (s *Request) reuseWalk(path string) bool {
	from := s.Prev
	if from == nil {
		from = s.Parent
	}
	if from == nil || from.walked == nil || from.walked.server != s.Server {
		return false
	}
	s.walked = from.walked
	dir := path
	switch {
	case s.Kind == RegularFile:
		dir = ParentDir(path)
	case s.Kind != Directory || s.PathInfo.Text != "":
		return false
	case !strings.HasSuffix(path, "/"):
		dir += "/"
	}
	if dir != s.walked.dir {
		return false
	}
	s.Dir = s.walked.config
	return true
}

// joinInfo appends the path info from before a walk to what it found.
func joinInfo(info, saved string) string {
	if info == "" {
		return saved
	}
	return strings.TrimSuffix(info, "/") + "/" + strings.TrimPrefix(saved, "/")
}

// statFile finds out what the whole path is, if it exists.
func (s *Request) statFile(path string) {
	s.File, s.Kind = nil, NoFile
	info, err := s.Eval.statMapped(path, s.Root)
	if err != nil {
		return
	}
	if kind := KindOf(info); kind == Directory || !strings.HasSuffix(path, "/") {
		s.File, s.Kind = info, kind
	}
}

// descend visits each directory on the way to path and returns how much of it
// is the file name.
func (w *walker) descend(path string) (end, status int) {
	known := w.s.Kind != NoFile
	var last fs.FileInfo // of the component before
	for end, depth := 1, 0; ; depth++ {
		if status := w.visit(withSlash(path, end), depth); status != 0 {
			return 0, status
		}
		if end == len(path) {
			return end, 0
		}
		start := end
		if path[start] == '/' {
			start++
		}
		if start == len(path) {
			return start, 0
		}
		end = len(path)
		if i := strings.IndexByte(path[start:], '/'); i >= 0 {
			end = start + i
		}
		if known && w.followsLinks() {
			continue
		}
		kind, info, status := w.component(path[:end])
		if status != 0 {
			return 0, status
		}
		if kind == NoFile {
			info = last // what httpd still knows of the one before
		}
		if kind != Directory {
			w.s.learn(kind, info)
			return end, 0
		}
		last = info
		if end == len(path) {
			w.s.learn(kind, info)
		}
	}
}

// withSlash returns the first end bytes of path, with a slash at their end.
func withSlash(path string, end int) string {
	switch {
	case path[end-1] == '/':
		return path[:end]
	case end < len(path) && path[end] == '/':
		return path[:end+1]
	}
	return path[:end] + "/"
}

// learn keeps what the walk found where the path as a whole was nothing.
func (s *Request) learn(kind FileKind, info fs.FileInfo) {
	if s.Kind == NoFile {
		s.Kind, s.File = kind, info
	}
}

func (w *walker) followsLinks() bool {
	return w.options.Value&(FollowSymLinks|SymLinksIfOwnerMatch) == FollowSymLinks
}

// Links says how Options lets a symbolic link be followed to the file, if not freely.
func (s *Request) Links() (never, ifOwner bool) {
	if s.walked == nil {
		return false, false // nothing was walked: no file is known
	}
	value := s.walked.config.Core.Options.Value & (FollowSymLinks | SymLinksIfOwnerMatch)
	return value == 0, value&SymLinksIfOwnerMatch != 0
}

// component looks at one component of the path, links not followed unless the
// options allow it.
func (w *walker) component(path string) (FileKind, fs.FileInfo, int) {
	f := w.s.Eval
	info, err := f.Lstat(path)
	switch {
	case isMissing(err):
		return NoFile, nil, 0
	case err != nil:
		return NoFile, nil, w.refuse("", "%s can't be looked at: %v", Clipped(path), err)
	}
	kind := KindOf(info)
	if kind == Symlink {
		link := info
		if info, err = f.Stat(path); err != nil {
			return NoFile, nil, w.refuse("", "the link %s can't be followed: %v", Clipped(path), err)
		}
		if !w.mayFollow(link, info) {
			return NoFile, nil, w.refuse(w.hintLink(), "Options does not let the link %s be followed", Clipped(path))
		}
		kind = KindOf(info)
	}
	if kind == otherFile {
		return NoFile, nil, w.refuse("", "%s is neither a file nor a directory", Clipped(path))
	}
	return kind, info, 0
}

// refuse refuses a component of the path.
func (w *walker) refuse(hint, format string, args ...any) int {
	return w.s.Refuse(403, codeRefusedFile, parser.Extent{}, hint, format, args...)
}

// hintLink is the cure for a link that is not followed.
func (w *walker) hintLink() string {
	if w.options.Value&SymLinksIfOwnerMatch != 0 {
		return "Options FollowSymLinks without SymLinksIfOwnerMatch, or give link and target the same owner"
	}
	return "Options +FollowSymLinks"
}

// mayFollow reports whether the options allow to follow a link to target.
func (w *walker) mayFollow(link, target fs.FileInfo) bool {
	switch {
	case w.options.Value&SymLinksIfOwnerMatch != 0:
		a, okA := ownerID(link)
		b, okB := ownerID(target)
		return okA && okB && a == b
	default:
		return w.options.Value&FollowSymLinks != 0
	}
}

// visit merges the sections and the access file of one directory; dir ends in
// a slash and lies depth levels below the root.
func (w *walker) visit(dir string, depth int) int {
	w.sections(dir, depth)
	if !w.override.readsFiles() || w.isFile(dir) {
		return 0
	}
	config, status := w.s.accessFile(dir, w.override)
	if status != 0 {
		return status
	}
	if config != nil {
		w.add(config)
	}
	return 0
}

// sections merges the sections of one directory.
func (w *walker) sections(dir string, depth int) {
	lists := w.s.Server.walked
	for i := 0; i < len(lists) && depth == 0; i++ {
		w.next[i] = lists[i].addAnywhere(w)
	}
	for i, l := range lists {
		w.next[i] = l.visit(w, dir, depth, w.next[i])
	}
}

// isFile reports whether dir, which ends in a slash, is known to be the regular
// file that the walk leads to: no access file can lie in it.
func (w *walker) isFile(dir string) bool {
	return w.s.Kind == RegularFile && len(dir) == len(w.s.Filename.Text)+1
}

func (w *walker) add(config *DirConfig) {
	w.options = config.Core.Options.over(w.options)
	w.override = config.Core.override.over(w.override)
	w.merged = w.s.Eval.Engine.merge(w.merged, config)
}
