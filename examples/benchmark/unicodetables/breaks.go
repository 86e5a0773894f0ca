package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
)

// kind is a way for a character to join with its neighbours into what \X
// matches, with a character for which it is known.
type kind struct {
	name string
	char rune
}

// kinds are all ways there are. That of the zero-width joiner is the one of
// "extend" as far as PCRE2 can tell.
var kinds = []kind{
	{"cr", '\r'},
	{"lf", '\n'},
	{"control", 1},
	{"extend", 0x300},
	{"prepend", 0x600},
	{"spacing", 0x903},
	{"l", 0x1100},
	{"v", 0x1160},
	{"t", 0x11a8},
	{"lv", 0xac00},
	{"lvt", 0xac01},
	{"regional", 0x1f1e6},
	{"other", 'a'},
	{"picture", 0xa9},
}

// kindFinder tells the kind of a character.
type kindFinder struct {
	prober    *prober
	re        *pcre2.Regexp
	byAnswers map[string]int
}

func (p *prober) newKindFinder() (*kindFinder, error) {
	re, err := pcre2.Compile(`(*UTF)^\X\z`, 0)
	if err != nil {
		return nil, err
	}
	f := &kindFinder{p, re, map[string]int{}}
	for i, k := range kinds {
		a := answers(k.char, f.joins)
		if other, ok := f.byAnswers[a]; ok {
			return nil, fmt.Errorf("%s and %s can't be told apart", k.name, kinds[other].name)
		}
		f.byAnswers[a] = i
	}
	return f, nil
}

// joins reports whether \X matches all of s.
func (f *kindFinder) joins(s string) bool { return f.prober.matcher.Match(f.re, s, nil) > 0 }

// kind returns the index of the kind whose example joins with all examples just as
// c does.
func (f *kindFinder) kind(c rune) (int, error) {
	i, ok := f.byAnswers[answers(c, f.joins)]
	if !ok {
		return 0, fmt.Errorf("%U joins like none of the examples", c)
	}
	return i, nil
}

// breaks returns the set of the characters of each kind. A surrogate is of the
// kind of the character before it.
func (p *prober) breaks() ([]namedSet, error) {
	finder, err := p.newKindFinder()
	if err != nil {
		return nil, err
	}
	defer finder.re.Free()
	sets := make([]namedSet, len(kinds))
	for i, k := range kinds {
		sets[i].name = "join=" + k.name
	}
	last := -1
	for c := rune(0); c <= utf8.MaxRune; c++ {
		i := last
		if utf8.ValidRune(c) {
			if i, err = finder.kind(c); err != nil {
				return nil, err
			}
		}
		if i != last {
			if last >= 0 {
				sets[last].bounds = append(sets[last].bounds, c)
			}
			sets[i].bounds = append(sets[i].bounds, c)
		}
		last = i
	}
	sets[last].bounds = append(sets[last].bounds, utf8.MaxRune+1)
	return sets, nil
}

// answers tells whether c joins with each example on either side, and whether it
// may stand between two pictures that join.
func answers(c rune, joins func(string) bool) string {
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprint(&b, joins(string([]rune{c, k.char})), joins(string([]rune{k.char, c})))
	}
	fmt.Fprint(&b, joins(string([]rune{0xa9, c, 0xa9})))
	return b.String()
}
