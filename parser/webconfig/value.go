package webconfig

import (
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// Place is where the name of an attribute stands; the zero value means that the
// attribute was not written.
type Place struct{ At parser.Pos }

// IsSet reports whether the attribute was written.
func (p *Place) IsSet() bool { return p.At.Line > 0 }

func (p *Place) place() parser.Pos { return p.At }

// The types of attributes. Value is what was written or, where nothing was, the
// default.
type (
	// Text is an attribute that holds text.
	Text struct {
		Place
		Value string
	}
	// Bool is an attribute that is "true" or "false".
	Bool struct {
		Place
		Value bool
	}
	// Number is an attribute that holds a number.
	Number struct {
		Place
		Value uint64
	}
	// Enum is an attribute that is one of some names.
	Enum[E enum] struct {
		Place
		Value E
	}
)

// enum is a type whose values have names in a web.config.
type enum interface {
	~int
	choices() []choice
}

// choice is a value of an enum. What is written may be its name, in any case,
// or its number.
type choice struct {
	name   string
	value  int
	number int
}

// value is an attribute's value in the tree.
type value interface {
	IsSet() bool
	// place returns where the attribute's name stands.
	place() parser.Pos
	// read takes over what a holds.
	read(r *reader, a *attribute)
	// write returns what read reads.
	write() string
}

// field is an attribute that an element has.
type field struct {
	name  string
	value value
}

func (t *Text) read(_ *reader, a *attribute) { t.Value, t.At = a.value, a.at }
func (t *Text) write() string                { return t.Value }

func (b *Bool) read(r *reader, a *attribute) {
	b.At = a.at
	switch {
	case strings.EqualFold(a.value, "true"):
		b.Value = true
	case strings.EqualFold(a.value, "false"):
		b.Value = false
	case a.value == "1" || a.value == "0":
		b.Value = a.value == "1"
		r.lenient(a, a.name+" is "+a.value+", which stands for "+b.write())
	default:
		r.badValue(a, `it is "true" or "false"`)
	}
}
func (b *Bool) write() string { return strconv.FormatBool(b.Value) }

func (n *Number) read(r *reader, a *attribute) {
	n.At = a.at
	v, err := strconv.ParseUint(strings.TrimPrefix(a.value, "+"), 10, 32)
	if err != nil {
		r.badValue(a, "it is a number from 0 to 4294967295")
		return
	}
	n.Value = v
}
func (n *Number) write() string { return strconv.FormatUint(n.Value, 10) }

func (e *Enum[E]) read(r *reader, a *attribute) {
	e.At = a.at
	var names []string
	for _, c := range e.Value.choices() {
		if strings.EqualFold(a.value, c.name) {
			e.Value = E(c.value)
			return
		}
		if a.value == strconv.Itoa(c.number) {
			e.Value = E(c.value)
			r.lenient(a, a.name+" is the number "+a.value+", which stands for "+c.name)
			return
		}
		names = append(names, c.name)
	}
	r.badValue(a, "it is one of "+strings.Join(names, ", "))
}

func (e *Enum[E]) write() string {
	for _, c := range e.Value.choices() {
		if c.value == int(e.Value) {
			return c.name
		}
	}
	return strconv.Itoa(int(e.Value))
}

// decimal returns n in decimal.
func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// The enums.

// PatternSyntax says what the patterns of a rule and its conditions are.
type PatternSyntax int

// The syntaxes of patterns.
const (
	ECMAScript PatternSyntax = iota // a regular expression, found anywhere
	Wildcard                        // "*" and "?"; all of the input
	ExactMatch                      // text; all of the input
)

func (PatternSyntax) choices() []choice {
	return []choice{{"ECMAScript", int(ECMAScript), 0}, {"Wildcard", int(Wildcard), 1}, {"ExactMatch", int(ExactMatch), 2}}
}

// CachePolicy is the responseCacheDirective of a rule, a hint to the cache of
// IIS.
type CachePolicy int

// The cache policies.
const (
	CacheAuto CachePolicy = iota
	CacheAlways
	CacheNever
	CacheNotIfRuleMatched
)

func (CachePolicy) choices() []choice {
	return []choice{
		{"Auto", int(CacheAuto), 0},
		{"Always", int(CacheAlways), 1},
		{"Never", int(CacheNever), 2},
		{"NotIfRuleMatched", int(CacheNotIfRuleMatched), 3},
	}
}

// Grouping says how many of some conditions have to hold.
type Grouping int

// The groupings.
const (
	MatchAll Grouping = iota
	MatchAny
)

func (Grouping) choices() []choice {
	return []choice{{"MatchAll", int(MatchAll), 0}, {"MatchAny", int(MatchAny), 1}}
}

// MatchType is what a condition tests its input for.
type MatchType int

// The match types.
const (
	MatchPattern   MatchType = iota
	MatchFile                // IsFile: the input names a file
	MatchDirectory           // IsDirectory: the input names a directory
)

func (MatchType) choices() []choice {
	return []choice{{"Pattern", int(MatchPattern), 0}, {"IsFile", int(MatchFile), 1}, {"IsDirectory", int(MatchDirectory), 2}}
}

// ActionType is what a rule does.
type ActionType int

// The actions. An outbound rule has None and Rewrite only.
const (
	ActionNone ActionType = iota
	ActionRewrite
	ActionRedirect
	ActionCustomResponse
	ActionAbortRequest
)

func (ActionType) choices() []choice {
	return []choice{
		{"None", int(ActionNone), 0},
		{"Rewrite", int(ActionRewrite), 1},
		{"Redirect", int(ActionRedirect), 2},
		{"CustomResponse", int(ActionCustomResponse), 3},
		{"AbortRequest", int(ActionAbortRequest), 4},
	}
}

// RedirectType is the status of a redirect.
type RedirectType int

// The statuses of a rule's redirect.
const (
	RedirectPermanent RedirectType = 301
	RedirectFound     RedirectType = 302
	RedirectSeeOther  RedirectType = 303
	RedirectTemporary RedirectType = 307
)

func (RedirectType) choices() []choice {
	return []choice{
		{"Permanent", int(RedirectPermanent), 301},
		{"Found", int(RedirectFound), 302},
		{"SeeOther", int(RedirectSeeOther), 303},
		{"Temporary", int(RedirectTemporary), 307},
	}
}

// ResponseStatus is the status of httpRedirect.
type ResponseStatus int

// The statuses of httpRedirect.
const (
	StatusFound        ResponseStatus = 302
	StatusPermanent    ResponseStatus = 301
	StatusTemporary    ResponseStatus = 307
	StatusPermRedirect ResponseStatus = 308
)

func (ResponseStatus) choices() []choice {
	return []choice{
		{"Found", int(StatusFound), 302},
		{"Permanent", int(StatusPermanent), 301},
		{"Temporary", int(StatusTemporary), 307},
		{"PermRedirect", int(StatusPermRedirect), 308},
	}
}

// Tags is a set of HTML elements whose attributes an outbound rule looks at.
type Tags int

// The tags of filterByTags, each with the attributes that hold URLs.
const (
	TagA      Tags = 1 << iota // href
	TagArea                    // href
	TagBase                    // href
	TagForm                    // action
	TagFrame                   // src, longdesc
	TagHead                    // profile
	TagIFrame                  // src, longdesc
	TagImg                     // src, longdesc, usemap
	TagInput                   // src, usemap
	TagLink                    // href
	TagScript                  // src

	TagCustom Tags = 32768 // those that customTags names
)

// tagNames are the names of the tags, each with its bit.
func tagNames() []choice {
	return []choice{
		{"A", int(TagA), 0},
		{"Area", int(TagArea), 0},
		{"Base", int(TagBase), 0},
		{"Form", int(TagForm), 0},
		{"Frame", int(TagFrame), 0},
		{"Head", int(TagHead), 0},
		{"IFrame", int(TagIFrame), 0},
		{"Img", int(TagImg), 0},
		{"Input", int(TagInput), 0},
		{"Link", int(TagLink), 0},
		{"Script", int(TagScript), 0},
		{"CustomTags", int(TagCustom), 0},
		{"None", 0, 0},
	}
}

// TagSet is an attribute that names tags, with commas between them.
type TagSet struct {
	Place
	Value Tags
}

func (t *TagSet) read(r *reader, a *attribute) {
	t.At = a.at
	for name := range strings.SplitSeq(a.value, ",") {
		found := false
		for _, c := range tagNames() {
			if strings.EqualFold(strings.TrimSpace(name), c.name) {
				t.Value |= Tags(c.value)
				found = true
			}
		}
		if !found {
			r.badValue(a, `"`+clip(name)+`" is not the name of a tag`)
			return
		}
	}
}

func (t *TagSet) write() string {
	var names []string
	for _, c := range tagNames() {
		if c.value != 0 && t.Value&Tags(c.value) != 0 {
			names = append(names, c.name)
		}
	}
	if names == nil {
		return "None"
	}
	return strings.Join(names, ", ")
}
