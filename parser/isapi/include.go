package isapi

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// How deep files may include one another, and how many files a ruleset may include.
const (
	maxNesting  = 16
	maxIncluded = 1000
)

// include reads the file that s names, as if it stood in the place of s.
func (r *reader) include(s *Setting) {
	if r.files == nil {
		return
	}
	word := s.Args[0]
	name := strings.ReplaceAll(word.Text, `\`, "/")
	file := path.Join(path.Dir(r.open[len(r.open)-1]), name)
	if strings.HasPrefix(name, "/") {
		file = strings.TrimPrefix(path.Clean(name), "/")
	}
	src, err := r.readFile(file, name)
	if err != nil {
		r.report(&parser.Diagnostic{Extent: word.Extent, Severity: parser.Error, Code: parser.CodeInclude, Message: "IncludeIni: " + err.Error(), Err: err})
		return
	}
	r.left -= len(src)
	r.count++
	r.open = append(r.open, file)
	outer, nodes := r.source, r.f.Nodes
	r.source, r.f.Nodes = source{name: path.Join(path.Dir(strings.ReplaceAll(outer.name, `\`, "/")), name), text: src}, nil
	if strings.HasPrefix(name, "/") {
		r.name = name
	}
	r.lines()
	s.Included = &File{
		Extent:  parser.Extent{Name: r.name, From: parser.Pos{Line: 1, Col: 1}, To: r.pos(len(r.text))},
		Dialect: r.f.Dialect, CRLF: strings.Contains(src, "\r\n"), Nodes: r.f.Nodes,
	}
	r.source, r.f.Nodes, r.open = outer, nodes, r.open[:len(r.open)-1]
}

// The errors of a file that is included, beside those of reading it.
var (
	errDrive  = errors.New("name the file relative to this one: drives are not known here")
	errCircle = errors.New("the file includes itself")
	errDeep   = fmt.Errorf("files include one another more than %d deep", maxNesting)
	errMany   = fmt.Errorf("more than %d files are included", maxIncluded)
	errFolder = errors.New("it is not a regular file")
	errLarge  = fmt.Errorf("the text is larger than %d bytes with all that it includes", maxBytes)
)

// readFile returns the text of the file at a path, which was written as name.
func (r *reader) readFile(file, name string) (string, error) {
	switch {
	case strings.Contains(name, ":"):
		return "", errDrive
	case slices.Contains(r.open, file):
		return "", errCircle
	case len(r.open) > maxNesting:
		return "", errDeep
	case r.count == maxIncluded:
		return "", errMany
	}
	f, err := r.files.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errFolder
	}
	src, err := io.ReadAll(io.LimitReader(f, int64(r.left)+1))
	switch {
	case err != nil:
		return "", err
	case len(src) > r.left:
		return "", errLarge
	}
	return string(src), nil
}
