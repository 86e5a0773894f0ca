package parser

import "fmt"

// maxFindings is how many errors end the reading of a text, and how many
// findings of lesser weight are kept.
const maxFindings = 1000

// report adds a finding.
func (p *parser) report(sev Severity, at Extent, code Code, hint, format string, args []any) *Diagnostic {
	d := &Diagnostic{
		Extent: at, Severity: sev, Code: code, Hint: hint,
		Message: fmt.Sprintf(format, args...),
	}
	switch {
	case p.stop:
	case sev != Error && len(p.found) > maxFindings+p.errors:
	case sev != Error && len(p.found) == maxFindings+p.errors:
		p.found = append(p.found, &Diagnostic{
			Extent: at, Severity: Note, Code: CodeTooManyFindings, Message: "there are more warnings",
		})
	default:
		p.found = append(p.found, d)
	}
	if sev == Error {
		p.errors++
		p.tooMany(at)
	}
	return d
}

// tooMany ends the reading if there are too many errors.
func (p *parser) tooMany(at Extent) {
	if p.errors != maxFindings {
		return
	}
	p.found = append(p.found, &Diagnostic{
		Extent: at, Severity: Error, Code: CodeTooManyFindings, Message: "too many errors; reading ends here",
	})
	p.stop = true
}

// errorf adds an error.
func (p *parser) errorf(at Extent, code Code, hint, format string, args ...any) *Diagnostic {
	return p.report(Error, at, code, hint, format, args)
}

// warnf adds a warning.
func (p *parser) warnf(at Extent, code Code, hint, format string, args ...any) {
	p.report(Warning, at, code, hint, format, args)
}

// argumentCount adds an error for a wrong number of arguments.
func (p *parser) argumentCount(s *statement, usage string) {
	p.errorf(s.Extent, CodeArgumentCount, "", "%s", usage)
}

// missingBracket adds an error for a section's line without its ">".
func (p *parser) missingBracket(s *statement) {
	p.errorf(s.Extent, CodeMissingBracket, "", "<%s> directive missing closing '>'", s.Directive)
}

// unsupported adds an error for what can't be used yet.
func (p *parser) unsupported(s *statement) {
	p.errorf(s.Extent, CodeUnsupported, "", "%s is not supported yet", s.Directive)
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
	}
	p.report(sev, n.Span(), CodeNotClosed, "", "<%s> was not closed", []any{name})
}

// tooLong adds an error for a line beyond the limit.
func (r *reader) tooLong(l line) {
	r.errorf(l.extent(), CodeTooLarge, "", "the line is longer than %d bytes", r.lines.limit-1)
}

// tooLarge adds an error for a file whose positions have no room in a Pos.
func (p *parser) tooLarge(at Extent, name string) {
	p.errorf(at, CodeTooLarge, "", "%s is larger than 4 GiB", name)
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
	tmpl, ok := parseTemplate(t)
	if !ok {
		p.errorf(t.extent(), CodeNestedTooDeep, "", "map calls nest more than %d deep", maxMapDepth)
	}
	return tmpl
}
