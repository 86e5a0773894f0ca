package rules

import (
	"slices"
	"strconv"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// A rule applies only if its pattern and each of its conditions hold. One of these is
// watched: a rule whose watch does not hold is passed over without being tried. That
// is sound as long as trying it would not show. So what stands before the watch in the
// rule has to be silent, and what is asked for the watch has to be cheap, as it is
// asked before it is known whether the rule is reached.

// watches are what a list watches.
type watches struct {
	// Of each of the lists that are joined, if there are several: its index, nil where each
	// rule is tried, and its questions.
	indexes   []*index.Index
	questions [][]question
	patterns  []index.Part // by rule
	ends      []int32      // by rule: where the conditions end that are watched, 0 if none is
	chained   []bool       // by rule: it is tried only after the one before it has matched
	looks     []listLooks  // of those of the lists that have any
}

// question is something that a request is asked.
type question struct {
	input    *Template // nil for the subject
	names    Names     // input, if it is appended as a whole; else nil
	number   bool      // the answer is the number in input, in decimal
	constant bool
}

// subjectQuestion is the number of the question for the subject.
const subjectQuestion index.Question = 0

// Watcher collects what the rules of a list may watch.
type Watcher struct {
	index.Builder

	questions []question
	known     map[string]index.Question
	spans     []condSpan // by watch
	firsts    []int32    // by rule: its first watch
	// Of the question that was looked for last.
	asked  *Part
	number bool
	answer index.Question
	ok     bool
	// What the terms of a watch are collected in.
	terms, names []index.Term
	looks        map[int]string // by rule: what it looks at where its watch does not hold
}

// condSpan is the conditions that a watch consists of; both are 0 for the pattern. With
// names the watch is that the variables they look at are there.
type condSpan struct {
	from, to int
	names    bool
}

// watch makes the index of the rules of l.
func (l *List) watch(o index.Options) {
	w := Watcher{questions: []question{{}}, known: map[string]index.Question{}, firsts: make([]int32, 0, len(l.rules))}
	conds := 0
	for _, r := range l.rules {
		conds += len(r.Conds)
	}
	w.Reserve(len(l.rules), len(l.rules)+conds, len(l.rules)+conds)
	w.spans = make([]condSpan, 0, len(l.rules)+conds)
	chained := make([]bool, len(l.rules))
	for i, r := range l.rules {
		if i > 0 && l.rules[i-1].chains() {
			chained[i] = true
			w.addChained()
			continue
		}
		w.add(r, i == 0 || !l.rules[i-1].Flow.How.Has(FlowChain))
	}
	found := watches{
		questions: [][]question{nil}, patterns: make([]index.Part, len(l.rules)), ends: make([]int32, len(l.rules)),
		chained: chained,
	}
	o.Fixed = func(q index.Question) bool { return w.questions[q].constant }
	o.Chosen = func(rule, watch, term int, p index.Part) {
		var span condSpan
		if watch != index.AlsoTerm {
			span = w.spans[int(w.firsts[rule])+watch]
		}
		if span.to == 0 {
			found.patterns[rule] = p
			return
		}
		if conds := l.rules[rule].Conds[span.from:span.to]; !span.names && onePattern(conds) {
			conds[term].part = p
		}
		found.ends[rule] = max(found.ends[rule], int32(span.to)) //nolint:gosec // no rule has 2^31 conditions
	}
	if ix := w.Build(o); ix != nil {
		found.indexes, found.questions[0] = []*index.Index{ix}, w.questions
		found.looks = w.listLooks(len(l.rules))
		l.index, l.watches = ix.List(), found
	}
}

// joinWatches returns what lists with n rules altogether watch, as one list.
func joinWatches(lists []*List, n int) watches {
	all := watches{
		questions: make([][]question, len(lists)), patterns: make([]index.Part, n), ends: make([]int32, n), chained: make([]bool, n),
	}
	first := 0
	for i, l := range lists {
		if l.index != nil {
			all.questions[i] = l.questions[0]
			copy(all.patterns[first:], l.patterns)
			copy(all.ends[first:], l.ends)
			copy(all.chained[first:], l.chained)
			for _, looks := range l.looks {
				all.looks = append(all.looks, listLooks{looks.items, first, looks.n})
			}
		}
		first += len(l.rules)
	}
	return all
}

// onePattern reports whether each of conds is a pattern, and so one term.
func onePattern(conds []*Cond) bool {
	return !slices.ContainsFunc(conds, func(c *Cond) bool { return c.Pattern == nil })
}

// addChained adds a rule that is tried only if the one before it has matched.
func (w *Watcher) addChained() {
	w.begin()
	w.watch(condSpan{})
	w.End()
}

// begin begins a rule.
func (w *Watcher) begin() { w.firsts = append(w.firsts, int32(len(w.spans))) } //nolint:gosec // no list has 2^31 watches

// watch adds a watch of a rule, which consists of the conditions of span.
func (w *Watcher) watch(span condSpan, terms ...index.Term) {
	w.Watch(terms...)
	w.spans = append(w.spans, span)
}

// add adds a rule. free says that no rule before it decides whether it is tried.
func (w *Watcher) add(r *Rule, free bool) {
	subject := patternTerm(subjectQuestion, r.Pattern)
	w.begin()
	matchesSubject := !r.Traits.has(OwnSubject)
	if !r.Traits.has(Negated) && matchesSubject {
		w.watch(condSpan{}, subject)
	}
	for from, silent := 0, true; from < len(r.Conds) && silent; {
		to := stretch(r.Conds, from)
		var ok bool
		w.terms, silent, ok = w.appendTerms(w.terms[:0], r.Conds[from:to])
		if ok {
			ok = w.mayLook(r, from, to, free)
		}
		if ok && len(w.terms) > 0 {
			w.watch(condSpan{from: from, to: to}, w.terms...)
			if w.names, ok = w.appendNames(w.names[:0], r.Conds[from:to]); ok {
				w.watch(condSpan{from, to, true}, w.names...)
			}
		}
		if r.Traits.has(BindsRight) && to-from > 1 {
			break // what follows is joined by OR, too
		}
		from = to
	}
	w.End()
	if r.Traits.has(Negated) && matchesSubject {
		w.Also(subject)
	}
}

// stretch returns where the conditions end that OR joins to the one at from.
func stretch(conds []*Cond, from int) (to int) {
	for to = from; to < len(conds); to++ {
		if !conds[to].Traits.Has(CondOr) {
			return to + 1
		}
	}
	return to
}

// appendTerms appends the terms of which one has to hold for one of conds, which OR joins,
// to be true, and returns whether conds are silent. ok is false if there are no terms: there
// are none for one of conds, or the last one bears OR, which makes it true. If none of
// the terms holds, nothing of conds shows.
func (w *Watcher) appendTerms(dst []index.Term, conds []*Cond) (terms []index.Term, silent, ok bool) {
	silent, ok = true, !conds[len(conds)-1].Traits.Has(CondOr)
	for _, c := range conds {
		var some bool
		dst, some = w.appendTermsOf(dst, c)
		ok = ok && some
		silent = silent && c.silent()
	}
	return dst, silent, ok
}

// appendNames appends terms that are weaker than those of conds but of a question that
// conditions on different variables share: one of the variables has to be there. ok is
// false if one of conds looks at something else, or may be true without its variable.
func (w *Watcher) appendNames(dst []index.Term, conds []*Cond) (terms []index.Term, ok bool) {
	for _, c := range conds {
		names, name, ok := c.entry()
		if !ok {
			return dst, false
		}
		first := len(dst)
		dst, _ = w.appendTermsOf(dst, c)
		for i := first; i < len(dst); i++ {
			if q := &w.questions[dst[i].Asks()]; q.number || !dst[i].NeedsText() {
				return dst, false
			}
		}
		dst = dst[:first]
		q, ok := w.Question(&Template{Parts: []Part{{Kind: PartValue, Value: names}}})
		if !ok {
			return dst, false
		}
		dst = append(dst, index.Name(q, name))
	}
	return dst, true
}

// entry returns the table that c looks at one entry of, and the name of that. ok is false
// if it looks at something else.
func (c *Cond) entry() (names Names, name string, ok bool) {
	if len(c.Input.Parts) != 1 || c.Input.Parts[0].Kind != PartValue {
		return nil, "", false
	}
	if e, isEntry := c.Input.Parts[0].Value.(Entry); isEntry {
		return e.Table()
	}
	return nil, "", false
}

// appendTermsOf is appendTerms for one condition.
func (w *Watcher) appendTermsOf(dst []index.Term, c *Cond) (terms []index.Term, ok bool) {
	switch {
	case c.Traits.Has(CondNot):
		return dst, false
	case c.Test != nil:
		terms, ok = c.Test.Terms(w, c)
		return append(dst, terms...), ok
	}
	q, ok := w.Question(&c.Input)
	return append(dst, patternTerm(q, c.Pattern)), ok
}

// patternTerm returns the term that holds if p matches the answer to q.
func patternTerm(q index.Question, p *pattern.Pattern) index.Term {
	return index.Pattern(q, p.String(), p.Flags())
}

// Question returns the question for what input expands to. ok is false if it can't be
// asked.
func (w *Watcher) Question(input *Template) (q index.Question, ok bool) {
	return w.question(input, false)
}

// NumberQuestion returns the question for the number that input expands to, in
// decimal. ok is false if it can't be asked.
func (w *Watcher) NumberQuestion(input *Template) (q index.Question, ok bool) {
	return w.question(input, true)
}

func (w *Watcher) question(input *Template, number bool) (index.Question, bool) {
	// Thousands of conditions may share the parts of their input.
	if len(input.Parts) > 0 && (w.asked != &input.Parts[0] || w.number != number) {
		w.asked, w.number = &input.Parts[0], number
		w.answer, w.ok = w.find(input, number)
	}
	return w.answer, w.ok && len(input.Parts) > 0
}

// find finds a question, which it adds if there is none for input yet.
func (w *Watcher) find(input *Template, number bool) (index.Question, bool) {
	nature := input.nature()
	if _, literal := input.literal(); literal || !nature.Has(Silent|Cheap) {
		return 0, false
	}
	key := input.key(number)
	q, ok := w.known[key]
	if !ok {
		q = index.Question(len(w.questions)) //nolint:gosec // no more than conditions
		w.known[key] = q
		names, _ := input.Parts[0].Value.(Names)
		w.questions = append(w.questions, question{input, names, number, nature.Has(Constant)})
	}
	return q, true
}

// key returns what tells a question for t, which is cheap, apart from others.
func (t *Template) key(number bool) string {
	b := strconv.AppendBool(nil, number)
	for i := range t.Parts {
		p := &t.Parts[i]
		text := p.Text
		if p.Kind == PartValue {
			b = append(b, '%')
			text = p.Value.Name()
		}
		b = strconv.AppendInt(b, int64(len(text)), 10)
		b = append(append(b, ':'), text...)
	}
	return string(b)
}

// Answer returns the answer to a question of the list that is run.
func (r *Run) Answer(q index.Question, buf []byte) (text string, made []byte) {
	if q == subjectQuestion {
		text = r.Host.Subject()
		r.Spend(len(text) / work.TextSteps)
		return text, nil
	}
	ask := &r.list.questions[r.cursor.Segment()][q]
	parts := ask.input.Parts
	if ask.names != nil {
		return "", ask.names.Append(r, buf)
	}
	looked := r.looked
	for i := range parts {
		r.looked = "" // What is looked at early does not show.
		text = r.ExpandPart(&parts[i], nil)
		r.Spend(len(text) / work.TextSteps)
		if len(parts) > 1 {
			if !r.Charge(len(text)) {
				break
			}
			buf = append(buf, text...)
		}
	}
	r.looked = looked
	switch {
	case !ask.number && len(parts) > 1:
		return "", buf
	case !ask.number:
		return text, nil
	case len(parts) > 1:
		text = string(buf)
	}
	return "", strconv.AppendInt(buf[:0], int64(apr.Atoi(text)), 10)
}
