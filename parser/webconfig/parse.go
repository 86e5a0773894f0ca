package webconfig

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// The defaults of Options.
const (
	DefaultMaxBytes = 16 << 20
	DefaultMaxDepth = 64
)

// Options says how a web.config is read. A nil *Options means the zero value.
type Options struct {
	// MaxBytes is how large the file, and each that configSource names, may be;
	// 0 means DefaultMaxBytes. It bounds the text in UTF-8, too.
	MaxBytes int64
	// MaxDepth is how deep elements may nest; 0 means DefaultMaxDepth.
	MaxDepth int
	// FS holds the files that configSource names; its root is the folder of the
	// web.config. It has to refuse links that lead out of the folder, as
	// os.Root.FS does. Where it is nil a configSource is an error.
	FS fs.FS
	// ApplicationHost says that the text is that of the server as a whole, where
	// global rules and the list of server variables belong.
	ApplicationHost bool
	// Site is the name of the site that is served, with ApplicationHost: the path of a
	// <location> begins with the name of a site there, as in "Default Web Site/shop", and
	// those of other sites are not run. Where it is "" all have to be of one site, which
	// is the one served.
	Site string
}

// Parse reads a web.config, or one of its sections from rewrite down to a
// single map. name is used in positions only. The error, if any, is a
// parser.Diagnostics with every finding; the tree then comes as far as it goes.
func Parse(name string, src []byte, opts *Options) (*File, error) {
	r := newReader(opts)
	f := r.file(name, src)
	r.checkMaps()
	r.checkProviders()
	r.checkVariables()
	r.checkAllowed()
	r.finish()
	r.found.Sort()
	if err := r.found.Err(); err != nil {
		return f, err
	}
	f.Warnings = r.found
	return f, nil
}

// reader reads one web.config and what it includes.
type reader struct {
	opts   Options
	s      *scanner
	found  parser.Diagnostics
	errors int // of found
	stop   bool
	counts map[string]*repeated // of findings that are reported once

	keys     []keys                // of the elements that are open
	sections map[string]parser.Pos // those of the place that is read
	outer    []map[string]parser.Pos
	global   bool   // <globalRules> are read
	included bool   // a file that configSource names is read
	site     string // that an applicationHost.config has places of

	// The rule that is read.
	syntax   PatternSyntax
	outbound bool
	disabled bool

	variables     uses
	maps          uses
	assigned      uses // server variables that rules set
	set           map[string]bool
	mapNames      map[string]bool
	providers     map[string]bool
	declared      uses // providers
	usedProviders map[string]bool
	allowed       map[string]bool
	dialect       *parser.Diagnostic // that this is the rules of another product
}

func newReader(opts *Options) *reader {
	r := &reader{
		counts: map[string]*repeated{}, sections: map[string]parser.Pos{}, set: map[string]bool{},
		mapNames: map[string]bool{}, providers: map[string]bool{}, usedProviders: map[string]bool{}, allowed: map[string]bool{},
	}
	if opts != nil {
		r.opts = *opts
	}
	if r.opts.MaxBytes <= 0 {
		r.opts.MaxBytes = DefaultMaxBytes
	}
	r.opts.MaxBytes = min(r.opts.MaxBytes, 1<<31-1)
	if r.opts.ApplicationHost {
		r.site = r.opts.Site
	}
	if r.opts.MaxDepth <= 0 {
		r.opts.MaxDepth = DefaultMaxDepth
	}
	return r
}

// scan begins to read src.
func (r *reader) scan(name string, src []byte) *scanner {
	s := &scanner{name: name, maxDepth: r.opts.MaxDepth}
	s.report = func(sev parser.Severity, at parser.Extent, code parser.Code, message, hint string) {
		r.add(&parser.Diagnostic{Extent: at, Severity: sev, Code: code, Message: message, Hint: hint})
	}
	wrong := ""
	if int64(len(src)) <= r.opts.MaxBytes {
		s.text, wrong = Decode(src)
	}
	switch {
	case int64(max(len(src), len(s.text))) > r.opts.MaxBytes:
		s.text, s.broken = "", true
		s.report(parser.Error, s.extent(0, 0), parser.CodeTooLarge, fmt.Sprintf("the text is larger than %d bytes", r.opts.MaxBytes), "")
	case wrong != "":
		s.broken = true
		s.report(parser.Error, s.extent(0, 0), CodeEncoding, wrong, "")
	default:
		s.checkCharacters()
	}
	return s
}

// checkCharacters reports the first character that XML does not permit.
func (s *scanner) checkCharacters() {
	for i := range len(s.text) {
		if c := s.text[i]; c < ' ' && !permitted(rune(c)) {
			s.malformed(i, i+1, fmt.Sprintf("the control character %#02x", c), "")
			return
		}
	}
}

// file reads the text that Parse was given.
func (r *reader) file(name string, src []byte) *File {
	r.s = r.scan(name, src)
	f := &File{CRLF: strings.Contains(r.s.text, "\r\n")}
	for tok := r.s.next(); tok != tokenEnd; tok = r.s.next() {
		switch tok {
		case tokenComment:
			f.Nodes = append(f.Nodes, r.comment())
		case tokenInstruct:
			if r.s.from > 0 {
				f.Nodes = append(f.Nodes, r.comment())
			} else {
				f.Declared = true
			}
		case tokenOpen:
			f.Nodes = append(f.Nodes, r.root(name))
		case tokenEnd, tokenClose, tokenText:
		}
	}
	f.Extent = r.s.extent(0, len(r.s.text))
	f.Site = r.site
	return f
}

// comment returns the comment, or the processing instruction, that was read
// last.
func (r *reader) comment() *Comment {
	return &Comment{Extent: r.s.extent(r.s.from, r.s.i), Text: r.s.text[r.s.from:r.s.i]}
}

// root reads the root element.
func (r *reader) root(name string) Node {
	n := rootElement(r.s.tag.name)
	if n == nil {
		r.fail(r.tagExtent(), CodeUnknownElement, "the root element is <"+clip(r.s.tag.name)+">; that of a web.config is <configuration>", "")
		return r.foreign()
	}
	if r.s.tag.name != "configuration" && strings.EqualFold(path.Base(name), "web.config") {
		r.warn(r.tagExtent(), CodeMisplaced, "the root element is <"+r.s.tag.name+">; IIS refuses a web.config without <configuration>", "")
	}
	r.element(n)
	return n
}

// element reads the element whose start tag was read last into n.
func (r *reader) element(n element) {
	b := n.base()
	b.Extent = r.tagExtent()
	r.keys = append(r.keys, keys{})
	r.attributes(n)
	if n, ok := n.(enterer); ok {
		n.enter(r)
	}
	r.children(n)
	b.To = r.s.pos(r.s.i)
	if s := sectionOf(n); s != nil && s.Source.IsSet() {
		r.include(n, s)
	}
	if n, ok := n.(leaver); ok {
		n.leave(r)
	}
	r.keys = r.keys[:len(r.keys)-1]
}

// tagExtent returns the extent of the start tag that was read last.
func (r *reader) tagExtent() parser.Extent {
	return parser.Extent{Name: r.s.name, From: r.s.tag.at, To: r.s.pos(r.s.tag.to)}
}

// extent returns the extent of a.
func (r *reader) extent(a *attribute) parser.Extent {
	return parser.Extent{Name: r.s.name, From: a.at, To: r.s.pos(a.end())}
}

// attributes reads the attributes of n.
func (r *reader) attributes(n element) {
	fields := n.fields()
	for i := range r.s.tag.attributes {
		a := &r.s.tag.attributes[i]
		if v := find(fields, a.name); v != nil {
			v.read(r, a)
			continue
		}
		b := n.base()
		b.More = append(b.More, Attribute{a.name, a.value, a.at})
		r.unknownAttribute(n, fields, a)
	}
}

func find(fields []field, name string) value {
	for i := range fields {
		if fields[i].name == name {
			return fields[i].value
		}
	}
	return nil
}

// unknownAttribute judges an attribute that n does not have.
func (r *reader) unknownAttribute(n element, fields []field, a *attribute) {
	at := r.extent(a)
	switch {
	case a.name == "xmlns" || strings.HasPrefix(a.name, "xmlns:") || strings.HasPrefix(a.name, "xml:"):
	case strings.HasPrefix(a.name, "xdt:"):
		r.transform(at)
	case strings.HasPrefix(a.name, "lock"):
		r.note(at, CodeNoEffect, a.name+" has no effect: sections can't be locked")
	case isGroup(n):
	case a.name == "dynamic" && n.tag() == "rule":
		r.otherDialect(at)
	default:
		hint := ""
		for _, f := range fields {
			if strings.EqualFold(f.name, a.name) {
				hint = "attributes know case: it is " + f.name
			}
		}
		if hint != "" {
			r.flaw(at, CodeUnknownAttribute, "<"+n.tag()+"> has no attribute "+clip(a.name), hint)
			return
		}
		r.once("attribute "+n.tag()+" "+a.name, at, CodeUnknownAttribute, "<"+n.tag()+"> has no attribute "+clip(a.name)+"; it is left out")
	}
}

// transform reports an attribute or element that transforms another file.
func (r *reader) transform(at parser.Extent) {
	r.fail(at, CodeTransform, "this is a transform, which changes another web.config when a site is published", "check the file that it is applied to, with the changes made")
}

// children reads what is inside n.
func (r *reader) children(n element) {
	for {
		switch r.s.next() {
		case tokenEnd, tokenClose:
			return
		case tokenComment, tokenInstruct:
			r.append(n, r.comment())
		case tokenText:
			r.warn(r.s.extent(r.s.from, r.s.i), parser.CodeIgnoredText, "text in <"+n.tag()+"> has no meaning", "")
		case tokenOpen:
			r.child(n)
		}
	}
}

// append adds c to what is inside n.
func (r *reader) append(n element, c Node) {
	if m, ok := n.(*Map); ok {
		if c, ok := c.(*Comment); ok {
			m.Entries = append(m.Entries, Entry{Kind: EntryComment, Value: c.Text, At: c.From})
		}
		return
	}
	if nodes := n.children(); nodes != nil {
		*nodes = append(*nodes, c)
	}
}

// child reads an element inside n.
func (r *reader) child(n element) {
	if m, ok := n.(*Map); ok {
		r.entry(m)
		return
	}
	name := r.s.tag.name
	if c := n.child(r, name); c != nil {
		r.element(c)
		r.append(n, c)
		return
	}
	if isGroup(n) {
		r.others(&r.s.tag)
	} else {
		r.unknownElement(n)
	}
	r.append(n, r.foreign())
}

// unknownElement reports the element whose tag was read last.
func (r *reader) unknownElement(n element) {
	name, at := r.s.tag.name, r.tagExtent()
	switch {
	case strings.HasPrefix(name, "xdt:"):
		r.transform(at)
	case strings.Contains(otherDialectNames, " "+name+" ") && isRules(n):
		r.otherDialect(at)
	default:
		r.flaw(at, CodeUnknownElement, "<"+n.tag()+"> has no element <"+clip(name)+">", "")
	}
}

// isRules reports whether n holds rules or is a part of one.
func isRules(n element) bool {
	switch n.(type) {
	case *Rules, *Rule, *Conditions:
		return true
	}
	return false
}

// otherDialectNames are elements of UrlRewrite.Net, whose files resemble those
// of IIS.
const otherDialectNames = " assembly normalize condition rewrite append keep insert delete truncate rules "

// otherDialect notes that the file is not a web.config.
func (r *reader) otherDialect(at parser.Extent) {
	if r.dialect == nil {
		r.dialect = &parser.Diagnostic{
			Extent: at, Severity: parser.Error, Code: CodeOtherDialect,
			Message: "these are rules for UrlRewrite.Net, which has a language of its own and is not supported",
		}
	}
}

// foreign reads the rest of the element whose start tag was read last.
func (r *reader) foreign() *Foreign {
	at, from := r.tagExtent(), r.s.tag.from
	end := r.s.skip(r.others)
	at.To = r.s.pos(end)
	return &Foreign{Extent: at, Text: r.s.text[from:end]}
}

// include reads the file that a section's configSource names.
func (r *reader) include(n element, s *Section) {
	at := parser.Extent{Name: r.s.name, From: s.Source.At, To: s.Source.At}
	at.To.Offset += uint32(len("configSource"))
	at.To.Col += uint32(len("configSource"))
	if len(s.Nodes) > 0 {
		r.fail(at, CodeConfigSource, "an element with a configSource has nothing else in it", "")
	}
	name, ok := localName(s.Source.Value)
	switch {
	case r.included:
		r.fail(at, CodeConfigSource, "a file that configSource names can't name another", "")
		return
	case !ok:
		r.fail(at, CodeConfigSource, "configSource names a file in the folder of this one or below: "+clip(s.Source.Value)+" is not there", "")
		return
	}
	src, err := r.read(name)
	if err != nil {
		r.add(&parser.Diagnostic{Extent: at, Severity: parser.Error, Code: CodeConfigSource, Message: "configSource: " + err.Error(), Err: err})
		return
	}
	outer := r.s
	r.included = true
	r.s = r.scan(path.Join(path.Dir(strings.ReplaceAll(outer.name, `\`, "/")), name), src)
	s.Nodes = nil
	r.section(n)
	r.included = false
	r.s = outer
}

// section reads the file of a configSource.
func (r *reader) section(n element) {
	for tok := r.s.next(); tok != tokenEnd; tok = r.s.next() {
		if tok != tokenOpen {
			continue
		}
		if r.s.tag.name != n.tag() {
			r.fail(r.tagExtent(), CodeConfigSource, "the root element is <"+clip(r.s.tag.name)+">, where <"+n.tag()+"> is due", "")
			r.s.skip(nil)
			continue
		}
		r.attributes(n)
		r.children(n)
	}
}

// errNoFiles is why no file of a configSource is read.
var errNoFiles = errors.New("the file is not read here")

// read reads a file that configSource names.
func (r *reader) read(name string) ([]byte, error) {
	if r.opts.FS == nil {
		return nil, errNoFiles
	}
	f, err := r.opts.FS.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	return io.ReadAll(io.LimitReader(f, r.opts.MaxBytes+1))
}

// localName returns the file that configSource names, with slashes. It is to
// lie in the folder of the web.config or below, whatever Windows makes of names.
func localName(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.ContainsAny(name, ":\x00") || !fs.ValidPath(name) || name == "." {
		return "", false
	}
	for segment := range strings.SplitSeq(name, "/") {
		if strings.TrimRight(segment, ". ") == "" {
			return "", false
		}
	}
	return name, true
}
