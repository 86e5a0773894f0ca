package parser

// rewriteBase reads a RewriteBase, nil if it is wrong.
func (p *parser) rewriteBase(s *statement) Node {
	t := s.args
	w, _, _ := t.word()
	if w.Text == "" || t.s != "" {
		p.argumentCount(s, "RewriteBase takes one argument, the base URL of the per-directory context")
		return nil
	}
	if w.Text[0] != '/' {
		p.errorf(w.Extent, CodeBaseURL, "it begins with a slash", "RewriteBase: argument is not a valid URL")
		return nil
	}
	return &RewriteBase{Extent: s.Extent, Source: s.Source, URL: w}
}
