package webconfig

import (
	"strings"
)

// ListKind says which collection of request filtering a List is.
type ListKind int

// The collections of request filtering.
const (
	ListFileExtensions ListKind = iota
	ListVerbs
	ListHiddenSegments
	ListAlwaysAllowedURLs
	ListAlwaysAllowedQueries
	ListDenyURLSequences
	ListDenyQuerySequences
	ListHeaderLimits
	ListScanHeaders
	ListAppliesTo
	ListDenyStrings
)

// listForm is how a collection is written.
type listForm struct {
	name, key string
	unlisted  bool // has allowUnlisted, and its items allowed
	webDAV    bool // has applyToWebDAV
	size      bool // its items have a sizeLimit
	exact     bool // keys know case
}

func (k ListKind) form() listForm {
	switch k {
	case ListFileExtensions:
		return listForm{name: "fileExtensions", key: "fileExtension", unlisted: true, webDAV: true}
	case ListVerbs:
		return listForm{name: "verbs", key: "verb", unlisted: true, webDAV: true, exact: true}
	case ListHiddenSegments:
		return listForm{name: "hiddenSegments", key: "segment", webDAV: true}
	case ListAlwaysAllowedURLs:
		return listForm{name: "alwaysAllowedUrls", key: "url"}
	case ListAlwaysAllowedQueries:
		return listForm{name: "alwaysAllowedQueryStrings", key: "queryString"}
	case ListDenyURLSequences:
		return listForm{name: "denyUrlSequences", key: "sequence"}
	case ListDenyQuerySequences:
		return listForm{name: "denyQueryStringSequences", key: "sequence"}
	case ListHeaderLimits:
		return listForm{name: "headerLimits", key: "header", size: true}
	case ListScanHeaders:
		return listForm{name: "scanHeaders", key: "requestHeader"}
	case ListAppliesTo:
		return listForm{name: "appliesTo", key: "fileExtension"}
	case ListDenyStrings:
		return listForm{name: "denyStrings", key: "string"}
	}
	return listForm{}
}

func newFiltering() *Filtering {
	return &Filtering{AllowHighBit: Bool{Value: true}, UnescapeQueryString: Bool{Value: true}}
}

func (*Filtering) tag() string { return "requestFiltering" }
func (n *Filtering) fields() []field {
	return []field{
		n.source(),
		{"allowDoubleEscaping", &n.AllowDoubleEscaping},
		{"allowHighBitCharacters", &n.AllowHighBit},
		{"unescapeQueryString", &n.UnescapeQueryString},
		{"removeServerHeader", &n.RemoveServerHeader},
	}
}

// list returns where the list of that kind is kept, nil if n has no such.
func (n *Filtering) list(k ListKind) **List {
	switch k {
	case ListFileExtensions:
		return &n.FileExtensions
	case ListVerbs:
		return &n.Verbs
	case ListHiddenSegments:
		return &n.HiddenSegments
	case ListAlwaysAllowedURLs:
		return &n.AlwaysAllowedURLs
	case ListAlwaysAllowedQueries:
		return &n.AlwaysAllowedQueries
	case ListDenyURLSequences:
		return &n.DenyURLSequences
	case ListDenyQuerySequences:
		return &n.DenyQuerySequences
	case ListHeaderLimits, ListScanHeaders, ListAppliesTo, ListDenyStrings:
	}
	return nil
}

func (n *Filtering) child(r *reader, name string) element {
	switch name {
	case "requestLimits":
		return only(r, &n.Limits, newLimits())
	case "filteringRules":
		return only(r, &n.Rules, &FilteringRules{})
	}
	for k := ListFileExtensions; k <= ListDenyQuerySequences; k++ {
		if k.form().name == name {
			return only(r, n.list(k), newList(k))
		}
	}
	return nil
}

func newLimits() *Limits {
	return &Limits{MaxContentLength: Number{Value: 30000000}, MaxURL: Number{Value: 4096}, MaxQueryString: Number{Value: 2048}}
}

func (*Limits) tag() string { return "requestLimits" }
func (n *Limits) fields() []field {
	return []field{{"maxAllowedContentLength", &n.MaxContentLength}, {"maxUrl", &n.MaxURL}, {"maxQueryString", &n.MaxQueryString}}
}
func (n *Limits) children() *[]Node { return &n.Nodes }

func (n *Limits) child(r *reader, name string) element {
	if name == "headerLimits" {
		return only(r, &n.Headers, newList(ListHeaderLimits))
	}
	return nil
}

func newList(k ListKind) *List {
	return &List{Kind: k, AllowUnlisted: Bool{Value: true}, ApplyToWebDAV: Bool{Value: true}}
}

func (n *List) tag() string { return n.Kind.form().name }
func (n *List) fields() []field {
	var list []field
	form := n.Kind.form()
	if form.unlisted {
		list = append(list, field{"allowUnlisted", &n.AllowUnlisted})
	}
	if form.webDAV {
		list = append(list, field{"applyToWebDAV", &n.ApplyToWebDAV})
	}
	return list
}
func (n *List) children() *[]Node { return &n.Nodes }

func (n *List) child(_ *reader, name string) element {
	if name == "add" {
		return &Item{Kind: n.Kind}
	}
	return collection(name, n.Kind.form().key)
}

func (*Item) tag() string { return "add" }
func (n *Item) fields() []field {
	form := n.Kind.form()
	list := []field{{form.key, &n.Key}}
	if form.unlisted {
		list = append(list, field{"allowed", &n.Allowed})
	}
	if form.size {
		list = append(list, field{"sizeLimit", &n.SizeLimit})
	}
	return list
}

func (n *Item) leave(r *reader) {
	form := n.Kind.form()
	if !r.required(n, form.key, &n.Key) {
		return
	}
	key := n.Key.Value
	if !form.exact {
		key = strings.ToLower(key)
	}
	r.unique(startOf(n), form.key, key)
	if form.unlisted && !n.Allowed.IsSet() {
		r.fail(startOf(n), CodeMissing, "<add> has no attribute allowed", "")
	}
	if form.size && !n.SizeLimit.IsSet() {
		r.fail(startOf(n), CodeMissing, "<add> has no attribute sizeLimit", "")
	}
	if why := n.neverFits(); why != "" {
		r.warn(valueExtent(n, form.key, n.Key.At), CodeNoEffect, form.key+" "+clip(n.Key.Value)+" fits no request: "+why, "")
	}
}

// neverFits says why no request has what the key names, "" if one may.
func (n *Item) neverFits() string {
	key := n.Key.Value
	switch n.Kind {
	case ListFileExtensions, ListAppliesTo:
		if !strings.HasPrefix(key, ".") {
			return `an extension begins with "."`
		}
	case ListAlwaysAllowedURLs:
		if !strings.HasPrefix(key, "/") {
			return `a URL begins with "/"`
		}
	case ListAlwaysAllowedQueries:
		if strings.HasPrefix(key, "?") {
			return `a query string is what follows the "?"`
		}
	case ListHiddenSegments:
		if strings.ContainsAny(key, `/\`) {
			return `a segment has no "/"`
		}
	case ListVerbs, ListDenyURLSequences, ListDenyQuerySequences, ListHeaderLimits, ListScanHeaders, ListDenyStrings:
	}
	return ""
}

func (*FilteringRules) tag() string         { return "filteringRules" }
func (*FilteringRules) fields() []field     { return nil }
func (n *FilteringRules) children() *[]Node { return &n.Nodes }

func (*FilteringRules) child(_ *reader, name string) element {
	if name == "filteringRule" {
		return &FilteringRule{DenyUnescapedPercent: Bool{Value: true}}
	}
	return collection(name, "name")
}

func (*FilteringRule) tag() string { return "filteringRule" }
func (n *FilteringRule) fields() []field {
	return []field{
		{"name", &n.Name},
		{"scanUrl", &n.ScanURL},
		{"scanQueryString", &n.ScanQueryString},
		{"scanAllRaw", &n.ScanAllRaw},
		{"denyUnescapedPercent", &n.DenyUnescapedPercent},
	}
}
func (n *FilteringRule) children() *[]Node { return &n.Nodes }

func (n *FilteringRule) child(r *reader, name string) element {
	switch name {
	case "scanHeaders":
		return only(r, &n.ScanHeaders, newList(ListScanHeaders))
	case "appliesTo":
		return only(r, &n.AppliesTo, newList(ListAppliesTo))
	case "denyStrings":
		return only(r, &n.DenyStrings, newList(ListDenyStrings))
	}
	return nil
}

func (n *FilteringRule) leave(r *reader) {
	if r.required(n, "name", &n.Name) {
		r.unique(startOf(n), "filteringRule", strings.ToLower(n.Name.Value))
	}
	scans := n.ScanURL.Value || n.ScanQueryString.Value || n.ScanAllRaw.Value || n.ScanHeaders != nil
	if n.DenyStrings == nil || !scans {
		r.note(startOf(n), CodeNoEffect, "the filteringRule denies nothing: it names no strings, or nothing to look for them in")
	}
}
