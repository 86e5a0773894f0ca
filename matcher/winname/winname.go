// Package winname judges names of files as Windows does, which has many names for one
// file: a guard that knows a file by one of them alone does not guard it there.
//
// A name here is one segment of a path. All functions are safe for concurrent use.
package winname

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain returns name in the form in which file systems without case compare names, in
// lower case: without a stream ("::$DATA"), without dots and spaces at the end, and
// without characters that show nothing, which HFS+ leaves out.
func Plain(name string) string {
	if isPlain(name) {
		return name
	}
	name, _, _ = strings.Cut(name, ":")
	name = strings.Map(fold, strings.TrimRight(name, ". "))
	return strings.TrimRight(name, ". ")
}

// isPlain reports whether name is certain to have the form that Plain returns.
func isPlain(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z': // as most are
		case c >= 0x80, 'A' <= c && c <= 'Z', c == ':':
			return false
		}
	}
	return name == "" || name[len(name)-1] != '.' && name[len(name)-1] != ' '
}

// fold returns a character as it is compared, -1 for one that shows nothing.
func fold(r rune) rune {
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

// Is reports whether plain, a name as Plain returns it, leads to the file called name,
// which is in that form, too: it is that name, or may be the short name of it.
func Is(plain, name string) bool {
	return plain == name || IsShort(plain) && shortens(plain, name)
}

// HasExtension reports whether the file called plain, a name as Plain returns it, may
// have the extension ext, in lower case and without its dot: of an extension that a short
// name ends with, only three characters are left.
func HasExtension(plain, ext string) bool {
	i := strings.LastIndexByte(plain, '.')
	if i < 0 {
		return ext == ""
	}
	has := plain[i+1:]
	return has == ext || len(ext) > extensionLength && has == ext[:extensionLength] && IsShort(plain)
}

// The lengths of the parts of a short name, and of what it keeps of a name once its
// number would exceed 4: two characters, and a hash in hexadecimal digits.
const (
	stemLength      = 6
	extensionLength = 3
	keptLength      = 2
	hashLength      = 4
)

// IsShort reports whether plain, a name as Plain returns it, has the form of the second,
// short names that Windows gives to files, such as "web~1.con".
func IsShort(plain string) bool {
	if strings.IndexByte(plain, '~') < 0 {
		return false
	}
	stem, ext, _ := strings.Cut(plain, ".")
	i := strings.LastIndexByte(stem, '~')
	return i > 0 && utf8.RuneCountInString(stem[:i]) <= stemLength && i+1 < len(stem) && len(stem)-i-1 <= stemLength &&
		strings.Trim(stem[i+1:], "0123456789") == "" && len(ext) <= extensionLength && strings.IndexByte(ext, '.') < 0
}

// shortens reports whether short, which has the form of a short name, may be that of the
// file called name: of the fifth file on whose names begin alike, a hash is in it.
func shortens(short, name string) bool {
	stem, ext, _ := strings.Cut(short, ".")
	stem = usable(stem[:strings.LastIndexByte(stem, '~')])
	name = strings.TrimLeft(name, ". ")
	long, suffix := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		long, suffix = name[:dot], usable(name[dot+1:])
	}
	long = usable(long)
	if (ext == "") != (suffix == "") || !strings.HasPrefix(suffix, usable(ext)) {
		return false
	}
	return strings.HasPrefix(long, stem) || isHashed(stem, long)
}

// isHashed reports whether stem is what a short name keeps of long, and a hash.
func isHashed(stem, long string) bool {
	kept := min(keptLength, len(long))
	return len(stem) == kept+hashLength && stem[:kept] == long[:kept] && strings.Trim(stem[kept:], "0123456789abcdef") == ""
}

// usable returns what a short name keeps of the characters of a name: not dots and
// spaces, and "_" for those that it can't have, or that depend on the code page.
func usable(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == ' ':
			return -1
		case r >= unicode.MaxASCII || strings.ContainsRune("+,;=[]", r):
			return '_'
		}
		return r
	}, name)
}
