package rewrite

import (
	"maps"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/parser"
)

// serverRewrite is mod_rewrite's configuration of a server.
type serverRewrite struct {
	owned      bool // the server has a mod_rewrite directive of its own
	state      apr.Toggle
	options    parser.RewriteOption
	optionsSet bool
	rules      ruleScopes
	list       *rules.List // of rules, once all are known
	maps       map[string]rewritemap.Map
}

// dirRewrite is mod_rewrite's part of a httpd.DirConfig.
type dirRewrite struct {
	state      apr.Toggle
	options    parser.RewriteOption
	optionsSet bool
	rules      ruleScopes
	list       *rules.List // of rules, once all are known
	base       string      // RewriteBase, "" if unset
	baseSet    bool        // RewriteBase was here, as far as httpd remembers
	prefix     string      // the directory with a final slash; "" for a server's own
	hasPrefix  bool
	at         parser.Extent // where the engine was turned on
	// While the scope is compiled:
	pending []*rules.Cond // conditions that wait for their rule
	maker   *maker
}

// mod_rewrite's places in the configuration of a directory and of a server.
var (
	rewriteSlot = &httpd.Slot[dirRewrite]{
		Merge: (*dirRewrite).over,
		Seal: func(e *httpd.Engine, d *dirRewrite) {
			if d.list == nil {
				d.list = d.rules.seal(e)
			}
		},
		InDirectory: func(d *dirRewrite, dir string) *dirRewrite {
			if d.prefix == dir {
				return d
			}
			there := *d
			there.prefix = dir
			return &there
		},
		Size: func(d, over *dirRewrite) int64 {
			if over == nil || d.list == over.list {
				return 0
			}
			return httpd.MergeRuleSize * int64(d.rules.count())
		},
	}
	serverRewriteSlot = &httpd.Slot[serverRewrite]{
		Merge: (*serverRewrite).over,
		Early: func(e *httpd.Engine, s *serverRewrite) { s.rules.lists(e) },
		Seal:  func(e *httpd.Engine, s *serverRewrite) { s.list = s.rules.seal(e) },
	}
)

// newRuleList prepares rules for evaluation by e.
func newRuleList(e *httpd.Engine, list []*rules.Rule) *rules.List {
	return rules.NewList(list, &rules.Options{Linear: e.Linear, Index: e.Index})
}

// serverRewriteOf returns mod_rewrite's part of the configuration of s.
func serverRewriteOf(s *httpd.Server) *serverRewrite { return serverRewriteSlot.Of(s.Parts) }

// inheritRules combines the rules of a scope with those of the scope above it,
// given their effective options.
func inheritRules(own, above parser.RewriteOption, child, parent ruleScopes) ruleScopes {
	ignore := own&parser.IgnoreInherit != 0
	switch {
	case own&parser.Inherit != 0, above&parser.InheritDown != 0 && !ignore:
		return slices.Concat(child, parent)
	case own&parser.InheritBefore != 0, above&parser.InheritDownBefore != 0 && !ignore:
		return slices.Concat(parent, child)
	}
	return child
}

// joinMaps returns the maps of both; those of b win.
func joinMaps(a, b map[string]rewritemap.Map) map[string]rewritemap.Map {
	m := make(map[string]rewritemap.Map, len(a)+len(b))
	maps.Copy(m, a)
	maps.Copy(m, b)
	return m
}

// over merges d on top of base as RewriteOptions says.
func (d *dirRewrite) over(base *dirRewrite) *dirRewrite {
	m := *d
	if d.state == apr.Unset {
		m.state, m.at = base.state, base.at
	}
	if !d.optionsSet {
		m.options, m.optionsSet = base.options, base.optionsSet
	}
	m.baseSet = false // httpd forgets in a merge without MergeBase that there was one
	if m.options&parser.MergeBase != 0 {
		m.baseSet = d.baseSet || base.baseSet
		if !d.baseSet {
			m.base = base.base
		}
	}
	m.rules = inheritRules(m.options, base.options, d.rules, base.rules)
	if len(m.rules) != len(d.rules) {
		m.list = nil
	}
	return &m
}

// over merges the rewrite configuration of a virtual host on top of the main
// server's.
func (s *serverRewrite) over(base *serverRewrite) *serverRewrite {
	m := *s
	m.state = s.state.Over(base.state)
	if !s.optionsSet {
		m.options, m.optionsSet = base.options, base.optionsSet
	}
	ignore := m.options&parser.IgnoreInherit != 0
	m.rules = inheritRules(m.options, base.options, s.rules, base.rules)
	switch {
	case m.options&parser.Inherit != 0, base.options&parser.InheritDown != 0 && !ignore:
		m.maps = joinMaps(base.maps, s.maps)
	case m.options&parser.InheritBefore != 0, base.options&parser.InheritDownBefore != 0 && !ignore:
		m.maps = joinMaps(s.maps, base.maps)
	}
	return &m
}
