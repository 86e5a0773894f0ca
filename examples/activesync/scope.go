package main

import (
	"errors"
	"net/url"
	"path"
	"strings"
)

// endpointPath is where ActiveSync lives; its case does not matter.
const endpointPath = "/Microsoft-Server-ActiveSync"

var errPath = errors.New("the path can be read in more than one way")

// resolve returns the path that IIS makes of a decoded one: a backslash is a slash,
// slashes in a row are one, dot segments are followed. That is what is judged and
// what is forwarded. judged says that it leads to ActiveSync, whose name is then
// spelled as in endpointPath. A path in which another reading finds ActiveSync - one
// that decodes twice, say - is an error.
func resolve(p string) (clean string, judged bool, err error) {
	if !strings.HasPrefix(p, "/") || strings.ContainsFunc(p, func(r rune) bool { return r < ' ' || r == 0x7F }) {
		return "", false, errPath
	}
	slashes := strings.ReplaceAll(p, `\`, "/")
	clean = path.Clean(slashes)
	first, rest, _ := strings.Cut(clean[1:], "/")
	if strings.EqualFold("/"+first, endpointPath) {
		return path.Join(endpointPath, rest), true, nil
	}
	for other, before := clean, ""; other != before; {
		before = other
		if strings.Contains(letters(other), letters(endpointPath)) {
			return "", false, errPath
		}
		if decoded, err := url.PathUnescape(other); err == nil {
			other = decoded
		}
	}
	if strings.HasSuffix(slashes, "/") && clean != "/" {
		clean += "/"
	}
	return clean, false, nil
}

// letters returns the letters of s in lower case, and nothing else of it.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// others says which paths beside ActiveSync are passed on.
type others struct {
	all      bool
	prefixes []string
}

// parseOthers reads the flag -other: "pass", "deny", or paths with commas between
// them.
func parseOthers(s string) (others, error) {
	switch s {
	case "pass":
		return others{all: true}, nil
	case "deny":
		return others{}, nil
	}
	var o others
	for p := range strings.SplitSeq(s, ",") {
		clean, judged, err := resolve(p)
		if err != nil || judged || clean == "/" {
			return others{}, errors.New(`-other: write "pass", "deny" or paths such as /owa,/ews`)
		}
		o.prefixes = append(o.prefixes, strings.TrimSuffix(clean, "/"))
	}
	return o, nil
}

// pass reports whether a resolved path is passed on: one that is a prefix, in any
// case, or lies below it.
func (o others) pass(p string) bool {
	for _, prefix := range o.prefixes {
		if len(p) >= len(prefix) && strings.EqualFold(p[:len(prefix)], prefix) && (len(p) == len(prefix) || p[len(prefix)] == '/') {
			return true
		}
	}
	return o.all
}
