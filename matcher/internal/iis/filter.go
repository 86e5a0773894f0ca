package iis

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/winname"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// filter is what request filtering lets through. It is not written to.
type filter struct {
	doubleEscaping, highBit, rawQueryOnly bool
	maxContent, maxURL, maxQuery          uint64
	headerLimits                          []keyed
	extensions, verbs                     allowList
	hidden                                hiddenNames
	allowedURLs, allowedQueries           []keyed
	deniedURLs, deniedQueries             []keyed
	rules                                 []filterRule
}

// keyed is an item of a list.
type keyed struct {
	key   string // as it is compared
	limit uint64 // of a header
	allow bool
	stock bool // of a server as it comes: it may be named again
}

// allowList says what of a list may come in.
type allowList struct {
	items  []keyed
	known  map[string]bool // by their keys
	others bool            // what is not in the list may
}

// seal prepares the list for requests.
func (l *allowList) seal() {
	l.known = make(map[string]bool, len(l.items))
	for i := range l.items {
		l.known[l.items[i].key] = l.items[i].allow
	}
}

// allows reports whether key may come in.
func (l *allowList) allows(key string) bool {
	if len(l.items) == 0 {
		return l.others
	}
	if allowed, known := l.known[key]; known {
		return allowed
	}
	return l.others
}

// hiddenNames are names of segments that are never served.
type hiddenNames struct {
	items   []keyed
	lengths uint64 // a bit for each length that one has; the last stands for longer ones, too
}

// lengthBit returns the bit that stands for the length of name.
func lengthBit(name string) uint64 { return 1 << min(len(name), 63) }

// seal prepares the names for requests.
func (h *hiddenNames) seal() {
	h.lengths = 0
	for i := range h.items {
		h.lengths |= lengthBit(h.items[i].key)
	}
}

// have reports whether plain, a name as winname.Plain returns it, is one of the names, or
// with short may be a short name of one.
func (h *hiddenNames) have(plain string, short bool) bool {
	if !short && h.lengths&lengthBit(plain) == 0 {
		return false
	}
	for i := range h.items {
		if key := h.items[i].key; plain == key || short && winname.Is(plain, key) {
			return true
		}
	}
	return false
}

// filterRule is a <filteringRule>.
type filterRule struct {
	name                        string // in lower case
	url, query, raw, unescaped  bool
	headers, extensions, denied []string
}

// The lists of a server as it comes.
const (
	stockHidden     = "web.config bin app_code app_globalresources app_localresources app_webreferences app_data app_browsers"
	stockExtensions = ".ad .adprototype .asa .asax .ascx .browser .cd .compiled .config .cs .csproj .dd .dsdgm .dsprototype .exclude " +
		".java .jsl .ldb .ldd .lddprototype .ldf .licx .lsad .lsaprototype .master .mdb .mdf .msgx .refresh .resources .resx .rules " +
		".sd .sdm .sdmdocument .sitemap .skin .ssdgm .ssmap .vb .vbproj .vjsproj .vsdisco .webinfo"
)

// stockFilter is that of a server as it comes.
func stockFilter() *filter {
	f := &filter{maxContent: 30000000, maxURL: 4096, maxQuery: 2048}
	f.extensions.others, f.verbs.others = true, true
	for name := range strings.FieldsSeq(stockHidden) {
		f.hidden.items = append(f.hidden.items, keyed{key: name, stock: true})
	}
	for ext := range strings.FieldsSeq(stockExtensions) {
		f.extensions.items = append(f.extensions.items, keyed{key: ext, stock: true})
	}
	f.seal()
	return f
}

// seal prepares the lists of the filter for requests.
func (f *filter) seal() {
	f.extensions.seal()
	f.verbs.seal()
	f.hidden.seal()
}

// stock is the filter where no file says anything of it.
var stock = stockFilter()

// with returns f, or where that is nil the stock filter, with what n says.
func (f *filter) with(n *webconfig.Filtering) (*filter, *parser.Diagnostic) {
	m := *stock
	if f != nil {
		m = *f
	}
	setBool(&m.doubleEscaping, &n.AllowDoubleEscaping, false)
	setBool(&m.highBit, &n.AllowHighBit, true)
	setBool(&m.rawQueryOnly, &n.UnescapeQueryString, true)
	if l := n.Limits; l != nil {
		setNumber(&m.maxContent, &l.MaxContentLength)
		setNumber(&m.maxURL, &l.MaxURL)
		setNumber(&m.maxQuery, &l.MaxQueryString)
	}
	lists := []struct {
		to   *[]keyed
		from *webconfig.List
	}{
		{&m.extensions.items, n.FileExtensions},
		{&m.verbs.items, n.Verbs},
		{&m.hidden.items, n.HiddenSegments},
		{&m.allowedURLs, n.AlwaysAllowedURLs},
		{&m.allowedQueries, n.AlwaysAllowedQueries},
		{&m.deniedURLs, n.DenyURLSequences},
		{&m.deniedQueries, n.DenyQuerySequences},
	}
	if n.Limits != nil {
		lists = append(lists, struct {
			to   *[]keyed
			from *webconfig.List
		}{&m.headerLimits, n.Limits.Headers})
	}
	for _, l := range lists {
		items, err := withItems(*l.to, l.from)
		if err != nil {
			return &m, err
		}
		*l.to = items
	}
	m.seal()
	for _, l := range []struct {
		to   *bool
		from *webconfig.List
	}{{&m.extensions.others, n.FileExtensions}, {&m.verbs.others, n.Verbs}} {
		if l.from != nil {
			setBool(l.to, &l.from.AllowUnlisted, false)
		}
	}
	var err *parser.Diagnostic
	if n.Rules != nil {
		m.rules, err = withFilterRules(m.rules, n.Rules.Nodes)
	}
	return &m, err
}

// setBool takes over an attribute that was written, with inverted its opposite.
func setBool(to *bool, from *webconfig.Bool, inverted bool) {
	if from.IsSet() {
		*to = from.Value != inverted
	}
}

func setNumber(to *uint64, from *webconfig.Number) {
	if from.IsSet() {
		*to = from.Value
	}
}

// itemKey returns the key of an item as it is compared: verbs alone know case.
func itemKey(kind webconfig.ListKind, key string) string {
	switch kind {
	case webconfig.ListVerbs:
		return key
	case webconfig.ListHiddenSegments:
		return winname.Plain(key)
	default:
		return strings.ToLower(key)
	}
}

// withItems returns the items of a list with what n does to them.
func withItems(above []keyed, n *webconfig.List) ([]keyed, *parser.Diagnostic) {
	if n == nil {
		return above, nil
	}
	items := slices.Clone(above)
	for _, node := range n.Nodes {
		switch node := node.(type) {
		case *webconfig.Clear:
			items = nil
		case *webconfig.Remove:
			key := itemKey(n.Kind, node.Key.Value)
			items = slices.DeleteFunc(items, func(k keyed) bool { return k.key == key })
		case *webconfig.Item:
			item := keyed{key: itemKey(n.Kind, node.Key.Value), limit: node.SizeLimit.Value, allow: node.Allowed.Value}
			i := slices.IndexFunc(items, func(k keyed) bool { return k.key == item.key })
			switch {
			case i < 0:
				items = append(items, item)
			case items[i].stock:
				items[i] = item
			default:
				return items, again(node.Extent, "request filtering entry", node.Key.Value)
			}
		}
	}
	return items, nil
}

func withFilterRules(above []filterRule, nodes []webconfig.Node) ([]filterRule, *parser.Diagnostic) {
	list := slices.Clone(above)
	for _, node := range nodes {
		switch node := node.(type) {
		case *webconfig.Clear:
			list = nil
		case *webconfig.Remove:
			list = slices.DeleteFunc(list, func(r filterRule) bool { return r.name == strings.ToLower(node.Key.Value) })
		case *webconfig.FilteringRule:
			r := newFilterRule(node)
			if slices.ContainsFunc(list, func(o filterRule) bool { return o.name == r.name }) {
				return list, again(node.Extent, "filtering rule", node.Name.Value)
			}
			list = append(list, r)
		}
	}
	return list, nil
}

func newFilterRule(n *webconfig.FilteringRule) filterRule {
	return filterRule{
		name: strings.ToLower(n.Name.Value), url: n.ScanURL.Value, query: n.ScanQueryString.Value, raw: n.ScanAllRaw.Value,
		unescaped: n.DenyUnescapedPercent.Value,
		headers:   keysOf(n.ScanHeaders), extensions: keysOf(n.AppliesTo), denied: keysOf(n.DenyStrings),
	}
}

// keysOf returns the keys of a list, in lower case.
func keysOf(n *webconfig.List) []string {
	items, _ := withItems(nil, n) // the parser has found what is there twice
	keys := make([]string, len(items))
	for i := range items {
		keys[i] = items[i].key
	}
	return keys
}
