// Package rewritemap has the kinds of RewriteMap: functions, files of lines or DBM
// files, programs, and queries of a database. It knows neither rules nor
// directives.
package rewritemap

import (
	"context"
	"database/sql"
	"io/fs"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/parser"
)

// Map is a map of keys to values.
type Map interface {
	// Lookup returns the value of key. It is safe for concurrent use.
	Lookup(ctx context.Context, key string) (value string, found bool, err error)
}

// World is what maps need from around them. It is not written to once the first
// map was made with it.
type World struct {
	Stat   func(name string) (fs.FileInfo, error)
	Opener func(name string) func() (fs.File, error) // what opens the file called name
	Now    func() time.Time
	// Revalidate is how long a file that was looked at is not looked at again;
	// negative: for good.
	Revalidate time.Duration
	MaxFile    int64         // the longest file that is read, in bytes
	MaxTime    time.Duration // of one lookup
	DB         *sql.DB       // nil without a database
	// Placeholder stands for the key in its SQL.
	Placeholder string
	// Report takes what happens between lookups, about the map declared at at. It
	// is called concurrently.
	Report func(severity parser.Severity, at parser.Extent, format string, args ...any)
}

// fresh reports whether a file that was looked at then needs no other look.
func (w *World) fresh(then time.Time) bool {
	return w.Revalidate < 0 || w.Revalidate > 0 && w.Now().Sub(then) < w.Revalidate
}

// Declared returns where m was declared and reports whether a request is denied
// whose lookup in it fails with err: that httpd would wait for without end, or
// whose answer nothing is known of. ok is false for a map of another package.
func Declared(m Map, err error) (at parser.Extent, denied, ok bool) {
	switch m := m.(type) {
	case *File:
		return m.at, isDenial(err), true
	case *SQL:
		return m.at, false, true
	case *Program:
		return m.at, true, true
	}
	return parser.Extent{}, false, false
}

// Internal is one of the int: functions, by its name.
type Internal string

// Lookup applies the function to key.
func (m Internal) Lookup(_ context.Context, key string) (string, bool, error) {
	switch m {
	case "tolower":
		return eachByte(key, uri.Lower), true, nil
	case "toupper":
		return eachByte(key, upper), true, nil
	case "escape":
		return uri.Escape(key), true, nil
	case "unescape":
		return uri.Unescape(key), true, nil
	}
	return "", false, nil
}

// eachByte returns s with each byte replaced.
func eachByte(s string, f func(byte) byte) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = f(c)
	}
	return string(b)
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}

// mapLine is the longest line of a map file; httpd reads the rest of a longer
// one as lines of their own.
const mapLine = 1024

// parseText reads the lines of a map file: a key, blanks, a value of one
// word. The first line with a key counts.
func parseText(file []byte) (map[string]string, error) {
	text, values := string(file), map[string]string{}
	for text != "" {
		end := strings.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		end = min(end, mapLine)
		line := text[:end]
		text = text[end:]
		if i := strings.IndexByte(line, 0); i >= 0 {
			line = line[:i]
		}
		if line == "" || line[0] == '#' || strings.IndexByte(blanks, line[0]) >= 0 {
			continue
		}
		key, rest := cutBlank(line)
		value, _ := cutBlank(strings.TrimLeft(rest, blanks))
		if _, ok := values[key]; !ok && value != "" {
			values[key] = value
		}
	}
	return values, nil
}

const blanks = " \t\n\v\f\r"

// cutBlank cuts s at its first blank.
func cutBlank(s string) (before, after string) {
	if i := strings.IndexAny(s, blanks); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// cString returns s up to its first NUL, which is where httpd takes it to end.
func cString(s string) string {
	before, _, _ := strings.Cut(s, "\x00")
	return before
}
