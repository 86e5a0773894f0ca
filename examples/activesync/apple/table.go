package apple

import (
	_ "embed"
	"iter"
	"strings"
)

// The tables, one entry a line.
var (
	//go:embed hardware.txt
	hardwareTable string
	//go:embed builds.txt
	buildTable string
)

// Products yields hardware and its name.
func Products() iter.Seq2[Hardware, string] { return entries(hardwareTable, ParseHardware) }

// Releases yields builds in their order, and the version of iOS that each is.
func Releases() iter.Seq2[Build, string] { return entries(buildTable, ParseBuild) }

// Name returns what hardware is called, "" if the table does not have it.
func Name(h Hardware) string { return find(Products(), h) }

// Released returns the version of iOS that a build is, "" if the table does not
// have it.
func Released(b Build) string { return find(Releases(), b) }

// entries yields the first word of each line, parsed, and the rest of it.
func entries[K any](table string, parse func(string) (K, bool)) iter.Seq2[K, string] {
	return func(yield func(K, string) bool) {
		for line := range strings.Lines(table) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			if k, ok := parse(key); ok && !yield(k, value) {
				return
			}
		}
	}
}

func find[K comparable](all iter.Seq2[K, string], key K) string {
	for k, value := range all {
		if k == key {
			return value
		}
	}
	return ""
}
