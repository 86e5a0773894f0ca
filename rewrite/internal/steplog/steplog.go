// Package steplog keeps of the steps of an evaluation what a person can read: an
// endless loop makes millions.
package steplog

import (
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher"
)

// The bounds of a Log whose own are 0.
const (
	DefaultMax     = 1000 // steps
	DefaultMaxText = 2000 // bytes of a text
)

// sameRounds is how many rounds in a row have to be the same to say that a rule
// feeds itself.
const sameRounds = 3

// Log keeps the steps of one evaluation: the first and the last of them, and of
// rounds that [N] began and that are the same as those before only three. Where
// steps are left out stands one of kind StepOmitted that says how many. The zero
// value is ready for use; it is not for concurrent use.
type Log struct {
	Max     int // steps kept; negative: all of them, with all of their texts
	MaxText int // bytes kept of a text of a step

	first []matcher.Step
	last  []matcher.Step // a ring, once it is full
	next  int            // where in last the next step goes
	lost  int            // steps that are in neither

	round  round // the one under way
	before round // the one before it
	same   int   // rounds in a row that were the same as before, the first included
	left   int   // rounds that were left out, and their steps
	steps  int
	at     matcher.Step // the step with which the last round began
}

// round sums up a round: the steps between two restarts.
type round struct {
	sum   uint64
	steps int
	held  []matcher.Step // while it is not known whether to leave it out
}

// seed makes the sums of a process.
var seed = maphash.MakeSeed()

// Add adds a step.
func (l *Log) Add(s matcher.Step) {
	if l.Max < 0 {
		l.first = append(l.first, s)
		return
	}
	restart := s.Detail == "restart"
	if restart {
		l.endRound()
		l.at = s
	} else if l.left > 0 && endsRun(s.Kind) {
		l.release()
		l.same, l.before = 0, round{}
	}
	l.round.steps++
	l.round.sum = mix(l.round.sum, &s)
	s = l.cut(s)
	switch {
	case l.same < sameRounds:
		l.keep(s)
	case len(l.round.held) < l.limit():
		l.round.held = append(l.round.held, s)
	default: // too long to wait for its end
		l.release()
		l.same = 0
		l.keep(s)
	}
}

// endsRun reports whether a step of kind k belongs to no round.
func endsRun(k matcher.StepKind) bool {
	return k == matcher.StepStart || k == matcher.StepMapped || k == matcher.StepInternal || k == matcher.StepDecision
}

// endRound looks whether the round that ends is the same as the one before.
func (l *Log) endRound() {
	switch r := &l.round; {
	case r.sum != l.before.sum || r.steps != l.before.steps:
		l.release()
		l.same = 1
	case l.same < sameRounds:
		l.same++
	default:
		l.left++
		l.steps += r.steps
	}
	l.before = round{sum: l.round.sum, steps: l.round.steps}
	l.round = round{held: l.round.held[:0]}
}

// release keeps the steps of a round that is not left out, behind a word about
// those that were.
func (l *Log) release() {
	if l.left > 0 {
		st := omitted(&l.at, l.steps)
		st.Detail, st.Rounds = "rounds", l.left
		l.keep(st)
		l.left, l.steps = 0, 0
	}
	for _, s := range l.round.held {
		l.keep(s)
	}
	l.round.held = l.round.held[:0]
}

// omitted returns the step that stands for n others like s.
func omitted(s *matcher.Step, n int) matcher.Step {
	return matcher.Step{Kind: matcher.StepOmitted, At: s.At, Dir: s.Dir, Depth: s.Depth, Redirects: s.Redirects, Omitted: n}
}

// keep keeps s among the first, or else among the last.
func (l *Log) keep(s matcher.Step) {
	half := max(1, l.limit()/2)
	switch {
	case len(l.first) < half:
		l.first = append(l.first, s)
	case len(l.last) < half:
		l.last = append(l.last, s)
	default:
		l.last[l.next] = s
		l.next = (l.next + 1) % half
		l.lost++
	}
}

func (l *Log) limit() int {
	if l.Max == 0 {
		return DefaultMax
	}
	return l.Max
}

// Steps returns what is kept of the steps added so far. No more may be added.
func (l *Log) Steps() []matcher.Step {
	l.release()
	all := slices.Clone(l.first)
	if l.lost > 0 {
		all = append(all, omitted(&matcher.Step{}, l.lost))
	}
	return slices.Concat(all, l.last[l.next:], l.last[:l.next])
}

// cut shortens the texts of s, but not why it was refused, which quotes little.
func (l *Log) cut(s matcher.Step) matcher.Step {
	most := l.MaxText
	if most <= 0 {
		most = DefaultMaxText
	}
	for _, text := range []*string{&s.Name, &s.Input, &s.Output} {
		*text = Cut(*text, most)
	}
	return s
}

// Cut returns text, or where it is longer than most bytes its head and how long
// it is.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return fmt.Sprintf("%s… (%d bytes)", text[:most], len(text))
}

// mix adds s to a sum.
func mix(sum uint64, s *matcher.Step) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	maphash.WriteComparable(&h, sum)
	maphash.WriteComparable(&h, s.At.From)
	maphash.WriteComparable(&h, s.Kind)
	maphash.WriteComparable(&h, s.Detail)
	maphash.WriteComparable(&h, s.Status)
	maphash.WriteComparable(&h, s.Matched)
	for _, text := range []string{s.At.Name, s.Dir, s.Name, s.Input, s.Output} {
		maphash.WriteComparable(&h, text)
	}
	if s.Reason != nil {
		maphash.WriteComparable(&h, s.Reason.Message)
	}
	return h.Sum64()
}
