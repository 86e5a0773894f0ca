package main

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
)

// folds returns for each character that has other cases the next of these, in
// ascending order and from the last to the first again. It looks for them in
// subject.
func (p *prober) folds(candidates map[rune]bool, subject string) (map[rune]rune, error) {
	next := map[rune]rune{}
	for c := range candidates {
		if _, ok := next[c]; ok {
			continue
		}
		re, err := pcre2.Compile(fmt.Sprintf(`(*UTF)\x{%x}`, c), pcre2.Caseless)
		if err != nil {
			return nil, err
		}
		var cases []rune
		for _, span := range p.matcher.All(re, subject) {
			one, _ := utf8.DecodeRuneInString(subject[span[0]:])
			cases = append(cases, one)
		}
		re.Free()
		for i := range cases {
			if len(cases) > 1 {
				next[cases[i]] = cases[(i+1)%len(cases)]
			}
		}
	}
	return next, nil
}

// cased returns all characters that may have another case: those that change in
// any way, and those that do in Go's tables.
func (p *prober) cased() (map[rune]bool, error) {
	candidates := map[rune]bool{}
	for _, property := range []string{"cwcm", "cwcf", "cwl", "cwu", "cwt", "l&"} {
		s, err := p.set(property, `\p{`+property+`}`)
		if err != nil {
			return nil, err
		}
		for i := 0; i < len(s.bounds); i += 2 {
			for c := s.bounds[i]; c < s.bounds[i+1]; c++ {
				candidates[c] = true
			}
		}
	}
	for c := rune(0); c <= unicode.MaxRune; c++ {
		if unicode.SimpleFold(c) != c {
			candidates[c] = true
		}
	}
	return candidates, nil
}

// encodeFolds writes the map as runs: characters at equal distances, each as far
// from its other case. A run is the distance from the first of the run before,
// how many there are, their distance, and how far their next case is, in zigzag.
func encodeFolds(next map[rune]rune) (out []byte) {
	chars := slices.Sorted(maps.Keys(next))
	used := map[rune]bool{}
	last := rune(0)
	for _, c := range chars {
		if used[c] {
			continue
		}
		count, stride := longestRun(next, used, c)
		for i := range count {
			used[c+i*stride] = true
		}
		out = binary.AppendUvarint(out, uint64(c-last))
		out = binary.AppendUvarint(out, uint64(count))
		out = binary.AppendUvarint(out, uint64(stride))
		out = binary.AppendVarint(out, int64(next[c]-c))
		last = c
	}
	return out
}

// longestRun returns the longest run that starts with c, its characters next to
// each other or at every other place.
func longestRun(next map[rune]rune, used map[rune]bool, c rune) (count, stride rune) {
	count, stride = 1, 1
	for _, s := range []rune{1, 2} {
		n := rune(1)
		for d := c + s; next[d] != 0 && !used[d] && next[d]-d == next[c]-c; d += s {
			n++
		}
		if n > count {
			count, stride = n, s
		}
	}
	return count, stride
}
