package httpd

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Codes of Result.Reason, beside CodeLimit, codeInternal, codeAccessFile, codeNameLookup and
// those of what is wrong with an access file.
const (
	CodeAccessDenied  parser.Code = "access-denied"  // Require, Order, Allow or Deny keeps the client out
	codeBadRequest    parser.Code = "bad-request"    // httpd does not answer such a request
	codeRefusedFile   parser.Code = "refused-file"   // the file may not be looked at, or it cannot be a file's name
	codeUnsafeHeader  parser.Code = "unsafe-header"  // a field of the response can't be sent
	CodeNotAcceptable parser.Code = "not-acceptable" // no variant of a file can be sent
	CodeUnsafeRewrite parser.Code = "unsafe-rewrite" // what a rule made of the request is not safe, or the rule may not run
	CodeBadTarget     parser.Code = "bad-target"     // what a directive made of the request is neither a path nor a URL
)

// codeInternal is the code of errors that are the engine's own.
const codeInternal parser.Code = "internal"

// maxQuoted is how much of what a client sent a reason holds.
const maxQuoted = 200

// Clipped returns s in quotes, shortened where it is long.
func Clipped(s string) string {
	if len(s) > maxQuoted {
		return apr.Quote(s[:maxQuoted]) + "…"
	}
	return apr.Quote(s)
}

// refusal is why the engine refuses a request, or what else it did not do for it.
type refusal struct {
	*parser.Diagnostic
	passed bool // the request goes on
}

// Refuse notes why the engine refuses the request, and returns status, which it
// answers with. hint says what in the ruleset cures it, "" if nothing does. The
// first reason counts; those of sub-requests only show as steps.
func (s *Request) Refuse(status int, code parser.Code, at parser.Extent, hint, format string, args ...any) int {
	e := s.Eval
	if s.Parent != nil && e.Step == nil {
		return status
	}
	d := newReason(code, at, hint, format, args)
	e.Trace(s, Event{Kind: EventReason, At: d.Extent, Reason: d, Output: s.Filename.Text})
	if s.Parent == nil && (e.reason == nil || e.reason.passed) {
		e.reason = &refusal{Diagnostic: d}
	}
	return status
}

// Remark notes what the engine did not do for a rule although it goes on with the
// request.
func (s *Request) Remark(code parser.Code, at parser.Extent, hint, format string, args ...any) {
	e := s.Eval
	if s.Parent != nil && e.Step == nil {
		return
	}
	d := newReason(code, at, hint, format, args)
	e.Trace(s, Event{Kind: EventReason, At: d.Extent, Reason: d, Output: s.Filename.Text})
	if s.Parent == nil && e.reason == nil {
		e.reason = &refusal{Diagnostic: d, passed: true}
	}
}

// newReason makes a finding: a warning where the ruleset is likely to be what is
// wrong, else a note.
func newReason(code parser.Code, at parser.Extent, hint, format string, args []any) *parser.Diagnostic {
	severity := parser.Note
	if hint != "" && code != codeBadRequest {
		severity = parser.Warning
	}
	return &parser.Diagnostic{Extent: at, Severity: severity, Code: code, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Because returns the reason for Result: what was noted first, or the error that
// the evaluation ends with. It is nil if there is neither.
func (e *Evaluation) Because() *parser.Diagnostic {
	if e.reason == nil && e.Failure == nil {
		return nil
	}
	return e.firstReason()
}

// firstReason is Because where there is a reason.
func (e *Evaluation) firstReason() *parser.Diagnostic {
	if e.reason != nil && (!e.reason.passed || e.Failure == nil) {
		return e.reason.Diagnostic
	}
	for _, d := range parser.Findings(e.Failure) {
		if d.Severity == parser.Error {
			return d
		}
	}
	return &parser.Diagnostic{Severity: parser.Error, Message: e.Failure.Error(), Err: e.Failure}
}

// HintQuery is the cure for the query of an unsafe rewrite.
const HintQuery = "the flag B escapes what $1 or %1 brings along, blanks as \"+\", with [B,BNP] as %20; " +
	"BCTLS escapes blanks and control characters alone"
