package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// The limits of what macros are and come to. The first is httpd's, for one line
// with its line feed, before and after arguments take the place of parameters;
// the others keep macros that use others many times from multiplying without
// bounds. Those of access files are for strangers, and smaller.
const (
	maxMacroLine        = maxAccessLine - 1
	maxMacroDepth       = 128
	maxMacroLines       = 1 << 18
	maxMacroWork        = 1 << 30
	maxAccessMacroLines = maxMacroLines >> 6
	maxAccessMacroWork  = maxMacroWork >> 6
)

// macroWork is what macros have come to so far.
type macroWork struct {
	lines int
	steps int // comparisons with the name of a parameter
}

// macroStep counts the work with a piece of m of that many bytes and lines,
// and ends the reading when it becomes too much.
func (p *parser) macroStep(m *macro, size, lines int, at Extent) bool {
	maxLines, maxWork := maxMacroLines, maxMacroWork
	if p.opts.AccessFile {
		maxLines, maxWork = maxAccessMacroLines, maxAccessMacroWork
	}
	p.macroWork.lines += lines
	p.macroWork.steps += (size + 1) * (len(m.params) + 1)
	if p.macroWork.lines > maxLines || p.macroWork.steps > maxWork {
		p.errorf(at, CodeTooLarge, "", "macros come to too much text; reading ends here")
		p.stop = true
	}
	return !p.stop
}

// expansion is what a macro came to in one place. Nil stands for a file.
type expansion struct {
	macro *macro
	outer *expansion // what the Use came out of
	size  int        // of all this, what the definitions came out of too
}

// expansion returns what m comes to if it is used in outer.
func (m *macro) expansion(outer *expansion) *expansion {
	e := &expansion{macro: m, outer: outer, size: 1}
	for _, of := range []*expansion{outer, m.within} {
		if of != nil {
			e.size += of.size
		}
	}
	return e
}

// has reports whether e came out of the macro of that name: whether that is in
// use, or came to the definition of one that is. httpd takes it for a recursion
// if it is used again.
func (e *expansion) has(name string) bool {
	for ; e != nil; e = e.outer {
		if e.macro.name == name || e.macro.within.has(name) {
			return true
		}
	}
	return false
}

// use reads a Use and what the macro comes to.
func (r *reader) use(s *statement) Node {
	n := &Use{Extent: s.Extent, Source: s.Source, Text: s.args.s, Args: s.args.words()}
	if !r.needMacros(s) {
		return n
	}
	m := r.usedMacro(n)
	if m == nil {
		return n
	}
	r.emptyArguments(n, m)
	e := m.expansion(r.used)
	if e.size > maxMacroDepth {
		r.errorf(n.Extent, CodeNestedTooDeep, "", "macros use one another more than %d deep", maxMacroDepth)
		return n
	}
	if len(m.lines) == 0 {
		return n
	}
	src := m.lines[0].src.used(n.Extent)
	all, ok := r.expand(n, m, src)
	if !ok {
		return n
	}
	inner := &reader{
		parser: r.parser, src: src, lines: lines{text: all, limit: r.lines.limit},
		file: &File{Extent: all.extent()}, used: e,
	}
	inner.all()
	n.Nodes = inner.file.Nodes
	return n
}

// usedMacro returns the macro that n uses. It returns nil and reports why if
// it can't be used.
func (r *reader) usedMacro(n *Use) *macro {
	if len(n.Args) == 0 || n.Args[0].Text == "" {
		r.errorf(n.Extent, CodeArgumentCount, "", "%s needs the name of a macro", n.Directive)
		return nil
	}
	name := ascii.LowerCase(n.Args[0].Text)
	m := r.macros[name]
	switch {
	case m == nil:
		r.errorf(n.Args[0].Extent, CodeUndefinedMacro, r.hintMacro(), "macro '%s' is not defined", name)
		return nil
	case r.used.has(name):
		r.errorf(n.Extent, CodeMacro, "", "macro '%s' uses itself", name)
		return nil
	case len(n.Args)-1 != len(m.params):
		r.errorf(n.Extent, CodeArgumentCount, "", "macro '%s' takes %d arguments, not %d; it is defined at %s",
			name, len(m.params), len(n.Args)-1, m.at)
		return nil
	}
	return m
}

// hintMacro says where macros have to be defined for an access file.
func (r *reader) hintMacro() string {
	if r.opts.AccessFile {
		return "an access file can use its own macros and those of the server"
	}
	return ""
}

// emptyArguments warns of arguments of n that are empty.
func (r *reader) emptyArguments(n *Use, m *macro) {
	if r.macroQuiet.or(m.quiet).emptyArgs {
		return
	}
	for i := range m.params {
		if w := n.Args[i+1]; w.Text == "" {
			r.warnf(w.Extent, CodeDoubtfulMacro, "", "macro '%s': argument #%d, for '%s', is empty", m.name, i+1, m.params[i])
		}
	}
}

// expand returns the lines of m with the arguments of n in place of the
// parameters, as a part of src. ok is false where that fails.
func (r *reader) expand(n *Use, m *macro, src *source) (t text, ok bool) {
	t.src = src
	var b []byte
	for _, l := range m.lines {
		if !r.macroStep(m, len(l.s), 1, n.Extent) {
			return t, false
		}
		l, ok = r.replace(n, m, l)
		if !ok {
			return t, false
		}
		b = t.takeLine(b, l)
		b = append(b, '\n')
	}
	t.s = string(b)
	if strings.HasSuffix(t.s, "\\\n") {
		r.errorf(n.Extent, CodeUnsupported, "", "macro '%s' ends in a line that goes on behind the %s, which is not supported", m.name, n.Directive)
		return t, false
	}
	return t, true
}

// replace returns l, a line of m, with the arguments of n in place of the
// parameters. ok is false where that fails.
func (r *reader) replace(n *Use, m *macro, l text) (out text, ok bool) {
	if at, _ := m.find(l.s); at < 0 {
		return l, true
	}
	out.src = l.src
	var b []byte
	for {
		at, p := m.find(l.s)
		if at < 0 {
			break
		}
		param, arg := m.params[p], n.Args[p+1].Text
		b = out.take(b, l, 0, at)
		name := l.cut(at, at+len(param))
		l = l.rest(at + len(param))
		value, again := argument(param, arg)
		b = out.put(b, value, name)
		if len(b)+len(again)+len(l.s)+len("\n") > maxMacroLine {
			r.errorf(n.Extent, CodeTooLarge, "", "macro '%s': a line becomes longer than %d bytes", m.name, maxMacroLine-1)
			return out, false
		}
		if again != "" {
			if !r.macroStep(m, len(l.s), 0, n.Extent) {
				return out, false
			}
			l = l.behind(again, name)
		}
	}
	b = out.take(b, l, 0, len(l.s))
	out.s = string(b)
	return out, true
}

// argument returns what takes the place of param: arg, in quotes if the name
// says so. again is the end of that, as far as httpd looks for parameters in
// it: it goes on as many bytes behind the parameter as arg has, the quotes and
// what protects quotes in arg not counted.
func argument(param, arg string) (value, again string) {
	if param[0] != '@' || param == arg {
		return arg, ""
	}
	quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(arg) + `"`
	return quoted[:len(arg)], quoted[len(arg):]
}

// put appends s to b, the bytes of t so far, where s takes the place of name.
func (t *text) put(b []byte, s string, name text) []byte {
	t.pieces = append(t.pieces, piece{at: len(b), from: name.start(0), to: name.end(len(name.s))})
	return append(b, s...)
}

// behind returns t behind s, which takes the place of name.
func (t text) behind(s string, name text) text {
	out := text{src: t.src}
	b := out.put(nil, s, name)
	b = out.take(b, t, 0, len(t.s))
	out.s = string(b)
	return out
}
