package uri

import (
	"errors"
	"strconv"
	"strings"
)

// URI is a request target, split. Strings are as they stood.
type URI struct {
	Scheme   string // "" if the target has none
	Host     string // without brackets, port and user
	HasHost  bool   // there was an authority, if only an empty one
	Port     int    // 0 if there is none, or none that is known for the scheme
	User     bool   // there was a user part
	Path     string // undecoded
	HasPath  bool
	Query    string
	HasQuery bool
	Fragment bool // there was a "#"
}

// Parse splits a request target into u, which is empty. It reports false for one that
// is not a URI by httpd's rules, such as a port that is not a number.
func (u *URI) Parse(target string) bool {
	rest := target
	if !strings.HasPrefix(target, "/") {
		var ok bool
		if rest, ok = u.schemeAndAuthority(target); !ok {
			return false
		}
	}
	if i := strings.IndexByte(rest, '#'); i >= 0 {
		u.Fragment, rest = true, rest[:i]
	}
	if i := strings.IndexByte(rest, '?'); i >= 0 {
		rest, u.Query, u.HasQuery = rest[:i], rest[i+1:], true
	}
	u.Path, u.HasPath = rest, rest != ""
	return true
}

// schemeAndAuthority takes these two off the target, if it has them: a scheme
// may be followed by a path at once. What stands before a colon and is not a scheme
// must have a slash before the colon.
func (u *URI) schemeAndAuthority(target string) (rest string, ok bool) {
	end := strings.IndexAny(target, ":/")
	if end < 0 || target[end] == '/' {
		return target, true
	}
	if !isScheme(target[:end]) {
		return target, false
	}
	u.Scheme, rest = target[:end], target[end+1:]
	if !strings.HasPrefix(rest, "//") {
		return rest, true
	}
	rest = rest[2:]
	end = strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	return rest[end:], u.authority(rest[:end])
}

func isScheme(s string) bool {
	if s == "" || !IsAlnum(s[0]) || s[0] <= '9' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if c := s[i]; !IsAlnum(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

func (u *URI) authority(s string) bool {
	u.HasHost = true
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		u.User, s = true, s[i+1:]
	}
	host, port, hasPort := "", "", false
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return false
		}
		host = s[1 : len(s)-1] // whatever the last byte is, as in httpd
		if port, hasPort = strings.CutPrefix(s[end+1:], ":"); hasPort {
			host = s[1:end]
		}
	} else {
		host, port, hasPort = strings.Cut(s, ":")
	}
	u.Host = host
	return !hasPort || u.port(port)
}

// port reads a port as C's strtol reads a number, of which httpd keeps the low
// half. An empty one is that of the scheme.
func (u *URI) port(s string) bool {
	if s == "" {
		switch {
		case EqualFold(u.Scheme, "http"):
			u.Port = 80
		case EqualFold(u.Scheme, "https"):
			u.Port = 443
		}
		return true
	}
	number := strings.TrimLeft(s, " \t\n\v\f\r")
	rest := strings.TrimLeft(number, "0123456789")
	if number != "" && (number[0] == '+' || number[0] == '-') {
		rest = strings.TrimLeft(number[1:], "0123456789")
	}
	n, err := strconv.ParseInt(number[:len(number)-len(rest)], 10, 64) // out of range it is the largest or least
	u.Port = int(n & 0xffff)
	return rest == "" && !errors.Is(err, strconv.ErrSyntax)
}

// scheme is a URL scheme that mod_rewrite takes for a sign of an absolute URL.
type scheme struct {
	prefix string
	query  bool // the scheme has query strings
}

// schemes are those that mod_rewrite knows. Where one is the beginning of
// another the longer one comes first.
var schemes = [...]scheme{
	{"http://", true},
	{"https://", true},
	{"ws://", true},
	{"wss://", true},
	{"ajp://", true},
	{"balancer://", true},
	{"fcgi://", true},
	{"ftp://", false},
	{"gopher://", false},
	{"h2://", true},
	{"h2c://", true},
	{"ldap://", false},
	{"mailto:", true},
	{"news:", false},
	{"nntp://", false},
	{"scgi://", true},
	{"unix://", true},
	{"unix:", true},
}

// Absolute returns the length of the scheme prefix of s, "://" included, if s
// is an absolute URL in the eyes of mod_rewrite, else 0; and whether a query
// string makes sense for the scheme.
func Absolute(s string) (prefix int, query bool) {
	if len(s) <= 5 || s[0] == '/' {
		return 0, false
	}
	switch { // what nearly all are
	case strings.HasPrefix(s, "https://"):
		return len("https://"), true
	case strings.HasPrefix(s, "http://"):
		return len("http://"), true
	}
	first := Lower(s[0])
	for _, sc := range schemes {
		if sc.prefix[0] == first && HasPrefixFold(s, sc.prefix) {
			return len(sc.prefix), sc.query
		}
	}
	return 0, false
}

// HasPrefixFold reports whether s begins with prefix, ASCII case aside.
func HasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && EqualFold(s[:len(prefix)], prefix)
}

// EqualFold reports whether a and b are equal, ASCII case aside.
func EqualFold(a, b string) bool {
	return len(a) == len(b) && CompareFold(a, b) == 0
}

// CompareFold compares a and b bytewise, ASCII case aside.
func CompareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if d := int(Lower(a[i])) - int(Lower(b[i])); d != 0 {
			return d
		}
	}
	return len(a) - len(b)
}

// Lower returns the ASCII lower case of c.
func Lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// EscapeAbsolute escapes an absolute URL whose scheme prefix has length prefix
// for a Location header. The authority is left as it is.
func EscapeAbsolute(s string, prefix int) string {
	rest := s[prefix:]
	if s[prefix-1] != '/' {
		return escapeFrom(s, prefix)
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 || slash == len(rest)-1 {
		return s
	}
	prefix += slash + 1
	rest = s[prefix:]
	if !HasPrefixFold(s, "ldap") {
		return escapeFrom(s, prefix)
	}
	// An LDAP URL has up to five parts between question marks.
	parts := strings.SplitN(rest, "?", 5)
	for i := range parts {
		parts[i] = Escape(parts[i])
	}
	return s[:prefix] + strings.Join(parts, "?")
}

// escapeFrom escapes s from index i on.
func escapeFrom(s string, i int) string {
	if rest := Escape(s[i:]); rest != s[i:] {
		return s[:i] + rest
	}
	return s
}
