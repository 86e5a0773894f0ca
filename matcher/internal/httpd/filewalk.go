package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
)

// fileList is the <Files> sections of a scope and of the scopes around it. Its index
// asks for the file's name alone.
type fileList = ItemList[*Section, struct{}]

// indexFiles returns the index of the <Files> sections of one scope.
func (e *Engine) indexFiles(sections []*Section) Indexed[struct{}] {
	var l PathList
	for _, sec := range sections {
		switch {
		case sec.Regex != nil:
			l.Matching(sec.Regex)
		case sec.wild:
			l.Wild(sec.Path)
		default:
			l.Is(sec.Path)
		}
	}
	return Indexed[struct{}]{Index: l.Build(e)}
}

// walkFiles merges the <Files> sections, of which there are some, that hold for the
// file's name.
func (s *Request) walkFiles() {
	if !s.Filename.OK {
		return
	}
	name := s.Filename.Text[strings.LastIndexByte(s.Filename.Text, '/')+1:]
	walk := fileWalk{name: name, sections: s.Dir.files}
	if last := s.lastFileWalk(); last != nil && last.same(&walk) {
		walk.merged = last.merged
	} else {
		walk.merged = s.foundFiles(name)
	}
	s.filesWalked = &walk
	s.apply(walk.merged)
}

// foundFiles merges the <Files> sections that hold for a file's name.
func (s *Request) foundFiles(name string) (found *DirConfig) {
	sections := s.Dir.files
	w := s.Eval.WalkPaths(sections.Index(), name, name)
	defer w.End()
	for i, from := w.Next(0), 0; ; i, from = w.Next(i+1), i+1 {
		if w.Traced() {
			w.checkFiles(s, sections, from, min(i, sections.Len()))
		}
		if i >= sections.Len() {
			return found
		}
		if sec := sections.At(i); sec.matchesFile(s, name) {
			found = s.Eval.Engine.merge(found, sec.Config)
		}
	}
}

// checkFiles sees that sections that the index passed over do not hold.
func (w *Walk) checkFiles(s *Request, sections *fileList, from, to int) {
	for i := from; i < to; i++ {
		sec := sections.At(i)
		if sec.Regex != nil && w.Matches(sec.Regex, w.path) || sec.Regex == nil && sec.matchesFile(s, w.path) {
			w.PassedOver(sec.at)
		}
	}
}

// fileWalk is what a walk along <Files> sections found.
type fileWalk struct {
	name     string
	sections *fileList
	merged   *DirConfig
}

// lastFileWalk returns the walk of the request this one came from, nil if
// there is none.
func (s *Request) lastFileWalk() *fileWalk {
	if s.Prev != nil && s.Prev.filesWalked != nil {
		return s.Prev.filesWalked
	}
	if s.Parent != nil {
		return s.Parent.filesWalked
	}
	return nil
}

// same reports whether the walk o would find the same.
func (w *fileWalk) same(o *fileWalk) bool {
	return w.name == o.name && w.sections == o.sections
}

func (sec *Section) matchesFile(s *Request, name string) bool {
	switch {
	case sec.Regex != nil:
		return sec.matchesRegex(s, name)
	case sec.wild:
		return apr.MatchFile(sec.Path, name)
	}
	return sec.Path == name
}
