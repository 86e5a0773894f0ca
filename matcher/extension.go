package matcher

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
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

// mimeConfig is mod_mime's part of a dirConfig.
type mimeConfig struct {
	extensions      map[string]*extension // by extension in lower case, without dot
	removed         []removal
	defaultLanguage string
	usePathInfo     apr.Toggle
}

// mimeSlot is mod_mime's place in the configuration of a directory.
var mimeSlot = &slot[mimeConfig]{merge: (*mimeConfig).over}

// over merges m on top of base. What is removed takes effect here, on what m
// itself adds as well, and only here: a configuration that is never merged
// keeps it, and one that others are merged on top of loses it.
func (m *mimeConfig) over(base *mimeConfig) *mimeConfig {
	merged := &mimeConfig{
		extensions:      overlay(base.extensions, m.extensions),
		defaultLanguage: cmp.Or(m.defaultLanguage, base.defaultLanguage),
		usePathInfo:     m.usePathInfo.Over(base.usePathInfo),
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
func mime(sc *scope) *mimeConfig { return mimeSlot.make(&sc.dir.parts) }

// extensionName returns an extension as it is looked up.
func extensionName(word string) string { return apr.Lower(strings.TrimPrefix(word, ".")) }

// add says value of each of the extensions.
func (m *mimeConfig) add(field extensionField, value string, names []parser.Word) {
	if m.extensions == nil {
		m.extensions = map[string]*extension{}
	}
	for _, n := range present(names) {
		name := extensionName(n.Text)
		if m.extensions[name] == nil {
			m.extensions[name] = &extension{}
		}
		m.extensions[name][field] = apr.Some(apr.Lower(value))
	}
}

func (m *mimeConfig) remove(field extensionField, names []parser.Word) {
	for _, n := range present(names) {
		m.removed = append(m.removed, removal{extensionName(n.Text), field})
	}
}

func applyAddType(sc *scope, n *parser.Directive) {
	mime(sc).add(typeOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddCharset(sc *scope, n *parser.Directive) {
	mime(sc).add(charsetOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddEncoding(sc *scope, n *parser.Directive) {
	mime(sc).add(encodingOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddLanguage(sc *scope, n *parser.Directive) {
	mime(sc).add(languageOfExtension, n.Args[0].Text, n.Args[1:])
}

func applyAddHandler(sc *scope, n *parser.Directive) {
	mime(sc).add(handlerOfExtension, n.Args[0].Text, n.Args[1:])
}

// applyRemoveType says that there is no type, so that it hides those known
// from elsewhere.
func applyRemoveType(sc *scope, n *parser.Directive) {
	mime(sc).add(typeOfExtension, "", n.Args)
}

func applyRemoveCharset(sc *scope, n *parser.Directive) {
	mime(sc).remove(charsetOfExtension, n.Args)
}

func applyRemoveEncoding(sc *scope, n *parser.Directive) {
	mime(sc).remove(encodingOfExtension, n.Args)
}

func applyRemoveLanguage(sc *scope, n *parser.Directive) {
	mime(sc).remove(languageOfExtension, n.Args)
}

func applyRemoveHandler(sc *scope, n *parser.Directive) {
	mime(sc).remove(handlerOfExtension, n.Args)
}

func applyDefaultLanguage(sc *scope, n *parser.Directive) {
	mime(sc).defaultLanguage = n.Args[0].Text
}

func applyModMimeUsePathInfo(sc *scope, n *parser.Directive) {
	mime(sc).usePathInfo = onOffWord(n.Args[0])
}

// findType derives type, encoding, languages and handler from the extensions
// of the file's name. Every extension counts, in any order; the name's first
// part is none, even if it begins with dots.
func findType(s *state) int {
	if s.kind == directory && !s.isProxy() {
		s.contentType = directoryType
		return declined
	}
	m := mimeSlot.of(s.dir.parts)
	if m == nil || !s.filename.OK {
		return declined
	}
	var charset apr.Optional
	if len(m.extensions) > 0 {
		charset = findExtensions(s, m)
	}
	if s.contentType != "" {
		s.contentType = withCharset(s.contentType, charset)
	}
	if m.defaultLanguage != "" && len(s.languages) == 0 {
		s.languages = []string{m.defaultLanguage}
	}
	return declined
}

// findExtensions takes over what m knows of the extensions and returns the
// charset.
func findExtensions(s *state, m *mimeConfig) (charset apr.Optional) {
	name := s.filename.Text
	switch {
	case m.usePathInfo == apr.On:
		name += s.pathInfo.Text
	case s.proxied && s.noCanon:
		name, _, _ = strings.Cut(name, "?")
	}
	name = strings.TrimLeft(name[strings.LastIndexByte(name, '/')+1:], ".")
	_, rest, _ := strings.Cut(name, ".")
	for rest != "" {
		var word string
		word, rest, _ = strings.Cut(rest, ".")
		if e := m.lookUp(word); e != nil {
			takeExtension(s, e)
			if e[charsetOfExtension].OK {
				charset = e[charsetOfExtension]
			}
		}
	}
	return charset
}

// maxExtension is longer than any extension that configurations name.
const maxExtension = 64

// lookUp returns what is known of the extension word.
func (m *mimeConfig) lookUp(word string) *extension {
	if word == "" {
		return nil
	}
	var buf [maxExtension]byte
	if len(word) > len(buf) {
		return m.extensions[apr.Lower(word)]
	}
	for i := range len(word) {
		buf[i] = uri.Lower(word[i])
	}
	return m.extensions[string(buf[:len(word)])]
}

// takeExtension takes over what e says of the file.
func takeExtension(s *state, e *extension) {
	if t := e[typeOfExtension]; t.Text != "" {
		s.contentType = t.Text
	}
	if l := e[languageOfExtension]; l.OK {
		s.languages = append(slices.Clip(s.languages), l.Text)
	}
	if c := e[encodingOfExtension]; c.OK {
		if s.encoding != "" {
			s.encoding += ", "
		}
		s.encoding += c.Text
	}
	if f := e[outputFilterOfExtension]; f.OK {
		s.deflated = s.deflated || filters(f.Text, deflateFilter)
		s.parsed = s.parsed || filters(f.Text, includesFilter)
	}
	if h := e[handlerOfExtension]; h.OK && !s.proxied {
		s.handler = h.Text
	}
}

// applyTypesConfig says that no list of types is read.
func applyTypesConfig(sc *scope, n *parser.Directive) {
	sc.report(parser.Note, codeNoEffect, n.Extent, "",
		"%s is not read: types that no AddType gives are left to the server around", n.Directive)
}

// mimeType is the hook that finds the type of a file.
func mimeType() hook { return hook{run: findType} }

// beginMime makes the part of the main server: it is merged with from the start.
func beginMime(_ *engine, s *server, main bool) {
	if main {
		mimeSlot.make(&s.base.parts)
	}
}

// mimeModule is mod_mime.
func mimeModule() *module {
	return &module{name: "mod_mime", begin: beginMime, commands: []command{
		{name: "AddCharset", place: overrideFileInfo, args: takesPairs, set: applyAddCharset},
		{name: "AddEncoding", place: overrideFileInfo, args: takesPairs, set: applyAddEncoding},
		{name: "AddHandler", place: overrideFileInfo, args: takesPairs, set: applyAddHandler},
		{name: "AddLanguage", place: overrideFileInfo, args: takesPairs, set: applyAddLanguage},
		{name: "AddOutputFilter", place: overrideFileInfo, args: takesPairs, set: applyAddOutputFilter},
		{name: "AddType", place: overrideFileInfo, args: takesPairs, set: applyAddType},
		{name: "DefaultLanguage", place: overrideFileInfo, args: takesOne, set: applyDefaultLanguage},
		{name: "ModMimeUsePathInfo", place: inDirectory, args: takesFlag, set: applyModMimeUsePathInfo},
		{name: "MultiviewsMatch", place: overrideFileInfo, args: takesSeveral, set: applyMultiviewsMatch},
		{name: "RemoveCharset", place: overrideFileInfo, args: takesSeveral, set: applyRemoveCharset},
		{name: "RemoveEncoding", place: overrideFileInfo, args: takesSeveral, set: applyRemoveEncoding},
		{name: "RemoveHandler", place: overrideFileInfo, args: takesSeveral, set: applyRemoveHandler},
		{name: "RemoveLanguage", place: overrideFileInfo, args: takesSeveral, set: applyRemoveLanguage},
		{name: "RemoveOutputFilter", place: overrideFileInfo, args: takesSeveral, set: applyRemoveOutputFilter},
		{name: "RemoveType", place: overrideFileInfo, args: takesSeveral, set: applyRemoveType},
		{name: "TypesConfig", place: inServer, args: takesOne, set: applyTypesConfig},
	}}
}

func applyAddOutputFilter(sc *scope, n *parser.Directive) {
	mime(sc).add(outputFilterOfExtension, n.Args[0].Text, n.Args[1:])
	sc.dir.core.filtersByExtension = true
	sc.reportFilters(n)
}

func applyRemoveOutputFilter(sc *scope, n *parser.Directive) {
	mime(sc).remove(outputFilterOfExtension, n.Args)
}
