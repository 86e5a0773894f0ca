package httpd

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// locationWalks is how many walks along the <Location> sections a request
// makes at most: before its path is decoded, then before and after it is
// mapped to a file.
const locationWalks = 3

// locationWalk is what a walk along the <Location> sections found.
type locationWalk struct {
	path  string
	found *DirConfig // the sections, merged with each other
	merge walkMerge
}

// hasURLSections reports whether sections can hold for the URL-path, or for whatever else
// the client sent.
func (s *Request) hasURLSections() bool { return len(s.Server.Locations) > 0 || s.Dir.ifs.Len() > 0 }

// walkURL merges the <Location> sections that hold for the URL-path, and then the <If>
// sections that hold. It has nothing to do without URL sections.
func (s *Request) walkURL() {
	s.walkLocations(s.URI)
	s.walkIfs()
}

// walkLocations merges the <Location> sections that hold for the URL-path. A
// walk that would be along the same path as the one before it is not made
// again, as in httpd, so that named groups set no variables then.
func (s *Request) walkLocations(path string) {
	if len(s.Server.Locations) == 0 {
		return
	}
	plain := path
	if s.Server.mergeSlashes == apr.Off {
		plain = mergeSlashes(path)
	}
	walk := new(locationWalk)
	if s.locationsWalked < locationWalks {
		walk = &s.locations[s.locationsWalked] // where it is empty, and stays
	}
	last := s.lastLocationWalk()
	if walk.path = plain; last != nil && last.path == plain {
		walk.found = last.found
	} else {
		walk.found = s.foundLocations(path, plain)
	}
	if last != nil && last.found == walk.found {
		walk.merge = last.merge
	}
	s.mergeFound(walk.found, &walk.merge)
	if s.locationsWalked < locationWalks {
		s.locationsWalked++
	}
}

// foundLocations merges the <Location> sections that hold for a URL-path, plain being
// the path with single slashes.
func (s *Request) foundLocations(path, plain string) (found *DirConfig) {
	sections := s.Server.Locations
	if s.Server.locationIndex == nil { // with a few sections a walk takes longer than they do
		for _, sec := range sections {
			if sec.matchesLocation(s, path, plain) {
				found = s.Eval.Engine.merge(found, sec.Config)
			}
		}
		return found
	}
	w := s.Eval.WalkPaths(s.Server.locationIndex, path, plain)
	defer w.End()
	for i, from := w.Next(0), 0; ; i, from = w.Next(i+1), i+1 {
		if w.Traced() {
			w.checkSections(s, sections[from:min(i, len(sections))])
		}
		if i >= len(sections) {
			return found
		}
		if sections[i].matchesLocation(s, path, plain) {
			found = s.Eval.Engine.merge(found, sections[i].Config)
		}
	}
}

// checkSections sees that sections that the index passed over do not hold.
func (w *Walk) checkSections(s *Request, passed []*Section) {
	for _, sec := range passed {
		if sec.Regex != nil && w.Matches(sec.Regex, w.path) || sec.Regex == nil && sec.matchesLocation(s, w.path, w.plain) {
			w.PassedOver(sec.at)
		}
	}
}

// indexLocations returns the index of <Location> sections, nil if each is to be tried.
func (e *Engine) indexLocations(sections []*Section) *index.Index {
	var l PathList
	for _, sec := range sections {
		switch {
		case sec.Regex != nil:
			l.Matching(sec.Regex)
		case sec.wild:
			l.Wild(sec.Path)
		default:
			l.Below(sec.Path)
		}
	}
	return l.Build(e)
}

// walkEncodedLocations is the walk before the path is decoded, which is plain if there is
// nothing to decode or normalise. Nothing comes of it but the variables that named groups
// set, and what expressions look at.
func (s *Request) walkEncodedLocations(o uri.PathOptions, plain bool) {
	if !s.hasURLSections() {
		return
	}
	if s.URI = s.path.Text; !plain {
		s.URI = uri.NormalizePath(s.URI, o)
	}
	s.walkURL()
	s.resetConfig()
}

// lastLocationWalk returns the walk that counts as the one before this: that
// of the request this one came from if it has made as many, else the last of
// this one; nil if there is none.
func (s *Request) lastLocationWalk() *locationWalk {
	n := s.locationsWalked
	from := s.Prev
	if from == nil || from.locationsWalked == 0 {
		from = s.Parent
	}
	switch {
	case from != nil && n < from.locationsWalked:
		return &from.locations[n]
	case n > 0:
		return &s.locations[n-1]
	}
	return nil
}
