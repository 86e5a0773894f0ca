package rewrite

import (
	"maps"
	"net/http"
	"strings"
)

// maxRanges is how many ranges a request may ask for, as MaxRanges. With more,
// httpd sends the whole file.
const maxRanges = 200

// boundedRanges returns h, without Range if that asks for too many.
func boundedRanges(h http.Header) http.Header {
	n := 0
	for _, v := range h["Range"] {
		n += strings.Count(v, ",") + 1
	}
	if n <= maxRanges {
		return h
	}
	h = maps.Clone(h)
	delete(h, "Range")
	return h
}
