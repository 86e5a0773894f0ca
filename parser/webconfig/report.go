package webconfig

import (
	"fmt"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// maxFindings is how many errors end the reading of a text, and how many
// findings of lesser weight are kept.
const maxFindings = 1000

// add adds a finding.
func (r *reader) add(d *parser.Diagnostic) {
	lesser := len(r.found) - r.errors
	switch {
	case r.stop:
	case d.Severity == parser.Error:
		r.errors++
		r.found = append(r.found, d)
		if r.errors == maxFindings {
			r.errors++
			r.found = append(r.found, &parser.Diagnostic{
				Extent: d.Extent, Severity: parser.Error, Code: parser.CodeTooManyFindings, Message: "too many errors; reading ends here",
			})
			r.stop = true
			if r.s != nil {
				r.s.broken = true
			}
		}
	case lesser < maxFindings:
		r.found = append(r.found, d)
	case lesser == maxFindings:
		r.found = append(r.found, &parser.Diagnostic{
			Extent: d.Extent, Severity: parser.Note, Code: parser.CodeTooManyFindings, Message: "there are more warnings",
		})
	}
}

// fail adds an error.
func (r *reader) fail(at parser.Extent, code parser.Code, message, hint string) {
	r.add(&parser.Diagnostic{Extent: at, Severity: parser.Error, Code: code, Message: message, Hint: hint})
}

// warn adds a warning.
func (r *reader) warn(at parser.Extent, code parser.Code, message, hint string) {
	r.add(&parser.Diagnostic{Extent: at, Severity: parser.Warning, Code: code, Message: message, Hint: hint})
}

// note adds a note.
func (r *reader) note(at parser.Extent, code parser.Code, message string) {
	r.add(&parser.Diagnostic{Extent: at, Severity: parser.Note, Code: code, Message: message})
}

// flaw adds an error or, for a rule that is not enabled and so does not run, a
// warning.
func (r *reader) flaw(at parser.Extent, code parser.Code, message, hint string) {
	if r.disabled {
		r.warn(at, code, message+" (the rule is not enabled)", hint)
		return
	}
	r.fail(at, code, message, hint)
}

// badValue adds an error for the value of a.
func (r *reader) badValue(a *attribute, want string) {
	r.flaw(r.extent(a), CodeBadValue, a.name+` is "`+clip(a.value)+`"; `+want, "")
}

// repeated is a warning that is reported once however often it applies.
type repeated struct {
	d *parser.Diagnostic
	n int
}

// once warns of what key names, unless it has done so; then it counts.
func (r *reader) once(key string, at parser.Extent, code parser.Code, message string) {
	if c := r.counts[key]; c != nil {
		c.n++
		return
	}
	d := &parser.Diagnostic{Extent: at, Severity: parser.Warning, Code: code, Message: message}
	if len(r.counts) < maxFindings {
		r.counts[key] = &repeated{d, 1}
	}
	r.add(d)
}

// lenient warns that a is taken as it is meant.
func (r *reader) lenient(a *attribute, message string) {
	r.once("value "+message, r.extent(a), CodeLenientValue, message)
}

// finish completes the findings.
func (r *reader) finish() {
	for _, c := range r.counts {
		if c.n > 1 {
			c.d.Message += fmt.Sprintf(" (%d times in all)", c.n)
		}
	}
	if r.dialect != nil {
		r.found = parser.Diagnostics{r.dialect}
	}
}

// keys are the keys that a collection holds so far.
type keys struct {
	at map[string]parser.Pos
}

// unique reports an item of the innermost collection but one, that of the
// element that is left, whose key is there already.
func (r *reader) unique(at parser.Extent, what, key string) {
	if len(r.keys) < 2 {
		return
	}
	k := &r.keys[len(r.keys)-2]
	if first, ok := k.at[key]; ok {
		r.flaw(at, CodeDuplicate, "there is a "+what+" "+clip(strings.TrimSpace(key))+" already, in line "+decimal(first.Line), "")
		return
	}
	if k.at == nil {
		k.at = map[string]parser.Pos{}
	}
	k.at[key] = at.From
}

// enclosing returns the keys of the collection that the element which is left
// stands in.
func (r *reader) enclosing() *keys {
	if len(r.keys) < 2 {
		return &keys{}
	}
	return &r.keys[len(r.keys)-2]
}

// required reports an attribute that n lacks, or that is empty.
func (r *reader) required(n element, name string, v value) bool {
	if v.IsSet() && v.write() != "" {
		return true
	}
	message := "<" + n.tag() + "> has no attribute " + name
	if v.IsSet() {
		message = "the attribute " + name + " of <" + n.tag() + "> is empty"
	}
	r.flaw(startOf(n), CodeMissing, message, "")
	return false
}

// startOf returns the extent of n's start, to point at.
func startOf(n element) parser.Extent {
	e := n.Span()
	e.To = e.From
	e.To.Offset += uint32(len(n.tag()) + 1)
	e.To.Col += uint32(len(n.tag()) + 1)
	return e
}

// valueExtent returns the extent of the name of an attribute of n that stands
// at at.
func valueExtent(n element, name string, at parser.Pos) parser.Extent {
	e := n.Span()
	e.From, e.To = at, at
	e.To.Offset += uint32(len(name))
	e.To.Col += uint32(len(name))
	return e
}
