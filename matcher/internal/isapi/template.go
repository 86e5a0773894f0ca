package isapi

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/isapi"
)

func value(v rules.Value) rules.Part { return rules.Part{Kind: rules.PartValue, Value: v} }

// groupPart returns what refers to group n of ISAPI_Rewrite 2, where the groups of the
// conditions come first.
func (c *compiler) groupPart(n int) rules.Part {
	if n > 0 && n <= c.groups {
		return rules.Part{Kind: rules.PartCondGroup, N: int8(n)} //nolint:gosec // two digits
	}
	if n > 0 {
		n -= c.groups
	}
	return rules.Part{Kind: rules.PartRuleGroup, N: int8(n)} //nolint:gosec // two digits
}

// boostTemplate compiles a format string of ISAPI_Rewrite 2.
func (c *compiler) boostTemplate(parts []isapi.Part) *rules.Template {
	t := &rules.Template{}
	for i := range parts {
		switch p := &parts[i]; p.Kind {
		case isapi.PartLiteral:
			t.Parts = append(t.Parts, rules.Part{Text: p.Text})
		case isapi.PartGroup:
			t.Parts = append(t.Parts, c.groupPart(p.Group))
		case isapi.PartWhole:
			t.Parts = append(t.Parts, rules.Part{Kind: rules.PartRuleGroup})
		case isapi.PartChoice:
			group := c.groupPart(p.Group)
			t.Parts = append(t.Parts, value(&choice{
				group: rules.Template{Parts: []rules.Part{group}}, yes: c.boostTemplate(p.Yes), no: c.boostTemplate(p.No),
			}))
		case isapi.PartCondition, isapi.PartVariable, isapi.PartMap, isapi.PartFold:
		}
	}
	return t
}

// part is what the values of this package have in common.
type part struct{}

// Name returns "": they are not told apart.
func (part) Name() string { return "" }

// Nature says that nothing of them shows.
func (part) Nature() rules.Nature { return rules.Silent }

// choice is (?1yes:no).
type choice struct {
	part
	group   rules.Template
	yes, no *rules.Template
}

// Of returns what the choice comes to.
func (v *choice) Of(r *rules.Run) string {
	if p := &v.group.Parts[0]; r.Took(p.Kind, int(p.N)) {
		return r.Expand(v.yes, nil)
	}
	return r.Expand(v.no, nil)
}

// Templates returns what it is made of.
func (v *choice) Templates() []*rules.Template { return []*rules.Template{&v.group, v.yes, v.no} }

// iirfTemplate compiles a replacement, or the test of a condition, of IIRF. "-" is what
// the client asked for.
func (c *compiler) iirfTemplate(parts []isapi.Part, text string) *rules.Template {
	if text == "-" {
		return &rules.Template{Parts: []rules.Part{value(&original{})}}
	}
	folded := &fold{}
	for i := range parts {
		if parts[i].Kind == isapi.PartFold {
			folded.ops = append(folded.ops, foldOp{letter: parts[i].Text[0]})
			continue
		}
		folded.ops = append(folded.ops, foldOp{t: rules.Template{Parts: []rules.Part{c.iirfPart(&parts[i])}}})
	}
	if folded.plain() {
		t := &rules.Template{}
		for i := range folded.ops {
			t.Parts = append(t.Parts, folded.ops[i].t.Parts...)
		}
		return t
	}
	return &rules.Template{Parts: []rules.Part{value(folded)}}
}

func (c *compiler) iirfPart(p *isapi.Part) rules.Part {
	switch p.Kind {
	case isapi.PartGroup:
		return rules.Part{Kind: rules.PartRuleGroup, N: int8(p.Group)} //nolint:gosec // two digits
	case isapi.PartCondition:
		return rules.Part{Kind: rules.PartCondGroup, N: int8(p.Group)} //nolint:gosec // two digits
	case isapi.PartVariable:
		return value(newVariable(p.Text))
	case isapi.PartMap:
		m := &lookup{at: p.Extent, name: p.Text, key: c.iirfTemplate(p.Key, "")}
		if p.Default != nil {
			m.other = c.iirfTemplate(p.Default, "")
		}
		if c.set.maps[p.Text] == nil {
			c.report(parser.Warning, httpd.CodeNoMapFile, p.Extent, "", "there is no map %s; the text stays", p.Text)
		}
		return value(m)
	case isapi.PartLiteral, isapi.PartWhole, isapi.PartChoice, isapi.PartFold:
	}
	return rules.Part{Text: p.Text}
}

// original is what the client asked for.
type original struct{ part }

// Of returns it.
func (*original) Of(r *rules.Run) string { return runOf(r).original }

// lookup is ${map:key|default}.
type lookup struct {
	part
	at    parser.Extent
	name  string
	key   *rules.Template
	other *rules.Template // nil without a default
}

// Templates returns the key and the default.
func (v *lookup) Templates() []*rules.Template {
	if v.other == nil {
		return []*rules.Template{v.key}
	}
	return []*rules.Template{v.key, v.other}
}

// Of returns the value of the key. Without one and without a default the text stays,
// with the key in it.
func (v *lookup) Of(r *rules.Run) string {
	x, key := runOf(r), r.Expand(v.key, nil)
	found, value := false, ""
	if m := x.set.maps[v.name]; m != nil && x.req.Eval.Spend(work.TestSteps) {
		paused := x.req.Eval.Meter.Pause(false)
		var err error
		value, found, err = m.Lookup(x.req.Eval.Ctx, key)
		x.req.Eval.Meter.Resume(paused)
		if err != nil {
			x.req.Eval.Fail(&parser.Diagnostic{
				Extent: v.at, Severity: parser.Error, Code: httpd.CodeMapFailed, Message: "map " + v.name + ": " + err.Error(),
			})
		}
	}
	x.trace(httpd.Event{Kind: httpd.EventMap, Name: v.name, Input: key, Output: value, Matched: found})
	switch {
	case found:
		return value
	case v.other != nil:
		return r.Expand(v.other, nil)
	}
	return "${" + v.name + ":" + key + "}"
}

// fold is a template with operators: "#L", "#U", "#l", "#u", "#X" and "#E".
type fold struct {
	part
	ops []foldOp
}

// foldOp is an operator, or a template.
type foldOp struct {
	letter byte // 0 for a template
	t      rules.Template
}

func (v *fold) plain() bool {
	for i := range v.ops {
		if v.ops[i].letter != 0 {
			return false
		}
	}
	return true
}

// Templates returns the templates.
func (v *fold) Templates() []*rules.Template {
	var list []*rules.Template
	for i := range v.ops {
		list = append(list, &v.ops[i].t)
	}
	return list
}

// Of returns the template with the operators applied: case first, and then the
// encoding of what is between "#X" and "#E".
func (v *fold) Of(r *rules.Run) string {
	var b strings.Builder
	state, encodes := byte(0), -1
	for i := range v.ops {
		op := &v.ops[i]
		switch {
		case op.letter == 'E' && state != 0:
			state = 0
		case op.letter == 'E' && encodes >= 0:
			text := b.String()
			if !r.Charge(rules.EscapeGrowth * (len(text) - encodes)) {
				return ""
			}
			b.Reset()
			b.WriteString(text[:encodes] + urltext.Encoded(text[encodes:]))
			encodes = -1
		case op.letter == 'E':
		case op.letter == 'X':
			encodes = b.Len()
		case op.letter != 0:
			state = op.letter
		default:
			s := r.Expand(&op.t, nil)
			if !r.Charge(len(s)) {
				return ""
			}
			b.WriteString(folded(s, state))
			if s != "" && (state == 'l' || state == 'u') {
				state = 0
			}
		}
	}
	return b.String()
}

// folded returns s in the case that an operator asks for: of all its letters, or of
// those that are its first byte.
func folded(s string, op byte) string {
	first := min(1, len(s))
	switch op {
	case 'L':
		return mapASCII(s, 'A', 'Z')
	case 'U':
		return mapASCII(s, 'a', 'z')
	case 'l':
		return mapASCII(s[:first], 'A', 'Z') + s[first:]
	case 'u':
		return mapASCII(s[:first], 'a', 'z') + s[first:]
	}
	return s
}

// mapASCII returns s with the letters from low to high in the other case.
func mapASCII(s string, low, high byte) string {
	b := []byte(s)
	for i, c := range b {
		if low <= c && c <= high {
			b[i] = c ^ 0x20
		}
	}
	return string(b)
}
