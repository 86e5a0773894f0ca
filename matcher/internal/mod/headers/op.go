package headers

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// headerAction is what a Header directive does to a field.
type headerAction int

const (
	headerSet        headerAction = iota // replace it
	headerSetIfEmpty                     // set it where there is none
	headerAdd                            // add another one of the name
	headerAppend                         // append to the first, after a comma
	headerMerge                          // append unless it is in the list already
	headerUnset                          // remove it
	headerEdit                           // replace the first match of a pattern
	headerEditAll                        // replace every match
	headerEcho                           // add fields of the request
	headerNote                           // keep it for logs, which changes nothing
	headerLooked                         // add to Vary what conditions looked at that did not hold
)

// String returns the action as directives write it.
func (a headerAction) String() string {
	switch a {
	case headerSet:
		return "set"
	case headerSetIfEmpty:
		return "setifempty"
	case headerAdd:
		return "add"
	case headerAppend:
		return "append"
	case headerMerge:
		return "merge"
	case headerUnset:
		return "unset"
	case headerEdit:
		return "edit"
	case headerEditAll:
		return "edit*"
	case headerEcho:
		return "echo"
	case headerLooked:
		return "look"
	case headerNote:
		return "note"
	}
	return fmt.Sprintf("headerAction(%d)", int(a))
}

// headerOp is one step of what Header directives do to a header, with its
// variables settled but for those of expressions.
type headerOp struct {
	at     parser.Extent // of the directive
	action headerAction
	// always says that the step is taken on redirects and errors of the
	// server, too. Such steps see what rules and other such steps have set,
	// and none of the fields of the next handler.
	always bool
	name   string // of the field, in canonical form if it has one; of headerEcho a pattern
	value  string // new value; for headerEdit and headerEditAll with $0 to $9
	// elapsed are the places in value, in ascending order, where the time since
	// the request came belongs.
	elapsed []int
	names   *vary.Names // of headerLooked, until it is value
	// fields are what headerEcho adds: to the fields of the next handler, even if
	// the step is taken always.
	fields map[string][]string

	pattern string // of headerEdit and headerEditAll
	regex   *pattern.Pattern
	steps   int // budget of a match of regex

	when      *expr.Program // has to hold; nil for no such condition
	valueExpr *expr.Program // in place of value, nil if that is not an expression
}

// isExpr reports whether the step has an expression, which depends on the response.
func (op headerOp) isExpr() bool { return op.when != nil || op.valueExpr != nil }

// isTimed reports whether the step depends on how long the request took.
func (op headerOp) isTimed() bool { return len(op.elapsed) > 0 }

// holds evaluates the expression of the step's condition. One that fails counts
// as true, as in httpd. looked are the names of the headers that it looked at.
func (op *headerOp) holds(env expr.Env, e *httpd.Evaluation) (ok bool, looked string) {
	if op.when == nil {
		return true, ""
	}
	room := e.Meter.Mark()
	res, err := op.when.Bool(env)
	e.Meter.Release(room)
	if err != nil {
		e.ReportError(err)
		return true, ""
	}
	return res.True, res.Vary
}

// valueIn returns the value of the step in env, elapsed after the request arrived.
// An expression that fails has the empty value.
func (op *headerOp) valueIn(env expr.Env, e *httpd.Evaluation, elapsed time.Duration) string {
	if op.valueExpr == nil {
		return op.valueAfter(elapsed)
	}
	v, err := e.Text(op.valueExpr, env)
	if err != nil {
		e.ReportError(err)
	}
	return v
}

// valueAfter returns the value of the step d after the request arrived.
func (op *headerOp) valueAfter(d time.Duration) string {
	if len(op.elapsed) == 0 {
		return op.value
	}
	var b strings.Builder
	from := 0
	for _, i := range op.elapsed {
		b.WriteString(op.value[from:i])
		b.WriteString("D=" + strconv.FormatInt(d.Microseconds(), 10))
		from = i
	}
	b.WriteString(op.value[from:])
	return b.String()
}

// apply returns the values of the field after the step, given the step's value.
// What it makes is charged to meter, with whose error it fails.
func (op *headerOp) apply(values []string, value string, meter *work.Meter) ([]string, error) {
	if !meter.Charge(work.FieldBytes*(len(values)+1) + len(value)) {
		return values, meter.Err()
	}
	switch op.action {
	case headerSet:
		return []string{value}, nil
	case headerSetIfEmpty:
		if len(values) > 0 {
			return values, nil
		}
		return []string{value}, nil
	case headerAdd:
		return append(slices.Clip(values), value), nil
	case headerAppend:
		return appendFieldWithin(values, value, meter)
	case headerMerge:
		if len(values) > 0 && (!meter.Spend(len(values[0])/work.TextSteps) || hasElement(values[0], value)) {
			return values, meter.Err()
		}
		return appendFieldWithin(values, value, meter)
	case headerUnset:
		return nil, nil
	case headerEdit, headerEditAll:
		return op.edit(values, value, meter)
	case headerEcho, headerNote, headerLooked:
	}
	return values, nil
}

// appendFieldWithin is httpd.AppendField for as much as meter allows.
func appendFieldWithin(values []string, value string, meter *work.Meter) ([]string, error) {
	if len(values) > 0 && (!meter.Charge(len(values[0])+2) || !meter.Spend(len(values[0])/work.TextSteps)) {
		return values, meter.Err()
	}
	return httpd.AppendField(values, value), nil
}

// hasElement reports whether value is an element of a list with commas, in
// which quoted text may hold commas.
func hasElement(list, value string) bool {
	for i := 0; i < len(list); i++ {
		for i < len(list) && strings.IndexByte(apr.Space, list[i]) >= 0 {
			i++
		}
		start := i
		for quoted := false; i < len(list) && (quoted || list[i] != ','); i++ {
			if list[i] == '"' {
				quoted = !quoted
			}
		}
		if list[start:i] == value {
			return true
		}
	}
	return false
}

// overrun is the finding that a match of the step's pattern took too much.
func (op *headerOp) overrun(err error) *parser.Diagnostic {
	return &parser.Diagnostic{
		Extent: op.at, Severity: parser.Error, Code: httpd.CodeLimit, Message: fmt.Sprintf("matching %q: %v", op.pattern, err),
	}
}

// edit replaces the matches of the pattern in each of values.
func (op *headerOp) edit(values []string, template string, meter *work.Meter) ([]string, error) {
	edited := make([]string, len(values))
	for i, v := range values {
		var err error
		if edited[i], err = op.editValue(v, template, meter); err != nil {
			return values, err
		}
	}
	return edited, nil
}

// maxEdited is the length at which httpd gives up on a replacement.
const maxEdited = 64 << 10

var errTooLong = errors.New("the edited value is too long")

// editValue replaces the first match in s, or all of them. After a match, what
// follows it is looked at as if it stood alone, as httpd does. An empty match,
// which makes httpd's edit* call itself until it dies, ends the replacing.
func (op *headerOp) editValue(s, template string, meter *work.Meter) (string, error) {
	var b strings.Builder
	if !meter.Charge(len(s)) {
		return "", meter.Err()
	}
	for {
		var g pattern.Captures
		if !meter.Spend(work.MatchSteps) {
			return "", meter.Err()
		}
		ok, err := op.regex.MatchWithin(s, &g, op.steps, meter)
		if err != nil {
			return "", err
		}
		if !ok {
			b.WriteString(s)
			return b.String(), nil
		}
		if !meter.Charge(httpd.SubstitutedLength(template, s, &g)) {
			return "", meter.Err()
		}
		b.WriteString(s[:g[0]])
		before := b.Len()
		httpd.WriteGroups(&b, template, s, &g)
		if b.Len()-before >= maxEdited {
			return "", errTooLong
		}
		empty := g[0] == g[1]
		s = s[g[1]:]
		if op.action == headerEdit || empty {
			b.WriteString(s)
			return b.String(), nil
		}
	}
}

func (op *headerOp) Place() (parser.Extent, string) { return op.at, op.action.String() + " " + op.name }
