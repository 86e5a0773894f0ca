package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

// reasonsAgainst says why the rule that -why-not names did not match, for each time that
// its list was run, and which request it is for.
func (x *explainer) reasonsAgainst(book *rulebook, steps []matcher.Step) ([]string, error) {
	r, err := x.asked(book)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("the rule in line %d", r.From.Line)
	lines, tried := whenTried(book, r, steps, name)
	if !tried {
		lines = append(lines, name+" is not tried: "+whyUntried(book, r, steps))
	}
	if w := x.witnessOf(r); w != "" {
		lines = append(lines, name+" is for requests such as "+w)
	}
	return lines, nil
}

// asked returns the rule that -why-not names; a condition stands for its rule.
func (x *explainer) asked(book *rulebook) (*parser.RewriteRule, error) {
	file, number := x.config, x.whyNot
	if file == "" {
		file = filepath.Join(x.root, ".htaccess")
	}
	if i := strings.LastIndexByte(number, ':'); i >= 0 {
		file, number = number[:i], number[i+1:]
	}
	line, err := strconv.ParseUint(number, 10, 32)
	if err != nil || line == 0 {
		return nil, errors.New("-why-not wants the line of a rule: 12, or .htaccess:12")
	}
	if _, err := readRules(file); err != nil {
		return nil, err
	}
	for _, candidate := range sameFile(file) {
		for _, n := range book.file(candidate) {
			r, ok := n.(*parser.RewriteRule)
			if ok && (uint64(r.From.Line) == line || onLine(book.conds[r], line)) {
				return r, nil
			}
		}
	}
	return nil, fmt.Errorf("%s:%d holds no rule or condition", file, line)
}

// sameFile returns the names that steps may have for a file.
func sameFile(name string) []string {
	names := []string{name}
	if abs, err := filepath.Abs(name); err == nil && abs != name {
		names = []string{abs, name}
	}
	return names
}

func onLine(conds []*parser.RewriteCond, line uint64) bool {
	for _, c := range conds {
		if uint64(c.From.Line) == line {
			return true
		}
	}
	return false
}

// isAt reports whether a step is about a directive.
func isAt(s *matcher.Step, e parser.Extent) bool {
	return s.At.From == e.From && filepath.Base(s.At.Name) == filepath.Base(e.Name) && shortName(s.At.Name) == shortName(e.Name)
}

// whenTried says what happened each time that the rule was tried.
func whenTried(book *rulebook, r *parser.RewriteRule, steps []matcher.Step, name string) (lines []string, tried bool) {
	under := false // the rule's conditions are tested
	var failed []string
	add := func(line string) {
		if len(lines) == 0 || lines[len(lines)-1] != line {
			lines = append(lines, line)
		}
	}
	end := func() {
		if under && len(failed) > 0 {
			add(name + " does not match: " + strings.Join(failed, "; "))
		}
		under, failed = false, nil
	}
	for i := range steps {
		s := &steps[i]
		switch s.Kind { //nolint:exhaustive // others say nothing of it
		case matcher.StepRule:
			end()
			if under = isAt(s, r.Extent); !under {
				continue
			}
			tried = true
			if !s.Matched {
				add(fmt.Sprintf("%s does not match: its pattern %s would have to %s %q", name, r.Pattern.Text, matchOrNot(r.Not), s.Input) +
					fitOf(r.Not, r.Regex, r.Has(parser.FlagNoCase), s.Input))
			}
		case matcher.StepCond:
			if c, ok := book.at(s.At).(*parser.RewriteCond); ok && under {
				failed = against(failed, c, s)
			}
		case matcher.StepMatched:
			if under && isAt(s, r.Extent) {
				failed = nil
				add(name + " matches")
			}
		case matcher.StepStart, matcher.StepDecision:
			end()
		}
	}
	end()
	return lines, tried
}

// against adds a condition that does not hold to those that kept a rule from matching.
// One that holds clears the alternatives before it.
func against(failed []string, c *parser.RewriteCond, s *matcher.Step) []string {
	if s.Matched {
		return nil
	}
	text := fmt.Sprintf("the condition in line %d, %s, would have to hold for %q", c.From.Line, condText(c), s.Input)
	if !c.Not && c.Op == parser.CondRegex {
		text += fitText(c.Operand, c.Has(parser.FlagNoCase), s.Input)
	}
	if c.Has(parser.FlagOrNext) {
		text += ", or one of the next"
	}
	return append(failed, text)
}

func fitOf(not bool, pattern string, fold bool, input string) string {
	if not {
		return ""
	}
	return fitText(pattern, fold, input)
}

func matchOrNot(not bool) string {
	if not {
		return "not match, after its \"!\","
	}
	return "match"
}

// whyUntried says why a rule was not tried at all.
func whyUntried(book *rulebook, r *parser.RewriteRule, steps []matcher.Step) string {
	list := book.lists[r]
	seen := false
	why := ""
	for i := range steps {
		s := &steps[i]
		other, ok := book.at(s.At).(*parser.RewriteRule)
		if !ok || list == nil || book.lists[other] != list && !sameList(book, other, r) {
			continue
		}
		seen = true
		if s.Kind == matcher.StepMatched && other.From.Line < r.From.Line {
			if _, because := book.passedOver(other); because != "" {
				why = fmt.Sprintf("the rule in line %d matches, and %s", other.From.Line, because)
			}
		}
		if s.Kind == matcher.StepRule && !s.Matched && len(book.chained(other)) > 0 {
			why = fmt.Sprintf("the chain that begins with line %d is broken before it", other.From.Line)
		}
	}
	switch {
	case why != "":
		return why
	case seen:
		return "the list ends before it"
	}
	return "its list is not run for this request: the engine is off there, or " + book.place(r.Extent) + " is not in force"
}

// sameList reports whether two rules that were read under two names of a file are in one
// list.
func sameList(book *rulebook, a, b *parser.RewriteRule) bool {
	return shortName(a.Name) == shortName(b.Name) && (book.lists[a].section == nil) == (book.lists[b].section == nil) &&
		(book.lists[a].section == nil || book.lists[a].section.From == book.lists[b].section.From)
}

// witnessOf returns a request that a rule is for as far as its text says, "" if none is
// found.
func (x *explainer) witnessOf(r *parser.RewriteRule) string {
	src, err := readRules(r.Name)
	if err != nil {
		return ""
	}
	name := r.Name
	access := lint.IsAccessFile(name)
	if rel, err := filepath.Rel(x.root, name); access && x.root != "" && err == nil && filepath.IsLocal(rel) {
		name = filepath.ToSlash(rel)
	}
	c := checker{engineOn: x.engineOn, defines: x.defines, handled: x.handled}
	all, err := lint.Witnesses([]lint.Source{{Name: name, Text: src, Access: access}}, c.options())
	if err != nil {
		return ""
	}
	for i := range all {
		if all[i].Rule.From == r.From {
			return all[i].String()
		}
	}
	return ""
}
