package rules

import "github.com/modrewrite-go/modrewrite/matcher/internal/vary"

// Looker is a CondTest that shows, also where it is false, as it adds to Vary the names of
// headers that it looks at.
type Looker interface {
	CondTest
	// Looks returns these names for c if none of its Terms holds, "" for none.
	Looks(c *Cond) string
}

// VaryingHost is a Host whose conditions have Lookers.
type VaryingHost interface {
	Host
	// Looked adds to Vary what rules look at that were passed over: those of items from the
	// number first on, and before end.
	Looked(items *vary.Items, first, end int)
}

// listLooks is what the rules of a list look at where they are passed over.
type listLooks struct {
	items *vary.Items
	first int // rule, in the list that it is joined to
	n     int // how many rules there are
}

// looksOf returns what conditions that OR joins look at if none of their terms holds.
func looksOf(conds []*Cond) string {
	var all []string
	for _, c := range conds {
		if l, ok := c.Test.(Looker); ok {
			if names := l.Looks(c); names != "" {
				all = append(all, names)
			}
		}
	}
	return vary.Join(all)
}

// looksAlways reports whether the first condition of r is evaluated for each request that
// it is tried for.
func (r *Rule) looksAlways() bool {
	return r.Pattern.MatchesAll() && !r.Traits.has(Negated) && !r.Traits.has(OwnSubject) && !r.Traits.has(BindsRight) &&
		!r.Flow.How.Has(FlowNoSubs)
}

// mayLook reports whether conditions of r, which is being added, may be watched, as to what
// they look at, and notes that. free is that of add.
func (w *Watcher) mayLook(r *Rule, from, to int, free bool) bool {
	names := looksOf(r.Conds[from:to])
	switch {
	case names == "":
		return true
	case from > 0 || !free || !r.looksAlways():
		return false
	}
	w.noteLooks(names)
	return true
}

// noteLooks notes what the rule that is being added looks at where it is passed over.
func (w *Watcher) noteLooks(names string) {
	if w.looks == nil {
		w.looks = map[int]string{}
	}
	w.looks[len(w.firsts)-1] = names
}

// listLooks returns what the rules of a list look at, of which there are n.
func (w *Watcher) listLooks(n int) []listLooks {
	if w.looks == nil {
		return nil
	}
	items := new(vary.Items)
	for rule := range n {
		items.Append(w.looks[rule])
	}
	return []listLooks{{items: items.Done(), n: n}}
}

// passed counts what the rules from the number first on, and before end, have looked at,
// which the index passed over. Where a run is traced they are evaluated instead.
func (r *Run) passed(l *List, first, end int) {
	if r.Traced {
		return
	}
	for i := range l.looks {
		looks := &l.looks[i]
		if from, to := max(first-looks.first, 0), min(end-looks.first, looks.n); from < to {
			r.Host.(VaryingHost).Looked(looks.items, from, to) //nolint:forcetypeassert // only its conditions are Lookers
		}
	}
}
