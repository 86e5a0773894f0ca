package casefile

import "strings"

// entry is one file of an archive.
type entry struct {
	name string
	line int    // the marker's line, 1-based; the text starts on the next
	text string // ends in a newline unless empty
}

// readArchive splits a txtar archive into the comment before the first marker
// and its entries. Any text is an archive, so there is no error.
func readArchive(src string) (comment string, entries []entry) {
	text, line := src, 0
	start := 0 // of the current entry's text
	flush := func(end int) {
		if len(entries) == 0 {
			comment = withNewline(src[:end])
			return
		}
		entries[len(entries)-1].text = withNewline(src[start:end])
	}
	for at := 0; text != ""; {
		l, rest, _ := strings.Cut(text, "\n")
		line++
		next := len(src) - len(rest)
		if name, ok := markerName(l); ok {
			flush(at)
			entries = append(entries, entry{name: name, line: line})
			start = next
		}
		at, text = next, rest
	}
	flush(len(src))
	return comment, entries
}

// markerName returns the NAME of a line "-- NAME --".
func markerName(line string) (string, bool) {
	name, ok := strings.CutPrefix(line, "-- ")
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(strings.TrimRight(name, " \t"), " --")
	name = strings.TrimSpace(name)
	return name, ok && name != ""
}

func withNewline(s string) string {
	if s == "" || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}
