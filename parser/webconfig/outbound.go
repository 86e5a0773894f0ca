package webconfig

import "strings"

func (*Outbound) tag() string { return "outboundRules" }
func (n *Outbound) fields() []field {
	return []field{n.source(), {"rewriteBeforeCache", &n.RewriteBeforeCache}}
}

func (*Outbound) child(_ *reader, name string) element {
	switch name {
	case "rule":
		return &OutboundRule{Enabled: Bool{Value: true}}
	case "preConditions":
		return &PreConditions{}
	case "customTags":
		return &CustomTags{}
	}
	return collection(name, "name")
}

// leave checks what rules refer to, which may stand behind them, and says that
// the rules are not run.
func (n *Outbound) leave(r *reader) {
	preConditions, tags, enabled := n.names()
	for _, c := range n.Nodes {
		c, ok := c.(*OutboundRule)
		if !ok || !c.Enabled.Value {
			continue
		}
		name := strings.ToLower(c.PreCondition.Value)
		if name != "" && !preConditions[name] {
			r.warn(valueExtent(c, "preCondition", c.PreCondition.At), CodeMissing, "there is no preCondition "+clip(c.PreCondition.Value)+" in this file", "")
		}
		if m := c.Match; m != nil && m.CustomTags.IsSet() && !tags[strings.ToLower(m.CustomTags.Value)] {
			r.warn(valueExtent(m, "customTags", m.CustomTags.At), CodeMissing, "there are no customTags "+clip(m.CustomTags.Value)+" in this file", "")
		}
	}
	if enabled {
		r.warn(startOf(n), CodeOutbound, "outboundRules are not run yet", "")
	}
}

// names returns the names, in lower case, of the pre-conditions and the sets
// of tags, and whether a rule is enabled.
func (n *Outbound) names() (preConditions, tags map[string]bool, enabled bool) {
	preConditions, tags = map[string]bool{}, map[string]bool{}
	for _, c := range n.Nodes {
		switch c := c.(type) {
		case *OutboundRule:
			enabled = enabled || c.Enabled.Value
		case *PreConditions:
			for _, p := range c.Nodes {
				if p, ok := p.(*PreCondition); ok {
					preConditions[strings.ToLower(p.Name.Value)] = true
				}
			}
		case *CustomTags:
			for _, t := range c.Nodes {
				if t, ok := t.(*TagGroup); ok {
					tags[strings.ToLower(t.Name.Value)] = true
				}
			}
		}
	}
	return preConditions, tags, enabled
}

func (*OutboundRule) tag() string { return "rule" }
func (n *OutboundRule) fields() []field {
	return []field{
		{"name", &n.Name},
		{"preCondition", &n.PreCondition},
		{"enabled", &n.Enabled},
		{"patternSyntax", &n.Syntax},
		{"stopProcessing", &n.StopProcessing},
	}
}
func (n *OutboundRule) children() *[]Node { return &n.Nodes }

func (n *OutboundRule) child(r *reader, name string) element {
	switch name {
	case "match":
		return only(r, &n.Match, &OutboundMatch{IgnoreCase: Bool{Value: true}})
	case "conditions":
		return only(r, &n.Conditions, &Conditions{TrackAllCaptures: Bool{Value: true}})
	case "action":
		return only(r, &n.Action, &OutboundAction{Replace: Bool{Value: true}})
	}
	return nil
}

func (n *OutboundRule) enter(r *reader) {
	r.syntax, r.outbound, r.disabled = n.Syntax.Value, true, !n.Enabled.Value
}

func (n *OutboundRule) leave(r *reader) {
	if r.required(n, "name", &n.Name) {
		r.unique(startOf(n), "rule", strings.ToLower(n.Name.Value))
	}
	switch {
	case n.Match == nil:
		r.flaw(startOf(n), CodeMissing, "the rule has no <match>", "")
	case n.Syntax.Value == Wildcard && !n.Match.ServerVariable.IsSet() && n.Match.FilterByTags.Value == 0:
		r.flaw(valueExtent(n, "patternSyntax", n.Syntax.At), CodeBadValue, "Wildcard is not for rules about the whole body", "")
	}
	if n.Enabled.Value {
		n.guards(r)
	}
	r.syntax, r.outbound, r.disabled = ECMAScript, false, false
}

// guardingHeaders are response headers that protect a site or its visitors, as
// server variables, in capital letters.
const guardingHeaders = " RESPONSE_STRICT_TRANSPORT_SECURITY RESPONSE_CONTENT_SECURITY_POLICY RESPONSE_X_FRAME_OPTIONS" +
	" RESPONSE_X_CONTENT_TYPE_OPTIONS RESPONSE_X_XSS_PROTECTION RESPONSE_REFERRER_POLICY RESPONSE_PERMISSIONS_POLICY" +
	" RESPONSE_SET_COOKIE RESPONSE_ACCESS_CONTROL_ALLOW_ORIGIN RESPONSE_CROSS_ORIGIN_OPENER_POLICY" +
	" RESPONSE_CROSS_ORIGIN_EMBEDDER_POLICY RESPONSE_CROSS_ORIGIN_RESOURCE_POLICY RESPONSE_CACHE_CONTROL RESPONSE_STATUS "

// guards reports a rule that sets a header which guards. Not to take a header
// away does not make a site less safe than its server did.
func (n *OutboundRule) guards(r *reader) {
	if n.Match == nil || n.Action == nil || n.Action.Type.Value != ActionRewrite || n.Action.Value.Text == "" {
		return
	}
	name := strings.ToUpper(strings.ReplaceAll(n.Match.ServerVariable.Value, "-", "_"))
	if name != "" && strings.Contains(guardingHeaders, " "+name+" ") {
		r.fail(startOf(n), CodeOutbound, "the outbound rule sets "+name+", which guards, and is not run yet",
			"set the header elsewhere and disable the rule")
	}
}

func (*OutboundMatch) tag() string { return "match" }
func (n *OutboundMatch) fields() []field {
	return []field{
		{"filterByTags", &n.FilterByTags},
		{"customTags", &n.CustomTags},
		{"serverVariable", &n.ServerVariable},
		{"pattern", &n.Pattern},
		{"occurrences", &n.Occurrences},
		{"ignoreCase", &n.IgnoreCase},
		{"negate", &n.Negate},
	}
}

func (n *OutboundMatch) leave(r *reader) {
	if !n.Pattern.IsSet() {
		r.flaw(startOf(n), CodeMissing, "<match> has no attribute pattern", "")
	}
	if n.ServerVariable.IsSet() && n.FilterByTags.Value != 0 {
		r.flaw(startOf(n), CodeBadValue, "a rule looks at a server variable or at tags, not at both", "")
	}
}

func (*OutboundAction) tag() string { return "action" }
func (n *OutboundAction) fields() []field {
	return []field{{"type", &n.Type}, {"value", &n.Value}, {"replace", &n.Replace}}
}

func (n *OutboundAction) leave(r *reader) {
	if n.Type.Value != ActionNone && n.Type.Value != ActionRewrite {
		r.flaw(valueExtent(n, "type", n.Type.At), CodeBadValue, "an outbound rule has no action "+n.Type.write(), "it is one of None, Rewrite")
	}
}

func (*PreConditions) tag() string         { return "preConditions" }
func (*PreConditions) fields() []field     { return nil }
func (n *PreConditions) children() *[]Node { return &n.Nodes }

func (*PreConditions) child(_ *reader, name string) element {
	if name == "preCondition" {
		return &PreCondition{}
	}
	return collection(name, "name")
}

func (*PreCondition) tag() string { return "preCondition" }
func (n *PreCondition) fields() []field {
	return []field{{"name", &n.Name}, {"logicalGrouping", &n.Grouping}, {"patternSyntax", &n.Syntax}}
}
func (n *PreCondition) children() *[]Node { return &n.Nodes }

func (*PreCondition) child(_ *reader, name string) element {
	switch name {
	case "add":
		return newCondition()
	case "clear":
		return &Clear{}
	}
	return nil
}

func (n *PreCondition) enter(r *reader) { r.syntax, r.outbound = n.Syntax.Value, true }

func (n *PreCondition) leave(r *reader) {
	if r.required(n, "name", &n.Name) {
		r.unique(startOf(n), "preCondition", strings.ToLower(n.Name.Value))
	}
	r.syntax, r.outbound = ECMAScript, false
}

func (*CustomTags) tag() string         { return "customTags" }
func (*CustomTags) fields() []field     { return nil }
func (n *CustomTags) children() *[]Node { return &n.Nodes }

func (*CustomTags) child(_ *reader, name string) element {
	if name == "tags" {
		return &TagGroup{}
	}
	return collection(name, "name")
}

func (*TagGroup) tag() string         { return "tags" }
func (n *TagGroup) fields() []field   { return []field{{"name", &n.Name}} }
func (n *TagGroup) children() *[]Node { return &n.Nodes }

func (*TagGroup) child(_ *reader, name string) element {
	if name == "tag" {
		return &CustomTag{}
	}
	return collection(name, "name")
}

func (n *TagGroup) leave(r *reader) {
	if r.required(n, "name", &n.Name) {
		r.unique(startOf(n), "set of tags", strings.ToLower(n.Name.Value))
	}
}

func (*CustomTag) tag() string { return "tag" }
func (n *CustomTag) fields() []field {
	return []field{{"name", &n.Name}, {"attribute", &n.Attribute}}
}

func (n *CustomTag) leave(r *reader) {
	if r.required(n, "name", &n.Name) && r.required(n, "attribute", &n.Attribute) {
		r.unique(startOf(n), "tag", strings.ToLower(n.Name.Value+" "+n.Attribute.Value))
	}
}

func (*Allowed) tag() string       { return "allowedServerVariables" }
func (n *Allowed) fields() []field { return []field{n.source()} }

func (*Allowed) child(_ *reader, name string) element {
	if name == "add" {
		return &AllowedVariable{}
	}
	return collection(name, "name")
}

func (*AllowedVariable) tag() string       { return "add" }
func (n *AllowedVariable) fields() []field { return []field{{"name", &n.Name}} }

func (n *AllowedVariable) leave(r *reader) {
	r.trim(n, "name", &n.Name.Value, n.Name.At)
	if !r.required(n, "name", &n.Name) {
		return
	}
	r.unique(startOf(n), "server variable", strings.ToLower(n.Name.Value))
	r.allowed[strings.ToUpper(n.Name.Value)] = true
	r.set[strings.ToUpper(n.Name.Value)] = true
}

func (*Providers) tag() string       { return "providers" }
func (n *Providers) fields() []field { return []field{n.source()} }

func (*Providers) child(_ *reader, name string) element {
	if name == "provider" {
		return &Provider{}
	}
	return collection(name, "name")
}

func (*Provider) tag() string { return "provider" }
func (n *Provider) fields() []field {
	return []field{{"name", &n.Name}, {"type", &n.Type}}
}
func (n *Provider) children() *[]Node { return &n.Nodes }

func (*Provider) child(_ *reader, name string) element {
	if name == "settings" {
		return &Settings{}
	}
	return nil
}

func (n *Provider) leave(r *reader) {
	if !r.required(n, "name", &n.Name) {
		return
	}
	r.required(n, "type", &n.Type)
	name := strings.ToLower(n.Name.Value)
	r.unique(startOf(n), "provider", name)
	r.providers[name] = true
	r.declared.add(name, startOf(n), true)
}

// checkProviders notes the providers that no rule uses. Of the others the rules
// tell.
func (r *reader) checkProviders() {
	for _, u := range r.declared.list {
		if !r.usedProviders[u.name] {
			r.note(u.at, CodeProvider, "providers are not run; no rule here uses this one")
		}
	}
}

func (*Settings) tag() string         { return "settings" }
func (*Settings) fields() []field     { return nil }
func (n *Settings) children() *[]Node { return &n.Nodes }

func (*Settings) child(_ *reader, name string) element {
	if name == "add" {
		return &Setting{}
	}
	return collection(name, "key")
}

func (*Setting) tag() string { return "add" }
func (n *Setting) fields() []field {
	return []field{{"key", &n.Key}, {"value", &n.Value}, {"encryptedValue", &n.Encrypted}}
}

func (n *Setting) leave(r *reader) { r.required(n, "key", &n.Key) }
