package matcher

import (
	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// locationWalks is how many walks along the <Location> sections a request
// makes at most: before its path is decoded, then before and after it is
// mapped to a file.
const locationWalks = 3

// locationWalk is what a walk along the <Location> sections found.
type locationWalk struct {
	path  string
	found *dirConfig // the sections, merged with each other
	merge walkMerge
}

// walkLocations merges the <Location> sections that hold for the URL-path. A
// walk that would be along the same path as the one before it is not made
// again, as in httpd, so that named groups set no variables then.
func (s *state) walkLocations(path string) {
	if len(s.server.locations) == 0 {
		return
	}
	plain := path
	if s.server.mergeSlashes == apr.Off {
		plain = mergeSlashes(path)
	}
	walk := locationWalk{path: plain}
	last := s.lastLocationWalk()
	if last != nil && last.path == plain {
		walk.found = last.found
	} else {
		for _, sec := range s.server.locations {
			if sec.matchesLocation(s, path, plain) {
				walk.found = s.eval.engine.merge(walk.found, sec.config)
			}
		}
	}
	if last != nil && last.found == walk.found {
		walk.merge = last.merge
	}
	s.mergeFound(walk.found, &walk.merge)
	if s.locationsWalked < locationWalks {
		s.locations[s.locationsWalked] = walk
		s.locationsWalked++
	}
}

// walkEncodedLocations is the walk before the path is decoded. Nothing comes
// of it but the variables that named groups set, and what expressions look at.
func (s *state) walkEncodedLocations(o uri.PathOptions) {
	if len(s.server.locations) == 0 && len(s.dir.ifs) == 0 {
		return
	}
	s.uri = uri.NormalizePath(s.path.Text, o)
	s.walkLocations(s.uri)
	s.walkIfs()
	s.resetConfig()
}

// lastLocationWalk returns the walk that counts as the one before this: that
// of the request this one came from if it has made as many, else the last of
// this one; nil if there is none.
func (s *state) lastLocationWalk() *locationWalk {
	n := s.locationsWalked
	from := s.prev
	if from == nil || from.locationsWalked == 0 {
		from = s.parent
	}
	switch {
	case from != nil && n < from.locationsWalked:
		return &from.locations[n]
	case n > 0:
		return &s.locations[n-1]
	}
	return nil
}
