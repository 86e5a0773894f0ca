package parser

import (
	"maps"
	"os"
	"strings"
)

// maxNesting is how deep sections may nest in one another, those of included
// files too. httpd has no such limit; it keeps the work with trees bounded.
const maxNesting = 1000

// parser is what all files that one call of Parse reads share.
type parser struct {
	opts     Options // with every default filled in
	found    Diagnostics
	errors   int               // of found
	stop     bool              // reading ends here
	defined  map[string]bool   // names for <IfDefine>
	values   map[string]string // values for ${NAME}, by names in lower case
	modules  map[string]bool   // what LoadModule named
	mode     moduleMode        // which there are beside these
	assumed  bool              // a module was there that is not built in
	again    bool              // which it should not have been: read once more
	root     string            // ServerRoot
	relative bool              // positions name files without the leading "/"

	nesting      int // sections that are open
	expanded     int // bytes of the lines that variables were replaced in
	includeDepth int
	macros       macros
	macroWork    macroWork
	macroQuiet   macroQuiet
	includes     int   // files read by Include
	includeBytes int64 // their size
	memory       memory
}

// newParser returns a parser with the defaults of opts filled in.
func newParser(opts *Options) *parser {
	p := &parser{
		defined: map[string]bool{},
		values:  map[string]string{},
		modules: map[string]bool{},
	}
	if opts != nil {
		p.opts = *opts
	}
	o := &p.opts
	if o.Getenv == nil {
		o.Getenv = os.LookupEnv
	}
	if o.HasDirective == nil {
		o.HasDirective = KnownDirective
	}
	if o.Version == "" {
		o.Version = "2.4.71"
	}
	if o.FS == nil {
		o.FS = os.DirFS("/")
	}
	p.root = p.absolute(o.ServerRoot)
	p.setVariables(o.Defines)
	p.macros = maps.Clone(o.macros)
	if p.macros == nil {
		p.macros = macros{}
	}
	return p
}

// reader reads one file.
type reader struct {
	*parser
	src   *source
	lines lines
	file  *File
	open  []container // the sections that are open, outermost first
	used  *expansion  // what src came out of; nil for a file
	early early       // what was read of it before its turn
	now   statement   // the one that is read
}

// container is a section that is open.
type container struct {
	node  Node    // a *Section or *Conditional
	ext   *Extent // the node's
	nodes *[]Node // the node's
	name  string  // in lower case
}

// byteOrderMark is what some editors put before text in UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// file reads src.
func (p *parser) file(src *source) *File {
	all := src.whole()
	r := &reader{parser: p, src: src, lines: lines{text: all, limit: maxLine}}
	if p.opts.AccessFile {
		r.lines.limit = maxAccessLine
	}
	r.file = &File{Extent: src.extent(0, len(src.text))}
	if strings.HasPrefix(src.text, byteOrderMark) {
		p.errorf(src.extent(0, len(byteOrderMark)), CodeByteOrderMark, "save the file without it",
			"the file begins with a byte order mark, which becomes part of its first word")
	}
	r.early = r.readEarly()
	r.all()
	return r.file
}

// all reads all lines.
func (r *reader) all() {
	for !r.stop {
		if n, next := r.early.take(r.lines.next); n != nil {
			r.lines.next = next
			r.add(n)
			continue
		}
		l, ok := r.lines.read()
		if !ok {
			break
		}
		r.line(l)
	}
	r.end()
}

// line reads one logical line.
func (r *reader) line(l line) {
	if l.nul >= 0 {
		r.warnf(r.src.extent(l.nul, l.nul+1), CodeIgnoredText, "", "a NUL byte ends the line")
	}
	switch {
	case l.long:
		r.tooLong(l)
	case l.s == "":
	case l.s[0] == '#':
		r.add(&Comment{Extent: l.extent(), Text: l.s})
	case r.endsConditional(l):
		r.pop(r.src.pos(l.end(len(l.s))))
	default:
		if s, ok := r.statement(l); ok {
			r.directive(s)
		}
	}
}

// add appends n to what is open.
func (r *reader) add(n Node) {
	nodes := &r.file.Nodes
	if len(r.open) > 0 {
		nodes = r.open[len(r.open)-1].nodes
	}
	*nodes = append(*nodes, n)
}

// directive reads one directive.
func (r *reader) directive(s *statement) {
	if s.isCloser() {
		r.closeSection(s)
		return
	}
	switch s.name {
	case "<ifmodule", "<ifdefine", "<ifversion", "<iffile", "<ifdirective", "<ifsection":
		r.openConditional(s)
		return
	case "<macro":
		r.macro(s)
		return
	}
	if s.isSection() {
		r.openSection(s)
		return
	}
	var n Node
	if s.isReadTime() {
		n = r.readTime(s)
	}
	if n == nil {
		n = r.plain(s)
	}
	r.add(n)
}

// plain returns the node of a directive that depends on nothing said elsewhere.
func (r *reader) plain(s *statement) Node {
	if n := r.rewriteDirective(s); n != nil {
		return n
	}
	return &Directive{Extent: s.Extent, Source: s.Source, Text: s.args.s, Args: s.args.words(), places: s.args.places()}
}

// isReadTime reports whether httpd carries s out while it reads.
func (s *statement) isReadTime() bool {
	switch s.name {
	case "define", "undefine", "serverroot", "loadmodule", "include", "includeoptional", "use", "undefmacro",
		"macroignoreemptyargs", "macroignorebadnesting":
		return true
	}
	return false
}

// readTime carries out what httpd does while it reads. It returns nil unless
// s has a node type of its own.
func (r *reader) readTime(s *statement) Node {
	switch s.name {
	case "use":
		return r.use(s)
	case "undefmacro", "macroignoreemptyargs", "macroignorebadnesting":
		r.aboutMacros(s)
		return nil
	}
	if r.opts.AccessFile {
		r.errorf(s.Extent, CodeNotHere, "", "%s not allowed here: this is an access file", s.Directive)
		return nil
	}
	switch s.name {
	case "define":
		r.define(s)
	case "undefine":
		r.undefine(s)
	case "serverroot":
		r.serverRoot(s)
	case "loadmodule":
		r.loadModule(s)
	case "include", "includeoptional":
		return r.include(s)
	}
	return nil
}

// rewriteDirective reads a directive of mod_rewrite. It returns nil for others
// and for what is wrong.
func (r *reader) rewriteDirective(s *statement) Node {
	switch s.name {
	case "rewriteengine":
		return r.rewriteEngine(s)
	case "rewriteoptions":
		return r.rewriteOptions(s)
	case "rewritebase":
		return r.rewriteBase(s)
	case "rewritemap":
		return r.rewriteMap(s)
	case "rewritecond":
		return r.rewriteCond(s)
	case "rewriterule":
		return r.rewriteRule(s)
	case "rewriteheader", "rewriteproxy":
		return r.isapi3Rule(s)
	}
	return nil
}
