package rules_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/rules"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
	"github.com/modrewrite-go/modrewrite/parser"
)

// bounded runs a ruleset of lines in the way that is named, after bound has changed the
// host.
func bounded(t *testing.T, way, ruleset string, q *request, bound func(h *host)) (*host, rules.Finish) {
	t.Helper()
	h := newHost(q.subject, q.vars)
	bound(h)
	r := h.begin(new(rules.Run))
	l := rules.NewList(read(t, strings.Split(ruleset, "\n")), ways()[way])
	return h, r.All(l)
}

// exhaust gives the host as many steps as a meter has before it looks at the clock.
func exhaust(t *testing.T) func(h *host) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return func(h *host) { h.meter.Start(ctx, limits()) }
}

// TestFailures has requests fail, which ends the run at once.
func TestFailures(t *testing.T) {
	t.Parallel()
	const steep = `(a+)+b` // which matches, after many steps
	long := "/" + strings.Repeat("a", 200) + "cab"
	longVar := func(h *host) { h.steep, h.vars["a"] = 100, long }
	tests := []struct {
		name, ruleset, subject string
		bound                  func(h *host)
		why, at                string
		line                   uint32 // of the place that is said
		acts                   int
	}{
		{"a rule too many", "rule ^/a /b\nrule ^ /c\nrule ^ /d", "/a", func(h *host) { h.tries = 2 }, "too many rules", `RewriteRule "^"`, 0, 2},
		{"just enough rules", "rule ^/a /b\nrule ^ /c\nrule ^ /d", "/a", func(h *host) { h.tries = 3 }, "", "", 0, 3},
		{
			"a steep pattern", "rule ^/ -\nrule " + steep + " /$1\nrule ^ /c", long, func(h *host) { h.steep = 100 },
			"match exceeded its budget", `RewriteRule "(a+)+b"`, 1, 1,
		},
		{
			"a steep condition", "rule ^/ -\nrule ^/ -\ncond %{const:a} ?\ncond %{const:a} " + steep + "\nrule ^/ /%1\nrule ^ /c",
			"/", longVar, "match exceeded its budget", `RewriteCond … "(a+)+b"`, 2, 2,
		},
		{
			"a steep alternative", "cond %{const:a} " + steep + " [OR]\ncond %{const:b} ^$\nrule ^/ /%1\nrule ^ /c",
			"/", longVar, "match exceeded its budget", `RewriteCond … "(a+)+b"`, 0, 0,
		},
	}
	for _, test := range tests {
		for way := range ways() {
			h, end := bounded(t, way, test.ruleset, &request{subject: test.subject}, test.bound)
			require.Equal(t, test.why, h.failed, "%s: %s", test.name, way)
			require.Equal(t, test.why != "", end == rules.Failed, "%s: %s", test.name, way)
			require.Equal(t, test.at, h.at, "%s: %s", test.name, way)
			require.Equal(t, test.line, h.located.From.Line, "%s: %s", test.name, way)
			require.Len(t, h.acts, test.acts, "%s: %s", test.name, way)
		}
	}
}

// TestBytes has texts that just fit, and that don't by one byte.
func TestBytes(t *testing.T) {
	t.Parallel()
	const eight = "12345678"
	tests := []struct {
		name, ruleset, subject string
		bytes                  int
	}{
		{"a template", "rule ^(.*)$ x$1y$1z", eight, 2*len(eight) + 3},
		{"a template of one part", "rule ^(.*)$ $1", eight, 0},
		{"a back-reference that may grow", "rule ^(.*)$ $1 [B]", eight, rules.EscapeGrowth * len(eight)},
		{"which takes nothing once it has", "rule ^(.*)$ $1 [B]\nrule ^(%31.*)$ $1 [B]", "1", rules.EscapeGrowth * len("%31")},
		{"an empty one", "rule ^(x?) $1 [B]", eight, 0},
		{"what conditions are tested on", "cond $1a ^1\ncond $1bc ^1\ncond $1d ^1\nrule ^(.*)$ -", eight, 3*len(eight) + 4},
		{"which is given back", "cond $1a ^1\nrule ^(.*)$ -\ncond $1b ^1\nrule ^(.*)$ $1c", eight, len(eight) + 1},
		{"the key of a map", "rule ^(.*)$ ${m:$1a}", eight, len(eight) + 1},
	}
	for _, test := range tests {
		for room := test.bytes; room >= max(0, test.bytes-1); room-- {
			h, end := bounded(t, "linear", test.ruleset, &request{subject: test.subject}, func(h *host) {
				l := limits()
				l.Bytes = room
				h.meter.Start(context.Background(), l)
			})
			want := rules.Finished
			if room < test.bytes {
				want = rules.Failed
				require.Equal(t, work.ErrBytes.Error(), h.failed, test.name)
			}
			require.Equal(t, want, end, "%s: %d bytes", test.name, room)
		}
	}
}

// TestBytesOfAnswers has what is asked to find the rules to try take more than there is
// room for, one text or all of them together. However often a text is made anew, it
// counts once, and once more while that happens.
func TestBytesOfAnswers(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, input := range []string{"%{var:v}%{var:v}", "%{var:v}%{var:w}"} {
		for i := range 5 {
			fmt.Fprintf(&b, "cond %s ^%d$\nrule ^x -\n", input, i)
		}
	}
	ruleset := b.String() + "rule ^ - [N=4]"
	const long, answers = 100, 3 * (100 + 100)
	for _, test := range []struct {
		bytes int
		want  rules.Finish
	}{{answers, rules.Looped}, {answers - 1, rules.Failed}, {long, rules.Failed}, {0, rules.Failed}} {
		asked := 0
		h, end := bounded(t, "default", ruleset, &request{subject: "x"}, func(h *host) {
			l := limits()
			l.Bytes = test.bytes
			h.meter.Start(context.Background(), l)
			h.values = func(value) string {
				asked++
				return strings.Repeat(string(rune('a'+asked%16)), long)
			}
		})
		require.Equal(t, test.want, end, "%d bytes", test.bytes)
		if test.want == rules.Failed {
			require.Equal(t, work.ErrBytes.Error(), h.failed, "%d bytes", test.bytes)
		}
	}
}

// TestSteps counts the rounds of a rule that starts again until the request has taken as
// many steps as there are before the clock is looked at.
func TestSteps(t *testing.T) {
	t.Parallel()
	const long = 100 * work.TextSteps
	text, name := strings.Repeat("a", long), strings.Repeat("n", long)
	again := " [N=100000]"
	tests := []struct {
		name, ruleset, subject string
		vars                   map[string]string
		each                   int // steps of a round
	}{
		{"a rule", "rule ^ -" + again, "", nil, work.RuleSteps},
		{"with a long subject", "rule ^ -" + again, text, nil, work.RuleSteps + 100},
		{"a condition", "cond %{const:a} ?\nrule ^ -" + again, "", map[string]string{"a": text}, 2 * work.RuleSteps},
		{"on a text of two parts", "cond %{const:a}b ?\nrule ^ -" + again, "", map[string]string{"a": text}, 2*work.RuleSteps + 100},
		{
			"a long value", "rule ^ - [v=%{const:a}%{const:a},N=100000]", "",
			map[string]string{"a": text},
			work.RuleSteps + 200,
		},
		{
			"a long Vary", "cond %{http:" + name + "} !?\ncond %{http:B} !?\nrule ^ -" + again, "", nil,
			3*work.RuleSteps + 100,
		},
	}
	for _, test := range tests {
		h, end := bounded(t, "linear", test.ruleset, &request{subject: test.subject, vars: test.vars}, exhaust(t))
		require.Equal(t, rules.Failed, end, test.name)
		require.Equal(t, context.Canceled.Error(), h.failed, test.name)
		if got, want := len(h.acts), work.Stride/test.each; got != want && got != want+1 {
			t.Errorf("%s: %d rounds, want %d", test.name, got, want)
		}
	}
}

// TestGoesOn has a request take more steps than there are before the clock is looked at, which
// says that there is time.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	const rounds = 3 * work.Stride / work.RuleSteps
	h, end := bounded(t, "linear", fmt.Sprintf("rule ^ - [N=%d]", rounds), &request{}, func(*host) {})
	require.Equal(t, rules.Looped, end)
	require.Empty(t, h.failed)
	require.Len(t, h.acts, rounds-1)
}

// TestStepsOfAnswers exhausts requests with what is asked to find the rules to try: texts
// that change with each round. It must take many rounds, though not as many as one could
// like.
func TestStepsOfAnswers(t *testing.T) {
	t.Parallel()
	const long = 30 * work.TextSteps
	many := func(input string) string {
		var b strings.Builder
		for i := range 5 {
			fmt.Fprintf(&b, "cond %s ^%d$\nrule ^x -\n", input, i)
		}
		return strings.TrimSpace(b.String())
	}
	tests := []struct{ name, ruleset string }{
		{"the subject", "rule ^y1 -\nrule ^y2 -\nrule ^y3 -\nrule ^y4 -"},
		{"a variable", many("%{var:v}")},
		{"two variables", many("%{var:v}%{var:w}")},
		{"a variable that is not asked early", strings.ReplaceAll(many("%{dear:v}"), "^x", "^")},
	}
	for _, test := range tests {
		for _, way := range []string{"default", "indexed"} {
			rounds := 0
			h, end := bounded(t, way, test.ruleset+"\nrule ^ %{const:subject} [N=100000]", &request{subject: "x"}, func(h *host) {
				exhaust(t)(h)
				h.values = func(v value) string {
					if v.name == "subject" {
						rounds++
					}
					return fmt.Sprintf("x%d%s", rounds, strings.Repeat("a", long))
				}
			})
			require.Equal(t, rules.Failed, end, "%s: %s", test.name, way)
			require.Equal(t, context.Canceled.Error(), h.failed, "%s: %s", test.name, way)
			if most := work.Stride / (work.RuleSteps + 30); rounds < most/10 || rounds > most {
				t.Errorf("%s: %s: %d rounds, of at most %d", test.name, way, rounds, most)
			}
		}
	}
}

// TestExhaustedByTheQuestion has a subject that is so long that asking for it is too much.
func TestExhaustedByTheQuestion(t *testing.T) {
	t.Parallel()
	ruleset := "rule ^/a -\nrule ^/b -\nrule ^/c -\nrule ^/d -"
	q := &request{subject: strings.Repeat("x", 2*work.Stride*work.TextSteps)}
	h, end := bounded(t, "default", ruleset, q, exhaust(t))
	require.Equal(t, rules.Failed, end)
	require.Equal(t, context.Canceled.Error(), h.failed)
	require.Zero(t, h.matches)
	require.Equal(t, parser.Extent{}, h.located)
}

// TestToldIsNotDone has rules passed over whose patterns are steep: telling of them does
// not deny the request, and no place is noted.
func TestToldIsNotDone(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 5 {
		fmt.Fprintf(&b, "cond %%{const:n} ^%d$\nrule (a+)+$ -\n", i)
	}
	list := read(t, strings.Split(strings.TrimSpace(b.String()), "\n"))
	l := rules.NewList(list, &rules.Options{})
	h := newHost("/"+strings.Repeat("a", 200)+"b", nil)
	h.steep = 100
	r := h.begin(new(rules.Run))
	r.Traced = true
	require.Equal(t, rules.Finished, r.All(l))
	require.Empty(t, h.failed)
	require.Nil(t, h.reached)
	require.Len(t, h.steps, len(list), "a step for each rule")
}

// liar is a host whose variable changes although it says that it does not: it has the
// next of answers each time it is asked.
func liar(answers ...string) *host {
	h := newHost("/a", nil)
	h.values = func(value) string {
		a := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		return a
	}
	return h
}

// TestTellChecksTheIndex has the index say of a rule that it does not hold although it
// does, which is a mistake in the engine, unless the answer has changed meanwhile.
func TestTellChecksTheIndex(t *testing.T) {
	t.Parallel()
	list := read(t, []string{"cond %{const:a} ^1$", "rule ^ -"})
	l := rules.NewList(list, ways()["indexed"])
	trace := func(h *host) (rules.Finish, []string, string) {
		r := h.begin(new(rules.Run))
		r.Traced = true
		return r.All(l), h.steps, h.failed
	}
	end, steps, failed := trace(liar("0", "0"))
	require.Equal(t, rules.Finished, end)
	require.Equal(t, []string{`rule 0 "/a" true`, `cond 0.1 "0" false`}, steps)
	require.Empty(t, failed)
	end, steps, failed = trace(liar("0", "1", "1"))
	require.Equal(t, rules.Finished, end)
	require.Equal(t, []string{`rule 0 "/a" true`, `cond 0.1 "1" true`}, steps, "which is said, but not acted upon")
	require.Empty(t, failed)
	end, _, failed = trace(liar("0", "1", "0"))
	require.Equal(t, rules.Failed, end)
	require.Equal(t, "the index passes over rule 0", failed)
}

// TestClear uses one run for many requests, as a pool does.
func TestClear(t *testing.T) {
	t.Parallel()
	ruleset := []string{
		"cond %{dear:a} (.)", "cond %{dear:a} (.)", "rule ^/ - [TRACK,v=%2]", "rule ^/b -", "cond %{dear:a} ^(1)$", "rule ^/a /1-%1", "cond %{dear:a} ^(2)$", "rule ^/a /2-%1", "cond %{dear:a} ^(3)$ [OR]",
		"cond %{dear:a} ^(4)$", "rule ^/a /3-%1", "rule ^/b(.*) /$1", "cond %{http:a} ^9$", "rule !^/a /[$1%1]",
	}
	l := rules.NewList(read(t, ruleset), &rules.Options{})
	r := new(rules.Run)
	for i := range 40 {
		q := &request{subject: []string{"/a", "/b", "/bx"}[i%3], vars: map[string]string{"a": fmt.Sprint(i % 10)}}
		want, _ := runList(l, q, false)
		h := newHost(q.subject, q.vars)
		end := h.begin(r).All(l)
		h.act("%s: %s", finishes()[end], h.subject)
		require.Equal(t, want, h.acts, "request %d", i)
		r.Clear()
		require.False(t, r.HoldsList())
		require.False(t, r.Tracks())
		left := rules.Run{
			Host: r.Host, Budget: r.Budget, Meter: r.Meter, Sub: r.Sub, Traced: r.Traced, Rounds: r.Rounds, Rule: r.Rule,
			Subject: r.Subject, Vary: r.Vary,
		}
		left.Host, left.Budget, left.Meter = nil, nil, nil // they stay
		require.Zero(t, left)
	}
	r.Clear()
}

// TestSharedRules has lists share rules, as inheritance does: a list does not see what
// another one found out about their conditions.
func TestSharedRules(t *testing.T) {
	t.Parallel()
	var lines []string
	for i := range 6 {
		lines = append(lines, fmt.Sprintf("cond %%{const:a} ^%d$", i), fmt.Sprintf("rule ^ /%d", i))
	}
	list := read(t, lines)
	backwards := slices.Clone(list)
	slices.Reverse(backwards)
	var lists []*rules.List
	for _, shared := range [][]*rules.Rule{list, list[2:], backwards} {
		lists = append(lists, rules.NewList(shared, ways()["indexed"]))
	}
	for _, l := range lists {
		acts, _ := runList(l, &request{subject: "/a", vars: map[string]string{"a": "5"}}, false)
		require.Equal(t, []string{"do 5: /5", "finished: /5"}, acts)
	}
}

// TestJoin joins lists unless the last rule of one says whether the first one of the next is
// tried. What makes them cheap is that of the lists.
func TestJoin(t *testing.T) {
	t.Parallel()
	var lines []string
	for i := range 6 {
		lines = append(lines, fmt.Sprintf("cond %%{const:a} ^%d$", i), fmt.Sprintf("cond %%{dear:b} ^%d$", i), fmt.Sprintf("rule ^ /%d", i))
	}
	list := read(t, lines)
	one := rules.NewList(list, ways()["indexed"])
	alone, ok := rules.Join([]*rules.List{rules.NewList(nil, ways()["indexed"]), one})
	require.True(t, ok)
	require.Same(t, one, alone)
	twice, ok := rules.Join([]*rules.List{one, one})
	require.True(t, ok)
	require.Len(t, twice.Rules(), 12)
	require.Same(t, one.Rules()[0], twice.Rules()[6])
	require.Equal(t, 2, twice.Groups())
	_, ok = rules.Join([]*rules.List{twice, one})
	require.False(t, ok, "it is joined itself")

	chained := rules.NewList(read(t, []string{"rule ^ - [C]"}), ways()["indexed"])
	_, ok = rules.Join([]*rules.List{one, chained})
	require.True(t, ok)
	_, ok = rules.Join([]*rules.List{chained, one})
	require.False(t, ok)
}

// TestGroups has conditions on variables that are not watched: four on one make a group.
func TestGroups(t *testing.T) {
	t.Parallel()
	var lines []string
	for i := range 5 {
		lines = append(lines, fmt.Sprintf("cond %%{dear:a} ^%d$", i), fmt.Sprintf("cond %%{dear:b} ^%d$", i))
		if i < 3 {
			lines = append(lines, fmt.Sprintf("cond %%{dear:c} ^%d$", i))
		}
		lines = append(lines, "rule ^ -")
	}
	require.Equal(t, 2, rules.NewList(read(t, lines), &rules.Options{}).Groups())
}

// TestClearOfSeveralLists uses one run for many requests, each of which goes through several
// lists whose groups of conditions have the same numbers: what it keeps does not grow.
func TestClearOfSeveralLists(t *testing.T) {
	t.Parallel()
	var lists []*rules.List
	for list := range 3 {
		var lines []string
		for i := range 4 {
			lines = append(lines, fmt.Sprintf("cond %%{dear:a} ^%d%d$", list, i), fmt.Sprintf("rule ^ - [v=%d]", list))
		}
		l := rules.NewList(read(t, lines), &rules.Options{})
		require.Equal(t, 1, l.Groups())
		lists = append(lists, l)
	}
	together, ok := rules.Join(lists)
	require.True(t, ok)
	r := new(rules.Run)
	for i := range 20 {
		h := newHost("/a", map[string]string{"a": fmt.Sprintf("%d%d", i%3, i%4)})
		h.begin(r)
		if i%2 == 0 {
			for _, l := range lists {
				r.All(l)
			}
		} else {
			r.All(together)
		}
		require.Equal(t, []string{fmt.Sprintf("do %d: /a v=%d", i%4, i%3)}, h.acts, "request %d", i)
		r.Clear()
		require.LessOrEqual(t, r.Memos(), len(lists), "request %d", i)
	}
}
