package parser

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Severity is how bad a finding is.
type Severity int

// The severities.
const (
	Error   Severity = iota // the ruleset can't be used
	Warning                 // it can, but does not do all it says, or surprises
	Note                    // for information
)

// String returns "error", "warning" or "note".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Note:
		return "note"
	}
	return fmt.Sprintf("Severity(%d)", int(s))
}

// Code names a kind of finding. Codes are stable; messages are not.
type Code string

// Diagnostic is one finding in a source text.
type Diagnostic struct {
	Extent
	Severity Severity
	Code     Code
	Message  string
	Hint     string // what to do about it; may be empty
	Err      error  // what failed, as of a file that can't be read; may be nil
}

// Unwrap returns Err.
func (d *Diagnostic) Unwrap() error { return d.Err }

// Error returns "file:line:col: message", less what is not known of the place. Of
// what came out of a macro it adds where that was used.
func (d *Diagnostic) Error() string {
	if at := d.String(); at != "" {
		return at + ": " + d.Message + d.Used()
	}
	return d.Message
}

// Used returns where the macros were used that e came out of, as
// " (used at file:line:col)", the innermost first; "" for what did not come
// out of any.
func (e Extent) Used() string {
	var b strings.Builder
	for via := e.Via; via != nil; via = via.Via {
		b.WriteString(" (used at " + via.String() + ")")
	}
	return b.String()
}

// String returns the extent's start as "file:line:col". Where that is not known,
// as of what is wrong with a file as a whole, it is "file" or "".
func (e Extent) String() string {
	if !e.IsValid() {
		return e.Name
	}
	return fmt.Sprintf("%s:%d:%d", e.Name, e.From.Line, e.From.Col)
}

// Diagnostics is a list of findings. As an error it holds at least one of
// severity Error.
type Diagnostics []*Diagnostic

// Error returns one line an error: among all the notes on a configuration it would
// not be seen. Only where no finding is an error does each have a line.
func (ds Diagnostics) Error() string {
	all := ds.Err() == nil
	var lines []string
	for _, d := range ds {
		if all || d.Severity == Error {
			lines = append(lines, d.Error())
		}
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives errors.As access to each finding.
func (ds Diagnostics) Unwrap() []error {
	errs := make([]error, len(ds))
	for i, d := range ds {
		errs[i] = d
	}
	return errs
}

// Err returns ds as an error, nil if no finding has severity Error.
func (ds Diagnostics) Err() error {
	if slices.ContainsFunc(ds, func(d *Diagnostic) bool { return d.Severity == Error }) {
		return ds
	}
	return nil
}

// Sort orders findings by file and position, keeping the order of files.
func (ds Diagnostics) Sort() {
	rank := map[string]int{}
	for _, d := range ds {
		if _, ok := rank[d.Name]; !ok {
			rank[d.Name] = len(rank)
		}
	}
	slices.SortStableFunc(ds, func(a, b *Diagnostic) int {
		if c := rank[a.Name] - rank[b.Name]; c != 0 {
			return c
		}
		return int(a.From.Offset) - int(b.From.Offset)
	})
}

// Findings returns the diagnostics that err holds, nil if it holds none.
func Findings(err error) Diagnostics {
	var ds Diagnostics
	if errors.As(err, &ds) {
		return ds
	}
	var d *Diagnostic
	if errors.As(err, &d) {
		return Diagnostics{d}
	}
	return nil
}
