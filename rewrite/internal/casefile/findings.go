package casefile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// findings reads a "-- findings --" entry: what reading and compiling the
// rulesets is to find, one finding a line.
func (p *fileParser) findings(e entry) {
	if p.f.HasFindings {
		p.add(e.line, "findings are there twice")
		return
	}
	p.f.HasFindings, p.f.findingsLine = true, e.line
	sectionLines(e, func(n int, text string) {
		word, arg := cutWord(text)
		if word == "diverges" {
			if err := diverges(&p.f.Diverges, arg); err != nil {
				p.add(n, "%v", err)
			}
			return
		}
		if err := checkFinding(word, arg); err != nil {
			p.add(n, "%v", err)
			return
		}
		p.f.Findings = append(p.f.Findings, Expectation{
			Line: n, Aspect: aspectFinding, Text: word + " " + arg, word: word,
		})
	})
}

// checkFinding checks "error|warning|note FILE:LINE[:COL][: TEXT]".
func checkFinding(word, arg string) error {
	if word != "error" && word != "warning" && word != "note" {
		return fmt.Errorf("unknown word %q: a finding is an error, a warning or a note", word)
	}
	place, _, _ := strings.Cut(arg, ": ")
	if _, line, _ := splitPlace(place); line == 0 {
		return errors.New("a finding wants its place: error .htaccess:3:1: TEXT")
	}
	return nil
}

// splitPlace splits "FILE:LINE" or "FILE:LINE:COL". A number that is not
// there is 0.
func splitPlace(s string) (name string, line, col int) {
	name, a := cutNumber(s)
	if a == 0 {
		return s, 0, 0
	}
	if rest, b := cutNumber(name); b > 0 {
		return rest, b, a
	}
	return name, a, 0
}

func cutNumber(s string) (string, int) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n < 1 {
		return s, 0
	}
	return s[:i], n
}

// broken reports whether the finding keeps the ruleset from being used.
func (e *Expectation) broken() bool { return e.word == parser.Error.String() }

// findingMatches compares an expected finding with one that was made: the
// same kind and place, and the expected text a part of the text.
func findingMatches(want, got string) bool {
	ww, wa := cutWord(want)
	gw, ga := cutWord(got)
	wp, wt, _ := strings.Cut(wa, ": ")
	gp, gt, _ := strings.Cut(ga, ": ")
	wn, wl, wc := splitPlace(wp)
	gn, gl, gc := splitPlace(gp)
	return ww == gw && wn == gn && wl == gl && (wc == 0 || wc == gc) && strings.Contains(gt, wt)
}
