package set

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// FuzzCandidates compares a set, in one of the modes, with trying the patterns.
// Patterns are separated by LF.
func FuzzCandidates(f *testing.F) {
	all := modes()
	names := slices.Sorted(maps.Keys(all))
	for _, seed := range []struct{ patterns, subject string }{
		{"^old/page-1/?$\n^$\n.*\na$", "old/page-1"},
		{"(?i)^FOO\n(^|/)x($|/)\n\\bcat\\b", "foo/x/cat"},
		{"(?m)^b$\n^(?!index)\n(a)\\1\na\\Z", "b\naa"},
		{"^[^/]+/[^/]+$\n\xc3\n(a+)+$\na.{3}b", "a/b\xc3aaaab"},
		{"(*UTF)^é.$\n(*UTF8)[^/]+ß\n(*UTF)(?i)Я\n(*UTF)(*UCP)\\bé\\w\n(*UTF)\\X", "éя ßя"},
	} {
		for mode := range names {
			f.Add(seed.patterns, seed.subject, uint16(apache), uint8(mode))
		}
	}
	f.Fuzz(func(t *testing.T, sources, subject string, flags uint16, mode uint8) {
		if len(sources) > 1000 || len(subject) > 1000 {
			return
		}
		var patterns []*pcre.Regexp
		for src := range strings.SplitSeq(sources, "\n") {
			if re, err := pcre.Parse(src, pcre.Flags(flags)); err == nil {
				patterns = append(patterns, re)
			}
		}
		o := newOracle(patterns)
		s := buildInTurn(patterns, all[names[int(mode)%len(names)]])
		o.check(t, s, subject)
		o.check(t, s, subject+subject)
	})
}
