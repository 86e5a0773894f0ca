// Package authfile reads the files of users and groups that httpd's modules for logging
// in look into, and keeps what they hold for as long as they are the same files.
package authfile

import (
	"iter"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
)

// lines returns the lines of text as httpd reads them: without the blanks around them,
// and joined with the next one where they end in a backslash. Comments and empty lines
// are left out. A line of more than most bytes ends the text.
func lines(text string, most int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			var line string
			line, text = takeLine(text)
			if len(line) > most {
				return
			}
			line = strings.Trim(line, apr.Space)
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(line) {
				return
			}
		}
	}
}

// takeLine returns the first line of text, with those that continue it, and what
// follows. A line ends at a NUL byte; the rest of it is lost.
func takeLine(text string) (line, rest string) {
	part, rest, continued := takePart(text)
	if !continued {
		return part, rest
	}
	joined := []byte(part)
	for continued {
		part, rest, continued = takePart(rest)
		joined = append(joined, part...)
	}
	return string(joined), rest
}

// takePart returns text up to the end of its first line, what follows that, and whether
// the line goes on there.
func takePart(text string) (part, rest string, continued bool) {
	part, rest, _ = strings.Cut(text, "\n")
	part, _, cut := strings.Cut(part, "\x00")
	if cut {
		return part, rest, false
	}
	part = strings.TrimSuffix(part, "\r")
	if part, continued = strings.CutSuffix(part, `\`); continued && rest == "" {
		return part, "", false
	}
	return part, rest, continued
}

// word takes what stands before the first separator off s, and all the separators that
// follow.
func word(s string, separator byte) (w, rest string) {
	w, rest, _ = strings.Cut(s, string(separator))
	return w, strings.TrimLeft(rest, string(separator))
}
