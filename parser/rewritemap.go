package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
	"github.com/modrewrite-go/modrewrite/parser/internal/suggest"
)

// mapPrefix is the beginning of a RewriteMap's source; case does not matter.
type mapPrefix struct {
	prefix string
	kind   MapKind
}

// mapPrefixes are the kinds of map that a plain prefix names.
var mapPrefixes = []mapPrefix{
	{"txt:", MapText},
	{"rnd:", MapRandom},
	{"dbm:", MapDBM},
	{"dbd:", MapDBD},
	{"fastdbd:", MapFastDBD},
	{"prg:", MapProgram},
	{"int:", MapInternal},
}

// String returns the prefix that names the kind, such as "txt:".
func (k MapKind) String() string {
	for _, x := range mapPrefixes {
		if x.kind == k {
			return x.prefix
		}
	}
	return fmt.Sprintf("MapKind(%d)", int(k))
}

// rewriteMap reads a RewriteMap, nil if it is wrong.
func (p *parser) rewriteMap(s *statement) Node {
	m := &RewriteMap{Extent: s.Extent, Source: s.Source}
	t := s.args
	m.MapName, _, _ = t.word()
	m.Spec, _, _ = t.word()
	if w, _, found := t.word(); found {
		m.Option = &w
	}
	if m.MapName.Text == "" || m.Spec.Text == "" || t.s != "" {
		p.argumentCount(s, "RewriteMap takes two or three arguments, a mapname and a filename and options")
		return nil
	}
	if !p.mapSource(m) {
		return nil
	}
	return m
}

// mapSource takes m's source apart.
func (p *parser) mapSource(m *RewriteMap) bool {
	spec := m.Spec.Text
	m.Kind, m.Path = MapText, spec
	for _, x := range mapPrefixes {
		if len(spec) >= len(x.prefix) && ascii.EqualFold(spec[:len(x.prefix)], x.prefix) {
			m.Kind, m.Path = x.kind, spec[len(x.prefix):]
			return m.Kind != MapInternal || p.mapFunction(m)
		}
	}
	if len(spec) < 3 || !ascii.EqualFold(spec[:3], "dbm") {
		return true
	}
	typ, path, ok := strings.Cut(spec[3:], ":")
	if !ok || !strings.HasPrefix(typ, "=") {
		p.errorf(m.Spec.Extent, CodeMapSource, "dbm:PATH or dbm=TYPE:PATH", "RewriteMap: bad map:%s", spec)
		return false
	}
	m.Kind, m.DBMType, m.Path = MapDBM, typ[1:], path
	return p.mapDBMType(m)
}

// mapFunction reports whether m's internal function exists.
func (p *parser) mapFunction(m *RewriteMap) bool {
	names := []string{"tolower", "toupper", "escape", "unescape"}
	if slices.Contains(names, m.Path) {
		return true
	}
	p.errorf(m.Spec.Extent, CodeMapSource, suggest.Hint(m.Path, names), "RewriteMap: internal map not found:%s", m.Path)
	return false
}

// mapDBMType reports whether m's kind of DBM file is one that httpd has where
// it is packaged.
func (p *parser) mapDBMType(m *RewriteMap) bool {
	names := []string{"default", "sdbm", "gdbm", "db"}
	if slices.Contains(names, ascii.LowerCase(m.DBMType)) {
		return true
	}
	p.errorf(m.Spec.Extent, CodeMapSource, suggest.Hint(m.DBMType, names), "RewriteMap: dbm type %s is invalid", m.DBMType)
	return false
}
