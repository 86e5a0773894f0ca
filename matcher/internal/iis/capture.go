package iis

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
)

// A URL that a rule makes is decoded. What the client sent is decoded once, so text that
// was decoded before it is put into a URL is escaped there as far as it would be decoded
// again, end the path or begin a query. Other text, such as a query, goes in as it is.

// pathEscapes escapes what would end a path, or begin an escape.
var pathEscapes = strings.NewReplacer("%", "%25", "?", "%3F", "#", "%23")

// span is a part of a text.
type span struct{ from, to int }

// escaped returns s with those parts escaped that were decoded, if a URL is made.
func (x *run) escaped(s string, decoded ...span) string {
	switch {
	case !x.makesURL || len(decoded) == 0 || !strings.ContainsAny(s, "%?#"):
		return s
	case !x.fits(s):
		return ""
	}
	var b strings.Builder
	at := 0
	for _, d := range decoded {
		from, to := min(max(d.from, at), len(s)), min(max(d.to, at), len(s))
		b.WriteString(s[at:from] + pathEscapes.Replace(s[from:to]))
		at = to
	}
	return b.String() + s[at:]
}

// all is the span of all of s.
func all(s string) span { return span{0, len(s)} }

// within returns spans of a text as those of a part of it, where from and to bound that.
func within(spans []span, from, to int) []span {
	var inside []span
	for _, s := range spans {
		if s.from, s.to = max(s.from, from), min(s.to, to); s.from < s.to {
			inside = append(inside, span{s.from - from, s.to - from})
		}
	}
	return inside
}

// capture is {R:n}: a part of the path, which was decoded.
type capture struct {
	t rules.Template
}

func newCapture(kind rules.PartKind, group uint8) *capture {
	return &capture{rules.Template{Parts: []rules.Part{{Kind: kind, N: int8(group)}}}} //nolint:gosec // at most webconfig.MaxGroup
}

// Of returns what the group captured.
func (v *capture) Of(r *rules.Run) string {
	s := r.Expand(&v.t, nil)
	return runOf(r).escaped(s, all(s))
}

// Templates returns what refers to the group.
func (v *capture) Templates() []*rules.Template { return []*rules.Template{&v.t} }

// Name returns "": captures are not told apart.
func (*capture) Name() string { return "" }

// Nature says that nothing of a capture shows.
func (*capture) Nature() rules.Nature { return rules.Silent }

// condCapture is {C:n}: a part of what a condition looked at, of which some was decoded.
type condCapture struct {
	*capture

	group int
}

// Of returns what the group captured.
func (v *condCapture) Of(r *rules.Run) string {
	c, ok := r.CondCaptured(v.group)
	if !ok {
		return ""
	}
	text, x := c.Subject[c.From:c.To], runOf(r)
	if !x.makesURL || !strings.ContainsAny(text, "%?#") {
		return text
	}
	return x.escaped(text, within(x.decodedIn(&c), c.From, c.To)...)
}

// decodedIn returns which parts of what a condition looked at were decoded: all of it
// where that can't be known any more.
func (x *run) decodedIn(c *rules.Captured) []span {
	switch a, _ := x.rules.Rule.Action.(*action); {
	case a != nil && !a.decoded && len(x.decoded) == 0:
		return nil
	case c.Cond == nil, anyPart(&c.Cond.Input, isCondCapture): // those of then are gone
		return []span{all(c.Subject)}
	}
	text, decoded := x.measure(&c.Cond.Input)
	if text != c.Subject { // the rule has set a variable since
		return []span{all(c.Subject)}
	}
	return decoded
}

// measure expands a template that is not a URL, and says which parts of it were decoded.
func (x *run) measure(t *rules.Template) (text string, decoded []span) {
	saved := x.makesURL
	x.makesURL = false
	defer func() { x.makesURL = saved }()
	var b strings.Builder
	for i := range t.Parts {
		s := x.rules.ExpandPart(&t.Parts[i], nil)
		if !x.rules.Charge(len(s)) {
			return "", nil
		}
		for _, d := range x.decodedOf(&t.Parts[i], s) {
			decoded = append(decoded, span{d.from + b.Len(), d.to + b.Len()})
		}
		b.WriteString(s)
	}
	return b.String(), decoded
}

// decodedOf returns which parts of s, which p became, were decoded.
func (x *run) decodedOf(p *rules.Part, s string) []span {
	switch v := p.Value.(type) {
	case *capture:
		return []span{all(s)}
	case *condCapture:
		if c, ok := x.rules.CondCaptured(v.group); ok {
			return within(x.decodedIn(&c), c.From, c.To)
		}
	case *variable:
		return v.decodedIn(x)
	case *function:
		return v.decodedIn(x, s)
	}
	return nil
}

// mayDecode reports whether p may become text that was decoded, where no rule sets
// variables and what conditions captured does not count.
func mayDecode(p *rules.Part) bool {
	switch v := p.Value.(type) {
	case *capture:
		return true
	case *variable:
		return v.decoded != nil
	}
	return false
}

func isCondCapture(p *rules.Part) bool {
	_, is := p.Value.(*condCapture)
	return is
}

// anyPart reports whether a part of t, or of the argument of a function in it, is one.
func anyPart(t *rules.Template, is func(*rules.Part) bool) bool {
	for i := range t.Parts {
		f, _ := t.Parts[i].Value.(*function)
		if is(&t.Parts[i]) || f != nil && anyPart(&f.arg, is) {
			return true
		}
	}
	return false
}
