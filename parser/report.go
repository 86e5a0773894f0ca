package parser

import "fmt"

// maxFindings is how many errors end the reading of a text, and how many
// findings of lesser weight are kept.
const maxFindings = 1000

// keep adds a finding.
func (p *parser) keep(d *Diagnostic) {
	lesser := len(p.found) - p.errors // findings that are not errors
	switch {
	case p.stop:
	case d.Severity == Error:
		p.errors++
		p.found = append(p.found, d)
		p.tooMany(d.Extent)
	case lesser < maxFindings:
		p.found = append(p.found, d)
	case lesser == maxFindings:
		p.found = append(p.found, &Diagnostic{
			Extent: d.Extent, Severity: Note, Code: CodeTooManyFindings, Message: "there are more warnings",
		})
	}
}

// tooMany ends the reading if there are too many errors.
func (p *parser) tooMany(at Extent) {
	if p.errors != maxFindings {
		return
	}
	p.found = append(p.found, &Diagnostic{
		Extent: at, Severity: Error, Code: CodeTooManyFindings, Message: "too many errors; reading ends here",
	})
	p.errors++
	p.stop = true
}

// errorf adds an error.
func (p *parser) errorf(at Extent, code Code, hint, format string, args ...any) {
	p.keep(&Diagnostic{Extent: at, Severity: Error, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

// warnf adds a warning.
func (p *parser) warnf(at Extent, code Code, hint, format string, args ...any) {
	p.keep(&Diagnostic{Extent: at, Severity: Warning, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

// argumentCount adds an error for a wrong number of arguments.
func (p *parser) argumentCount(s *statement, usage string) {
	p.errorf(s.Extent, CodeArgumentCount, "", "%s", usage)
}

// missingBracket adds an error for a section's line without its ">".
func (p *parser) missingBracket(s *statement) {
	p.errorf(s.Extent, CodeMissingBracket, "", "<%s> directive missing closing '>'", s.Directive)
}

// expected adds an error for a closing tag other than that of what is open.
func (p *parser) expected(at Extent, open, saw string) {
	p.errorf(at, CodeUnexpectedClose, "", "Expected </%s> but saw </%s>", open, saw)
}

// notClosed adds a finding for a section that is not closed.
func (p *parser) notClosed(sev Severity, n Node) {
	var name string
	switch n := n.(type) {
	case *Section:
		name = n.Directive
	case *Conditional:
		name = n.Directive
	case *Macro:
		name = n.Directive
	}
	p.keep(&Diagnostic{Extent: n.Span(), Severity: sev, Code: CodeNotClosed, Message: "<" + name + "> was not closed"})
}

// leftOpen adds an error for a section that a macro opens and does not close.
func (p *parser) leftOpen(at Extent, name string) {
	p.errorf(at, CodeUnsupported, "", "a macro that opens a section and does not close it is not supported: <%s>", name)
}

// tooDeep adds an error for sections nested beyond the limit and ends the
// reading.
func (p *parser) tooDeep(at Extent) {
	p.errorf(at, CodeNestedTooDeep, "", "sections nest more than %d deep; reading ends here", maxNesting)
	p.stop = true
}

// tooLong adds an error for a line beyond the limit.
func (r *reader) tooLong(l line) {
	r.errorf(l.extent(), CodeTooLarge, "", "the line is longer than %d bytes", r.lines.limit-1)
}

// ignored warns of text behind the last argument of directive.
func (p *parser) ignored(t text, directive string) {
	if t.s != "" {
		p.warnf(t.extent(), CodeIgnoredText, "", "%s: text after the last argument is ignored", directive)
	}
}

// openQuote warns of a word whose second quote is missing.
func (p *parser) openQuote(w Word, directive string) {
	p.warnf(w.Extent, CodeOpenQuote, "", "%s: no closing %c", directive, w.Quote)
}

// template reads t as a template.
func (p *parser) template(t text) *Template {
	tmpl, ok := parseTemplate(t, &p.memory)
	if !ok {
		p.errorf(t.extent(), CodeNestedTooDeep, "", "map calls nest more than %d deep", maxMapDepth)
	}
	return tmpl
}
