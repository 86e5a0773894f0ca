package rewrite

import (
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

// CheckOptions say how Check looks at a ruleset. A nil *CheckOptions means the zero
// value.
type CheckOptions struct {
	// Parse are the parser's options. AccessFile says that the text is that of an
	// access file; one is known by its name, too: .htaccess, and as applications ship it. Where they name no
	// ServerRoot, relative Includes start from the folder of the file.
	Parse *parser.Options
	// Match are the matcher's options. Of these count EngineOn, Handled, Maps,
	// Programs and Resolver: nothing is served, and no program is started.
	Match *matcher.Options
	// Pedantic adds findings about what changes nothing for likely requests.
	Pedantic bool
	// FS holds the access files of folders that the rules lead to, which may end
	// what looks like a loop, by names relative to the folder of the file. Nil means
	// that there are none.
	FS fs.FS
}

// Check returns all that is to be said of a ruleset: the findings of parser and
// compiler, and those of a linter, in the order of the text. It is what the command
// "modrewrite check" shows. name is the file's, for positions and for what is known
// by it: its kind, and its language.
//
// A comment "# modrewrite: ignore CODE -- reason" takes the finding CODE of the next
// directive back. The error says that something else than the text is wrong.
func Check(name string, src []byte, opts *CheckOptions) (parser.Diagnostics, error) {
	if opts == nil {
		opts = &CheckOptions{}
	}
	o := &lint.Options{Pedantic: opts.Pedantic}
	if opts.Parse != nil {
		o.Parse = *opts.Parse
	}
	if opts.Match != nil {
		o.Match = *opts.Match
	}
	dir := path.Dir(filepath.ToSlash(name))
	if opts.FS != nil {
		o.ReadFile = func(name string) ([]byte, error) {
			rel := strings.TrimPrefix(strings.TrimPrefix(name, dir), "/")
			return fs.ReadFile(opts.FS, rel)
		}
	}
	file := lint.Source{Name: name, Text: src, Access: o.Parse.AccessFile || lint.IsAccessFile(name)}
	if abs, err := filepath.Abs(name); err == nil {
		file.ServerRoot = filepath.ToSlash(filepath.Dir(abs))
	}
	return lint.Check([]lint.Source{file}, o)
}
