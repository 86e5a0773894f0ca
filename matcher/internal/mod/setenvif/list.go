package setenvif

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// setEnvIfList is the SetEnvIf directives of a scope, and of those around it, in
// order. Lists are joined and share what they are made of.
type setEnvIfList []*setEnvIfRun

// setEnvIfSlot is mod_setenvif's place in the configuration of a directory and of
// a server.
var setEnvIfSlot = &httpd.Slot[setEnvIfList]{
	Merge: func(over, base *setEnvIfList) *setEnvIfList {
		joined := slices.Concat(*base, *over)
		return &joined
	},
	Seal: func(e *httpd.Engine, l *setEnvIfList) { l.prepare(e) },
	Size: func(l, _ *setEnvIfList) int64 { return httpd.MergeListSize * int64(len(*l)) },
}

// setEnvIfRun is directives in a row that look at the same attribute, and so at
// the same value, as it is looked at once. It is complete before the first
// request.
type setEnvIfRun struct {
	attr    *attribute // nil for a SetEnvIfExpr, which is a run of its own
	entries []*setEnvIf
	filter  *set.Set // over the conditions of the entries; nil where each is tried
}

// minFilteredSetEnvIfs is the number of directives from which on asking a filter
// is cheaper than trying each.
const minFilteredSetEnvIfs = 4

// add appends e.
func (l *setEnvIfList) add(e *setEnvIf) {
	if i := len(*l) - 1; i >= 0 && e.attr != nil && (*l)[i].attr == e.attr {
		(*l)[i].entries = append((*l)[i].entries, e)
		return
	}
	*l = append(*l, &setEnvIfRun{attr: e.attr, entries: []*setEnvIf{e}})
}

// last returns the last directive, nil if there is none.
func (l setEnvIfList) last() *setEnvIf {
	if len(l) == 0 {
		return nil
	}
	entries := l[len(l)-1].entries
	return entries[len(entries)-1]
}

// shared returns the attribute of the first directive that has one of the same
// name as attr, or attr itself.
func (l setEnvIfList) shared(attr *attribute) *attribute {
	for _, r := range l {
		if r.attr != nil && uri.EqualFold(r.attr.name, attr.name) {
			return r.attr
		}
	}
	return attr
}

// prepare makes the filters of l for e. Nothing is added to l any more.
func (l setEnvIfList) prepare(e *httpd.Engine) {
	for _, r := range l {
		if !e.Linear && r.filter == nil && len(r.entries) >= minFilteredSetEnvIfs {
			r.filter = newSetEnvIfFilter(r.entries, e.Index.Cache)
		}
	}
}

// newSetEnvIfFilter returns a filter over the conditions of entries, none of
// which is an expression.
func newSetEnvIfFilter(entries []*setEnvIf, cache *set.Cache) *set.Set {
	return set.Build(len(entries), func(id int) *pcre.Regexp {
		e := entries[id]
		if e.pattern != nil {
			return e.pattern.Regexp()
		}
		return literalRegexp(e.literal, e.noCase)
	}, &set.Options{Cache: cache})
}

// literalRegexp returns a regular expression that finds text.
func literalRegexp(text string, noCase bool) *pcre.Regexp {
	root := &pcre.Node{Op: pcre.OpLiteral, Text: text, Fold: noCase}
	if text == "" {
		root = &pcre.Node{Op: pcre.OpEmpty}
	}
	return &pcre.Regexp{Root: root, Names: []string{""}, Class: pcre.Regular}
}

// hasExpr reports whether a directive of l is a SetEnvIfExpr, which can refer to
// what the one before it has captured.
func (l setEnvIfList) hasExpr() bool {
	return slices.ContainsFunc(l, func(r *setEnvIfRun) bool { return r.attr == nil })
}

// runSetEnvIf applies the SetEnvIf directives of a configuration. It returns 0,
// or the status to answer with where a value gets too long.
func runSetEnvIf(s *httpd.Request, p httpd.Parts) int {
	list := setEnvIfSlot.Of(p)
	if list == nil {
		return 0
	}
	var subj envSubject
	captures := list.hasExpr()
	for _, r := range *list {
		if !r.apply(s, &subj, captures) || s.Eval.Over() {
			return 500
		}
	}
	return 0
}

// PostRead is the hook for the directives of the server.
func PostRead() httpd.Hook {
	return httpd.Hook{Run: func(s *httpd.Request) int { return runSetEnvIf(s, s.Server.Parts) }}
}

// HeaderParser is the hook for the directives of sections and access files.
func HeaderParser() httpd.Hook {
	return httpd.Hook{
		Wanted: func(d *httpd.DirConfig) bool { return setEnvIfSlot.Of(d.Parts) != nil },
		Run:    func(s *httpd.Request) int { return runSetEnvIf(s, s.Dir.Parts) },
	}
}

// apply applies the directives of r. captures says that what they capture is
// looked at by others. It reports whether no value is too long.
func (r *setEnvIfRun) apply(s *httpd.Request, subj *envSubject, captures bool) bool {
	if r.filter == nil {
		for _, e := range r.entries {
			if s.Eval.At = e; !s.Eval.Spend(work.TestSteps) {
				return false
			}
			if e.holds(s, subj) && !assignAll(s, e, subj) {
				return false
			}
		}
		return true
	}
	subj.look(s, r.entries[0])
	ids := s.Eval.Candidates(r.filter, s.Eval.EnvIDs[:0], subj.value)
	s.Eval.EnvIDs = ids
	for _, id := range ids {
		e := r.entries[id]
		if s.Eval.At = e; !s.Eval.Spend(work.TestSteps) {
			return false
		}
		certain := r.filter.Exact(id) && !captures && !e.refers()
		if (certain || e.finds(s, subj)) && !assignAll(s, e, subj) {
			return false
		}
	}
	return true
}

// refers reports whether a value of e may refer to what its condition captures.
func (e *setEnvIf) refers() bool {
	return slices.ContainsFunc(e.vars.Entries, func(v apr.Entry) bool { return strings.Contains(v.Value, "$") })
}
