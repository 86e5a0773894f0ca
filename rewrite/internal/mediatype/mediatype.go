// Package mediatype has the media types of files by their extensions, the same on
// every machine.
package mediatype

import (
	_ "embed"
	"strings"
)

// debianTypes has a line "extension type" for each extension in /etc/mime.types of
// Debian 12, package media-types 10.0.0, which is in the public domain. The test
// of this package writes it with -update.
//
//go:embed debian.txt
var debianTypes string

// Table has media types by extension, in lower case and without its dot.
type Table map[string]string

// Debian returns the types that httpd has in Debian, where TypesConfig names
// /etc/mime.types. Each call makes a new table.
func Debian() Table {
	t := make(Table, strings.Count(debianTypes, "\n"))
	for line := range strings.Lines(debianTypes) {
		ext, mediaType, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		t[ext] = mediaType
	}
	return t
}

// ByName returns the type of the file with the given name, "" if none is known.
// As in mod_mime every extension counts, and of several types the last; the first
// part of the name is not an extension, even if it begins with dots.
func (t Table) ByName(name string) string {
	name = strings.TrimLeft(name[strings.LastIndexByte(name, '/')+1:], ".")
	_, rest, _ := strings.Cut(name, ".")
	known := ""
	for rest != "" {
		var ext string
		ext, rest, _ = strings.Cut(rest, ".")
		if mediaType := t[lower(ext)]; mediaType != "" {
			known = mediaType
		}
	}
	return known
}

// lower is strings.ToLower for ASCII alone, as httpd compares extensions.
func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if 'A' <= b[j] && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
