package webconfig

import "strings"

func (*Redirect) tag() string { return "httpRedirect" }
func (n *Redirect) fields() []field {
	return []field{
		n.source(),
		{"enabled", &n.Enabled},
		{"destination", &n.Destination},
		{"exactDestination", &n.ExactDestination},
		{"childOnly", &n.ChildOnly},
		{"httpResponseStatus", &n.Status},
	}
}

func (*Redirect) child(_ *reader, name string) element {
	if name == "add" {
		return &RedirectEntry{}
	}
	return collection(name, "wildcard")
}

func (n *Redirect) leave(r *reader) {
	r.destination(n, &n.Destination)
	entries := false
	for _, c := range n.Nodes {
		_, ok := c.(*RedirectEntry)
		entries = entries || ok
	}
	if n.Enabled.Value && n.Destination.Value == "" && !entries {
		r.fail(startOf(n), CodeMissing, "the redirect is enabled and has no destination", "")
	}
}

func (*RedirectEntry) tag() string { return "add" }
func (n *RedirectEntry) fields() []field {
	return []field{{"wildcard", &n.Wildcard}, {"destination", &n.Destination}}
}

func (n *RedirectEntry) leave(r *reader) {
	if r.required(n, "wildcard", &n.Wildcard) {
		r.unique(startOf(n), "wildcard", strings.ToLower(n.Wildcard.Value))
	}
	if r.required(n, "destination", &n.Destination) {
		r.destination(n, &n.Destination)
	}
}

// destination reports variables that httpRedirect does not have.
func (r *reader) destination(n element, t *Text) {
	v := t.Value
	for i := strings.IndexByte(v, '$'); i >= 0 && i+1 < len(v); {
		if strings.IndexByte("VQPSvqps0123456789$", v[i+1]) < 0 {
			r.warn(valueExtent(n, "destination", t.At), CodeUnknownVariable, "destination has no variable "+v[i:i+2]+"; it stays as it is", "")
		}
		next := strings.IndexByte(v[i+2:], '$')
		if next < 0 {
			return
		}
		i += 2 + next
	}
}
