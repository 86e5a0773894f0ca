package iis

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// httpRedirect is the httpRedirect that holds for a request.
type httpRedirect struct {
	place       // where it was configured last
	at          parser.Extent
	enabled     bool
	exact       bool
	childOnly   bool
	destination string
	status      int
	entries     []redirectEntry
}

// redirectEntry is a destination for the paths that a wildcard matches.
type redirectEntry struct{ wildcard, destination string }

// with returns d, which may be nil, with what n says at a place.
func (d *httpRedirect) with(n *webconfig.Redirect, at place) (*httpRedirect, *parser.Diagnostic) {
	m := &httpRedirect{status: int(webconfig.StatusFound)}
	if d != nil {
		*m = *d
	}
	m.place, m.at = at, n.Extent
	setBool(&m.enabled, &n.Enabled, false)
	setBool(&m.exact, &n.ExactDestination, false)
	setBool(&m.childOnly, &n.ChildOnly, false)
	if n.Destination.IsSet() {
		m.destination = n.Destination.Value
	}
	if n.Status.IsSet() {
		m.status = int(n.Status.Value)
	}
	m.entries = slices.Clone(m.entries)
	for _, node := range n.Nodes {
		switch node := node.(type) {
		case *webconfig.Clear:
			m.entries = nil
		case *webconfig.Remove:
			m.entries = slices.DeleteFunc(m.entries, func(e redirectEntry) bool { return strings.EqualFold(e.wildcard, node.Key.Value) })
		case *webconfig.RedirectEntry:
			if slices.ContainsFunc(m.entries, func(e redirectEntry) bool { return strings.EqualFold(e.wildcard, node.Wildcard.Value) }) {
				return m, again(node.Extent, "wildcard", node.Wildcard.Value)
			}
			m.entries = append(m.entries, redirectEntry{node.Wildcard.Value, node.Destination.Value})
		}
	}
	return m, nil
}

// apply redirects the request, if it is one of those that are.
func (d *httpRedirect) apply(x *run) {
	if !d.enabled {
		return
	}
	prefix := d.prefix(x.req.Server)
	suffix, ok := below(x.path, prefix)
	if !ok {
		return
	}
	if d.childOnly && strings.Contains(suffix, "/") {
		return
	}
	destination, parts := d.destination, []string(nil)
	for _, e := range d.entries {
		if found, ok := matchWildcard(e.wildcard, x.path, suffix); ok {
			destination, parts = e.destination, found
			break
		}
	}
	if destination == "" || destination == "!" {
		return
	}
	target := expandDestination(destination, x, suffix, parts)
	if !d.exact {
		target = strings.TrimSuffix(target, "/") + "/" + pathEscapes.Replace(suffix)
		if x.query != "" {
			target += "?" + x.query
		}
	}
	x.prefix = prefix
	x.req.Eval.Rule = d.at
	x.trace(httpd.Event{Kind: httpd.EventRewrite, At: d.at, Input: x.path, Output: target})
	x.answer(target, d.status)
}

// matchWildcard matches a wildcard with a path, which begins with a slash, or with what
// is below the folder. It returns what each "*" stands for.
func matchWildcard(wildcard, path, below string) ([]string, bool) {
	if parts, ok := wildcardParts(strings.ToLower(wildcard), path); ok {
		return parts, true
	}
	return wildcardParts(strings.ToLower(wildcard), below)
}

// wildcardParts matches w, which is in lower case, with all of s. Each "*" takes as
// little as it can, but for the last one.
func wildcardParts(w, s string) ([]string, bool) {
	pieces := strings.Split(w, "*")
	lower := strings.ToLower(s)
	if len(lower) != len(s) {
		s = lower
	}
	if !strings.HasPrefix(lower, pieces[0]) {
		return nil, false
	}
	if len(pieces) == 1 {
		return nil, lower == w
	}
	at, last := len(pieces[0]), pieces[len(pieces)-1]
	var parts []string
	for _, piece := range pieces[1 : len(pieces)-1] {
		i := strings.Index(lower[at:], piece)
		if i < 0 {
			return nil, false
		}
		parts = append(parts, s[at:at+i])
		at += i + len(piece)
	}
	if len(lower)-at < len(last) || !strings.HasSuffix(lower, last) {
		return nil, false
	}
	return append(parts, s[at:len(s)-len(last)]), true
}

// expandDestination replaces the variables of a destination.
func expandDestination(destination string, x *run, suffix string, parts []string) string {
	var b strings.Builder
	for i := 0; i < len(destination); i++ {
		if destination[i] != '$' || i+1 == len(destination) {
			b.WriteByte(destination[i])
			continue
		}
		i++
		switch c := destination[i]; {
		case c == 'V' || c == 'v':
			b.WriteString(pathEscapes.Replace(x.path))
		case c == 'S' || c == 's':
			b.WriteString("/" + pathEscapes.Replace(suffix))
		case (c == 'Q' || c == 'q') && x.query != "":
			b.WriteString("?" + x.query)
		case c == 'Q' || c == 'q':
		case c == 'P' || c == 'p':
			b.WriteString(x.query)
		case c == '$':
			b.WriteByte('$')
		case c >= '0' && c <= '9':
			if n := int(c - '0'); n < len(parts) {
				b.WriteString(pathEscapes.Replace(parts[n]))
			}
		default:
			b.WriteByte('$')
			b.WriteByte(c)
		}
	}
	return b.String()
}
