package casefile

import (
	"fmt"
	"path"
	"strings"
)

// Point is a rule or condition of the rulesets under test, and what all requests did
// with it.
type Point struct {
	Place

	IsRule       bool
	Reached      bool // the pattern of the rule was tried, or the condition was tested
	Held, Failed bool // a rule that matched held
}

// Outcomes returns how many outcomes there are to see, and how many were: that a rule
// matches, that a condition holds and that it does not.
func (p *Point) Outcomes() (all, seen int) {
	if p.IsRule {
		return 1, count(p.Held)
	}
	return 2, count(p.Held) + count(p.Failed)
}

// Missing says what was not seen, "" if nothing.
func (p *Point) Missing() string {
	switch {
	case p.IsRule && p.Held, p.Held && p.Failed:
		return ""
	case !p.Reached:
		return "never reached"
	case p.IsRule:
		return "never matched"
	case p.Held:
		return "never false"
	}
	return "never true"
}

// Total is what all requests of several reports did with the rules under test. A
// ruleset that several case files name counts once.
type Total struct {
	Points   []*Point
	Listings []*Listing // the texts that they are written in
}

// Sum sums up reports. Those of rulesets that are there for their findings do not
// count.
func Sum(reports []*Report) *Total {
	t := &Total{}
	points, listings := map[Place]*Point{}, map[string]bool{}
	for _, r := range reports {
		if r.Err != nil || r.Findings != nil && len(r.Requests) == 0 {
			continue
		}
		for _, l := range r.Listings {
			in := *l
			in.Source = path.Join(r.Dir, l.Source)
			if key := fmt.Sprint(in.Before, " ", in.Source); !listings[key] {
				listings[key] = true
				t.Listings = append(t.Listings, &in)
			}
		}
		for _, rule := range r.Rules {
			for _, cond := range rule.Conds {
				p := t.point(points, r.Dir, cond.Place, false)
				p.Reached = p.Reached || cond.Held() || cond.Failed()
				p.Held, p.Failed = p.Held || cond.Held(), p.Failed || cond.Failed()
			}
			p := t.point(points, r.Dir, rule.Place, true)
			p.Reached, p.Held = p.Reached || rule.Reached(), p.Held || rule.Matched()
		}
	}
	return t
}

// point returns the point that is written at a place.
func (t *Total) point(known map[Place]*Point, dir string, at Place, rule bool) *Point {
	at.Source, at.Text = path.Join(dir, at.Source), strings.TrimSpace(at.Text)
	p := known[at]
	if p == nil {
		p = &Point{Place: at, IsRule: rule}
		known[at] = p
		t.Points = append(t.Points, p)
	}
	return p
}

// Figures are counts of what was seen, as JSON. Percent is the share of all outcomes.
type Figures struct {
	Rules           int      `json:"rules"`
	RulesMatched    int      `json:"rules_matched"`
	Conditions      int      `json:"conditions"`
	ConditionsTrue  int      `json:"conditions_true"`
	ConditionsFalse int      `json:"conditions_false"`
	Percent         float64  `json:"percent"`
	Missing         []Missed `json:"missing"`
}

// Missed is what no request did, as JSON.
type Missed struct {
	File string `json:"file"`
	Line int    `json:"line"`
	What string `json:"what"`
	Text string `json:"text"`
}

// Figures counts.
func (t *Total) Figures() Figures {
	f := Figures{Percent: 100, Missing: []Missed{}}
	all, seen := 0, 0
	for _, p := range t.Points {
		a, s := p.Outcomes()
		all, seen = all+a, seen+s
		if p.IsRule {
			f.Rules++
			f.RulesMatched += s
		} else {
			f.Conditions++
			f.ConditionsTrue += count(p.Held)
			f.ConditionsFalse += count(p.Failed)
		}
		if what := p.Missing(); what != "" {
			f.Missing = append(f.Missing, Missed{p.Source, p.Line, what, p.Text})
		}
	}
	if all > 0 {
		f.Percent = 100 * float64(seen) / float64(all)
	}
	return f
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// String sums up the counts in a line.
func (f *Figures) String() string {
	s := fmt.Sprintf("%d of %d rules matched", f.RulesMatched, f.Rules)
	if f.Conditions > 0 {
		word := "conditions"
		if f.Conditions == 1 {
			word = "condition"
		}
		s += fmt.Sprintf(", of %d %s %d true and %d false", f.Conditions, word, f.ConditionsTrue, f.ConditionsFalse)
	}
	return s + ": coverage " + Percent(f.Percent)
}

// Percent writes a share. What is not all is never shown as 100 %.
func Percent(p float64) string {
	if p < 100 {
		p = min(p, 99.9)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", p), ".0") + " %"
}

// String tells it in a line.
func (m *Missed) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", m.File, m.Line, m.What, printable(m.Text))
}
