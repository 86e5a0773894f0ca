package support

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// item is something of the language that the engine runs or not.
type item struct {
	name string // as the documentation has it
	// text is a configuration that has it, and what it needs to stand there.
	text string
	// shows matches a ruleset that has it.
	shows *regexp.Regexp
	// goTest shows it where no case can: a file of the repository and the name
	// of a test in it, with a colon in between.
	goTest string
}

// verdict is what the engine says of the item: "runs", or the findings. bad says
// that they are about the text here, and not about the item.
func (it item) verdict() (best string, bad bool) {
	for i, text := range []string{it.text, "<Directory /srv>\n" + it.text + "\n</Directory>"} {
		found := findings(text)
		if len(found) == 0 {
			return "runs", false
		}
		says, misplaced := say(found)
		if i == 0 || !misplaced {
			best = says
			bad = slices.ContainsFunc(found, func(d *parser.Diagnostic) bool {
				return d.Code == matcher.CodeBadArgument || d.Code == parser.CodeArgumentCount
			})
		}
		if !misplaced {
			break
		}
	}
	return best, bad
}

// say joins findings. misplaced says that one of them is that a directive may
// not stand there.
func say(found parser.Diagnostics) (text string, misplaced bool) {
	var list []string
	for _, d := range found {
		misplaced = misplaced || d.Code == matcher.CodeNotAllowed || strings.Contains(d.Message, "only in ")
		if line := d.Severity.String() + ": " + d.Message; len(list) == 0 || list[len(list)-1] != line {
			list = append(list, line)
		}
	}
	return strings.Join(list, "; "), misplaced
}

// findings is all that is found in a configuration.
func findings(text string) parser.Diagnostics {
	files := fstest.MapFS{
		"etc/apache2/m.txt": {}, "etc/apache2/m.db": {}, "etc/apache2/m.pag": {}, "etc/apache2/m.dir": {}, "bin/cat": {Mode: 0o755},
		"etc/apache2/part.conf": {}, "srv": {Mode: fs.ModeDir | 0o755},
	}
	opts := parser.Options{FS: files, ServerRoot: "/etc/apache2", Getenv: func(string) (string, bool) { return "", false }}
	f, err := parser.Parse("httpd.conf", []byte(text), &opts)
	if err != nil {
		return parser.Findings(err)
	}
	db := sql.OpenDB(noDatabase{})
	defer func() { _ = db.Close() }()
	engine, err := matcher.Compile(f, &matcher.Options{DocumentRoot: "/srv", FS: files, Programs: true, DB: db, Directories: true, Types: map[string]string{}, Resolver: net.DefaultResolver})
	if err != nil {
		return parser.Findings(err)
	}
	defer engine.Close()
	return append(f.Warnings, engine.Warnings()...)
}

// noDatabase is a database that has no connection.
type noDatabase struct{}

var errNoDatabase = errors.New("there is no database")

// Connect fails.
func (noDatabase) Connect(context.Context) (driver.Conn, error) { return nil, errNoDatabase }

// Driver returns nil: there is none.
func (noDatabase) Driver() driver.Driver { return nil }
