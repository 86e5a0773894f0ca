package negotiation

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
)

// settle has the response say what was chosen among. It returns 0 or the status to
// answer with.
func (n *negotiation) settle(best *variant) int {
	if !n.isTransparent() {
		n.announce(false)
		return 0
	}
	sub := n.lookedUp(best)
	varies := sub.Negotiated["Tcn"] != nil
	if sub.Status != 200 && !varies {
		return sub.Status
	}
	if varies || sub.Handler == typeMap {
		return n.s.Refuse(506, httpd.CodeNotAcceptable, n.s.Eval.Rule, "", "the variant %s has variants itself", httpd.Clipped(best.name))
	}
	n.s.AddErrHeader("Content-Location", escapeSegment(best.name))
	n.announce(false)
	return 0
}

// lookedUp returns the sub-request for the file of a variant.
func (n *negotiation) lookedUp(v *variant) *httpd.Request {
	if v.sub == nil {
		v.sub = n.s.LookupFile(v.name)
	}
	return v.sub
}

// isTransparent reports whether caches could do the choice by RFC 2295: the response says
// so, although no client asks for it.
func (n *negotiation) isTransparent() bool {
	if n.s.Method != "GET" && n.s.Method != "HEAD" || n.s.PathInfo.Text != "" {
		return false
	}
	for i := range n.variants {
		if n.variants[i].inMap || strings.Contains(n.variants[i].name, "/") {
			return false
		}
	}
	return true
}

// announce has the response say by what the variants differ, and name them if it is a
// refusal.
func (n *negotiation) announce(refusal bool) {
	transparent := n.isTransparent()
	if refusal && len(n.variants) > 0 {
		n.s.AddErrHeader("Alternates", n.alternates())
	}
	var vary []string
	if transparent {
		vary = append(vary, "negotiate")
	}
	for _, by := range []struct {
		field string
		value func(v *variant) string
	}{
		{"accept", func(v *variant) string { return v.mediaType }},
		{"accept-language", func(v *variant) string { return strings.Join(v.languages, ",") }},
		{"accept-charset", func(v *variant) string { return v.charset }},
		{"accept-encoding", func(v *variant) string { return v.encoding }},
	} {
		for i := range n.variants {
			if by.value(&n.variants[i]) != by.value(&n.variants[0]) {
				vary = append(vary, by.field)
				break
			}
		}
	}
	if len(vary) > 0 {
		n.s.AddErrHeader("Vary", strings.Join(vary, ", "))
	}
	switch {
	case transparent && refusal:
		n.s.AddErrHeader("Tcn", "list")
	case transparent:
		n.s.AddErrHeader("Tcn", "choice")
	}
}

// alternates returns the variants as a field of RFC 2295.
func (n *negotiation) alternates() string {
	var b strings.Builder
	for i := range n.variants {
		v := &n.variants[i]
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(`{"` + escapeSegment(v.name) + `" ` + shortQuality(v.source))
		attribute(&b, "type", v.mediaType)
		attribute(&b, "charset", v.charset)
		attribute(&b, "language", strings.Join(v.languages, ","))
		attribute(&b, "encoding", v.encoding)
		if length := n.length(v); length >= 0 && (v.sub == nil || v.sub.Handler == "") {
			attribute(&b, "length", strconv.FormatInt(length, 10))
		}
		b.WriteByte('}')
	}
	return b.String()
}

func attribute(b *strings.Builder, name, value string) {
	if value != "" {
		b.WriteString(" {" + name + " " + value + "}")
	}
}

// shortQuality returns a quality with up to three decimals, without zeros at its end.
func shortQuality(q float32) string {
	s := strconv.FormatFloat(float64(q), 'f', 3, 32)
	for range 2 {
		s = strings.TrimSuffix(s, "0")
	}
	if whole, ok := strings.CutSuffix(s, ".0"); ok {
		return whole
	}
	return s
}

// escapeSegment escapes the name of a file as a segment of a URL.
func escapeSegment(name string) string {
	return strings.NewReplacer("/", "%2f", "?", "%3f").Replace(uri.Escape(name))
}
