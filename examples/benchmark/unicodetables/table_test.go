package main

import (
	"encoding/binary"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestTable asks PCRE2 again for the table that package pcre embeds: for all
// properties, for the cases of what may have any, and for the ways to join where
// these change.
func TestTable(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../matcher/internal/pcre/unicode14.dat")
	if err != nil {
		t.Fatal(err)
	}
	records := map[string]string{}
	for rest := data; len(rest) > 0; {
		var names, body []byte
		names, rest = cut(rest)
		body, rest = cut(rest)
		for name := range strings.FieldsSeq(string(names)) {
			records[name] = string(body)
		}
	}
	p := newProber()
	sets, err := p.properties(strings.Fields(names))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sets {
		if body, ok := records[s.name]; !ok || body != string(s.encode()) {
			t.Errorf("property %s is not what PCRE2 says", s.name)
		}
	}
	cased, err := p.cased()
	if err != nil {
		t.Fatal(err)
	}
	folds, err := p.folds(cased, string(slices.Sorted(maps.Keys(cased))))
	if err != nil {
		t.Fatal(err)
	}
	if records["fold=next"] != string(encodeFolds(folds)) {
		t.Error("the cases of characters are not what PCRE2 says")
	}
	checkKinds(t, p, records)
}

func checkKinds(t *testing.T, p *prober, records map[string]string) {
	t.Helper()
	finder, err := p.newKindFinder()
	if err != nil {
		t.Fatal(err)
	}
	defer finder.re.Free()
	for i, k := range kinds {
		at, in := rune(0), false
		for body := []byte(records["join="+k.name]); len(body) > 0; in = !in {
			n, size := binary.Uvarint(body)
			body = body[size:]
			at += rune(n)
			for c, want := range map[rune]bool{at: !in, at - 1: in} {
				if !utf8.ValidRune(c) {
					continue
				}
				if got, err := finder.kind(c); err != nil || (got == i) != want {
					t.Errorf("%U joins as %s: %v, want %v (%v)", c, k.name, got == i, want, err)
				}
			}
		}
		if !in && records["join="+k.name] == "" {
			t.Errorf("no characters join as %s", k.name)
		}
	}
}

func cut(b []byte) (field, rest []byte) {
	n, size := binary.Uvarint(b)
	b = b[size:]
	return b[:n], b[n:]
}
