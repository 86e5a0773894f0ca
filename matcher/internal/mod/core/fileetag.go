package core

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// etag is what FileETag says: parts stated whole, or added to and taken from those of
// the scopes around.
type etag struct{ parts, add, remove httpd.ETagPart }

// etagSlot is the place of FileETag in the configuration of a directory.
var etagSlot = &httpd.Slot[etag]{Merge: (*etag).over}

func (e *etag) over(base *etag) *etag {
	m := *e
	if e.parts == 0 {
		m.add = base.add&^e.remove | e.add
		m.remove = base.remove&^e.add | e.remove
		m.parts = base.parts&^m.remove | m.add
	}
	if m.parts != httpd.ETagNone {
		m.parts &^= httpd.ETagNone
	}
	return &m
}

// etagParts are the words of FileETag, in lower case.
var etagParts = map[string]httpd.ETagPart{
	"none": httpd.ETagNone, "all": httpd.ETagINode | httpd.ETagMTime | httpd.ETagSize, "size": httpd.ETagSize,
	"mtime": httpd.ETagMTime, "lmtime": httpd.ETagMTime, "lastmodified": httpd.ETagMTime, "inode": httpd.ETagINode,
	"digest": httpd.ETagDigest,
}

func applyFileETag(sc *httpd.Scope, n *parser.Directive) {
	e := etagSlot.Make(&sc.Dir.Parts)
	first := true
	for _, a := range n.Args {
		word, sign := strings.ToLower(a.Text), byte(0)
		if word != "" && (word[0] == '+' || word[0] == '-') {
			sign, word = word[0], word[1:]
		}
		part, known := etagParts[word]
		switch {
		case !known:
			sc.Errorf(httpd.CodeBadArgument, a.Extent, "%s: unknown keyword %q", n.Directive, a.Text)
			return
		case sign != 0 && (word == "none" || word == "all"):
			sc.Errorf(httpd.CodeBadArgument, a.Extent, "%s: %s bears no sign", n.Directive, word)
			return
		case sign == '+':
			e.add, e.remove = e.add|part, e.remove&^part
		case sign == '-':
			e.add, e.remove = e.add&^part, e.remove|part
		default:
			if first || word == "none" || word == "all" {
				e.parts = 0
			}
			*e = etag{parts: e.parts | part}
			first = false
		}
	}
}

// fileETag returns the parts of the tags of files under d.
func fileETag(d *httpd.DirConfig) httpd.ETagPart {
	e := etagSlot.Of(d.Parts)
	if e == nil {
		return 0
	}
	return e.parts&^e.remove | e.add
}
