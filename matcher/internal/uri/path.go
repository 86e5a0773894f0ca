package uri

import (
	"bytes"
	"strings"
)

// Slashes says what to do with an encoded slash in a URL-path.
type Slashes int

// The settings of AllowEncodedSlashes.
const (
	RefuseSlashes Slashes = iota // Off: 404
	DecodeSlashes                // On
	KeepSlashes                  // NoDecode
)

// PathOptions say how DecodePath treats a URL-path.
type PathOptions struct {
	MergeSlashes bool // MergeSlashes On
	Slashes      Slashes
	// Relative allows a path that does not begin with "/", for sub-requests
	// by file name.
	Relative bool
}

// DecodePath normalises and decodes a URL-path as httpd does before anything
// else looks at it: unreserved characters are decoded, "." and ".." segments
// removed, slashes merged, then the rest decoded once. The status is 0, or 400
// or 404 for a path that httpd refuses.
func DecodePath(path string, o PathOptions) (string, int) {
	if isPlain(path, o.MergeSlashes) {
		return path, 0
	}
	path, ok := normalize(path, o, true)
	if !ok {
		return path, 400
	}
	path, status := decode(path, o.Slashes)
	if status != 0 {
		return path, status
	}
	if o.Slashes == DecodeSlashes {
		path, _ = normalize(path, o, false)
	}
	return path, 0
}

// NormalizePath does the first half of DecodePath's work: everything but to
// decode what is not an unreserved character.
func NormalizePath(path string, o PathOptions) string {
	if isPlain(path, o.MergeSlashes) {
		return path
	}
	path, _ = normalize(path, o, true)
	return path
}

// isPlain reports whether path needs no work at all.
func isPlain(path string, merge bool) bool {
	if path == "" || path[0] != '/' {
		return false
	}
	if !merge {
		return isPlainUnmerged(path)
	}
	return IsPlain(path, false)
}

// IsPlain reports whether path begins with a slash, and DecodePath, merging slashes, has
// nothing to do to it. quiet says that it is known to be quiet, as IsQuiet has it.
func IsPlain(path string, quiet bool) bool {
	return path != "" && path[0] == '/' && (quiet || strings.IndexByte(path, '%') < 0) && IsCleanRel(path[1:])
}

// isPlainUnmerged is isPlain for a path, which begins with a slash, whose slashes are
// not merged.
func isPlainUnmerged(path string) bool {
	for i := 1; i < len(path); i++ {
		if c := path[i]; c == '%' || c == '.' && path[i-1] == '/' {
			return false
		}
	}
	return true
}

func isUnreserved(c byte) bool {
	return IsAlnum(c) || c == '-' || c == '.' || c == '_' || c == '~'
}

// normalize removes dot segments, merges slashes and, if asked to, decodes
// unreserved characters. It reports false for a path above the root, a bad
// escape or a path that is none.
func normalize(path string, o PathOptions, decodeUnreserved bool) (string, bool) {
	b := make([]byte, 0, len(path))
	i, ok := 0, true
	switch {
	case path == "*":
		return path, true
	case path == "":
		return path, false
	case path[0] == '/':
		b, i = append(b, '/'), 1
	case !o.Relative:
		return path, false
	}
	for i < len(path) {
		c := path[i]
		if decodeUnreserved && c == '%' {
			if !isHexPair(path, i+1) {
				ok = false
			} else if d := unhexPair(path, i+1); isUnreserved(d) {
				c = d
				i += 2
			}
		}
		if len(b) == 0 || b[len(b)-1] == '/' {
			if n, up, dots := dotSegment(path, i, c, decodeUnreserved); dots {
				if up && !parent(&b) {
					ok = false
				}
				i = n
				continue
			}
			if o.MergeSlashes && c == '/' {
				for i < len(path) && path[i] == '/' {
					i++
				}
				continue
			}
		}
		b = append(b, c)
		i++
	}
	return string(b), ok
}

// dotSegment looks for a "." or ".." segment at i, where c is the byte at i,
// decoded. It returns the index after it and its slash, and whether it is "..".
func dotSegment(path string, i int, c byte, decoded bool) (next int, up, ok bool) {
	if c != '.' {
		return 0, false, false
	}
	end := func(n int) bool { return n >= len(path) || path[n] == '/' }
	n := i + 1
	if !end(n) {
		switch {
		case path[n] == '.':
			n++
		case decoded && n+2 < len(path) && path[n] == '%' && path[n+1] == '2' && path[n+2]|0x20 == 'e':
			n += 3
		default:
			return 0, false, false
		}
		if !end(n) {
			return 0, false, false
		}
		up = true
	}
	if n < len(path) {
		n++
	}
	return n, up, true
}

// parent removes the last segment of *b; it reports false at the root.
func parent(b *[]byte) bool {
	w := len(*b)
	if w <= 1 {
		return false
	}
	for w--; w > 0 && (*b)[w-1] != '/'; w-- {
	}
	*b = (*b)[:w]
	return true
}

// decode decodes path, all but unreserved characters, which normalize decoded
// already: what still looks like one was encoded twice and stays.
func decode(path string, slashes Slashes) (string, int) {
	if strings.IndexByte(path, '%') < 0 {
		return path, 0
	}
	b := make([]byte, 0, len(path))
	badEscape, badPath := false, false
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			b = append(b, path[i])
			continue
		}
		if !isHexPair(path, i+1) {
			badEscape = true
			b = append(b, '%')
			continue
		}
		switch c := unhexPair(path, i+1); {
		case c == 0 || c == '/' && slashes == RefuseSlashes:
			badPath = true
			b = append(b, c)
		case isUnreserved(c) || c == '/' && slashes == KeepSlashes:
			b = append(b, path[i:i+3]...)
		default:
			b = append(b, c)
		}
		i += 2
	}
	switch {
	case badEscape:
		return untilNUL(b), 400
	case badPath:
		return untilNUL(b), 404
	}
	return string(b), 0
}

// untilNUL returns what of b httpd sees as a string.
func untilNUL(b []byte) string {
	head, _, _ := bytes.Cut(b, []byte{0})
	return string(head)
}

// MaxFilePath is the longest path that httpd composes of two, with room for slashes
// and a final NUL.
const MaxFilePath = 4096 - 4

// JoinFile puts the relative path rel below the directory root, removing empty,
// "." and ".." segments. It reports false where rel would leave root and where the path gets
// too long. A final slash stays.
func JoinFile(root, rel string) (string, bool) {
	if len(root)+len(rel) > MaxFilePath {
		return "", false
	}
	root = strings.TrimSuffix(root, "/")
	if IsCleanRel(rel) {
		return root + "/" + rel, true
	}
	segs, ok := cleanSegments(nil, rel)
	if !ok {
		return "", false
	}
	return root + "/" + joinSegments(segs, rel), true
}

// CleanFile normalises an absolute file path: empty, "." and ".." segments are
// removed, ".." at the root is the root. A final slash stays. It reports false
// for a path that is not absolute or too long.
func CleanFile(path string) (string, bool) {
	if len(path) > MaxFilePath {
		return "", false
	}
	return cleanFile(path)
}

// cleanFile is CleanFile for a path of any length.
func cleanFile(path string) (string, bool) {
	if path == "" || path[0] != '/' {
		return "", false
	}
	if IsCleanRel(path[1:]) {
		return path, true
	}
	segs := []string{}
	for seg := range strings.SplitSeq(path, "/") {
		switch seg {
		case "", ".":
		case "..":
			segs = segs[:max(0, len(segs)-1)]
		default:
			segs = append(segs, seg)
		}
	}
	return "/" + joinSegments(segs, path), true
}

// ResolveFile resolves rel against the directory dir: an absolute rel stands
// for itself. It reports false if the result is not absolute.
func ResolveFile(dir, rel string) (string, bool) {
	if len(dir)+len(rel) > MaxFilePath {
		return "", false
	}
	if strings.HasPrefix(rel, "/") {
		return cleanFile(rel)
	}
	return cleanFile(strings.TrimSuffix(dir, "/") + "/" + rel)
}

// IsCleanRel reports whether a path without its leading slash has no empty or
// dot segments, a final slash aside.
func IsCleanRel(rel string) bool {
	before := byte('/') // as if a slash stood before the path
	if len(rel) >= 8 {
		all := rel
		for ; len(rel) >= 8; rel = rel[8:] {
			if startsSegment(word(rel), before) {
				return false
			}
			before = rel[7]
		}
		if rel == "" {
			return true
		}
		last := all[len(all)-9:]
		return !startsSegment(word(last[1:]), last[0])
	}
	for i := range len(rel) {
		if before == '/' && (rel[i] == '/' || rel[i] == '.') {
			return false
		}
		before = rel[i]
	}
	return true
}

// startsSegment reports whether a "." or "/" in the word w, which follows the byte
// before, follows a slash.
func startsSegment(w uint64, before byte) bool {
	either := equal(w|eachByte, '/') // the two differ in the lowest bit
	slashes := either & (w << 7)
	if before == '/' {
		return either&(slashes<<8|0x80) != 0
	}
	return either&(slashes<<8) != 0
}

func cleanSegments(segs []string, rel string) ([]string, bool) {
	for seg := range strings.SplitSeq(rel, "/") {
		switch seg {
		case "", ".":
		case "..":
			if len(segs) == 0 {
				return nil, false
			}
			segs = segs[:len(segs)-1]
		default:
			segs = append(segs, seg)
		}
	}
	return segs, true
}

// joinSegments joins segs, with a final slash if orig ended in one or in a dot
// segment.
func joinSegments(segs []string, orig string) string {
	s := strings.Join(segs, "/")
	last := orig[strings.LastIndexByte(orig, '/')+1:]
	if s != "" && (last == "" || last == "." || last == "..") {
		s += "/"
	}
	return s
}

// Within reports whether the absolute path file, which has no dot segments, is
// root or lies below it. root has no final slash unless it is "/".
func Within(root, file string) bool {
	rest, ok := strings.CutPrefix(file, root)
	return ok && (rest == "" || rest[0] == '/' || root == "/")
}

// TrimSlash returns path without a final slash, "/" as it is.
func TrimSlash(path string) string {
	if len(path) > 1 {
		return strings.TrimSuffix(path, "/")
	}
	return path
}
