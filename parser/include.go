package parser

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// The limits of Include. The first two are httpd's; the others keep files that
// include others many times from multiplying without bounds.
const (
	maxIncludeDepth  = 128
	maxDirectoryTree = 20
	maxIncludes      = 10000
	maxIncludeBytes  = 64 << 20
)

// include reads an Include or IncludeOptional and the files that it names. It
// returns nil if its arguments are wrong.
func (r *reader) include(s *statement) Node {
	n := &Include{Extent: s.Extent, Source: s.Source, Optional: s.name == "includeoptional"}
	var ok bool
	n.Path, ok = r.oneArgument(s, s.Directive+" takes one argument, the name of a file, directory or pattern")
	if !ok {
		return nil
	}
	if r.includeDepth == maxIncludeDepth {
		r.errorf(s.Extent, CodeNestedTooDeep, "a file includes itself",
			"Exceeded maximum include depth of %d, There appears to be a recursion.", maxIncludeDepth)
		r.stop = true
		return n
	}
	r.includeDepth++
	defer func() { r.includeDepth-- }()
	i := &includer{parser: r.parser, node: n}
	defer i.empty(len(r.found))
	if name := r.absolute(n.Path.Text); isPattern(name) {
		i.pattern("/", name[1:])
	} else {
		i.path(name, 0)
	}
	return n
}

// includer reads the files of one Include.
type includer struct {
	*parser
	node *Include
}

// empty reports that nothing was included, unless that was reported as an error:
// findings is how many findings there were before. A folder or pattern that has
// lost its files is valid, but often a mistake.
func (i *includer) empty(findings int) {
	if len(i.node.Files) > 0 || len(i.found) > findings || i.node.Path.Text == "/dev/null" {
		return
	}
	sev := Warning
	if i.node.Optional {
		sev = Note
	}
	i.keep(&Diagnostic{
		Extent: i.node.Path.Extent, Severity: sev, Code: CodeInclude,
		Message: i.node.Directive + ": there is no file to include",
	})
}

// failed reports that something can't be included, because of err if that is
// not nil.
func (i *includer) failed(err error, format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	var pe *fs.PathError
	switch {
	case errors.As(err, &pe):
		msg += ": " + pe.Err.Error()
	case err != nil:
		msg += ": " + err.Error()
	}
	i.keep(&Diagnostic{Extent: i.node.Path.Extent, Severity: Error, Code: CodeInclude, Message: msg, Err: err})
}

// path reads the file name or, if it is a directory, all that is in it.
func (i *includer) path(name string, depth int) {
	if i.stop {
		return
	}
	info, err := fs.Stat(i.opts.FS, fsName(name))
	switch {
	case err != nil:
		if !i.node.Optional {
			i.unreadable(name, err)
		}
	case !info.IsDir():
		i.file(name, info)
	case depth == maxDirectoryTree:
		i.failed(nil, "Directory '%s' exceeds the maximum include directory nesting level of %d. "+
			"You have probably a recursion somewhere.", name, maxDirectoryTree)
	default:
		for _, e := range i.entries(name) {
			i.path(path.Join(name, e.Name()), depth+1)
		}
	}
}

// entries returns what is in a directory, by name.
func (i *includer) entries(name string) []fs.DirEntry {
	list, err := fs.ReadDir(i.opts.FS, fsName(name))
	if err != nil && (!i.node.Optional || !errors.Is(err, fs.ErrNotExist)) {
		i.failed(err, "Include/IncludeOptional: Could not open directory %s", name)
	}
	return list
}

// pattern reads the files below the directory dir whose paths match rest.
func (i *includer) pattern(dir, rest string) {
	first, rest, more := strings.Cut(rest, "/")
	next := func(name string) {
		if more {
			i.pattern(name, rest)
		} else {
			i.path(name, 0)
		}
	}
	if !isPattern(first) {
		next(path.Join(dir, first))
		return
	}
	found := len(i.found)
	matches := 0
	for _, e := range i.entries(dir) {
		if fnmatch(first, e.Name()) && (!more || e.IsDir()) {
			next(path.Join(dir, e.Name()))
			matches++
		}
	}
	if matches == 0 && !i.node.Optional && len(i.found) == found {
		i.failed(nil, "Include/IncludeOptional: No matches for the wildcard '%s' in '%s', failing", first, dir)
	}
}

// errNotRegular is why a device, a pipe or the like is not included.
var errNotRegular = errors.New("not a regular file")

// unreadable reports that a file can't be read.
func (i *includer) unreadable(name string, err error) {
	i.failed(err, "Could not open configuration file %s", name)
}

// file reads one file.
func (i *includer) file(name string, info fs.FileInfo) {
	if name == "/dev/null" {
		return
	}
	if !info.Mode().IsRegular() {
		i.unreadable(name, errNotRegular)
		return
	}
	i.includes++
	i.includeBytes += info.Size()
	if i.includes > maxIncludes || i.includeBytes > maxIncludeBytes {
		i.failed(nil, "more than %d files or %d bytes are included", maxIncludes, maxIncludeBytes)
		i.stop = true
		return
	}
	text, err := fs.ReadFile(i.opts.FS, fsName(name))
	if err != nil {
		i.unreadable(name, err)
		return
	}
	i.node.Files = append(i.node.Files, i.parser.file(newSource(i.display(name), string(text))))
}

// display returns the name by which a file is known in positions.
func (p *parser) display(name string) string {
	if p.relative {
		return fsName(name)
	}
	return name
}

// fsName returns an absolute path as a name in a file system whose root is
// "/".
func fsName(name string) string {
	if name == "/" {
		return "."
	}
	return name[1:]
}
