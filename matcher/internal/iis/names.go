package iis

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/winname"
)

// webConfigName is the name that is never served.
const webConfigName = "web.config"

// fileNames are the spellings under which the file is looked for: Windows knows no case,
// and Visual Studio writes "Web.config". The first that is there counts, and where none
// is, one in any other case.
var fileNames = [...]string{webConfigName, "Web.config", "Web.Config", "WEB.CONFIG"}

// separators divide the segments of a path on IIS.
const separators = `/\`

// cutSegment returns the first segment of a path and what is behind it.
func cutSegment(path string) (segment, rest string) {
	for i := range len(path) {
		if path[i] == '/' || path[i] == '\\' {
			return path[:i], path[i+1:]
		}
	}
	return path, ""
}

// namesConfig reports whether a name, as winname.Plain returns it, may be that of a
// web.config.
func namesConfig(plain string) bool { return winname.Is(plain, webConfigName) }

// samePlace reports whether path, which is from a request, may lead to place, which is in
// lower case: segment by segment, as Windows understands names.
func samePlace(path, place string) bool {
	for path != "" && place != "" {
		var segment, name string
		segment, path = cutSegment(path)
		name, place = cutSegment(place)
		if !winname.Is(winname.Plain(segment), winname.Plain(name)) {
			return false
		}
	}
	return path == "" && place == ""
}

// noExtension stands for names without one, in the list of extensions.
const noExtension = "."

// extensionOf returns the extension of a name, as winname.Plain returns it, with its
// dot, "" if it has none.
func extensionOf(plain string) string {
	if i := strings.LastIndexByte(plain, '.'); i >= 0 {
		return plain[i:]
	}
	return ""
}
