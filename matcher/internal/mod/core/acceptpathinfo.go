package core

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// pathInfo is what AcceptPathInfo says: whether a file may be asked for with more
// path behind it.
type pathInfo uint8

const (
	pathInfoUnset   pathInfo = iota
	pathInfoDefault          // as its handler has it
	pathInfoOn
	pathInfoOff
)

// pathInfoSlot is the place of AcceptPathInfo in the configuration of a directory.
var pathInfoSlot = &httpd.Slot[pathInfo]{Merge: func(over, _ *pathInfo) *pathInfo { return over }}

func applyAcceptPathInfo(sc *httpd.Scope, n *parser.Directive) {
	p := pathInfoSlot.Make(&sc.Dir.Parts)
	switch strings.ToLower(n.Args[0].Text) {
	case "on":
		*p = pathInfoOn
	case "off":
		*p = pathInfoOff
	case "default":
		*p = pathInfoDefault
	default:
		sc.BadArgument(n, "must be On, Off or Default")
	}
}

// PathInfo is the hook that comes after all that make something else of a request:
// it answers in the place of a handler that would refuse the path info of its file.
// Under On and Default that is for the handler to know.
func PathInfo() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { p := pathInfoSlot.Of(d.Parts); return p != nil && *p == pathInfoOff },
		Run: func(s *httpd.Request) int {
			name := httpd.HandlerOrType(s.Handler, s.ContentType)
			switch {
			case s.Parent != nil, s.RestartsAt.OK, s.IsProxy(), httpd.AnswersElsewhere(name):
				return httpd.Declined // no handler that looks at the file runs
			case s.PathInfo.Text == "" || s.Kind != httpd.RegularFile || s.Static.Part:
				return httpd.Declined
			}
			return 404
		},
	}
}
