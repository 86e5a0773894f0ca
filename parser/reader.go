package parser

// parser is what all files that one call of Parse reads share.
type parser struct {
	opts    Options // with every default filled in
	found   Diagnostics
	defined map[string]bool   // names for <IfDefine>
	values  map[string]string // values for ${NAME}, by names in small letters
}

// newParser returns a parser with the defaults of opts filled in.
func newParser(opts *Options) *parser {
	p := &parser{defined: map[string]bool{}, values: map[string]string{}}
	if opts != nil {
		p.opts = *opts
	}
	p.opts.setDefaults()
	return p
}

// reader reads one file.
type reader struct {
	*parser
	src   *source
	lines lines
	file  *File
	open  []container // the sections that are open, outermost first
}

// container is an open section.
type container struct {
	node  Node    // a *Section or *Conditional
	ext   *Extent // the node's
	nodes *[]Node // the node's
	name  string  // in small letters
}

// file reads src.
func (p *parser) file(src *source) *File {
	r := &reader{parser: p, src: src, lines: lines{src: src, limit: maxLine}}
	if p.opts.AccessFile {
		r.lines.limit = maxAccessLine
	}
	r.file = &File{Extent: src.extent(0, len(src.text))}
	for {
		l, ok := r.lines.read()
		if !ok {
			break
		}
		r.line(l)
	}
	r.end()
	return r.file
}

// line reads one logical line.
func (r *reader) line(l line) {
	switch {
	case l.long:
		r.errorf(l.extent(), CodeTooLarge, "", "the line is longer than %d bytes", r.lines.limit-1)
	case l.s == "":
	case l.s[0] == '#':
		r.add(&Comment{Extent: l.extent(), Text: l.s})
	case r.endsConditional(l):
		r.pop(l.text)
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
	switch {
	case s.isCloser():
		r.closeSection(s)
	case s.isSection():
		r.openSection(s)
	default:
		n := r.rewriteDirective(s)
		if n == nil {
			n = &Directive{Extent: s.Extent, Source: s.Source, Text: s.args.s, Args: s.args.words()}
		}
		r.add(n)
	}
}

// rewriteDirective reads a directive that has a node type of its own. It
// returns nil for others and for what is wrong.
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
	}
	return nil
}
