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

// Debian returns the types that httpd has in Debian, where TypesConfig names
// /etc/mime.types, by extension in lower case and without its dot. Each call makes a
// new map.
func Debian() map[string]string {
	t := make(map[string]string, strings.Count(debianTypes, "\n"))
	for line := range strings.Lines(debianTypes) {
		ext, mediaType, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		t[ext] = mediaType
	}
	return t
}
