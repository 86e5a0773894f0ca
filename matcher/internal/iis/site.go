package iis

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// findings are what is found while compiling.
type findings = parser.Diagnostics

// site is what a web.config, or several of them from parent to child, say.
type site struct {
	global   []*level // the rules that come first, whatever the folder
	levels   []*level // the others, parent to child
	maps     map[string]*rewriteMap
	allowed  map[string]bool // server variables that rules may set, by variableName
	filter   *filter         // nil for that of a stock server
	redirect *httpRedirect   // nil for none
	err      *parser.Diagnostic
	missing  *parser.Diagnostic // a map that no file has so far

	own     *layer    // of one file: what it adds to the folders above
	located []located // of one file
	path    string    // of one file
	told    *atomic.Bool
}

// located is what a <location> says.
type located struct {
	path   string // relative to the folder of the file, in lower case
	config *httpd.DirConfig
}

// level is the rules that one file has for one place.
type level struct {
	place
	rules []*rules.Rule // nil for those that are not enabled
	names []string      // of the rules, in lower case
	uses  [][]mapUse    // by rule
	list  *rules.List
}

// mapUse is a rule's use of a rewrite map.
type mapUse struct {
	name string // in lower case
	at   parser.Extent
}

// place is where rules stand: a folder, by its name or as URL-path.
type place struct {
	dir   string // ends in a slash
	isURL bool
}

// prefix returns the URL-path of the place on a server, which ends in a slash.
func (p *place) prefix(s *httpd.Server) string {
	if p.isURL {
		return p.dir
	}
	if rest, ok := strings.CutPrefix(p.dir, s.DocumentRoot+"/"); ok {
		return p.dir[len(p.dir)-len(rest)-1:]
	}
	return "/"
}

// layer is what a file says for one place, to be put on top of the folders above.
type layer struct {
	place
	rules   []ruleOp
	global  []ruleOp
	maps    []mapOp
	allowed []nameOp
	filters []*webconfig.Filtering // of the file itself, and of a <location> for its folder
	directs []*webconfig.Redirect
}

// ruleOp adds a rule, or takes inherited ones away: the one called name, or all where
// that is "".
type ruleOp struct {
	takes bool
	rule  *rules.Rule // nil for one that is not enabled, whose name is taken all the same
	uses  []mapUse
	name  string // in lower case
	at    parser.Extent
}

// mapOp is ruleOp for a map.
type mapOp struct {
	m    *rewriteMap
	name string
	at   parser.Extent
}

// nameOp is ruleOp for the name of a server variable, as variableName returns it.
type nameOp struct {
	name string
	add  bool
}

// siteSlot is the room's place in the configuration of a directory.
var siteSlot = &httpd.Slot[site]{
	Merge: func(over, base *site) *site { return base.with(over.own) },
	Seal: func(e *httpd.Engine, s *site) {
		for _, l := range slices.Concat(s.global, s.levels) {
			if l.list == nil {
				enabled := slices.DeleteFunc(slices.Clone(l.rules), func(r *rules.Rule) bool { return r == nil })
				l.list = rules.NewList(enabled, &rules.Options{Linear: e.Linear, Index: e.Index})
			}
		}
	},
	Size: func(s, _ *site) int64 { return httpd.MergeListSize * int64(len(s.levels)+len(s.global)) },
}

// with returns s with a layer on top.
func (s *site) with(l *layer) *site {
	m := &site{maps: s.maps, allowed: s.allowed, filter: s.filter, redirect: s.redirect, err: s.err}
	var err *parser.Diagnostic
	if m.levels, err = withRules(s.levels, l.rules, l.place); err == nil {
		m.global, err = withRules(s.global, l.global, place{"/", true})
	}
	if err == nil {
		m.maps, err = withMaps(s.maps, l.maps)
	}
	m.missing = m.missingMap()
	if l.allowed != nil {
		m.allowed = withNames(s.allowed, l.allowed)
	}
	for i := 0; i < len(l.filters) && err == nil; i++ {
		m.filter, err = m.filter.with(l.filters[i])
	}
	for i := 0; i < len(l.directs) && err == nil; i++ {
		m.redirect, err = m.redirect.with(l.directs[i], l.place)
	}
	if m.err == nil {
		m.err = err
	}
	return m
}

// withRules returns the levels with what ops do, rules of their own at a level for at.
func withRules(above []*level, ops []ruleOp, at place) ([]*level, *parser.Diagnostic) {
	if len(ops) == 0 {
		return above, nil
	}
	levels := slices.Clone(above)
	own := &level{place: at}
	known := map[string]bool{}
	for _, l := range levels {
		for _, n := range l.names {
			known[n] = true
		}
	}
	for i := range ops {
		switch op := &ops[i]; {
		case op.takes && op.name == "":
			levels, own = nil, &level{place: at}
			clear(known)
		case op.takes:
			levels, own = without(levels, op.name), without([]*level{own}, op.name)[0]
			delete(known, op.name)
		case known[op.name]:
			return levels, again(op.at, "rule", op.name)
		default:
			known[op.name] = true
			own.rules, own.names, own.uses = append(own.rules, op.rule), append(own.names, op.name), append(own.uses, op.uses)
		}
	}
	if len(own.rules) > 0 {
		levels = append(levels, own)
	}
	return levels, nil
}

// again is the error for a name that is there already in a folder above.
func again(at parser.Extent, what, name string) *parser.Diagnostic {
	return &parser.Diagnostic{
		Extent: at, Severity: parser.Error, Code: webconfig.CodeDuplicate,
		Message: fmt.Sprintf("a folder above has a %s %s already", what, httpd.Clipped(name)), Hint: "<remove> it first",
	}
}

// without returns levels without the rule called name.
func without(levels []*level, name string) []*level {
	levels = slices.Clone(levels)
	for i, l := range levels {
		j := slices.Index(l.names, name)
		if j < 0 {
			continue
		}
		levels[i] = &level{
			place: l.place, rules: slices.Delete(slices.Clone(l.rules), j, j+1),
			names: slices.Delete(slices.Clone(l.names), j, j+1), uses: slices.Delete(slices.Clone(l.uses), j, j+1),
		}
	}
	return levels
}

func withMaps(above map[string]*rewriteMap, ops []mapOp) (map[string]*rewriteMap, *parser.Diagnostic) {
	if len(ops) == 0 {
		return above, nil
	}
	all := maps.Clone(above)
	if all == nil {
		all = map[string]*rewriteMap{}
	}
	for i := range ops {
		switch op := &ops[i]; {
		case op.m == nil && op.name == "":
			clear(all)
		case op.m == nil:
			delete(all, op.name)
		case all[op.name] != nil:
			return all, again(op.at, "rewrite map", op.name)
		default:
			all[op.name] = op.m
		}
	}
	return all, nil
}

func withNames(above map[string]bool, ops []nameOp) map[string]bool {
	all := maps.Clone(above)
	if all == nil {
		all = map[string]bool{}
	}
	for _, op := range ops {
		switch {
		case op.add:
			all[op.name] = true
		case op.name == "":
			clear(all)
		default:
			delete(all, op.name)
		}
	}
	return all
}

// missingMap reports a map that a rule uses and that is not there.
func (s *site) missingMap() *parser.Diagnostic {
	for _, l := range slices.Concat(s.global, s.levels) {
		for _, u := range slices.Concat(l.uses...) {
			if s.maps[u.name] == nil {
				return &parser.Diagnostic{
					Extent: u.at, Severity: parser.Error, Code: webconfig.CodeUnknownMap,
					Message: "neither the file nor a folder above has a rewrite map " + httpd.Clipped(u.name),
				}
			}
		}
	}
	return nil
}
