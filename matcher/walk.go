package matcher

import (
	"io/fs"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// apply merges what a walk found on top of the request's configuration.
func (s *state) apply(merged *dirConfig) {
	if merged != nil {
		s.dir = s.eval.engine.merge(s.dir, merged)
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
func (sec *section) matchesLocation(s *state, path, plain string) bool {
	switch {
	case sec.regex != nil:
		return sec.matchesRegex(s, path)
	case sec.wild:
		return apr.MatchFile(sec.path, plain)
	case !strings.HasPrefix(plain, sec.path):
		return false
	}
	rest := plain[len(sec.path):]
	return sec.path == "" || strings.HasSuffix(sec.path, "/") || rest == "" || rest[0] == '/'
}

// matchesRegex matches a Match section and sets the variables of its named
// groups.
func (sec *section) matchesRegex(s *state, subject string) bool {
	var g pattern.Captures
	if !s.eval.Match(sec.regex, subject, &g, sec.at) {
		return false
	}
	for i, name := range sec.names {
		if name != "" && g[2*i] >= 0 {
			s.setenv(name, subject[g[2*i]:g[2*i+1]])
		}
	}
	return true
}

// walkFiles merges the <Files> sections that hold for the file's name.
func (s *state) walkFiles() {
	if len(s.dir.files) == 0 || !s.filename.OK {
		return
	}
	name := s.filename.Text[strings.LastIndexByte(s.filename.Text, '/')+1:]
	walk := fileWalk{name: name, sections: s.dir.files}
	if last := s.lastFileWalk(); last != nil && last.same(&walk) {
		walk.merged = last.merged
	} else {
		for _, sec := range s.dir.files {
			if sec.matchesFile(s, name) {
				walk.merged = s.eval.engine.merge(walk.merged, sec.config)
			}
		}
	}
	s.filesWalked = &walk
	s.apply(walk.merged)
}

// fileWalk is what a walk along <Files> sections found.
type fileWalk struct {
	name     string
	sections []*section
	merged   *dirConfig
}

// lastFileWalk returns the walk of the request this one came from, nil if
// there is none.
func (s *state) lastFileWalk() *fileWalk {
	if s.prev != nil && s.prev.filesWalked != nil {
		return s.prev.filesWalked
	}
	if s.parent != nil {
		return s.parent.filesWalked
	}
	return nil
}

// same reports whether the walk o would find the same.
func (w *fileWalk) same(o *fileWalk) bool {
	return w.name == o.name && len(w.sections) == len(o.sections) && &w.sections[0] == &o.sections[0]
}

func (sec *section) matchesFile(s *state, name string) bool {
	switch {
	case sec.regex != nil:
		return sec.matchesRegex(s, name)
	case sec.wild:
		return apr.MatchFile(sec.path, name)
	}
	return sec.path == name
}

// walker carries the state of a walk through the directories.
type walker struct {
	s        *state
	merged   *dirConfig
	options  options
	override override
	next     int // the first <Directory> section not yet looked at
}

// walkDirectories follows the file name from the root, merging <Directory>
// sections and access files, and leaves in pathInfo what follows the first
// component that is no directory. It returns 0 or the status to answer with.
func (s *state) walkDirectories() int {
	if s.unmapped {
		s.walkUnmapped()
		return 0
	}
	path, ok := uri.CleanFile(s.filename.Text)
	if !ok {
		return 0 // httpd lets a file name that is none go on
	}
	s.filename = apr.Some(path)
	s.statFile(path)
	if s.reuseWalk(path) {
		return 0
	}
	w := &walker{s: s, options: s.dir.core.options, override: s.dir.core.override}
	end, status := w.descend(path)
	if status != 0 {
		return status
	}
	saved := s.pathInfo
	s.filename, s.pathInfo = apr.Some(path[:end]), apr.Some(path[end:])
	if saved.Text != "" {
		s.pathInfo = apr.Some(joinInfo(s.pathInfo.Text, saved.Text))
	}
	w.matchSections()
	s.apply(w.merged)
	s.walked = &walkResult{server: s.server, dir: s.filename.Text, config: s.dir}
	if s.kind != directory {
		s.walked.dir = parentDir(s.filename.Text)
	}
	return 0
}

// walkUnmapped merges the <Directory> sections that hold for a file whose place
// is not known: those for "/", which hold for all, and those with a regular
// expression that matches what is known of the path.
func (s *state) walkUnmapped() {
	if len(s.server.directories) == 0 {
		return
	}
	w := &walker{s: s}
	for _, sec := range s.server.directories {
		if sec.regex == nil && sec.depth == 0 {
			w.add(sec.config)
		}
	}
	w.matchSections()
	s.apply(w.merged)
}

// walkResult is what a walk found, for the requests that follow from this one.
type walkResult struct {
	server *server
	dir    string // the directory of the file, or the file if it is one
	config *dirConfig
}

// reuseWalk takes over the walk of the request that this one came from if both
// end in the same directory, as httpd does. It is more than a short cut: the
// path info then stays absent, where a walk would leave an empty one.
func (s *state) reuseWalk(path string) bool {
	from := s.prev
	if from == nil {
		from = s.parent
	}
	if from == nil || from.walked == nil || from.walked.server != s.server {
		return false
	}
	s.walked = from.walked
	dir := path
	switch {
	case s.kind == regularFile:
		dir = parentDir(path)
	case s.kind != directory || s.pathInfo.Text != "":
		return false
	case !strings.HasSuffix(path, "/"):
		dir += "/"
	}
	if dir != s.walked.dir {
		return false
	}
	s.dir = s.walked.config
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
func (s *state) statFile(path string) {
	s.file, s.kind = nil, noFile
	info, err := s.eval.stat(path)
	if err != nil {
		return
	}
	if kind := kindOf(info); kind == directory || !strings.HasSuffix(path, "/") {
		s.file, s.kind = info, kind
	}
}

// descend visits each directory on the way to path and returns how much of it
// is the file name.
func (w *walker) descend(path string) (end, status int) {
	known := w.s.kind != noFile
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
		if kind == noFile {
			info = last // what httpd still knows of the one before
		}
		if kind != directory {
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
func (s *state) learn(kind fileKind, info fs.FileInfo) {
	if s.kind == noFile {
		s.kind, s.file = kind, info
	}
}

func (w *walker) followsLinks() bool {
	return w.options.value&(followSymLinks|symLinksIfOwnerMatch) == followSymLinks
}

// component looks at one component of the path, links not followed unless the
// options allow it.
func (w *walker) component(path string) (fileKind, fs.FileInfo, int) {
	f := w.s.eval
	info, err := f.lstat(path)
	switch {
	case isMissing(err):
		return noFile, nil, 0
	case err != nil:
		return noFile, nil, w.refuse("", "%s can't be looked at: %v", clipped(path), err)
	}
	kind := kindOf(info)
	if kind == symlink {
		link := info
		if info, err = f.stat(path); err != nil {
			return noFile, nil, w.refuse("", "the link %s can't be followed: %v", clipped(path), err)
		}
		if !w.mayFollow(link, info) {
			return noFile, nil, w.refuse(w.hintLink(), "Options does not let the link %s be followed", clipped(path))
		}
		kind = kindOf(info)
	}
	if kind == otherFile {
		return noFile, nil, w.refuse("", "%s is neither a file nor a directory", clipped(path))
	}
	return kind, info, 0
}

// refuse refuses a component of the path.
func (w *walker) refuse(hint, format string, args ...any) int {
	return w.s.refuse(403, codeRefusedFile, parser.Extent{}, hint, format, args...)
}

// hintLink is the cure for a link that is not followed.
func (w *walker) hintLink() string {
	if w.options.value&symLinksIfOwnerMatch != 0 {
		return "Options FollowSymLinks without SymLinksIfOwnerMatch, or give link and target the same owner"
	}
	return "Options +FollowSymLinks"
}

// mayFollow reports whether the options allow to follow a link to target.
func (w *walker) mayFollow(link, target fs.FileInfo) bool {
	switch {
	case w.options.value&symLinksIfOwnerMatch != 0:
		a, okA := ownerID(link)
		b, okB := ownerID(target)
		return okA && okB && a == b
	default:
		return w.options.value&followSymLinks != 0
	}
}

// visit merges the sections and the access file of one directory; dir ends in
// a slash and lies depth levels below the root.
func (w *walker) visit(dir string, depth int) int {
	sections := w.s.server.directories
	for ; w.next < len(sections); w.next++ {
		sec := sections[w.next]
		if sec.regex != nil || sec.depth > depth+1 {
			break
		}
		if sec.depth > 0 && (sec.depth < depth+1 || !sec.matchesDirectory(dir)) {
			continue
		}
		w.add(sec.config)
	}
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

// isFile reports whether dir, which ends in a slash, is known to be the regular
// file that the walk leads to: no access file can lie in it.
func (w *walker) isFile(dir string) bool {
	return w.s.kind == regularFile && len(dir) == len(w.s.filename.Text)+1
}

func (sec *section) matchesDirectory(dir string) bool {
	if sec.wild {
		return apr.MatchFile(sec.path, dir)
	}
	return sec.path == dir
}

func (w *walker) add(config *dirConfig) {
	w.options = config.core.options.over(w.options)
	w.override = config.core.override.over(w.override)
	w.merged = w.s.eval.engine.merge(w.merged, config)
}

// matchSections merges the <DirectoryMatch> sections, which come after all
// access files.
func (w *walker) matchSections() {
	sections := w.s.server.directories
	for _, sec := range sections {
		if sec.regex != nil && sec.matchesRegex(w.s, w.s.filename.Text) {
			w.add(sec.config)
		}
	}
}
