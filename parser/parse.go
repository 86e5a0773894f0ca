package parser

import (
	"io"
	"io/fs"
	"iter"
)

// Options says in which surroundings a file is read. A nil *Options means the
// zero value.
type Options struct {
	// AccessFile reads the text as an .htaccess file: lines of up to 8191
	// bytes, no Include, no Define, no Macro.
	AccessFile bool
	// Defines are the variables of -D and Define, by name; a name with an
	// empty value is defined but not replaced in ${NAME}.
	Defines map[string]string
	// Getenv looks up what Defines does not hold for ${NAME}; nil means
	// os.LookupEnv.
	Getenv func(name string) (string, bool)
	// HasModule answers <IfModule>, for identifiers ("rewrite_module") and
	// file names ("mod_rewrite.c"). Nil means DefaultModules.
	HasModule func(name string) bool
	// HasDirective answers <IfDirective> and <IfSection> (names with a leading
	// "<"), without case. Nil means KnownDirective.
	HasDirective func(name string) bool
	// Version is the httpd version that <IfVersion> compares with; "" means
	// "2.4.71".
	Version string
	// ServerRoot is what relative paths of Include and IfFile start from:
	// absolute, with slashes. A ServerRoot directive overrides it.
	ServerRoot string
	// FS holds the files of Include and IfFile, rooted at "/"; nil means the
	// machine's own files.
	FS fs.FS
}

// Parse reads one text. name is used in positions only. The error, if any, is
// a Diagnostics with every finding; the tree then comes as far as it goes.
func Parse(name string, src []byte, opts *Options) (*File, error) { panic("TODO") }

// ParseFS reads the file name of fsys, like Parse.
func ParseFS(fsys fs.FS, name string, opts *Options) (*File, error) { panic("TODO") }

// Fprint writes f as text that parses to the same tree.
func Fprint(w io.Writer, f *File) error { panic("TODO") }

// All returns f and every node below it, in source order, a parent before its
// children.
func All(f *File) iter.Seq[Node] { panic("TODO") }

// ParseTemplate reads text as a substitution, test string or flag value that
// starts at at.
func ParseTemplate(text string, at Extent) *Template { panic("TODO") }
