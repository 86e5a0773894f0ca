package httpd

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// directoryList is the <Directory> and <DirectoryMatch> sections of a server, without
// those that it inherits. It is complete before the first request.
type directoryList struct {
	named   []*Section  // <Directory>, by depth
	few     int         // number of sections up to which comparing names is cheaper than asking index
	ends    []int       // by depth: how many of them are not deeper
	index   *index.List // of named, asks for the directory; nil if each is to be tried
	matched []*Section  // those with a regular expression, by depth: the slashes in it
	// matchIndex is of matched and asks for the file's name; nil if each is to be tried.
	matchIndex *index.List
}

// newDirectoryList returns the list of sections, nil if there are none.
func (e *Engine) newDirectoryList(sections []*Section) *directoryList {
	if len(sections) == 0 {
		return nil
	}
	l := &directoryList{few: fewDirectories}
	if e.Index.MinItems > 0 {
		l.few = e.Index.MinItems - 1
	}
	for _, sec := range sections {
		if sec.Regex != nil {
			l.matched = append(l.matched, sec)
		} else {
			l.named = append(l.named, sec)
		}
	}
	byDepth := func(a, b *Section) int { return a.depth - b.depth }
	slices.SortStableFunc(l.named, byDepth)
	slices.SortStableFunc(l.matched, byDepth)
	var names, patterns PathList
	for i, sec := range l.named {
		for len(l.ends) <= sec.depth {
			l.ends = append(l.ends, i)
		}
		l.ends[sec.depth] = i + 1
		switch {
		case sec.depth == 0:
			names.Any()
		case sec.wild:
			names.Wild(sec.Path)
		default:
			names.Is(sec.Path)
		}
	}
	for _, sec := range l.matched {
		patterns.Matching(sec.Regex)
	}
	l.index = index.Join([]*index.Index{names.Build(e)}, []int{len(l.named)})
	l.matchIndex = index.Join([]*index.Index{patterns.Build(e)}, []int{len(l.matched)})
	return l
}

// end returns how many of the named sections are not deeper than depth.
func (l *directoryList) end(depth int) int {
	if depth < len(l.ends) {
		return l.ends[depth]
	}
	return len(l.named)
}

// addAnywhere merges the sections that hold for all directories. It returns their number.
func (l *directoryList) addAnywhere(w *walker) (end int) {
	end = l.end(0)
	for _, sec := range l.named[:end] {
		w.add(sec.Config)
	}
	return end
}

// fewDirectories is the default of directoryList.few.
const fewDirectories = 15

// visit merges the named sections from number from on that hold for the directory dir
// at depth. It returns the number of the first that is deeper.
func (l *directoryList) visit(w *walker, dir string, depth, from int) (end int) {
	end = l.end(depth + 1)
	if from >= end {
		return from
	}
	ix := l.index
	if end-from <= l.few {
		ix = nil
	}
	walk := w.s.Eval.WalkPaths(ix, dir, dir)
	defer walk.End()
	for i := walk.Next(from); ; from, i = i+1, walk.Next(i+1) {
		if walk.Traced() {
			walk.checkDirectories(l.named[from:min(i, end)], depth)
		}
		if i >= end {
			return end
		}
		if sec := l.named[i]; sec.isDirectory(dir, depth) {
			w.add(sec.Config)
		}
	}
}

// isDirectory reports whether the section, which is not for all directories and has no
// regular expression, is for the directory dir at depth.
func (sec *Section) isDirectory(dir string, depth int) bool {
	switch {
	case sec.depth != depth+1:
		return false
	case sec.wild:
		return apr.MatchFile(sec.Path, dir)
	}
	return sec.Path == dir
}

// checkDirectories sees that sections that the index passed over do not hold.
func (w *Walk) checkDirectories(passed []*Section, depth int) {
	for _, sec := range passed {
		if sec.isDirectory(w.path, depth) {
			w.PassedOver(sec.at)
		}
	}
}

// matching is a walk along the sections of a list that have a regular expression.
type matching struct {
	sections []*Section
	walk     *Walk
	next     int // the number of the section to try
}

// matches reports whether there are sections with a regular expression.
func (l *directoryList) matches() bool { return len(l.matched) > 0 }

// beginMatching begins a walk along the sections for the file name. It has to end.
func (l *directoryList) beginMatching(s *Request, name string) matching {
	m := matching{sections: l.matched, walk: s.Eval.WalkPaths(l.matchIndex, name, name), next: -1}
	m.advance(s)
	return m
}

// advance goes on to the next section that may match.
func (m *matching) advance(s *Request) {
	from := m.next + 1
	m.next = m.walk.Next(from)
	if m.walk.Traced() {
		m.walk.checkSections(s, m.sections[from:min(m.next, len(m.sections))])
	}
}

// ended reports whether there is no section any more.
func (m *matching) ended() bool { return m.next >= len(m.sections) }

// before reports whether m goes on with a section that comes before the next one of o,
// which is of the main server.
func (m *matching) before(o *matching) bool {
	return !m.ended() && (o.ended() || m.sections[m.next].depth < o.sections[o.next].depth)
}

// matchSections merges the sections whose regular expression matches the name of the
// file, which come after all access files.
func (w *walker) matchSections() {
	lists, name := w.s.Server.walked, w.s.Filename.Text
	if !slices.ContainsFunc(lists, (*directoryList).matches) {
		return
	}
	var open [2]matching
	for i, l := range lists {
		open[i] = l.beginMatching(w.s, name)
		defer open[i].walk.End()
	}
	for {
		m := &open[0]
		if open[1].before(m) {
			m = &open[1]
		}
		if m.ended() {
			return
		}
		if sec := m.sections[m.next]; sec.matchesRegex(w.s, name) {
			w.add(sec.Config)
		}
		m.advance(w.s)
	}
}
