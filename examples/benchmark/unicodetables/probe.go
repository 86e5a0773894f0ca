package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
)

// prober asks PCRE2 about all characters.
type prober struct {
	matcher *pcre2.Matcher
	all     string // every character, in order
}

func newProber() *prober {
	var b strings.Builder
	for c := rune(0); c <= utf8.MaxRune; c++ {
		if utf8.ValidRune(c) {
			b.WriteRune(c)
		}
	}
	return &prober{pcre2.NewMatcher(0), b.String()}
}

// set returns the characters that a pattern for one character matches. The
// surrogates, which no subject can have, are in it if their neighbour is.
func (p *prober) set(name, pattern string) (namedSet, error) {
	re, err := pcre2.Compile("(*UTF)"+pattern+"+", pcre2.DotAll)
	if err != nil {
		return namedSet{}, fmt.Errorf("%s: %w", pattern, err)
	}
	defer re.Free()
	s := namedSet{name: name}
	for _, span := range p.matcher.All(re, p.all) {
		first, _ := utf8.DecodeRuneInString(p.all[span[0]:])
		last, _ := utf8.DecodeLastRuneInString(p.all[:span[1]])
		s.bounds = append(s.bounds, first, last+1)
	}
	return s, nil
}

// properties returns the sets of all properties. Scripts have two more, each
// under its own name: the characters that are in the script, and those that are
// used with it.
func (p *prober) properties(names []string) (sets []namedSet, err error) {
	patterns := map[string]string{}
	var order []string
	add := func(name, pattern string) {
		order = append(order, name)
		patterns[name] = pattern
	}
	for _, name := range names {
		add(name, `\p{`+name+`}`)
		for _, class := range []string{"sc", "scx"} {
			full := class + "=" + name
			if re, err := pcre2.Compile(`\p{`+full+`}`, 0); err == nil {
				re.Free()
				add(full, `\p{`+full+`}`)
			}
		}
	}
	for _, class := range []string{"graph", "print", "punct"} {
		add("posix="+class, "(*UCP)[[:"+class+":]]")
	}
	for _, name := range order {
		s, err := p.set(name, patterns[name])
		if err != nil {
			return nil, err
		}
		sets = append(sets, s)
	}
	return sets, nil
}
