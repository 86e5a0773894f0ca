package parser

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// maxMacroParams is how many parameters a macro may have. httpd has no such
// limit; it keeps the comparison of each with each bounded.
const maxMacroParams = 1000

// macros are macros that are defined, by their names in lower case.
type macros map[string]*macro

// macro is a macro that is defined.
type macro struct {
	name   string // in lower case
	params []string
	firsts string     // the first bytes of params, each once
	lines  []text     // of the body, without comments
	at     Extent     // of the first line of its definition
	within *expansion // what the definition came out of; nil for a file
	quiet  macroQuiet // about this macro
}

// macroQuiet says what is not warned of.
type macroQuiet struct {
	emptyArgs  bool
	badNesting bool
}

// or returns what either of q and o says.
func (q macroQuiet) or(o macroQuiet) macroQuiet {
	return macroQuiet{q.emptyArgs || o.emptyArgs, q.badNesting || o.badNesting}
}

// macroParamPrefixes are what names of parameters should begin with.
const macroParamPrefixes = "$%@"

// macro reads the definition of a macro. Its body is not read as directives
// before the macro is used. A definition with an error defines nothing.
func (r *reader) macro(s *statement) {
	n := &Macro{Extent: s.Extent, Source: s.Source, Text: s.args.s, Args: s.args.words()}
	r.add(n)
	errors := r.errors
	r.needMacros(s)
	m := r.macroHead(n, s)
	closed := r.macroBody(n, m, s)
	if !closed {
		r.notClosed(Error, n)
	}
	if r.errors > errors {
		return
	}
	r.checkMacro(m)
	r.macros[m.name] = m
}

// needMacros reports whether there is the module that knows s, and the finding
// if there is not.
func (r *reader) needMacros(s *statement) bool {
	const file = "mod_macro.c"
	if r.hasModule(file) {
		return true
	}
	r.errorf(s.Extent, CodeMacro, "", "%s is a directive of mod_macro, which the server does not have", s.Directive)
	return false
}

// macroHead reads the first line of n, the definition of a macro.
func (r *reader) macroHead(n *Macro, s *statement) *macro {
	m := &macro{at: s.Extent, within: r.used}
	if s.close.at < 0 {
		r.missingBracket(s)
	}
	t := s.args
	name, _, _ := t.word()
	if name.Text == "" {
		r.errorf(s.Extent, CodeMacro, "", "<%s>: the macro has no name", s.Directive)
		return m
	}
	m.name = ascii.LowerCase(name.Text)
	if old := r.macros[m.name]; old != nil {
		r.doubtful(n, "macro '%s' is defined a second time; the first time is %s", m.name, old.at)
	}
	if strings.IndexByte(macroParamPrefixes, m.name[0]) >= 0 {
		r.doubtful(n, "the name of macro '%s' looks like a parameter's", m.name)
	}
	t = r.macroModifiers(n, m, t)
	for _, w := range t.words() {
		m.params = append(m.params, w.Text)
	}
	r.macroParams(n, m)
	return m
}

// doubtful warns of something about the macro that n defines.
func (r *reader) doubtful(n *Macro, format string, args ...any) {
	r.warnf(n.Extent, CodeDoubtfulMacro, "", format, args...)
}

// macroModifiers reads the modifiers of m at the beginning of t and returns
// what follows them. What can't be understood is taken the way httpd does,
// which looks for blanks only.
func (r *reader) macroModifiers(n *Macro, m *macro, t text) text {
	for strings.HasPrefix(t.s, "/") {
		for _, mod := range []struct {
			name string
			set  *bool
		}{{"/IgnoreEmptyArgs", &m.quiet.emptyArgs}, {"/IgnoreBadNesting", &m.quiet.badNesting}} {
			if len(t.s) < len(mod.name) || !ascii.EqualFold(t.s[:len(mod.name)], mod.name) {
				continue
			}
			*mod.set = true
			if t = t.rest(len(mod.name)); t.s == "" {
				return t
			}
		}
		if t.s[0] != ' ' {
			word, _, more := strings.Cut(t.s, " ")
			r.doubtful(n, "macro '%s': unknown modifier '%s'", m.name, word)
			if more {
				t = t.rest(len(word))
			}
		}
		t = t.rest(1)
	}
	return t
}

// macroParams checks the names of the parameters of m, and completes it.
func (r *reader) macroParams(n *Macro, m *macro) {
	if len(m.params) > maxMacroParams {
		r.errorf(n.Extent, CodeTooLarge, "", "macro '%s' has more than %d parameters", m.name, maxMacroParams)
		return
	}
	for i, p := range m.params {
		switch {
		case p == "":
			r.errorf(n.Extent, CodeMacro, "", "macro '%s': parameter #%d has no name", m.name, i+1)
			return
		case slices.Contains(m.params[:i], p):
			r.errorf(n.Extent, CodeMacro, "", "macro '%s': there are two parameters '%s'", m.name, p)
			return
		case strings.IndexByte(macroParamPrefixes, p[0]) < 0:
			r.doubtful(n, "macro '%s': wherever '%s' occurs it is replaced; names of parameters are better begun with one of %s",
				m.name, p, macroParamPrefixes)
		case strings.HasPrefix(p, "${"):
			r.doubtful(n, "macro '%s': the parameter '%s' looks like a variable of Define", m.name, p)
		}
		if strings.IndexByte(m.firsts, p[0]) < 0 {
			m.firsts += p[:1]
		}
		for _, q := range m.params[:i] {
			if strings.HasPrefix(p, q) || strings.HasPrefix(q, p) {
				r.doubtful(n, "macro '%s': one of the parameters '%s' and '%s' begins with the other", m.name, q, p)
			}
		}
	}
}

// macroBody reads the body of m, which n defines, and reports whether it is
// closed.
func (r *reader) macroBody(n *Macro, m *macro, s *statement) bool {
	if s.close.comment {
		n.Body = wholeLines(s.close.tail.s)
	} else {
		r.ignored(s.close.tail, "<"+s.Directive+">")
	}
	from := r.lines.next
	limit := r.lines.limit
	r.lines.limit = maxMacroLine
	defer func() { r.lines.limit = limit }()
	nesting := macroNesting{macros: 1, any: 1}
	for {
		l, ok := r.lines.read()
		if !ok {
			n.Body += wholeLines(r.lines.text.s[from:])
			n.To = r.file.To
			return false
		}
		if l.long {
			r.tooLong(l)
		}
		if nesting.line(l) {
			r.nested(n, m, nesting)
			n.Body += r.lines.text.s[from:l.from]
			n.To = r.closingTag(l, s.Directive)
			return true
		}
		if !strings.HasPrefix(l.s, "#") {
			m.lines = append(m.lines, l.text)
		}
	}
}

// macroNesting counts what is open in the body of a macro.
type macroNesting struct {
	macros   int
	any      int
	negative bool // something was closed that was not open
}

// line counts what l opens or closes, and reports whether l closes the macro.
func (m *macroNesting) line(l line) bool {
	if strings.HasPrefix(l.s, "#") {
		return false
	}
	t := l.text
	w, _, _ := t.word()
	switch {
	case strings.HasPrefix(w.Text, "</"):
		m.any--
		m.negative = m.negative || m.any < 0
	case strings.HasPrefix(w.Text, "<"):
		m.any++
	}
	switch {
	case ascii.EqualFold(w.Text, "</macro>"):
		m.macros--
	case ascii.EqualFold(w.Text, "<macro"):
		m.macros++
	}
	return m.macros == 0
}

// nested warns if sections in the body of m are not nested properly.
func (r *reader) nested(n *Macro, m *macro, nesting macroNesting) {
	if (nesting.any != 0 || nesting.negative) && !r.macroQuiet.or(m.quiet).badNesting {
		r.doubtful(n, "macro '%s': the sections in it are not all opened and closed in it", m.name)
	}
}

// checkMacro warns of what the body of m lacks. Only names are looked for, as
// they will be when it is used.
func (r *reader) checkMacro(m *macro) {
	if len(m.lines) == 0 {
		r.warnf(m.at, CodeDoubtfulMacro, "", "macro '%s' is empty", m.name)
		return
	}
	used := make([]bool, len(m.params))
	for _, l := range m.lines {
		if !r.macroStep(m, len(l.s), 0, m.at) {
			return
		}
		for s := l.s; ; {
			i, p := m.find(s)
			if i < 0 {
				break
			}
			used[p] = true
			s = s[i+len(m.params[p]):]
		}
	}
	for i, u := range used {
		if !u {
			r.warnf(m.at, CodeDoubtfulMacro, "", "macro '%s' does not use its parameter '%s'", m.name, m.params[i])
		}
	}
}

// find returns where in s the first parameter of m occurs, of several the
// longest, and which one it is; -1 without one.
func (m *macro) find(s string) (at, param int) {
	for i := range len(s) {
		if strings.IndexByte(m.firsts, s[i]) < 0 {
			continue
		}
		longest := -1
		for n, p := range m.params {
			if strings.HasPrefix(s[i:], p) && (longest < 0 || len(p) > len(m.params[longest])) {
				longest = n
			}
		}
		if longest >= 0 {
			return i, longest
		}
	}
	return -1, 0
}

// aboutMacros reads an UndefMacro, MacroIgnoreEmptyArgs or
// MacroIgnoreBadNesting.
func (r *reader) aboutMacros(s *statement) {
	if !r.needMacros(s) {
		return
	}
	if s.name != "undefmacro" {
		if s.args.s != "" {
			r.argumentCount(s, s.Directive+" takes no arguments")
		}
		if s.name == "macroignoreemptyargs" {
			r.macroQuiet.emptyArgs = true
		} else {
			r.macroQuiet.badNesting = true
		}
		return
	}
	w, ok := r.oneArgument(s, "UndefMacro takes one argument, the name of a macro")
	if !ok {
		return
	}
	name := ascii.LowerCase(w.Text)
	if r.macros[name] == nil {
		r.errorf(w.Extent, CodeUndefinedMacro, "", "macro '%s' is not defined", name)
	}
	delete(r.macros, name)
}
