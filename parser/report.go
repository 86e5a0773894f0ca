package parser

import "fmt"

// report adds a finding.
func (p *parser) report(sev Severity, at Extent, code Code, hint, format string, args []any) {
	p.found = append(p.found, &Diagnostic{
		Extent: at, Severity: sev, Code: code, Hint: hint,
		Message: fmt.Sprintf(format, args...),
	})
}

// errorf adds an error.
func (p *parser) errorf(at Extent, code Code, hint, format string, args ...any) {
	p.report(Error, at, code, hint, format, args)
}

// warnf adds a warning.
func (p *parser) warnf(at Extent, code Code, hint, format string, args ...any) {
	p.report(Warning, at, code, hint, format, args)
}

// argumentCount adds an error for a wrong number of arguments.
func (p *parser) argumentCount(s *statement, usage string) {
	p.errorf(s.Extent, CodeArgumentCount, "", "%s", usage)
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
