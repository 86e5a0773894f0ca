package iis

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// template compiles a template.
func (c *compiler) template(t *webconfig.Template) *rules.Template {
	return &rules.Template{Parts: c.parts(t.Parts)}
}

func (c *compiler) parts(parts []webconfig.Part) []rules.Part {
	list := make([]rules.Part, 0, len(parts))
	for i := range parts {
		list = append(list, c.part(&parts[i]))
	}
	return list
}

func (c *compiler) part(p *webconfig.Part) rules.Part {
	value := func(v rules.Value) rules.Part { return rules.Part{Kind: rules.PartValue, Value: v} }
	switch p.Kind {
	case webconfig.PartLiteral:
		return rules.Part{Text: p.Text}
	case webconfig.PartRuleCapture:
		return value(newCapture(rules.PartRuleGroup, p.Group))
	case webconfig.PartCondCapture:
		return value(&condCapture{newCapture(rules.PartCondGroup, p.Group), int(p.Group)})
	case webconfig.PartVariable:
		return value(c.variable(p.Text))
	case webconfig.PartMap:
		at := parser.Extent{Name: c.name, From: p.From, To: p.To}
		name := strings.ToLower(p.Text)
		c.uses = append(c.uses, mapUse{name, at})
		return value(&lookup{call{arg: rules.Template{Parts: c.parts(p.Arg)}}, name, at})
	case webconfig.PartToLower, webconfig.PartURLEncode, webconfig.PartURLDecode, webconfig.PartHTMLEncode:
	}
	return value(&function{call{arg: rules.Template{Parts: c.parts(p.Arg)}}, p.Kind})
}

// call is a part with an argument.
type call struct{ arg rules.Template }

// Templates returns the argument.
func (v *call) Templates() []*rules.Template { return []*rules.Template{&v.arg} }

// Name returns "": calls are not told apart.
func (*call) Name() string { return "" }

// Nature says that nothing of a call shows.
func (*call) Nature() rules.Nature { return rules.Silent }

// argument returns the value of the argument, in which nothing is escaped.
func (v *call) argument(r *rules.Run) string {
	x := runOf(r)
	saved := x.makesURL
	x.makesURL = false
	s := r.Expand(&v.arg, nil)
	x.makesURL = saved
	return s
}

// function is {ToLower:…} and its kind.
type function struct {
	call
	kind webconfig.PartKind
}

// Of returns the value of the function.
func (v *function) Of(r *rules.Run) string {
	if v.kind == webconfig.PartToLower {
		return strings.ToLower(r.Expand(&v.arg, nil)) // in a URL as its argument is
	}
	x := runOf(r)
	s := v.argument(r)
	if !x.fits(s) {
		return ""
	}
	switch v.kind {
	case webconfig.PartURLEncode:
		return urltext.Encoded(s)
	case webconfig.PartURLDecode:
		s = urltext.Decoded(s)
	default:
		s = urltext.HTML.Replace(s)
	}
	if !x.makesURL {
		return s
	}
	return x.escaped(s, v.decodedIn(x, s)...)
}

// decodedIn returns which parts of s, the value of the function, were decoded: where some
// of its argument was, all of what is not encoded again or as long as the argument.
func (v *function) decodedIn(x *run, s string) []span {
	if v.kind == webconfig.PartURLEncode {
		return nil
	}
	text, decoded := x.measure(&v.arg)
	if len(decoded) > 0 && (v.kind != webconfig.PartToLower || len(text) != len(s)) {
		return []span{all(s)}
	}
	return decoded
}

// lookup is {Map:key}.
type lookup struct {
	call
	name string // of the map, in lower case
	at   parser.Extent
}

// Of returns the value of the key.
func (v *lookup) Of(r *rules.Run) string {
	x, key := runOf(r), v.argument(r)
	m := x.site.maps[v.name]
	if m == nil {
		x.trace(httpd.Event{Kind: httpd.EventMap, Detail: httpd.EventNoMap, Name: v.name})
		return ""
	}
	value, found := m.lookup(key)
	x.trace(httpd.Event{Kind: httpd.EventMap, Name: v.name, Input: key, Output: value, Matched: found})
	return value
}
