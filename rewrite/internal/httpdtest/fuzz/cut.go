package fuzz

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/replay"
)

// cut is something to take from a case: the bytes from one to another of a
// text, or a whole field.
type cut struct {
	field    string
	from, to int
}

// The fields of a case. Those of files are followed by the file's name.
const (
	vhostText  = "vhost"
	secondText = "second"
	fileText   = "text of "
	wholeFile  = "file "
	target     = "target"
	header     = "header"
	method     = "method"
	host       = "host"
	remote     = "remote"
	encryption = "tls"
)

// cuts are all that may be taken from c, which has at most one request. The
// larger ones come first.
func cuts(c *replay.Case) []cut {
	var list []cut
	in := func(field, text string, ranges func(string) iter.Seq[[2]int]) {
		for at := range ranges(text) {
			if at[0] < at[1] {
				list = append(list, cut{field, at[0], at[1]})
			}
		}
	}
	names := slices.Sorted(maps.Keys(c.Files))
	for _, name := range names {
		list = append(list, cut{wholeFile + name, 0, 1})
	}
	in(vhostText, c.Vhost, lineRanges)
	in(secondText, c.Second, lineRanges)
	for _, name := range names {
		in(fileText+name, c.Files[name], lineRanges)
	}
	for i := range c.Requests {
		list = append(list, requestCuts(&c.Requests[i])...)
		in(target, c.Requests[i].Target, wordRanges)
	}
	in(vhostText, c.Vhost, wordRanges)
	in(secondText, c.Second, wordRanges)
	for _, name := range names {
		in(fileText+name, c.Files[name], wordRanges)
	}
	return list
}

// requestCuts are the fields that q can do without.
func requestCuts(q *replay.Request) []cut {
	var list []cut
	for i := range q.Headers {
		list = append(list, cut{header, i, i + 1})
	}
	for _, f := range []struct {
		name string
		set  bool
	}{
		{method, q.Method != ""}, {host, q.Host != nil}, {remote, q.Remote != ""}, {encryption, q.TLS},
	} {
		if f.set {
			list = append(list, cut{f.name, 0, 1})
		}
	}
	return list
}

// without returns c less what list says. Of cuts that overlap only the first
// is made.
func without(c *replay.Case, list []cut) *replay.Case {
	less := *c
	less.Files = maps.Clone(c.Files)
	less.Requests = slices.Clone(c.Requests)
	var made []cut
	for _, one := range list {
		overlaps := func(other cut) bool {
			return one.field == other.field && one.from < other.to && other.from < one.to
		}
		if !slices.ContainsFunc(made, overlaps) {
			made = append(made, one)
		}
	}
	// From the back, so that the places of those before stay what they are.
	slices.SortFunc(made, func(a, b cut) int { return b.from - a.from })
	for _, one := range made {
		one.apply(&less)
	}
	return &less
}

// apply takes the cut from c.
func (u cut) apply(c *replay.Case) {
	take := func(text string) string { return text[:u.from] + text[u.to:] }
	if name, ok := strings.CutPrefix(u.field, wholeFile); ok {
		delete(c.Files, name)
		return
	}
	if name, ok := strings.CutPrefix(u.field, fileText); ok {
		if text, there := c.Files[name]; there {
			c.Files[name] = take(text)
		}
		return
	}
	switch u.field {
	case vhostText:
		c.Vhost = take(c.Vhost)
		return
	case secondText:
		c.Second = take(c.Second)
		return
	}
	q := &c.Requests[0]
	switch u.field {
	case target:
		q.Target = take(q.Target)
	case header:
		q.Headers = slices.Delete(slices.Clone(q.Headers), u.from, u.to)
		if len(q.Headers) == 0 {
			q.Headers = nil
		}
	case method:
		q.Method = ""
	case host:
		q.Host = nil
	case remote:
		q.Remote = ""
	case encryption:
		q.TLS = false
	}
}

// lineRanges yields stretches of lines: all, halves, quarters, down to single
// lines.
func lineRanges(text string) iter.Seq[[2]int] {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' && i+1 < len(text) {
			starts = append(starts, i+1)
		}
	}
	starts = append(starts, len(text))
	return stretches(starts)
}

// stretches yields the ranges between marks: those of all marks, of halves, of
// quarters, down to neighbours.
func stretches(marks []int) iter.Seq[[2]int] {
	last := len(marks) - 1
	return func(yield func([2]int) bool) {
		for n := last; n >= 1; n /= 2 {
			for i := 0; i < last; i += n {
				if !yield([2]int{marks[i], marks[min(i+n, last)]}) {
					return
				}
			}
		}
	}
}

// parts match what is worth taking from a line as a whole: a list of flags, a
// flag, a word, a part of a query, a path segment, what stands in brackets.
var parts = []*regexp.Regexp{
	regexp.MustCompile(`(?m)[ \t]*"?\[[^\]\n]*\]"?[ \t]*$`),
	regexp.MustCompile(`[^,\[\]\n]+,`),
	regexp.MustCompile(`,[^,\[\]\n]+`),
	regexp.MustCompile(`\s+[^\s"]+`),
	regexp.MustCompile(`(?m)^[ \t]*\S+[ \t]+`),
	regexp.MustCompile(`[?&][^&?\s]*`),
	regexp.MustCompile(`/[^/?\s]*`),
	regexp.MustCompile(`[$%]?[{(][^{}()\n]*[)}]`),
	regexp.MustCompile(`\\\r?\n`),
}

// wordRanges yields the parts of text, then stretches of characters in each of
// its lines: halves, quarters, down to single ones.
func wordRanges(text string) iter.Seq[[2]int] {
	return func(yield func([2]int) bool) {
		for _, part := range parts {
			for _, at := range part.FindAllStringIndex(text, -1) {
				if !yield([2]int{at[0], at[1]}) {
					return
				}
			}
		}
		start := 0
		for line := range strings.SplitAfterSeq(text, "\n") {
			marks := []int{start}
			for i := range line {
				if i > 0 {
					marks = append(marks, start+i)
				}
			}
			start += len(line)
			for at := range stretches(append(marks, start)) {
				if !yield(at) {
					return
				}
			}
		}
	}
}
