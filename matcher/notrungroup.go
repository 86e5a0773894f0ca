package matcher

import "strings"

// whyNotRun is why the engine does not run a directive, and so how it reports
// one.
type whyNotRun uint8

const (
	isRun        whyNotRun = iota
	noEffect               // it does not affect how a request is handled
	onResponse             // it acts on the response
	guards                 // it guards access
	decides                // it affects how a request is handled
	whileReading           // it is done with once the text is read
)

// notRunGroup is directives that have everything but their names in common.
type notRunGroup struct {
	module string
	why    whyNotRun
	place  overrideClass
	names  string // as in the manual, with blanks between them
}

// commands returns a row of the directive table for each name.
func (g *notRunGroup) commands() []command {
	var rows []command
	for name := range strings.FieldsSeq(g.names) {
		rows = append(rows, command{name: name, place: g.place, why: g.why})
	}
	return rows
}
