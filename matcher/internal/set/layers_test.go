package set

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// words returns n random texts of few letters, many of which start alike.
func words(g *workload.Random, n int) []string {
	list := make([]string, n)
	for i := range list {
		var b strings.Builder
		for range g.IntN(12) {
			b.WriteByte("aaabAB/1"[g.IntN(8)])
		}
		list[i] = b.String()
	}
	return list
}

// TestWholes compares the hash table with comparing all texts.
func TestWholes(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(1)
	for round := range 50 {
		var b wholesBuilder
		var folds []bool
		list := words(g, 1+g.IntN(200))
		for i, text := range list {
			fold := round%2 == 0 && g.IntN(3) == 0
			if folds = append(folds, fold); fold {
				list[i] = lower(text)
			}
			b.add(&texts{[]string{list[i]}, fold}, int32(i))
		}
		w := b.finish()
		for _, subject := range append(words(g, 50), list...) {
			var want []int32
			for i, text := range list {
				if text == subject || folds[i] && text == lower(subject) {
					want = append(want, int32(i))
				}
			}
			got := settle(w.match(nil, subject), 0)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("match(%q) mismatch (-want +got):\n%s", subject, diff)
			}
		}
	}
}

// TestPrefixes compares the tree with comparing all texts.
func TestPrefixes(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(2)
	for round := range 50 {
		var entries []prefixEntry
		for i, text := range words(g, 1+g.IntN(200)) {
			if len(text) >= minPrefix {
				fold := round%2 == 0 && g.IntN(3) == 0
				entries = append(entries, prefixEntry{foldableText{text, fold}, int32(i)})
			}
		}
		p := newPrefixes(slices.Clone(entries))
		if p == nil {
			continue
		}
		for _, subject := range words(g, 50) {
			var want []int32
			for _, e := range entries {
				// Where some fold, the case of the others is left to the caller too.
				if p.fold && strings.HasPrefix(lower(subject), lower(e.text)) || strings.HasPrefix(subject, e.text) {
					want = append(want, e.id)
				}
			}
			got := settle(p.match(nil, subject), 0)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("match(%q) mismatch (-want +got):\n%s", subject, diff)
			}
		}
	}
}

// TestLiterals compares the table with looking for each text.
func TestLiterals(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(4)
	for range 50 {
		var b literalsBuilder
		var list []piece
		for _, text := range words(g, 1+g.IntN(200)) {
			if len(text) >= quadLength {
				list = append(list, piece{
					items: []*expr{new(memory).literal(text, g.IntN(3) == 0)}, begin: g.IntN(5) == 0, end: g.IntN(5) == 0,
				})
			}
		}
		for i := range list {
			b.add(literalPiece{&list[i], int32(i), nil})
		}
		rest := map[int32]bool{}
		l := b.finish(0, new(checks), func(_ *piece, id int32) { rest[id] = true })
		if l == nil {
			continue
		}
		for _, subject := range words(g, 50) {
			// Some are longer than what is looked at in one go.
			subject += strings.Join(words(g, 2+g.IntN(2)*g.IntN(30)), "")
			var want []int32
			for i := range list {
				if p := &list[i]; !rest[int32(i)] && p.isIn(subject) {
					want = append(want, int32(i))
				}
			}
			got := settle(l.match(nil, subject), 0)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("match(%q) mismatch (-want +got):\n%s", subject, diff)
			}
		}
	}
}

// isIn reports whether s has the text of p, which is a literal.
func (p *piece) isIn(s string) bool {
	text := p.items[0].text
	if p.items[0].fold {
		s = lower(s)
	}
	switch {
	case p.begin && p.end:
		return s == text
	case p.begin:
		return strings.HasPrefix(s, text)
	case p.end:
		return strings.HasSuffix(s, text)
	}
	return strings.Contains(s, text)
}

// TestSieve sees that no subject with one of the texts is stopped, that most
// others are, and that nothing is skipped but what no branch starts in.
func TestSieve(t *testing.T) {
	t.Parallel()
	g := workload.NewRandom(3)
	for _, tt := range []struct {
		patterns, texts []string
		leads           bool
	}{
		{[]string{"needle", "(?i)HayStack", "^start"}, []string{"needle", "hAYSTACK"}, true},
		{[]string{"needle", "^start", "^begin.*middle$"}, []string{"needle", "begin...middle"}, false},
		{[]string{"^start"}, []string{"start"}, true},
		{[]string{"needle", "^start", "x[0-9]+yzzy"}, []string{"needle", "x11yzzy"}, false},
	} {
		var b sieveBuilder
		for _, re := range parse(t, tt.patterns...) {
			sh := shapeOf(re, new(memory))
			b.add(&sh.branches[0])
		}
		s := b.finish()
		if s.leads != tt.leads {
			t.Fatalf("%q: leads is %t", tt.patterns, s.leads)
		}
		stopped := 0
		for range 2000 {
			noise := fmt.Sprintf("%x-%x-", g.Uint64(), g.Uint64())
			at := g.IntN(len(noise))
			text := tt.texts[g.IntN(len(tt.texts))]
			if text == "start" {
				at = 0
			} else if s.stops(noise[:at] + text + noise[at:]) {
				t.Fatalf("%q in %q is stopped", text, noise)
			}
			subject := noise[:at] + text + noise[at:]
			if from, ok := s.skip(subject); !ok || from > at {
				t.Fatalf("%q is skipped up to %d, %t", subject, from, ok)
			}
			if from, ok := s.skip("Start" + noise); !ok || from > 0 {
				t.Fatalf("%q is skipped up to %d, %t", "Start"+noise, from, ok)
			}
			if _, ok := s.skip(noise); !ok {
				stopped++
			}
		}
		if stopped < 1000 {
			t.Errorf("%d of 2000 subjects without a match are stopped, want more", stopped)
		}
	}
}

// TestStarts sees that patterns that share their start with too many others are found by each
// of the few texts that they may start with, and that such texts do not make the letters of
// others fold, of which the set would be wrongly certain then.
func TestStarts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pieces   bool // some are found by a piece
		subject  string
		want     []int32
		patterns []string
	}{
		{false, "/to/a/x", []int32{0}, []string{"^/to/(a/)?x", "^/to/(a/)?y", "^/to/(a/)?z", "^/to/(b/)?x", "^/to/(b/)?y"}},
		{true, "/to/x", []int32{3}, []string{"^/to/(a/)?x.*1", "^/to/(a/)?y", "^/to/(a/)?z", "^/to/(b/)?x", "^/to/(b/)?y"}},
		{true, "/old", nil, []string{"^/12(?i:a|bc)1", "^/12(?i:a|bc)2", "^/12(?i:a|bc)3", "^/12(?i:a|bc)4", "^/12(?i:a|bc)5", "^/Old"}},
	} {
		s := newSet(parse(t, tt.patterns...), &settings{cacheBytes: DefaultCacheBytes, noWhole: true, lanesLength: 32})
		require.Equal(t, tt.pieces, s.layers.pieces != nil, tt.patterns)
		require.Equal(t, tt.want, s.Candidates(nil, tt.subject), tt.patterns)
		for id := range tt.patterns {
			require.True(t, s.Exact(int32(id)), tt.patterns[id])
		}
	}
}

// TestLayers sees that patterns come into the layer where they are fastest.
func TestLayers(t *testing.T) {
	t.Parallel()
	patterns := parse(t,
		"^old/page-1/?$", "(?i)^Old/Page-2$", // wholes
		"^legacy/(.*)$", "^shop-1/[0-9]+$", // prefixes
		"/tag-1/", "^(.*)/sec-1/index\\.php$", // pieces
		"^([^/]+)/([^/]+)/?$", // wild
		".*", "^(?!index)",    // always, the latter without being certain
		"a.{20}b", // given up
	)
	s := newSet(patterns, &settings{cacheBytes: DefaultCacheBytes, noWhole: true, lanesLength: 32})
	l := s.layers
	if got := len(l.wholes.keys) - 1; got != 3 {
		t.Errorf("%d whole subjects, want 3", got)
	}
	if got := len(l.prefixes.ids); got != 2 {
		t.Errorf("%d prefixes, want 2", got)
	}
	if diff := cmp.Diff([]int32{6}, l.wildIDs); diff != "" {
		t.Errorf("wild patterns mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{7, 8, 9}, s.always); diff != "" {
		t.Errorf("candidates for every subject mismatch (-want +got):\n%s", diff)
	}
	var exact []int32
	for id := range patterns {
		if s.Exact(int32(id)) {
			exact = append(exact, int32(id))
		}
	}
	if diff := cmp.Diff([]int32{0, 1, 2, 4, 5, 7}, exact); diff != "" {
		t.Errorf("exact patterns mismatch (-want +got):\n%s", diff)
	}
}
