package parser

import "strings"

// ruleArgs are the words of a RewriteRule or RewriteCond.
type ruleArgs struct {
	first, second Word
	t1, t2        text // their texts
	flags         []*Flag
}

// ruleArgs splits the arguments of s by the splitter of RewriteRule and
// RewriteCond. It reports what is wrong and returns false then.
func (p *parser) ruleArgs(s *statement, l *flagList) (a ruleArgs, ok bool) {
	t := s.args
	var closed bool
	if a.first, a.t1, closed = t.ruleWord(); !closed {
		p.errorf(s.Extent, CodeBadArguments, "", "%s: bad argument line '%s'", l.directive, s.args.s)
		return a, false
	}
	a.second, a.t2, closed = t.ruleWord()
	if !closed && a.second.Quote != 0 {
		p.openQuote(a.second, l.directive)
	}
	if t.s == "" {
		return a, true
	}
	w, t3, closed := t.ruleWord()
	if !closed && w.Quote != 0 {
		p.openQuote(w, l.directive)
	}
	a.flags, ok = p.flags(l, t3)
	if ok {
		p.ignored(t, l.directive)
	}
	return a, ok
}

// isapi3Rule reads a RewriteHeader or RewriteProxy of ISAPI_Rewrite 3, nil if it is wrong
// or the language is another one.
func (p *parser) isapi3Rule(s *statement) Node {
	if !p.opts.ISAPI3 {
		return nil
	}
	rule := *s
	var header *Word
	if s.name == "rewriteheader" {
		word, _, _ := rule.args.ruleWord()
		header = &word
		if !strings.HasSuffix(header.Text, ":") || len(header.Text) < 2 {
			p.errorf(s.Extent, CodeBadArguments, "", "RewriteHeader takes a header field with a colon behind it, a pattern and a value")
			return nil
		}
	}
	n, ok := p.rewriteRule(&rule).(*RewriteRule)
	if !ok || n == nil {
		return nil
	}
	n.Header = header
	if s.name == "rewriteproxy" {
		n.Flags = append(n.Flags, &Flag{Extent: s.Extent, Kind: FlagProxy, Key: "P"})
	}
	return n
}

// rewriteRule reads a RewriteRule, nil if it is wrong.
func (p *parser) rewriteRule(s *statement) Node {
	a, ok := p.ruleArgs(s, &ruleFlags)
	if !ok {
		return nil
	}
	r := p.memory.rules.next()
	r.Extent, r.Source = s.Extent, s.Source
	r.Pattern, r.Subst, r.Flags = a.first, a.second, a.flags
	r.Regex, r.Not = strings.CutPrefix(a.first.Text, "!")
	r.NoSubst = a.second.Text == "-"
	r.SplitLast = r.Has(FlagQueryLast)
	subst := a.t2
	switch {
	case !strings.HasSuffix(subst.s, "?"):
		r.DropQuery = r.Has(FlagQueryDiscard) && !strings.Contains(subst.s, "?")
	case r.Has(FlagQueryAppend):
		r.SplitLast = true
	default:
		r.DropQuery = true
		subst = subst.cut(0, len(subst.s)-1)
	}
	r.Template = p.template(subst)
	return r
}
