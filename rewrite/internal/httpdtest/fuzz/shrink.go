package fuzz

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

const (
	maxRounds     = 60  // of reduction
	maxCandidates = 160 // tried for one difference in a round
)

// Shrink reduces the cases of differences, as far as the difference stays of
// the same kind. It stops early when ctx is done, with the differences as far as
// they are reduced by then.
func Shrink(ctx context.Context, differences []*Difference, want, got Answer) error {
	active := slices.Clone(differences)
	for range maxRounds {
		if len(active) == 0 || ctx.Err() != nil {
			return nil
		}
		var list []candidate
		for _, d := range active {
			for _, c := range candidates(d.Case) {
				if rename(c, len(list)) {
					list = append(list, candidate{d, c})
				}
			}
		}
		smaller, err := stillDiffer(ctx, list, want, got)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // Running out of time is no failure: what there is counts.
		}
		if err != nil {
			return err
		}
		active = slices.DeleteFunc(active, func(d *Difference) bool { return smaller[d] == nil })
		for d, by := range smaller {
			*d = *by
		}
	}
	return nil
}

// defined matches the names that NewCase defines, in upper and lower case.
var defined = regexp.MustCompile(`\b([Vv])\d+\b`)

// definition matches a directive that defines another name.
var definition = regexp.MustCompile(`(?i)\bDefine\s+("?V(\d{0,3}|\d{4}\w+)\b|[^"V]|"[^V])`)

// rename gives c variables of its own, as the cases of a server share them. It
// reports whether that was possible: what defines a name that lost a part might
// meet that of another case.
func rename(c *replay.Case, n int) bool {
	name := fmt.Sprintf("${1}%d", 1000+n)
	c.Vhost = defined.ReplaceAllString(c.Vhost, name)
	for file, text := range c.Files {
		c.Files[file] = defined.ReplaceAllString(text, name)
	}
	return !definition.MatchString(c.Vhost)
}

// candidate is a case that is a step smaller than that of its difference.
type candidate struct {
	of *Difference
	c  *replay.Case
}

// stillDiffer answers candidates and returns for each difference the smallest
// that shows it, if any does.
func stillDiffer(ctx context.Context, list []candidate, want, got Answer) (map[*Difference]*Difference, error) {
	list, err := accepted(ctx, list, got)
	if err != nil {
		return nil, err
	}
	cases := make([]*replay.Case, len(list))
	for i := range list {
		cases[i] = list[i].c
	}
	if err := want(ctx, cases); err != nil {
		return nil, err
	}
	ours := copies(cases)
	if err := got(ctx, ours); err != nil {
		return nil, err
	}
	smaller := map[*Difference]*Difference{}
	for i := range list {
		var c Comparison
		c.add(cases[i], ours[i])
		of := list[i].of
		for _, d := range c.Differences {
			if d.Kind == of.Kind && (smaller[of] == nil || size(d.Case) < size(smaller[of].Case)) {
				smaller[of] = d
			}
		}
	}
	return smaller, nil
}

// accepted drops candidates that the engine refuses, unless a refusal is the
// difference: most mistakes that come of cutting are seen by both, and httpd
// takes long to tell.
func accepted(ctx context.Context, list []candidate, got Answer) ([]candidate, error) {
	cases := make([]*replay.Case, len(list))
	for i := range list {
		q := *list[i].c
		q.Requests = nil
		cases[i] = &q
	}
	if err := got(ctx, cases); err != nil {
		return nil, err
	}
	var left []candidate
	for i, l := range list {
		if cases[i].ConfigError == "" || len(l.c.Requests) == 0 {
			left = append(left, l)
		}
	}
	return left, nil
}

// copies returns shallow copies of cases.
func copies(cases []*replay.Case) []*replay.Case {
	list := make([]*replay.Case, len(cases))
	for i, c := range cases {
		q := *c
		list[i] = &q
	}
	return list
}

// size is what Shrink reduces.
func size(c *replay.Case) int {
	n := len(c.Vhost)
	for name, text := range c.Files {
		n += 10 + len(name) + len(text)
	}
	for _, q := range c.Requests {
		n += len(q.Target) + len(q.Method) + len(q.Remote)
		for _, h := range q.Headers {
			n += 10 + len(h[0]) + len(h[1])
		}
		if q.Host != nil {
			n += 10 + len(*q.Host)
		}
		if q.TLS {
			n += 10
		}
	}
	return n
}

// candidates are cases that are a step smaller than c, the larger steps first.
func candidates(c *replay.Case) []*replay.Case {
	var list []*replay.Case
	with := func(change func(*replay.Case)) {
		one := *c
		one.Files = maps.Clone(c.Files)
		one.Requests = slices.Clone(c.Requests)
		change(&one)
		list = append(list, &one)
	}
	texts := func(smaller func(string) iter.Seq[string]) {
		for text := range smaller(c.Vhost) {
			with(func(one *replay.Case) { one.Vhost = text })
		}
		for _, name := range slices.Sorted(maps.Keys(c.Files)) {
			for text := range smaller(c.Files[name]) {
				with(func(one *replay.Case) { one.Files[name] = text })
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Files)) {
		with(func(one *replay.Case) { delete(one.Files, name) })
	}
	texts(fewerLines)
	for i := range c.Requests {
		for _, q := range smallerRequests(&c.Requests[i]) {
			with(func(one *replay.Case) { one.Requests[i] = q })
		}
	}
	texts(shorterLines)
	return list[:min(len(list), maxCandidates)]
}

// smallerRequests are requests a step simpler than q.
func smallerRequests(q *replay.Request) []replay.Request {
	var list []replay.Request
	with := func(change func(*replay.Request)) {
		one := *q
		one.Headers = slices.Clone(q.Headers)
		change(&one)
		list = append(list, one)
	}
	for i := range q.Headers {
		with(func(one *replay.Request) {
			if one.Headers = slices.Delete(one.Headers, i, i+1); len(one.Headers) == 0 {
				one.Headers = nil
			}
		})
	}
	if q.Method != "" {
		with(func(one *replay.Request) { one.Method = "" })
	}
	if q.Host != nil {
		with(func(one *replay.Request) { one.Host = nil })
	}
	if q.Remote != "" {
		with(func(one *replay.Request) { one.Remote = "" })
	}
	if q.TLS {
		with(func(one *replay.Request) { one.TLS = false })
	}
	for text := range less(q.Target) {
		with(func(one *replay.Request) { one.Target = text })
	}
	return list
}

// fewerLines yields text less some of its lines: halves, quarters, and so on.
func fewerLines(text string) iter.Seq[string] {
	lines := strings.SplitAfter(text, "\n")
	return func(yield func(string) bool) {
		for n := len(lines); n >= 1; n /= 2 {
			for at := 0; at+n <= len(lines); at += n {
				if text != "" && !yield(strings.Join(slices.Delete(slices.Clone(lines), at, at+n), "")) {
					return
				}
			}
		}
	}
}

// shorterLines yields text with one line shortened.
func shorterLines(text string) iter.Seq[string] {
	lines := strings.SplitAfter(text, "\n")
	return func(yield func(string) bool) {
		for i, line := range lines {
			for shorter := range less(line) {
				changed := slices.Clone(lines)
				changed[i] = shorter
				if !yield(strings.Join(changed, "")) {
					return
				}
			}
		}
	}
}

// less yields line less stretches of itself: flags, words, segments, then
// halves, quarters, and so on down to single characters.
func less(line string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, sep := range []string{",", " ", "&", "/"} {
			words := strings.SplitAfter(line, sep)
			for i := range words {
				rest := strings.Join(slices.Delete(slices.Clone(words), i, i+1), "")
				if len(words) > 1 && !yield(strings.Replace(rest, ",]", "]", 1)) {
					return
				}
			}
		}
		runes := []rune(strings.TrimSuffix(line, "\n"))
		end := line[len(string(runes)):]
		for n := len(runes) / 2; n >= 1; n /= 2 {
			for at := 0; at+n <= len(runes); at += n {
				if !yield(string(slices.Delete(slices.Clone(runes), at, at+n)) + end) {
					return
				}
			}
		}
	}
}
