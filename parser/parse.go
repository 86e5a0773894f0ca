package parser

import (
	"io/fs"
	"maps"
	"math"
	"slices"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// Options says in which surroundings a file is read. A nil *Options means the
// zero value.
type Options struct {
	// AccessFile reads the text as an .htaccess file: lines of up to 8191
	// bytes, no Include, no Define.
	AccessFile bool
	// ISAPI3 reads the language of ISAPI_Rewrite 3: RewriteRule has the flags RP, NF, CL,
	// CU, U and O, and has neither H nor NS; RewriteHeader and RewriteProxy are rules.
	ISAPI3 bool
	// Defines are the variables of -D and Define, by name; a name with an
	// empty value is defined but not replaced in ${NAME}.
	Defines map[string]string
	// Getenv looks up what Defines does not hold for ${NAME}; nil means
	// os.LookupEnv.
	Getenv func(name string) (string, bool)
	// HasModule answers <IfModule>, for identifiers ("rewrite_module") and
	// file names ("mod_rewrite.c"), beside the modules that LoadModule names.
	// Nil means that LoadModule decides: a configuration that has one anywhere
	// has those modules and the few that are built into httpd, before the first
	// LoadModule too; one that has none is a part of a larger one and has
	// DefaultModules.
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

	macros macros // defined before reading begins
}

// Parse reads one text. name is used in positions only. The error, if any, is
// a Diagnostics with every finding; the tree then comes as far as it goes.
func Parse(name string, src []byte, opts *Options) (*File, error) {
	return newParser(opts).parse(name, src)
}

// ParseFS reads the file name of fsys, like Parse. Unless opts names an FS,
// fsys also holds the files of Include, its root being "/". If the file can't
// be read the tree is nil and the error says why.
func ParseFS(fsys fs.FS, name string, opts *Options) (*File, error) {
	p := newParser(opts)
	if opts == nil || opts.FS == nil {
		p.opts.FS = fsys
		p.relative = true
	}
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		start := Pos{Line: 1, Col: 1}
		return nil, Diagnostics{{
			Extent: Extent{Name: name, From: start, To: start}, Code: CodeInclude, Message: err.Error(), Err: err,
		}}
	}
	return p.parse(name, src)
}

// parse reads src and returns the findings as Parse does. Where a module was
// taken for granted before it turned out that the file says which there are, it
// is read once more, and where that was an error, again.
func (p *parser) parse(name string, src []byte) (*File, error) {
	opts, relative := p.opts, p.relative
	f, err := p.read(name, src)
	for mode := modulesLoaded; p.again && mode <= modulesByDefault; mode++ {
		p = newParser(&opts)
		p.mode, p.relative = mode, relative
		f, err = p.read(name, src)
		p.again = mode == modulesLoaded && len(p.modules) == 0
	}
	return f, err
}

// read reads src once.
func (p *parser) read(name string, src []byte) (*File, error) {
	if uint64(len(src)) > math.MaxUint32 {
		src = src[:0]
		p.errorf(newSource(name, "").extent(0, 0), CodeTooLarge, "", "%s is larger than 4 GiB", name)
	}
	f := p.file(newSource(name, string(src)))
	p.leave(f)
	p.found.Sort()
	if err := p.found.Err(); err != nil {
		return f, err
	}
	f.Warnings = p.found
	return f, nil
}

// leave notes in f what reading it came to.
func (p *parser) leave(f *File) {
	f.opts = p.opts
	f.ServerRoot = p.root
	f.Modules = slices.Sorted(maps.Keys(p.modules))
	if len(p.macros) > 0 {
		f.macros = p.macros
	}
	for name := range p.defined {
		if f.Defines == nil {
			f.Defines = map[string]string{}
		}
		f.Defines[name] = p.values[ascii.LowerCase(name)]
	}
}

// AccessOptions returns the options to parse an access file with on the server
// that f configures: those that f itself was parsed with, and the variables,
// modules, macros and ServerRoot that it ended with. They are the caller's to
// change.
func (f *File) AccessOptions() *Options {
	o := f.opts
	o.AccessFile = true
	o.Defines = f.Defines
	o.ServerRoot = f.ServerRoot
	o.macros = f.macros
	// The function must not hold on to the tree.
	modules, hasModule := f.Modules, o.HasModule
	switch {
	case hasModule == nil && len(modules) > 0:
		hasModule = builtInModules
	case hasModule == nil:
		hasModule = DefaultModules
	}
	o.HasModule = func(name string) bool {
		_, ok := slices.BinarySearch(modules, name)
		return ok || hasModule(name)
	}
	return &o
}
