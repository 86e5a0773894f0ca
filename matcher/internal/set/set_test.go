package set

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

const apache = pcre.DotAll | pcre.DollarEndOnly

// parse parses patterns as Apache does; NC is written (?i).
func parse(tb testing.TB, sources ...string) []*pcre.Regexp {
	tb.Helper()
	patterns := make([]*pcre.Regexp, len(sources))
	for i, src := range sources {
		re, err := pcre.Parse(src, apache)
		require.NoError(tb, err, src)
		patterns[i] = re
	}
	return patterns
}

// buildInTurn is newSet of patterns that are read one after the other, each in the memory of
// the one before.
func buildInTurn(patterns []*pcre.Regexp, opts *settings) *Set {
	var r Reader
	var shapes []Shape
	for _, re := range patterns {
		shapes = append(shapes, r.Parse(re.Source, re.Flags))
	}
	return build(shapes, opts)
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	patterns := parse(t,
		"^old/page-1/?$", "^$", ".*", "a$", `a\Z`, "(?i)^FOO", "(^|/)x($|/)", `\bcat\b`, "(?m)^b$",
		"^(?!index)", "(a)\\1", "^[^/]+/[^/]+$", "\xc3")
	s := New(patterns, nil)
	tests := []struct {
		subject string
		want    []int32
	}{
		{"", []int32{1, 2, 9}},
		{"old/page-1", []int32{0, 2, 9, 10, 11}},
		{"old/page-1/", []int32{0, 2, 9, 10}},
		{"old/page-12", []int32{2, 9, 10, 11}},
		{"a\n", []int32{2, 4, 9, 10}},
		{"fOo", []int32{2, 5, 9}},
		{"x", []int32{2, 6, 9}},
		{"a/x/b", []int32{2, 6, 9, 10}},
		{"the cat", []int32{2, 7, 9, 10}},
		{"b\nb", []int32{2, 8, 9}},
		{"é", []int32{2, 9, 12}},
	}
	for _, tt := range tests {
		got := s.Candidates(nil, tt.subject)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Candidates(%q) mismatch (-want +got):\n%s", tt.subject, diff)
		}
	}
	for id := range patterns {
		want := id != 9 && id != 10
		if got := s.Exact(int32(id)); got != want {
			t.Errorf("Exact(%d) = %v, want %v", id, got, want)
		}
	}
}

// oracle is patterns that are tried one by one.
type oracle struct {
	sources  []*pcre.Regexp
	patterns []*pattern.Pattern // nil where nothing runs the pattern
}

func newOracle(sources []*pcre.Regexp) *oracle {
	o := &oracle{sources: sources}
	for _, re := range sources {
		p, err := pattern.Compile(re.Source, re.Flags)
		if err != nil {
			p = nil
		}
		o.patterns = append(o.patterns, p)
	}
	return o
}

// check compares the candidates of s for subject with what matches, and returns
// how many patterns it has compared.
func (o *oracle) check(t *testing.T, s *Set, subject string) (checks int) {
	t.Helper()
	got := s.Candidates([]int32{-7}, subject)
	if got[0] != -7 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Fatalf("Candidates(%q) = %v: not ascending", subject, got)
	}
	for id, p := range o.patterns {
		if p == nil {
			continue
		}
		want, err := p.Match(subject, nil, 0)
		if errors.Is(err, pattern.ErrBudget) {
			continue
		}
		checks++
		_, candidate := slices.BinarySearch(got[1:], int32(id))
		if want == candidate || !want && !s.Exact(int32(id)) {
			continue
		}
		t.Fatalf("pattern %d %q (flags %b) on %q: matches %v, candidate %v, exact %v",
			id, o.sources[id].Source, o.sources[id].Flags, subject, want, candidate, s.Exact(int32(id)))
	}
	return checks
}

// modes are the settings that random sets are tried with: each layer by itself,
// tables that are complete and such as are found on the way, and memory so small
// that these are thrown away all the time, or that a match has to do without.
func modes() map[string]*settings {
	const tiny = 1 << 11
	with := func(change func(*settings)) *settings {
		s := (&Options{}).settings()
		change(s)
		return s
	}
	return map[string]*settings{
		"default":     with(func(*settings) {}),
		"layers":      with(func(s *settings) { s.noWhole = true }),
		"lazy layers": with(func(s *settings) { s.noWhole, s.lazy = true, true }),
		"pieces":      with(func(s *settings) { s.noWhole, s.noWholes, s.noPrefixes, s.lazy = true, true, true, true }),
		"no pieces":   with(func(s *settings) { s.noWhole, s.noWholes, s.noPrefixes, s.noPieces = true, true, true, true }),
		"wild":        with(func(s *settings) { s.wild, s.lanesLength = true, numLanes }),
		"lazy wild":   with(func(s *settings) { s.wild, s.lazy, s.lanesLength = true, true, numLanes }),
		"flushing":    with(func(s *settings) { s.wild, s.lazy, s.cacheBytes, s.flushPeriod = true, true, tiny, -1 }),
		"flushing pairs": with(func(s *settings) {
			s.wild, s.lazy, s.cacheBytes, s.flushPeriod, s.lanesLength = true, true, tiny, -1, numLanes
		}),
		"flushing layers": with(func(s *settings) {
			s.noWhole, s.lazy, s.cacheBytes, s.flushPeriod, s.lanesLength = true, true, tiny, -1, 4
		}),
		"literals": with(func(s *settings) { s.noWhole, s.noWholes, s.noPrefixes, s.literals = true, true, true, true }),
		"shared": with(func(s *settings) {
			s.wild, s.lazy, s.flushPeriod, s.cache = true, true, -1, &Cache{limit: tiny}
		}),
		"shared layers": with(func(s *settings) {
			s.noWhole, s.lazy, s.lanesLength, s.cache = true, true, 4, &Cache{limit: tiny}
		}),
		"frozen": with(func(s *settings) { s.wild, s.lazy, s.cacheBytes, s.flushPeriod = true, true, tiny, time.Hour }),
		"frozen pairs": with(func(s *settings) {
			s.wild, s.lazy, s.cacheBytes, s.flushPeriod, s.lanesLength = true, true, tiny, time.Hour, numLanes
		}),
		"frozen layers": with(func(s *settings) {
			s.noWhole, s.lazy, s.cacheBytes, s.flushPeriod, s.lanesLength = true, true, tiny, time.Hour, 4
		}),
	}
}

func TestRandomSets(t *testing.T) {
	t.Parallel()
	for name, opts := range modes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checks := 0
			var total Stats
			for seed := range uint64(rounds()) {
				g := workload.NewRandom(seed)
				g.Regular, g.Unicode = seed%4 != 0, seed%3 == 0
				patterns := make([]*pcre.Regexp, 1+g.IntN(40))
				for i := range patterns {
					patterns[i] = g.Parsed()
				}
				o := newOracle(patterns)
				s := buildInTurn(patterns, opts)
				for range 30 {
					checks += o.check(t, s, g.Subject(patterns))
				}
				st := s.Stats()
				total.Flushes += st.Flushes
				total.Drops += st.Drops
				total.GiveUps += st.GiveUps
				total.Complete += st.Complete
				total.States += st.States
			}
			t.Logf("%d checks, %+v", checks, total)
		})
	}
}

// TestAlternations compares patterns with alternations of many words with trying
// them. None may be a candidate for every subject.
func TestAlternations(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		g := workload.NewRandom(seed)
		word := func() string { return fmt.Sprintf("%s%d", []string{"a", "w", "Wiki", "x-"}[g.IntN(4)], g.IntN(300)) }
		words := func() string {
			list := make([]string, 20+g.IntN(30))
			if g.IntN(8) == 0 {
				list = make([]string, 1200)
			}
			for i := range list {
				list[i] = word()
			}
			return strings.Join(list, "|")
		}
		var sources []string
		for range 20 {
			format := []string{
				"^/(%s)/", "^(%s)/(.*)$", "^/?(%s)", "(%s)\\.html$", "(?i)^(?:/(?:%s))?(/.*)$", "^/(%s)?/x$", "^((%s)/)?$",
				"^/([a-z]+)/(%s)/[^/]+$", "^(?!%s)", "(%s)x?$", "^/(?:(%s)|[0-9]+)/",
			}[g.IntN(11)]
			sources = append(sources, fmt.Sprintf(format, words()))
		}
		patterns := parse(t, sources...)
		o := newOracle(patterns)
		for _, name := range []string{"default", "pieces", "literals", "lazy wild"} {
			s := newSet(patterns, modes()[name])
			for range 40 {
				subject := []string{"/", "", "/abc/"}[g.IntN(3)] + word() + []string{"/", "", "x", ".html", "/x"}[g.IntN(5)]
				o.check(t, s, subject)
			}
			if name == "default" {
				for _, id := range s.always {
					if !strings.HasPrefix(sources[id], "^(?!") {
						t.Errorf("%.40s is always a candidate", sources[id])
					}
				}
			}
		}
	}
}

// long reports whether the environment variable SET_LONG asks for tests that
// take minutes.
func long() bool { return os.Getenv("SET_LONG") != "" }

// rounds returns how many random sets to try.
func rounds() int {
	if long() {
		return 1500
	}
	return 40
}
