package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/casefile"
)

// coverageOf returns what the requests of all results did with the rules.
func coverageOf(results []*testResult) *casefile.Total {
	var reports []*casefile.Report
	for _, r := range results {
		if r.report != nil {
			reports = append(reports, r.report)
		}
	}
	return casefile.Sum(reports)
}

// writeCoverage writes the counts, and what no request did.
func writeCoverage(w io.Writer, f *casefile.Figures) {
	fmt.Fprintln(w, f)
	for i := range f.Missing {
		fmt.Fprintf(w, "    %s\n", &f.Missing[i])
	}
}

// coveragePage is what the page of the coverage shows.
type coveragePage struct {
	Summary  string
	Listings []listingPage
}

type listingPage struct {
	Name  string
	Lines []lineMark
}

// lineMark is a line of a listing.
type lineMark struct {
	N           int
	Text        string
	Class, Mark string
	Note        string
}

// newCoveragePage returns what the page shows.
func newCoveragePage(t *casefile.Total) coveragePage {
	f := t.Figures()
	p := coveragePage{Summary: f.String()}
	for _, l := range t.Listings {
		marks := map[int]*casefile.Point{}
		for _, point := range t.Points {
			if i := point.Line - l.Before; point.Source == l.Source && i > 0 && i <= len(l.Lines) {
				marks[point.Line] = point
			}
		}
		p.Listings = append(p.Listings, listingPage{l.Source, linesOf(l, marks)})
	}
	return p
}

// linesOf returns the lines with their marks. A directive that goes on in the next
// line goes on with its colour.
func linesOf(l *casefile.Listing, marks map[int]*casefile.Point) []lineMark {
	var lines []lineMark
	continued := ""
	for i, text := range l.Lines {
		line := lineMark{N: l.Before + i + 1, Text: cmp.Or(text, " "), Class: continued}
		if p := marks[line.N]; p != nil {
			line.Note = p.Missing()
			_, seen := p.Outcomes()
			switch {
			case line.Note == "":
				line.Class, line.Mark = "ok", "✓"
			case seen > 0:
				line.Class, line.Mark = "part", "~"
			default:
				line.Class, line.Mark = "no", "✗"
			}
		}
		if continued = ""; strings.HasSuffix(text, `\`) {
			continued = line.Class
		}
		lines = append(lines, line)
	}
	return lines
}
