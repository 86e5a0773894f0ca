package fuzz

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// Difference is one request on which two servers disagree.
type Difference struct {
	Case *replay.Case // with that request only, and without results
	// Want is what httpd answered, Got what the engine did. Their Status is 0
	// where the configuration was refused.
	Want, Got replay.Result
	Kind      string // what differs, in a few words
}

// Answer answers cases: it sets their ConfigError or Results.
type Answer func(ctx context.Context, cases []*replay.Case) error

// Comparison is the outcome of Compare.
type Comparison struct {
	Compared, Refused int // requests, and configurations that both refuse
	Differences       []*Difference
	// Got are the cases as the second server answered them.
	Got []*replay.Case
}

// Compare answers cases with both and compares. want runs first and sets the
// place at which got runs.
func Compare(ctx context.Context, cases []*replay.Case, want, got Answer) (*Comparison, error) {
	if err := want(ctx, cases); err != nil {
		return nil, err
	}
	ours := copies(cases)
	if err := got(ctx, ours); err != nil {
		return nil, err
	}
	c := &Comparison{Got: ours}
	for i := range cases {
		c.add(cases[i], ours[i])
	}
	return c, nil
}

// join adds the outcome of another comparison, less its cases.
func (c *Comparison) join(other *Comparison) {
	c.Compared += other.Compared
	c.Refused += other.Refused
	c.Differences = append(c.Differences, other.Differences...)
}

// add compares the results of one case.
func (c *Comparison) add(want, got *replay.Case) {
	if want.ConfigError != "" || got.ConfigError != "" {
		if (want.ConfigError == "") != (got.ConfigError == "") {
			c.Differences = append(c.Differences, refusal(want, got))
		} else {
			c.Refused++
		}
		return
	}
	for i := range want.Results {
		w, g := want.Results[i].Comparable(), got.Results[i].Comparable()
		if w.Error != "" {
			continue
		}
		if sendsNoType(&w) {
			w = replay.Result{Status: 500}
		}
		c.Compared++
		if kind := kindOf(&w, &g); kind != "" {
			c.Differences = append(c.Differences, &Difference{alone(want, i), w, g, kind})
		}
	}
}

// sendsNoType reports whether httpd found a media type that may not stand in a
// header. The module that takes the place of every handler sends another one;
// served as a file, as the engine has it, such a response ends with 500.
func sendsNoType(want *replay.Result) bool {
	return want.Final != nil && want.Final.ContentType != nil &&
		strings.ContainsFunc(*want.Final.ContentType, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// refusal is the difference between a configuration taken and one refused.
func refusal(want, got *replay.Case) *Difference {
	d := &Difference{
		Case: alone(want, -1),
		Want: replay.Result{Error: want.ConfigError},
		Got:  replay.Result{Error: got.ConfigError},
		Kind: "httpd refuses the configuration",
	}
	if want.ConfigError == "" {
		d.Kind = "the engine refuses the configuration"
	}
	return d
}

// alone is the question of c with request i only, or none.
func alone(c *replay.Case, i int) *replay.Case {
	one := &replay.Case{Name: c.Name, Vhost: c.Vhost, Second: c.Second, Files: maps.Clone(c.Files), Requests: []replay.Request{}}
	if i >= 0 {
		one.Requests = append(one.Requests, c.Requests[i])
	}
	return one
}

// kindOf tells what differs between two results, "" if nothing does.
func kindOf(want, got *replay.Result) string {
	if got.Error != "" {
		return "error: " + got.Error
	}
	if want.Status != got.Status {
		return fmt.Sprintf("status %d, engine %d", want.Status, got.Status)
	}
	var kinds []string
	note := func(differs bool, name string) {
		if differs {
			kinds = append(kinds, name)
		}
	}
	note(want.Location != got.Location, "location")
	note(!slices.Equal(want.SetCookie, got.SetCookie), "set_cookie")
	note(want.Vary != got.Vary && strings.Trim(want.Vary+got.Vary, ", ") != "", "vary")
	note((want.Final == nil) != (got.Final == nil), "final")
	if want.Final != nil && got.Final != nil {
		w, g := want.Final, got.Final
		note(!same(w.URI, g.URI), "uri")
		note(!same(w.Filename, g.Filename), "filename")
		note(!same(w.Args, g.Args), "args")
		note(!same(w.PathInfo, g.PathInfo), "path_info")
		note(!same(w.Handler, g.Handler), "handler")
		note(!same(w.ContentType, g.ContentType), "content_type")
		note(w.Proxyreq != g.Proxyreq, "proxyreq")
		note(w.Redirects != g.Redirects, "redirects")
		note(!maps.Equal(w.Env, g.Env), "env")
	}
	return strings.Join(kinds, " ")
}

func same(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
