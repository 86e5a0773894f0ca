package work

import "github.com/modrewrite-go/modrewrite/parser"

// Place is something of the ruleset that a request can fail at.
type Place interface {
	// Place returns where it stands and how it begins.
	Place() (at parser.Extent, text string)
}
