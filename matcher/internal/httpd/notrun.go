package httpd

import "strings"

// WhyNotRun is why the engine does not run a directive, and so how it reports
// one.
type WhyNotRun uint8

// Why a directive is not run.
const (
	IsRun        WhyNotRun = iota
	NoEffect               // it does not affect how a request is handled
	OnResponse             // it acts on the response
	Guards                 // it guards access
	Decides                // it affects how a request is handled
	WhileReading           // it is done with once the text is read
)

// NotRunGroup is directives that have everything but their names in common.
type NotRunGroup struct {
	Module string
	Why    WhyNotRun
	Place  OverrideClass
	Names  string // as in the manual, with blanks between them
}

// Commands returns a row of the directive table for each name.
func (g *NotRunGroup) Commands() []Command {
	var rows []Command
	for name := range strings.FieldsSeq(g.Names) {
		rows = append(rows, Command{Name: name, Place: g.Place, Why: g.Why})
	}
	return rows
}
