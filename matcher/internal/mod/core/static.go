package core

import "github.com/modrewrite-go/modrewrite/matcher/internal/httpd"

// Handler is the hook that says what the handler for files heeds.
func Handler() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool {
			return pathInfoSlot.Of(d.Parts) != nil || etagSlot.Of(d.Parts) != nil || rangesSlot.Of(d.Parts) != nil
		},
		Run: func(s *httpd.Request) int {
			p := pathInfoSlot.Of(s.Dir.Parts)
			s.Static.AcceptPathInfo = p != nil && *p == pathInfoOn
			s.Static.ETag, s.Static.Ranges = fileETag(s.Dir), ranges(s.Dir)
			return httpd.Declined
		},
	}
}
