package httpd

import (
	"cmp"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
)

// Become makes the request that of sub, as httpd's fast redirect does: one that was found
// to be served in its place.
func (s *Request) Become(sub *Request) {
	s.Eval.Trace(s, Event{Kind: EventInternal, Detail: EventTakesPlace, Input: s.URI, Output: sub.URI})
	s.Eval.Substituted = true
	byRule, before := s.MappedByRule, s.Negotiated
	s.Mapping, s.Content = sub.Mapping, sub.Content
	s.MappedByRule = s.MappedByRule || byRule
	s.Location = cmp.Or(sub.Location, s.Location)
	names := s.Vary
	s.Vary = sub.Vary.Clone()
	s.addVaries(&names)
	s.Negotiated = before
	s.KeepVary = s.KeepVary || sub.KeepVary
	s.TakeErrHeader(sub)
	sub.TabulateScript()
	s.ScriptURL, s.Env = apr.Optional{}, s.overlay(sub.Env, s.Env)
	s.Notes = s.overlay(sub.Notes, s.Notes)
}

// overlay returns the entries of both tables. Of a name that both have, looking it up finds
// that of over, while the last one, that of base, is what scripts get and what an internal
// redirect keeps, as in httpd.
func (s *Request) overlay(over, base apr.Table) apr.Table {
	if !s.Eval.Charge(base.Size(0)+over.Size(0)) || !s.Eval.Spend(len(base.Entries)+len(over.Entries)) {
		return apr.Table{}
	}
	merged := over.Clone()
	for _, e := range base.Entries {
		merged.Add(e.Name, e.Value)
	}
	return merged
}
