package main

import (
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
)

// endpointPath is where ActiveSync lives; its case does not matter.
const endpointPath = "/Microsoft-Server-ActiveSync"

var errPath = errors.New("the path can be read in more than one way")

// resolve returns the path that IIS makes of a decoded one: a backslash is a slash,
// slashes in a row are one, dot segments are followed. That is what is judged and
// what is forwarded. judged says that it leads to ActiveSync, whose name is then
// spelled as in endpointPath. A path in which another reading finds ActiveSync - one
// that decodes twice, say, or has letters that look alike - is an error.
func resolve(p string) (clean string, judged bool, err error) {
	if !strings.HasPrefix(p, "/") || strings.ContainsFunc(p, unicode.IsControl) {
		return "", false, errPath
	}
	slashes := strings.ReplaceAll(p, `\`, "/")
	clean = path.Clean(slashes)
	first, _, _ := strings.Cut(clean[1:], "/")
	if strings.EqualFold("/"+first, endpointPath) {
		return endpointPath + clean[len(first)+1:], true, nil
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
	if strings.ContainsFunc(first, func(r rune) bool { return r > '~' }) {
		return "", false, errPath
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

// others are the paths beside ActiveSync that are passed on, with what lies below
// them: in lower case, without a slash at the end. "" is all of them.
type others []string

// set reads the flag -other: "pass", "deny", or paths with commas between them.
func (o *others) set(s string) error {
	*o = nil
	for p := range strings.SplitSeq(s, ",") {
		clean, judged, err := resolve(p)
		switch {
		case s == "deny":
		case s == "pass":
			*o = others{""}
		case err != nil || judged || clean == "/":
			return errors.New(`write "pass", "deny" or paths such as /owa,/ews`)
		default:
			*o = append(*o, strings.ToLower(strings.TrimSuffix(clean, "/")))
		}
	}
	return nil
}

// pass reports whether a resolved path is passed on.
func (o others) pass(p string) bool {
	return slices.ContainsFunc(o, func(prefix string) bool { return strings.HasPrefix(strings.ToLower(p)+"/", prefix+"/") })
}
