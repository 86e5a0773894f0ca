package iis

import (
	"strings"
	"unicode"
)

// webConfigName is the name that is never served.
const webConfigName = "web.config"

// fileNames are the spellings under which the file is looked for: Windows knows no case,
// and Visual Studio writes "Web.config". The first that is there counts.
var fileNames = [...]string{webConfigName, "Web.config", "Web.Config", "WEB.CONFIG"}

// separators divide the segments of a path on IIS.
const separators = `/\`

// cutSegment returns the first segment of a path and what is behind it.
func cutSegment(path string) (segment, rest string) {
	if i := strings.IndexAny(path, separators); i >= 0 {
		return path[:i], path[i+1:]
	}
	return path, ""
}

// namesConfig reports whether a name, as plainName returns it, may be that of a web.config.
func namesConfig(plain string) bool { return names(plain, webConfigName) }

// names reports whether plain, as plainName returns it, is name or may be its short name.
func names(plain, name string) bool {
	return plain == name || isShortName(plain) && shortens(plain, name)
}

// samePlace reports whether path, which is from a request, may lead to place, which is in
// lower case: segment by segment, as Windows understands names.
func samePlace(path, place string) bool {
	for path != "" && place != "" {
		var segment, name string
		segment, path = cutSegment(path)
		name, place = cutSegment(place)
		if !names(plainName(segment), plainName(name)) {
			return false
		}
	}
	return path == "" && place == ""
}

// plainName returns a segment of a path as Windows understands it, in lower case:
// without a stream, and without dots and spaces at the end.
func plainName(segment string) string {
	segment, _, _ = strings.Cut(segment, ":")
	segment = strings.TrimRight(segment, ". ")
	for i := range len(segment) {
		if c := segment[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return strings.Map(foldRune, segment)
		}
	}
	return segment
}

// foldRune returns a character as file systems without case compare it, -1 for one
// that shows nothing.
func foldRune(r rune) rune {
	switch {
	case r < unicode.MaxASCII:
		return unicode.ToLower(r)
	case unicode.Is(unicode.Cf, r):
		return -1
	case r == 'ſ':
		return 's'
	case r == '\u212a': // the sign for kelvin
		return 'k'
	}
	return unicode.ToLower(r)
}

// isShortName reports whether a name, in lower case, has the form of the second names
// that Windows gives to files: "web~1.con".
func isShortName(name string) bool {
	base, ext, _ := strings.Cut(name, ".")
	head, digits, ok := strings.Cut(base, "~")
	return ok && head != "" && len(head) <= 6 && digits != "" && len(digits) <= 6 && strings.Trim(digits, "0123456789") == "" &&
		len(ext) <= 3 && !strings.Contains(ext, ".")
}

// shortens reports whether short, which has that form, may be the short name of name.
func shortens(short, name string) bool {
	base, ext, _ := strings.Cut(short, ".")
	base, _, _ = strings.Cut(base, "~")
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return ext == "" && strings.HasPrefix(name, base)
	}
	return strings.HasPrefix(name[:dot], base) && ext != "" && strings.HasPrefix(name[dot+1:], ext)
}

// extensionOf returns the extension of the last segment of a path with its dot, as
// Windows understands the name, "" if it has none.
func extensionOf(path string) string {
	name := plainName(path[strings.LastIndexAny(path, separators)+1:])
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[i:]
	}
	return ""
}
