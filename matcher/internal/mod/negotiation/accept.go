package negotiation

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
)

// accepted is an element of an Accept field, or the media type of a file: both are read
// by the same rules.
type accepted struct {
	name    string // in lower case
	quality float32
	level   float32
	charset string
}

// accepts are the Accept fields of a request. A nil list is that of a field that is
// missing.
type accepts struct {
	types, languages, charsets, encodings []accepted
	graded                                bool // a type has a quality below 1
}

// readAccepts reads the Accept fields of the request.
func readAccepts(s *httpd.Request) accepts {
	field := func(name string) []accepted {
		value, ok := s.Header(name)
		if !ok || !s.Eval.Spend(len(value)) {
			return nil
		}
		return readList(value)
	}
	a := accepts{
		types: field("Accept"), languages: field("Accept-Language"), charsets: field("Accept-Charset"),
		encodings: field("Accept-Encoding"),
	}
	for _, t := range a.types {
		a.graded = a.graded || t.quality < 1
	}
	return a
}

// readList reads the elements of an Accept field. An empty field has none.
func readList(field string) []accepted {
	list := []accepted{}
	for field != "" {
		var one accepted
		one, field = readElement(field)
		list = append(list, one)
	}
	return list
}

// readElement reads one element and returns what follows it.
func readElement(field string) (one accepted, rest string) {
	one.quality = 1
	one.name, field = token(field, false)
	one.name = apr.Lower(one.name)
	one.level = levelOf(one.name)
	for strings.HasPrefix(field, ";") {
		var parameter string
		parameter, field = token(field[1:], true)
		one.take(parameter)
	}
	return one, strings.TrimPrefix(field, ",")
}

// The media types of pages with server-side includes, and of scripts, in httpd.
const (
	html        = "text/html"
	parsedHTML  = "text/x-server-parsed-html"
	parsedHTML3 = "text/x-server-parsed-html3"
	scriptType  = "application/x-httpd-cgi"
	typeMapType = "application/x-type-map"
	typeMap     = "type-map"
	latin1      = "iso-8859-1"
	identity    = "identity"
	textTypes   = "text/"
)

// levelOf returns the level of a media type that names none.
func levelOf(name string) float32 {
	switch name {
	case html, parsedHTML:
		return 2
	case parsedHTML3:
		return 3
	}
	return 0
}

// take takes over a parameter.
func (a *accepted) take(parameter string) {
	end := strings.IndexFunc(parameter, func(r rune) bool { return r == '=' || isSpace(r) })
	if end < 0 {
		return
	}
	name, value := apr.Lower(parameter[:end]), strings.TrimLeftFunc(parameter[end+1:], func(r rune) bool { return r == '=' || isSpace(r) })
	if strings.HasPrefix(value, `"`) {
		value, _, _ = strings.Cut(value[1:], `"`)
	} else if end := strings.IndexFunc(value, isSpace); end >= 0 {
		value = value[:end]
	}
	value = apr.Lower(value)
	switch name {
	case "q", "qs":
		a.quality = quality(value)
	case "level":
		a.level = float32(apr.Atoi(value))
	case "charset":
		a.charset = value
	}
}

func isSpace(r rune) bool { return r < 0x80 && apr.IsSpace(byte(r)) } //nolint:gosec // ASCII

// quality reads a quality of at most three decimals; what does not begin like one is 1.
func quality(s string) float32 {
	s = strings.TrimLeftFunc(s, isSpace)
	switch {
	case strings.HasPrefix(s, "0"):
		s = s[1:]
	case !strings.HasPrefix(s, "."):
		return 1
	}
	if !strings.HasPrefix(s, ".") {
		return 0
	}
	n, unit := 0, 100
	for i := 1; i < len(s) && apr.IsDigit(s[i]) && unit > 0; i++ {
		n += int(s[i]-'0') * unit
		unit /= 10
	}
	return float32(n) / 1000
}

// token reads up to the next ";" or ",", or the next blank unless blanks belong to it,
// that is not in quotes. It returns what follows it and the blanks behind it.
func token(s string, blanks bool) (word, rest string) {
	s = strings.TrimLeftFunc(s, isSpace)
	i := 0
	for i < len(s) && s[i] != ';' && s[i] != ',' && (blanks || !apr.IsSpace(s[i])) {
		i++
		if s[i-1] != '"' {
			continue
		}
		if end := strings.IndexByte(s[i:], '"'); end >= 0 {
			i += end + 1
		} else {
			i = len(s)
		}
	}
	return s[:i], strings.TrimLeftFunc(s[i:], isSpace)
}
