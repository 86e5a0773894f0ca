package main

import "strings"

// explainedPage is what the page about a request shows.
type explainedPage struct {
	Request, Host string
	Result, Steps []shownLine
	Trace         []string
}

// newExplainedPages returns what the page shows.
func newExplainedPages(all []explained, matching bool) []explainedPage {
	var pages []explainedPage
	for i := range all {
		x := &all[i]
		p := explainedPage{Request: x.Request, Host: x.Host, Trace: x.Trace}
		for _, l := range x.shown(matching) {
			if !l.Step {
				l.Text = strings.TrimSpace(l.Text)
				p.Result = append(p.Result, l)
				continue
			}
			l.Text = strings.Repeat("  ", l.Depth) + l.Text
			p.Steps = append(p.Steps, l)
		}
		pages = append(pages, p)
	}
	return pages
}
