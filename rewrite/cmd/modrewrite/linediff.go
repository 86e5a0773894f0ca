package main

import (
	"fmt"
	"io"
	"strings"
)

// context is how many lines are shown around a change.
const diffContext = 3

// writeDiff writes how the text of a file changes, as a unified diff. Texts of as
// many lines are compared line by line, others as a whole between what both begin
// and end with.
func writeDiff(w io.Writer, name, old, text string) {
	a, b := splitText(old), splitText(text)
	edits := pairs(a, b)
	fmt.Fprintf(w, "--- %s\n+++ %s\n", name, name)
	for i := 0; i < len(edits); {
		if edits[i].same() {
			i++
			continue
		}
		from := max(i-diffContext, 0)
		end, quiet := i, 0
		for end < len(edits) && quiet <= 2*diffContext {
			quiet++
			if !edits[end].same() {
				quiet = 0
			}
			end++
		}
		end = min(end-max(quiet-diffContext, 0), len(edits))
		writeHunk(w, edits, from, end)
		i = end
	}
}

// edit is what becomes of lines: of old ones, new ones.
type edit struct{ old, text []string }

func (e edit) same() bool {
	return len(e.old) == 1 && len(e.text) == 1 && e.old[0] == e.text[0]
}

// pairs returns what becomes of each line of a.
func pairs(a, b []string) []edit {
	begin := 0
	for begin < min(len(a), len(b)) && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < min(len(a), len(b))-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var out []edit
	one := func(i, j int) { out = append(out, edit{a[i : i+1], b[j : j+1]}) }
	for i := range begin {
		one(i, i)
	}
	switch {
	case len(a) == len(b):
		for i := begin; i < len(a)-end; i++ {
			one(i, i)
		}
	default:
		out = append(out, edit{a[begin : len(a)-end], b[begin : len(b)-end]})
	}
	for i := range end {
		one(len(a)-end+i, len(b)-end+i)
	}
	return out
}

func writeHunk(w io.Writer, edits []edit, from, end int) {
	oldAt, newAt := 1, 1
	for _, e := range edits[:from] {
		oldAt += len(e.old)
		newAt += len(e.text)
	}
	olds, news := 0, 0
	for _, e := range edits[from:end] {
		olds += len(e.old)
		news += len(e.text)
	}
	fmt.Fprintf(w, "@@ -%d,%d +%d,%d @@\n", oldAt, olds, newAt, news)
	for i := from; i < end; {
		if edits[i].same() {
			writeLines(w, " ", edits[i].old)
			i++
			continue
		}
		run := i
		for run < end && !edits[run].same() {
			run++
		}
		for _, e := range edits[i:run] {
			writeLines(w, "-", e.old)
		}
		for _, e := range edits[i:run] {
			writeLines(w, "+", e.text)
		}
		i = run
	}
}

func writeLines(w io.Writer, sign string, lines []string) {
	for _, l := range lines {
		fmt.Fprintf(w, "%s%s", sign, l)
		if !strings.HasSuffix(l, "\n") {
			fmt.Fprintf(w, "\n\\ No newline at end of file\n")
		}
	}
}

// splitText returns the lines of a text with their ends.
func splitText(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		out = append(out, l)
	}
	return out
}
