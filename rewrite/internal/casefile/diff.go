package casefile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Diff prints the checks as a diff from what was expected to what was found:
// "-" missing, "+" instead, and what held as it is.
func Diff(checks []Check) []string {
	var lines []string
	for _, c := range checks {
		got := slices.Clone(c.Got)
		var missing []string
		for _, e := range c.Want {
			if i := slices.IndexFunc(got, e.matches); i >= 0 {
				lines = append(lines, "  "+e.Text)
				got = slices.Delete(got, i, i+1)
			} else {
				missing = append(missing, "- "+e.Text)
			}
		}
		lines = append(lines, missing...)
		for _, l := range got {
			lines = append(lines, "+ "+l)
		}
	}
	return lines
}

// Place returns the request's place as "file:line".
func (r *RequestReport) Place() string {
	return fmt.Sprintf("%s:%d", r.File.Name, r.Request.Line)
}

// Failure tells what went wrong and how it came about, in lines; nil if
// nothing did.
func (r *RequestReport) Failure() []string {
	if r.OK() {
		return nil
	}
	var lines []string
	if len(r.Checks) == 0 {
		lines = append(lines, "nothing is expected of this request; it ended as")
		for _, a := range []string{aspectAction, aspectBy} {
			for _, l := range r.Outcome.lines(a) {
				lines = append(lines, "+ "+l)
			}
		}
	} else {
		lines = append(lines, "expected (-) and found (+):")
		lines = append(lines, Diff(r.Checks)...)
	}
	if r.Outcome.Why != "" && r.Outcome.Err == nil {
		lines = append(lines, "reason: "+r.Outcome.Why)
	}
	if r.Outcome.Err != nil && !slices.ContainsFunc(r.Checks, func(c Check) bool { return c.Aspect == aspectError }) {
		for i, l := range strings.Split(r.Outcome.Err.Error(), "\n") { // a broken access file has a line a finding
			if i == 0 {
				l = "error: " + l
			}
			lines = append(lines, printable(l))
		}
	}
	lines = append(lines, "how it came about:")
	for _, l := range r.Trace {
		lines = append(lines, "  "+l)
	}
	return lines
}

// Failure tells what is wrong with the file as a whole, in lines; nil if
// nothing is. Requests have their own.
func (r *Report) Failure() []string {
	var lines []string
	if r.Err != nil {
		lines = strings.Split(r.Err.Error(), "\n")
	}
	if r.Findings != nil && !r.Findings.OK {
		lines = append(lines, "findings expected (-) and made (+):")
		lines = append(lines, Diff([]Check{*r.Findings})...)
	}
	return lines
}

// AsError returns the report's failures as one error, nil if there are none.
func (r *Report) AsError() error {
	var errs []error
	if lines := r.Failure(); lines != nil {
		errs = append(errs, errors.New(r.File.Name+": "+strings.Join(lines, "\n\t")))
	}
	for _, q := range r.Requests {
		if lines := q.Failure(); lines != nil {
			errs = append(errs, fmt.Errorf("%s: %s\n\t%s", q.Place(), q.Request.Text, strings.Join(lines, "\n\t")))
		}
	}
	return errors.Join(errs...)
}
