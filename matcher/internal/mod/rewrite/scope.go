package rewrite

import (
	"slices"
	"sync"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
)

// ruleScope is the rules of one server, section or access file, of which there is one at
// least. Whoever inherits them shares them, and what makes their evaluation cheap.
type ruleScope struct {
	rules   []*rules.Rule
	prepare sync.Once
	list    *rules.List
}

// ruleScopes are the rules of a configuration: its own and those that it inherits.
type ruleScopes []*ruleScope

// with returns s, which is of one scope or empty, with r after it.
func (s ruleScopes) with(r *rules.Rule) ruleScopes {
	if len(s) == 0 {
		s = ruleScopes{{}}
	}
	s[0].rules = append(s[0].rules, r)
	return s
}

// count returns how many rules there are.
func (s ruleScopes) count() int {
	n := 0
	for _, scope := range s {
		n += len(scope.rules)
	}
	return n
}

// minJoined is from how many rules on lists of several scopes are joined: fewer are made
// one list of their own, which a request asks once.
const minJoined = 64

// seal prepares the rules for evaluation by e. Nothing is added to them any more.
func (s ruleScopes) seal(e *httpd.Engine) *rules.List {
	if lists := s.lists(e); len(lists) > 0 {
		if list, ok := rules.Join(lists); ok {
			return list
		}
	}
	var all []*rules.Rule
	for _, scope := range s {
		all = slices.Concat(all, scope.rules)
	}
	return newRuleList(e, all)
}

// lists returns the rules of each scope, prepared for evaluation by e; none if they are to be
// one list.
func (s ruleScopes) lists(e *httpd.Engine) []*rules.List {
	least := minJoined
	if e.Index.MinItems > 0 {
		least = e.Index.MinItems
	}
	if len(s) > 1 && s.count() < least {
		return nil
	}
	lists := make([]*rules.List, len(s))
	for i, scope := range s {
		lists[i] = scope.seal(e)
	}
	return lists
}

// seal prepares the rules of one scope.
func (s *ruleScope) seal(e *httpd.Engine) *rules.List {
	s.prepare.Do(func() { s.list = newRuleList(e, s.rules) })
	return s.list
}
