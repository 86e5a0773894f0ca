package matcher

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// HeaderAction is what a Header directive does to a field.
type HeaderAction int

// The actions.
const (
	HeaderSet        HeaderAction = iota // replace it
	HeaderSetIfEmpty                     // set it where there is none
	HeaderAdd                            // add another one of the name
	HeaderAppend                         // append to the first, after a comma
	HeaderMerge                          // append unless it is in the list already
	HeaderUnset                          // remove it
	HeaderEdit                           // replace the first match of a pattern
	HeaderEditAll                        // replace every match
	HeaderEcho                           // add fields of the request
	HeaderNote                           // keep it for logs, which changes nothing
)

// String returns the action as directives write it.
func (a HeaderAction) String() string {
	switch a {
	case HeaderSet:
		return "set"
	case HeaderSetIfEmpty:
		return "setifempty"
	case HeaderAdd:
		return "add"
	case HeaderAppend:
		return "append"
	case HeaderMerge:
		return "merge"
	case HeaderUnset:
		return "unset"
	case HeaderEdit:
		return "edit"
	case HeaderEditAll:
		return "edit*"
	case HeaderEcho:
		return "echo"
	case HeaderNote:
		return "note"
	}
	return fmt.Sprintf("HeaderAction(%d)", int(a))
}

// HeaderOp is one step of what Header directives do to a response's header,
// with its variables settled. It must not be changed.
type HeaderOp struct {
	Action HeaderAction
	// Always says that the step is taken on redirects and errors of the
	// server, too. Such steps see what rules and other such steps have set,
	// and none of the fields of the next handler.
	Always bool
	Name   string // of the field, in canonical form if it has one; of HeaderEcho a pattern
	Value  string // new value; for HeaderEdit and HeaderEditAll with $0 to $9
	// IsExpr says that Value is an expression, which depends on the response.
	IsExpr bool
	// Elapsed are the places in Value, in ascending order, where the time since
	// the request came belongs.
	Elapsed []int
	Pattern string // of HeaderEdit and HeaderEditAll
	// Fields are what HeaderEcho adds: to the fields of the next handler, even if
	// the step is taken always.
	Fields map[string][]string

	// When is an expression that has to hold, "" for none. Other conditions are
	// settled.
	When string

	at        parser.Extent // of the directive
	regex     *pattern.Pattern
	steps     int // budget of a match of regex
	when      *expr.Program
	valueExpr *expr.Program
}

// Equal reports whether two steps do the same.
func (op HeaderOp) Equal(other HeaderOp) bool {
	return op.String() == other.String() && equalFields(op.Fields, other.Fields)
}

// String returns the step as a directive that would do it.
func (op HeaderOp) String() string {
	words := []string{"Header"}
	if op.Always {
		words = append(words, "always")
	}
	words = append(words, op.Action.String(), op.Name)
	switch op.Action {
	case HeaderUnset, HeaderEcho:
	case HeaderEdit, HeaderEditAll:
		words = append(words, quote(op.Pattern), op.quotedValue())
	default:
		words = append(words, op.quotedValue())
	}
	if op.When != "" {
		words = append(words, quote("expr="+op.When))
	}
	return strings.Join(words, " ")
}

func (op *HeaderOp) quotedValue() string {
	value := op.Value
	if op.IsExpr {
		value = "expr=" + value
	}
	for _, i := range slices.Backward(op.Elapsed) {
		value = value[:i] + "%D" + value[i:]
	}
	return quote(value)
}

// holds evaluates the expression of the step's condition. One that fails counts
// as true, as in httpd. vary are the names of the headers that it looked at.
func (op *HeaderOp) holds(env expr.Env, e *evaluation) (ok bool, vary string) {
	if op.when == nil {
		return true, ""
	}
	room := e.meter.Mark()
	res, err := op.when.Bool(env)
	e.meter.Release(room)
	if err != nil {
		e.reportError(err)
		return true, ""
	}
	return res.True, res.Vary
}

// valueIn returns the value of the step in env, so long after the request came.
// An expression that fails has the empty value.
func (op *HeaderOp) valueIn(env expr.Env, e *evaluation, elapsed time.Duration) string {
	if op.valueExpr == nil {
		return op.valueAfter(elapsed)
	}
	v, err := e.text(op.valueExpr, env)
	if err != nil {
		e.reportError(err)
	}
	return v
}

// valueAfter returns the value of the step when it is taken so long after the
// request came.
func (op *HeaderOp) valueAfter(d time.Duration) string {
	if len(op.Elapsed) == 0 {
		return op.Value
	}
	var b strings.Builder
	from := 0
	for _, i := range op.Elapsed {
		b.WriteString(op.Value[from:i])
		b.WriteString("D=" + strconv.FormatInt(d.Microseconds(), 10))
		from = i
	}
	b.WriteString(op.Value[from:])
	return b.String()
}

// apply returns the values of the field after the step, given the step's value.
// What it makes is charged to meter, with whose error it fails.
func (op *HeaderOp) apply(values []string, value string, meter *work.Meter) ([]string, error) {
	if !meter.Charge(fieldBytes*(len(values)+1) + len(value)) {
		return values, meter.Err()
	}
	switch op.Action {
	case HeaderSet:
		return []string{value}, nil
	case HeaderSetIfEmpty:
		if len(values) > 0 {
			return values, nil
		}
		return []string{value}, nil
	case HeaderAdd:
		return append(slices.Clip(values), value), nil
	case HeaderAppend:
		return appendFieldWithin(values, value, meter)
	case HeaderMerge:
		if len(values) > 0 && (!meter.Spend(len(values[0])/textSteps) || hasElement(values[0], value)) {
			return values, meter.Err()
		}
		return appendFieldWithin(values, value, meter)
	case HeaderUnset:
		return nil, nil
	case HeaderEdit, HeaderEditAll:
		return op.edit(values, value, meter)
	case HeaderEcho, HeaderNote:
	}
	return values, nil
}

// appendFieldWithin is appendField for as much as meter allows.
func appendFieldWithin(values []string, value string, meter *work.Meter) ([]string, error) {
	if len(values) > 0 && (!meter.Charge(len(values[0])+2) || !meter.Spend(len(values[0])/textSteps)) {
		return values, meter.Err()
	}
	return appendField(values, value), nil
}

// appendField appends value to the first of values.
func appendField(values []string, value string) []string {
	if len(values) == 0 {
		return []string{value}
	}
	appended := append([]string(nil), values...)
	appended[0] += ", " + value
	return appended
}

// hasElement reports whether value is an element of a list with commas, in
// which quoted text may hold commas.
func hasElement(list, value string) bool {
	for i := 0; i < len(list); i++ {
		for i < len(list) && strings.IndexByte(confSpace, list[i]) >= 0 {
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
func (op *HeaderOp) overrun(err error) *parser.Diagnostic {
	return &parser.Diagnostic{
		Extent: op.at, Severity: parser.Error, Code: CodeLimit, Message: fmt.Sprintf("matching %q: %v", op.Pattern, err),
	}
}

// edit replaces the matches of the pattern in each of values.
func (op *HeaderOp) edit(values []string, template string, meter *work.Meter) ([]string, error) {
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
func (op *HeaderOp) editValue(s, template string, meter *work.Meter) (string, error) {
	var b strings.Builder
	if !meter.Charge(len(s)) {
		return "", meter.Err()
	}
	for {
		var g groups
		if !meter.Spend(matchSteps) {
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
		if !meter.Charge(substitutedLength(template, s, &g)) {
			return "", meter.Err()
		}
		b.WriteString(s[:g[0]])
		before := b.Len()
		writeGroups(&b, template, s, &g)
		if b.Len()-before >= maxEdited {
			return "", errTooLong
		}
		empty := g[0] == g[1]
		s = s[g[1]:]
		if op.Action == HeaderEdit || empty {
			b.WriteString(s)
			return b.String(), nil
		}
	}
}
