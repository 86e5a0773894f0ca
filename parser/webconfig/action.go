package webconfig

import (
	"strconv"
	"strings"
)

func newAction() *Action {
	return &Action{AppendQueryString: Bool{Value: true}, RedirectType: Enum[RedirectType]{Value: RedirectPermanent}}
}

func (*Action) tag() string { return "action" }
func (n *Action) fields() []field {
	return []field{
		{"type", &n.Type},
		{"url", &n.URL},
		{"appendQueryString", &n.AppendQueryString},
		{"logRewrittenUrl", &n.LogRewrittenURL},
		{"redirectType", &n.RedirectType},
		{"statusCode", &n.StatusCode},
		{"subStatusCode", &n.SubStatusCode},
		{"statusReason", &n.StatusReason},
		{"statusDescription", &n.StatusDescription},
	}
}

// inEffect returns the attributes that an action of that type looks at.
func (t ActionType) inEffect() string {
	switch t {
	case ActionRewrite:
		return " type url appendQueryString logRewrittenUrl "
	case ActionRedirect:
		return " type url appendQueryString redirectType logRewrittenUrl "
	case ActionCustomResponse:
		return " type statusCode subStatusCode statusReason statusDescription "
	case ActionNone, ActionAbortRequest:
	}
	return " type "
}

func (n *Action) leave(r *reader) {
	switch n.Type.Value {
	case ActionRewrite, ActionRedirect:
		n.trim(r)
		r.required(n, "url", &n.URL)
	case ActionCustomResponse:
		n.status(r)
	case ActionNone, ActionAbortRequest:
	}
	for _, f := range n.fields() {
		if f.value.IsSet() && !strings.Contains(n.Type.Value.inEffect(), " "+f.name+" ") {
			r.note(valueExtent(n, f.name, f.value.place()), CodeNoEffect, f.name+" has no effect: the action is "+n.Type.write())
		}
	}
}

// trim takes white space off the ends of the URL, which IIS has none at.
func (n *Action) trim(r *reader) {
	text := n.URL.Text
	r.trim(n, "url", &n.URL.Text, n.URL.At)
	if n.URL.Text != text {
		n.URL.Parts = trimParts(n.URL.Parts)
	}
}

// trimParts takes white space off the ends of parts.
func trimParts(parts []Part) []Part {
	var trimmed []Part
	for i, p := range parts {
		if p.Kind == PartLiteral && i == 0 {
			p.Text = strings.TrimLeft(p.Text, white)
		}
		if p.Kind == PartLiteral && i == len(parts)-1 {
			p.Text = strings.TrimRight(p.Text, white)
		}
		if p.Kind != PartLiteral || p.Text != "" {
			trimmed = append(trimmed, p)
		}
	}
	return trimmed
}

// status checks the status of a response.
func (n *Action) status(r *reader) {
	if !n.StatusCode.IsSet() {
		r.flaw(startOf(n), CodeMissing, "<action> has no attribute statusCode", "")
		return
	}
	code := n.StatusCode.Value
	at := valueExtent(n, "statusCode", n.StatusCode.At)
	switch {
	case code >= 300 && code <= 307:
		r.flaw(at, CodeBadValue, "statusCode "+strconv.FormatUint(code, 10)+" is a redirect's, which IIS refuses here", `use type="Redirect"`)
	case code < 200 || code > 999:
		r.flaw(at, CodeBadValue, "statusCode "+strconv.FormatUint(code, 10)+" can't be sent", "it is from 200 to 999")
	}
	if n.SubStatusCode.Value > 999 {
		r.flaw(valueExtent(n, "subStatusCode", n.SubStatusCode.At), CodeBadValue, "subStatusCode is from 0 to 999", "")
	}
}
