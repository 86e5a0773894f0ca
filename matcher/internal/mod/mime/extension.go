// Package mime is mod_mime: what the extensions of a file's name say of it.
package mime

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// extension is what mod_mime knows of one file name extension. An unset field
// says nothing, an empty type that the extension has none.
type extension [extensionFields]apr.Optional

// extensionField is one thing to know of an extension.
type extensionField uint8

const (
	typeOfExtension extensionField = iota
	charsetOfExtension
	encodingOfExtension
	languageOfExtension
	handlerOfExtension
	outputFilterOfExtension
	extensionFields = iota
)

// removal takes back what sections around a scope say of an extension.
type removal struct {
	extension string
	field     extensionField
}

// mimeConfig is mod_mime's part of a httpd.DirConfig.
type mimeConfig struct {
	extensions      map[string]*extension // by extension in lower case, without dot
	removed         []removal
	defaultLanguage string
	usePathInfo     apr.Toggle
	views           match // of MultiviewsMatch
	listed          bool  // there is a list of types beside
}

// mimeSlot is mod_mime's place in the configuration of a directory.
var mimeSlot = &httpd.Slot[mimeConfig]{Merge: (*mimeConfig).over}

// over merges m on top of base. What is removed takes effect here, on what m
// itself adds as well, and only here: a configuration that is never merged
// keeps it, and one that others are merged on top of loses it.
func (m *mimeConfig) over(base *mimeConfig) *mimeConfig {
	merged := &mimeConfig{
		extensions:      overlay(base.extensions, m.extensions),
		defaultLanguage: cmp.Or(m.defaultLanguage, base.defaultLanguage),
		usePathInfo:     m.usePathInfo.Over(base.usePathInfo),
		views:           cmp.Or(m.views, base.views),
		listed:          m.listed || base.listed,
	}
	for _, r := range m.removed {
		if e := merged.extensions[r.extension]; e != nil {
			changed := *e
			changed[r.field] = apr.Optional{}
			merged.extensions[r.extension] = &changed
		}
	}
	return merged
}

// overlay returns the extensions of both; what over says wins.
func overlay(base, over map[string]*extension) map[string]*extension {
	merged := maps.Clone(base)
	if merged == nil {
		return maps.Clone(over)
	}
	for name, e := range over {
		below := merged[name]
		if below == nil {
			merged[name] = e
			continue
		}
		both := *below
		for i, field := range e {
			if field.OK {
				both[i] = field
			}
		}
		merged[name] = &both
	}
	return merged
}

// mime returns mod_mime's part of the scope's configuration and makes it where
// there is none.
func mime(sc *httpd.Scope) *mimeConfig { return mimeSlot.Make(&sc.Dir.Parts) }

// extensionName returns an extension as it is looked up.
func extensionName(word string) string { return apr.Lower(strings.TrimPrefix(word, ".")) }

// add says value of each of the extensions.
func (m *mimeConfig) add(field extensionField, value string, names []parser.Word) {
	if m.extensions == nil {
		m.extensions = map[string]*extension{}
	}
	for _, n := range httpd.Present(names) {
		name := extensionName(n.Text)
		if m.extensions[name] == nil {
			m.extensions[name] = &extension{}
		}
		m.extensions[name][field] = apr.Some(apr.Lower(value))
	}
}

func (m *mimeConfig) remove(field extensionField, names []parser.Word) {
	for _, n := range httpd.Present(names) {
		m.removed = append(m.removed, removal{extensionName(n.Text), field})
	}
}

func applyAddType(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).add(typeOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddCharset(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).add(charsetOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddEncoding(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).add(encodingOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddLanguage(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).add(languageOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddHandler(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).add(handlerOfExtension, n.Args[0].Text, n.Args[1:])
}

// applyRemoveType says that there is no type, so that it hides those known
// from elsewhere.
func applyRemoveType(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).add(typeOfExtension, "", n.Args)
}

func applyRemoveCharset(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).remove(charsetOfExtension, n.Args)
}

func applyRemoveEncoding(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).remove(encodingOfExtension, n.Args)
}

func applyRemoveLanguage(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).remove(languageOfExtension, n.Args)
}

func applyRemoveHandler(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).remove(handlerOfExtension, n.Args)
}

func applyDefaultLanguage(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).defaultLanguage = n.Args[0].Text
}

func applyModMimeUsePathInfo(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).usePathInfo = httpd.OnOffWord(n.Args[0])
}

// findType derives type, encoding, languages and handler from the extensions
// of the file's name. Every extension counts, in any order; the name's first
// part is none, even if it begins with dots.
func findType(s *httpd.Request) int {
	if isDirectory(s) {
		return httpd.Declined
	}
	m := mimeSlot.Of(s.Dir.Parts)
	if m == nil || !s.Filename.OK {
		return httpd.Declined
	}
	if known := typesSlot.Of(s.Eval.Engine.Parts); len(m.extensions) > 0 || known != nil {
		charset := findExtensions(s, m, known)
		if s.ContentType != "" {
			s.ContentType = httpd.WithCharset(s.ContentType, charset)
		}
	} else if s.ContentType != "" {
		s.ContentType = httpd.WithCharset(s.ContentType, apr.Optional{})
	}
	if m.defaultLanguage != "" && len(s.Languages) == 0 {
		s.Languages = []string{m.defaultLanguage}
	}
	return httpd.Declined
}

// findExtensions takes over what m knows of the extensions, with the types of a list
// where m gives none, and returns the charset.
func findExtensions(s *httpd.Request, m *mimeConfig, known *types) (charset apr.Optional) {
	name := s.Filename.Text
	switch {
	case m.usePathInfo == apr.On:
		name += s.PathInfo.Text
	case s.Proxied && s.NoCanon:
		name, _, _ = strings.Cut(name, "?")
	}
	name = strings.TrimLeft(name[strings.LastIndexByte(name, '/')+1:], ".")
	first, rest, _ := strings.Cut(name, ".")
	claims := claimsOf(s, first)
	for rest != "" {
		var word string
		word, rest, _ = strings.Cut(rest, ".")
		e, listed := m.lookUp(word, known)
		isListed := listed != "" && (e == nil || !e[typeOfExtension].OK)
		if isListed {
			s.ContentType = listed
		}
		claims.add(word, isListed || m.views.claims(e))
		if e == nil {
			continue
		}
		takeExtension(s, e)
		if e[charsetOfExtension].OK {
			charset = e[charsetOfExtension]
		}
	}
	claims.note(s)
	return charset
}

// maxExtension is longer than any extension that configurations name.
const maxExtension = 64

// lookUp returns what m knows of the extension word, nil if nothing, and the type
// that a list gives it.
func (m *mimeConfig) lookUp(word string, known *types) (e *extension, listed string) {
	if word == "" {
		return nil, ""
	}
	var buf [maxExtension]byte
	lower := buf[:min(len(word), len(buf))]
	if len(word) > len(buf) {
		lower = []byte(apr.Lower(word))
	}
	for i := range lower {
		lower[i] = uri.Lower(word[i])
	}
	if known != nil {
		listed = (*known)[string(lower)]
	}
	return m.extensions[string(lower)], listed
}

// takeExtension takes over what e says of the file.
func takeExtension(s *httpd.Request, e *extension) {
	if t := e[typeOfExtension]; t.Text != "" {
		s.ContentType = t.Text
	}
	if l := e[languageOfExtension]; l.OK {
		s.Languages = append(slices.Clip(s.Languages), l.Text)
	}
	if c := e[encodingOfExtension]; c.OK {
		if s.Encoding != "" {
			s.Encoding += ", "
		}
		s.Encoding += c.Text
	}
	if f := e[outputFilterOfExtension]; f.OK {
		s.Deflated = s.Deflated || httpd.Filters(f.Text, httpd.DeflateFilter)
		s.Parsed = s.Parsed || httpd.Filters(f.Text, httpd.IncludesFilter)
	}
	if h := e[handlerOfExtension]; h.OK && !s.Proxied {
		s.Handler = h.Text
	}
}

// isDirectory reports whether a directory is served, which has a type of its own.
func isDirectory(s *httpd.Request) bool { return s.Kind == httpd.Directory && !s.IsProxy() }

// DirectoryType is the hook that gives a directory its type.
func DirectoryType() httpd.Hook {
	return httpd.Hook{When: httpd.WhenDirectory, Run: func(s *httpd.Request) int {
		if isDirectory(s) {
			s.ContentType = httpd.DirectoryType
		}
		return httpd.Declined
	}}
}

// Type is the hook that finds the type of a file.
func Type() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool {
			m := mimeSlot.Of(d.Parts)
			return m != nil && (m.listed || len(m.extensions) > 0 || m.defaultLanguage != "")
		},
		Run: findType,
	}
}

// beginMime makes the part of the main server: it is merged with from the start. It
// notes the types that the caller knows.
func beginMime(e *httpd.Engine, s *httpd.Server, main bool) {
	if !main {
		return
	}
	mimeSlot.Make(&s.Base.Parts).listed = e.World.Types != nil
	if e.World.Types != nil {
		*typesSlot.Make(&e.Parts) = e.World.Types
	}
}

// Module is mod_mime.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_mime", Begin: beginMime, Commands: []httpd.Command{
		{Name: "AddCharset", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyAddCharset},
		{Name: "AddEncoding", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyAddEncoding},
		{Name: "AddHandler", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyAddHandler},
		{Name: "AddLanguage", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyAddLanguage},
		{Name: "AddOutputFilter", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyAddOutputFilter},
		{Name: "AddType", Place: httpd.OverrideFileInfo, Args: httpd.TakesPairs, Set: applyAddType},
		{Name: "DefaultLanguage", Place: httpd.OverrideFileInfo, Args: httpd.TakesOne, Set: applyDefaultLanguage},
		{Name: "ModMimeUsePathInfo", Place: httpd.InDirectory, Args: httpd.TakesFlag, Set: applyModMimeUsePathInfo},
		{Name: "MultiviewsMatch", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyMultiviewsMatch},
		{Name: "RemoveCharset", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyRemoveCharset},
		{Name: "RemoveEncoding", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyRemoveEncoding},
		{Name: "RemoveHandler", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyRemoveHandler},
		{Name: "RemoveLanguage", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyRemoveLanguage},
		{Name: "RemoveOutputFilter", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyRemoveOutputFilter},
		{Name: "RemoveType", Place: httpd.OverrideFileInfo, Args: httpd.TakesSeveral, Set: applyRemoveType},
		{Name: "TypesConfig", Place: httpd.InServer, Args: httpd.TakesOne, Set: applyTypesConfig},
	}}
}

func applyAddOutputFilter(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).add(outputFilterOfExtension, n.Args[0].Text, n.Args[1:])
	sc.Dir.Core.FiltersByExtension = true
	sc.ReportFilters(n)
}

func applyRemoveOutputFilter(sc *httpd.Scope, n *parser.Directive) {
	mime(sc).remove(outputFilterOfExtension, n.Args)
}
