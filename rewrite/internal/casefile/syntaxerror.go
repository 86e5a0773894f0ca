package casefile

import (
	"errors"
	"fmt"
)

// SyntaxError is a finding in a case file itself.
type SyntaxError struct {
	Name    string // the case file
	Line    int    // 1-based
	Message string
}

// Error returns "file:line: message".
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d: %s", e.Name, e.Line, e.Message)
}

// problems collects the findings of one case file.
type problems struct {
	name string
	list []error
}

func (p *problems) add(line int, format string, args ...any) {
	p.list = append(p.list, &SyntaxError{Name: p.name, Line: line, Message: fmt.Sprintf(format, args...)})
}

func (p *problems) err() error { return errors.Join(p.list...) }

// SyntaxErrors returns the findings in a case file that err holds, nil if it
// holds none.
func SyntaxErrors(err error) []*SyntaxError {
	switch e := err.(type) { //nolint:errorlint // The tree of joined errors is walked by hand, to find all.
	case *SyntaxError:
		return []*SyntaxError{e}
	case interface{ Unwrap() []error }:
		var all []*SyntaxError
		for _, child := range e.Unwrap() {
			all = append(all, SyntaxErrors(child)...)
		}
		return all
	case interface{ Unwrap() error }:
		return SyntaxErrors(e.Unwrap())
	}
	return nil
}
