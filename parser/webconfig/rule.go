package webconfig

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

func (n *Rules) tag() string {
	if n.Global {
		return "globalRules"
	}
	return "rules"
}

func (n *Rules) fields() []field {
	return []field{n.source(), {"useOriginalURLEncoding", &n.UseOriginalURLEncoding}}
}

func (n *Rules) child(_ *reader, name string) element {
	if name == "rule" {
		return newRule()
	}
	return collection(name, "name")
}

func (n *Rules) enter(r *reader) {
	r.global = n.Global
	if n.Global && !r.opts.ApplicationHost {
		r.warn(startOf(n), CodeGlobalRules, "IIS reads globalRules in applicationHost.config only; they are run before the other rules", "")
	}
}

func (*Rules) leave(r *reader) { r.global = false }

func newRule() *Rule { return &Rule{Enabled: Bool{Value: true}} }

func (*Rule) tag() string { return "rule" }
func (n *Rule) fields() []field {
	return []field{
		{"name", &n.Name},
		{"enabled", &n.Enabled},
		{"patternSyntax", &n.Syntax},
		{"stopProcessing", &n.StopProcessing},
		{"responseCacheDirective", &n.Cache},
	}
}
func (n *Rule) children() *[]Node { return &n.Nodes }

func (n *Rule) child(r *reader, name string) element {
	switch name {
	case "match":
		return only(r, &n.Match, &Match{IgnoreCase: Bool{Value: true}})
	case "conditions":
		return only(r, &n.Conditions, &Conditions{})
	case "serverVariables":
		return only(r, &n.Variables, &Variables{})
	case "action":
		return only(r, &n.Action, newAction())
	}
	return nil
}

// only puts c, a new element, where there may be one only.
func only[P interface {
	comparable
	element
}](r *reader, at *P, c P,
) element {
	var none P
	if *at != none {
		r.flaw(r.tagExtent(), CodeDuplicate, "there is a <"+c.tag()+"> already", "")
	}
	*at = c
	return c
}

func (n *Rule) enter(r *reader) {
	r.syntax, r.outbound, r.disabled = n.Syntax.Value, false, !n.Enabled.Value
}

func (n *Rule) leave(r *reader) {
	if r.required(n, "name", &n.Name) {
		r.unique(startOf(n), "rule", strings.ToLower(n.Name.Value))
	}
	if n.Match == nil {
		r.flaw(startOf(n), CodeMissing, "the rule has no <match>", "")
	}
	if n.Cache.IsSet() {
		r.note(valueExtent(n, "responseCacheDirective", n.Cache.At), CodeNoEffect, "responseCacheDirective has no effect: there is no such cache")
	}
	if n.Variables == nil && !n.StopProcessing.Value && (n.Action == nil || n.Action.Type.Value == ActionNone) {
		r.note(startOf(n), CodeNoEffect, "the rule does nothing: it has no action, sets nothing and does not stop")
	}
	if n.Match != nil {
		n.captures(r)
	}
	r.syntax, r.disabled = ECMAScript, false
}

// captures warns of groups that no pattern sets.
func (n *Rule) captures(r *reader) {
	most := 0
	for _, c := range conditions(n.Conditions) {
		if c.Type.Value == MatchPattern {
			most = max(most, c.Pattern.Groups)
		}
	}
	if n.Conditions != nil && n.Conditions.TrackAllCaptures.Value {
		most = MaxGroup
	}
	check := func(t *Template) {
		if p := groups(t.Parts, PartRuleCapture); p != nil && int(p.Group) > n.Match.URL.Groups {
			r.unset(p, "the rule's pattern has", n.Match.URL.Groups)
		}
		if p := groups(t.Parts, PartCondCapture); p != nil && (n.Conditions == nil || int(p.Group) > most) {
			r.unset(p, "the conditions have", most)
		}
	}
	if n.Action != nil {
		check(&n.Action.URL)
		check(&n.Action.StatusReason)
		check(&n.Action.StatusDescription)
	}
	for _, c := range conditions(n.Conditions) {
		check(&c.Input)
	}
	if n.Variables != nil {
		for _, v := range n.Variables.Nodes {
			if v, ok := v.(*Variable); ok {
				check(&v.Value)
			}
		}
	}
}

// unset warns that p names a group that is never set.
func (r *reader) unset(p *Part, which string, most int) {
	r.warn(r.partExtent(p), CodeUnsetCapture, which+" no group "+decimal(uint32(p.Group))+"; it is empty", "the last one is "+decimal(uint32(most)))
}

// conditions returns the conditions in c, which may be nil.
func conditions(c *Conditions) []*Condition {
	if c == nil {
		return nil
	}
	var list []*Condition
	for _, n := range c.Nodes {
		if n, ok := n.(*Condition); ok {
			list = append(list, n)
		}
	}
	return list
}

func (*Match) tag() string { return "match" }
func (n *Match) fields() []field {
	return []field{{"url", &n.URL}, {"ignoreCase", &n.IgnoreCase}, {"negate", &n.Negate}}
}

func (n *Match) leave(r *reader) { r.required(n, "url", &n.URL) }

func (*Conditions) tag() string { return "conditions" }
func (n *Conditions) fields() []field {
	return []field{{"logicalGrouping", &n.Grouping}, {"trackAllCaptures", &n.TrackAllCaptures}}
}
func (n *Conditions) children() *[]Node { return &n.Nodes }

func (n *Conditions) child(_ *reader, name string) element {
	switch name {
	case "add":
		return newCondition()
	case "clear":
		return &Clear{}
	}
	return nil
}

func newCondition() *Condition {
	return &Condition{IgnoreCase: Bool{Value: true}}
}

func (*Condition) tag() string { return "add" }
func (n *Condition) fields() []field {
	return []field{
		{"input", &n.Input},
		{"matchType", &n.Type},
		{"pattern", &n.Pattern},
		{"ignoreCase", &n.IgnoreCase},
		{"negate", &n.Negate},
	}
}

func (n *Condition) leave(r *reader) {
	keyed := r.global || r.outbound
	if keyed {
		n.unique(r)
	}
	if n.Type.Value == MatchPattern {
		r.required(n, "input", &n.Input)
		if !n.Pattern.IsSet() {
			r.flaw(startOf(n), CodeMissing, "the condition has no pattern", "")
		}
		return
	}
	if keyed {
		r.flaw(valueExtent(n, "matchType", n.Type.At), CodeBadValue, "matchType "+n.Type.write()+" is for the conditions of <rules> only", "")
	}
	if n.Pattern.IsSet() {
		r.note(valueExtent(n, "pattern", n.Pattern.At), CodeNoEffect, "the pattern has no effect: the condition is "+n.Type.write())
	}
}

// unique reports a condition that is there twice, which IIS refuses where
// conditions are keys.
func (n *Condition) unique(r *reader) {
	key := strings.Join([]string{n.Input.Text, n.Type.write(), n.Pattern.Value, n.IgnoreCase.write(), n.Negate.write()}, " ")
	r.unique(startOf(n), "condition", key)
}

func (*Variables) tag() string         { return "serverVariables" }
func (*Variables) fields() []field     { return nil }
func (n *Variables) children() *[]Node { return &n.Nodes }

func (n *Variables) child(_ *reader, name string) element {
	if name == "set" {
		return &Variable{Replace: Bool{Value: true}}
	}
	return collection(name, "name")
}

func (*Variable) tag() string { return "set" }
func (n *Variable) fields() []field {
	return []field{{"name", &n.Name}, {"value", &n.Value}, {"replace", &n.Replace}}
}

func (n *Variable) leave(r *reader) {
	r.trim(n, "name", &n.Name.Value, n.Name.At)
	if !r.required(n, "name", &n.Name) {
		return
	}
	if strings.ContainsFunc(n.Name.Value, notInName) {
		r.flaw(valueExtent(n, "name", n.Name.At), CodeBadValue, `"`+clip(n.Name.Value)+`" is not the name of a server variable`, "")
		return
	}
	name := strings.ToUpper(n.Name.Value)
	r.unique(startOf(n), "server variable", strings.ToLower(name))
	r.set[name] = true
	if !r.global {
		r.assigned.add(n.Name.Value, valueExtent(n, "name", n.Name.At), !r.disabled)
	}
}

// notInName reports whether c can't be in the name of a server variable.
func notInName(c rune) bool {
	return c <= ' ' || c >= 0x7f || strings.ContainsRune(`{}:"`, c)
}

// trim takes white space off the ends of a value that may have none there.
func (r *reader) trim(n element, name string, v *string, at parser.Pos) {
	trimmed := strings.Trim(*v, white)
	if trimmed != *v {
		*v = trimmed
		r.warn(valueExtent(n, name, at), CodeLenientValue, "white space at the ends of "+name+" is left out", "")
	}
}

// checkAllowed notes which server variables the server has to allow.
func (r *reader) checkAllowed() {
	if r.opts.ApplicationHost {
		return
	}
	for _, u := range r.assigned.list {
		if u.enabled && !r.allowed[strings.ToUpper(u.name)] {
			r.note(u.at, CodeAllowedVariables, "the rule fails unless allowedServerVariables of the server has "+u.name)
		}
	}
}
