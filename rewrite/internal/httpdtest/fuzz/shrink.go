package fuzz

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

const (
	maxRounds = 200 // of reduction
	window    = 160 // cuts tried on one difference in a round
)

// Shrink reduces the cases of differences, as far as the difference stays of
// the same kind. When ctx is done it returns an error, with the differences as
// far as they are reduced by then.
func Shrink(ctx context.Context, differences []*Difference, want, got Answer) error {
	s := shrinker{want: want, got: got}
	var active []*reduction
	for _, d := range differences {
		active = append(active, &reduction{Difference: d})
	}
	for range maxRounds {
		if len(active) == 0 {
			break
		}
		if err := s.round(ctx, active); err != nil {
			return err
		}
		active = slices.DeleteFunc(active, func(r *reduction) bool { return r.done })
	}
	return nil
}

// shrinker reduces differences between two servers.
type shrinker struct{ want, got Answer }

// reduction is a difference on its way to a smaller one.
type reduction struct {
	*Difference
	from     int  // the first of its cuts to try
	progress bool // it got smaller since from was 0
	done     bool // nothing can be taken away
}

// attempt is a try to make a reduction smaller.
type attempt struct {
	of   *reduction
	cuts []cut
	c    *replay.Case
	// shows is the difference that c shows, nil if it is not of the same kind.
	shows *Difference
}

// round tries some cuts on each reduction, alone and then those together that
// leave the difference.
func (s *shrinker) round(ctx context.Context, active []*reduction) error {
	var single []*attempt
	left := map[*reduction]int{} // cuts after the ones tried
	for _, r := range active {
		list := cuts(r.Case)
		r.from = min(r.from, len(list))
		to := min(r.from+window, len(list))
		left[r] = len(list) - to
		for _, one := range list[r.from:to] {
			single = append(single, &attempt{of: r, cuts: []cut{one}})
		}
	}
	if err := s.try(ctx, single); err != nil {
		return err
	}
	together := combine(single)
	if err := s.try(ctx, together); err != nil {
		return err
	}
	for _, r := range active {
		r.advance(slices.Concat(single, together), left[r] == 0)
	}
	return nil
}

// combine makes attempts of the cuts that each reduction can do without: of all
// of them, of halves, and of quarters.
func combine(single []*attempt) []*attempt {
	good := map[*reduction][]cut{}
	var order []*reduction
	for _, a := range single {
		if a.shows == nil {
			continue
		}
		if good[a.of] == nil {
			order = append(order, a.of)
		}
		good[a.of] = append(good[a.of], a.cuts...)
	}
	var together []*attempt
	for _, r := range order {
		list := good[r]
		for n := 1; n <= 4; n *= 2 {
			if size := (len(list) + n - 1) / n; size > 1 {
				for some := range slices.Chunk(list, size) {
					together = append(together, &attempt{of: r, cuts: some})
				}
			}
		}
	}
	return together
}

// advance takes the smallest difference that attempts show. last says that
// there are no cuts after those tried.
func (r *reduction) advance(attempts []*attempt, last bool) {
	var best *Difference
	for _, a := range attempts {
		if a.of == r && a.shows != nil && (best == nil || size(a.shows.Case) < size(best.Case)) {
			best = a.shows
		}
	}
	switch {
	case best != nil:
		*r.Difference = *best
		r.progress = true
	case !last:
		r.from += window
	case r.progress:
		r.from, r.progress = 0, false
	default:
		r.done = true
	}
}

// try answers attempts and sets what they show.
func (s *shrinker) try(ctx context.Context, list []*attempt) error {
	var cases []*replay.Case
	for i, a := range list {
		a.c = without(a.of.Case, a.cuts)
		if !rename(a.c, i) {
			a.c = nil
		}
	}
	if err := s.dropRefused(ctx, list); err != nil {
		return err
	}
	for _, a := range list {
		if a.c != nil {
			cases = append(cases, a.c)
		}
	}
	if len(cases) == 0 {
		return nil
	}
	if err := s.want(ctx, cases); err != nil {
		return err
	}
	ours := copies(cases)
	if err := s.got(ctx, ours); err != nil {
		return err
	}
	i := 0
	for _, a := range list {
		if a.c == nil {
			continue
		}
		var c Comparison
		c.add(cases[i], ours[i])
		i++
		if len(c.Differences) == 1 && c.Differences[0].Kind == a.of.Kind {
			a.shows = c.Differences[0]
		}
	}
	return nil
}

// dropRefused drops attempts that the engine refuses, unless a refusal is the
// difference: most mistakes that come of cutting are seen by both, and httpd
// takes long to tell.
func (s *shrinker) dropRefused(ctx context.Context, list []*attempt) error {
	var cases []*replay.Case
	var owners []*attempt
	for _, a := range list {
		if a.c != nil && len(a.c.Requests) > 0 {
			q := *a.c
			q.Requests = nil
			cases = append(cases, &q)
			owners = append(owners, a)
		}
	}
	if err := s.got(ctx, cases); err != nil {
		return err
	}
	for i, c := range cases {
		if c.ConfigError != "" {
			owners[i].c = nil
		}
	}
	return nil
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
	c.Second = defined.ReplaceAllString(c.Second, name)
	for file, text := range c.Files {
		c.Files[file] = defined.ReplaceAllString(text, name)
	}
	return !definition.MatchString(c.Vhost) && !definition.MatchString(c.Second) && !slices.ContainsFunc(slices.Collect(maps.Values(c.Files)), definition.MatchString)
}

// size is what Shrink reduces.
func size(c *replay.Case) int {
	n := len(c.Vhost) + len(c.Second)
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
