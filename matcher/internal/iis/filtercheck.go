package iis

import (
	"cmp"
	"errors"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
	"github.com/modrewrite-go/modrewrite/matcher/winname"
	"github.com/modrewrite-go/modrewrite/parser"
)

// codeFiltered is the code of the reason that request filtering refuses a request.
const codeFiltered parser.Code = "request-filtering"

// refuse refuses the request with 404 and a sub-status.
func refuse(s *httpd.Request, sub int, code parser.Code, why string) int {
	return refuseWith(s, 404, sub, code, why)
}

func refuseWith(s *httpd.Request, status, sub int, code parser.Code, why string) int {
	s.Custom = &httpd.Custom{SubStatus: sub}
	return s.Refuse(status, code, parser.Extent{}, "", "%s (%d.%d)", why, status, sub)
}

// check returns 0 for a request that is let through, or the status to answer with.
func (f *filter) check(s *httpd.Request) int {
	if f == nil {
		f = stock
	}
	has := charactersOf(s.URI)
	if has&controlCharacter != 0 {
		return s.Refuse(400, codeFiltered, parser.Extent{}, "", "the path holds a control character")
	}
	status := f.checkLimits(s)
	if status == 0 && has&(escapeCharacter|highCharacter) != 0 {
		status = f.checkCharacters(s, has)
	}
	if status == 0 {
		status = f.checkVerb(s)
	}
	if status == 0 {
		status = f.checkURL(s)
	}
	if status == 0 {
		status = f.checkNames(s, has&tildeCharacter != 0)
	}
	if status == 0 {
		status = f.checkQuery(s)
	}
	if status == 0 {
		status = f.checkRules(s)
	}
	return status
}

// characters are kinds of characters that a path holds.
type characters uint8

const (
	controlCharacter characters = 1 << iota
	escapeCharacter             // "%" or "+"
	highCharacter               // beyond ASCII
	tildeCharacter              // which short names have
)

func charactersOf(path string) characters {
	var has characters
	for i := range len(path) {
		switch c := path[i]; {
		case 'a' <= c && c <= 'z', c == '/': // as most are
		case c < ' ' || c == 0x7f:
			has |= controlCharacter
		case c == '%' || c == '+':
			has |= escapeCharacter
		case c >= 0x80:
			has |= highCharacter
		case c == '~':
			has |= tildeCharacter
		}
	}
	return has
}

// rawPath returns the path of the target as the client sent it.
func rawPath(s *httpd.Request) string {
	path, _, _ := strings.Cut(servervar.Target(s), "?")
	return path
}

func (f *filter) checkLimits(s *httpd.Request) int {
	switch {
	case uint64(len(rawPath(s))) > f.maxURL:
		return refuse(s, 14, codeFiltered, "the URL is too long")
	case uint64(len(s.Args.Text)) > f.maxQuery:
		return refuse(s, 15, codeFiltered, "the query string is too long")
	}
	if length, ok := s.Header("Content-Length"); ok {
		if n, err := strconv.ParseUint(strings.TrimSpace(length), 10, 64); err != nil || n > f.maxContent {
			return refuseWith(s, 413, 1, codeFiltered, "the body is too long")
		}
	}
	switch { // what is not announced is counted while it is read
	case f.maxContent > 0:
		s.BoundBody(int64(min(f.maxContent, math.MaxInt64)))
	case s.HasOpenBody():
		return refuseWith(s, 413, 1, codeFiltered, "no body is permitted")
	}
	for i := range f.headerLimits {
		l := &f.headerLimits[i]
		if value, ok := s.Header(servervar.HeaderName(l.key)); ok && uint64(len(value)) > l.limit {
			return refuseWith(s, 431, 0, codeFiltered, "the header field "+l.key+" is too long")
		}
	}
	return 0
}

func (f *filter) checkCharacters(s *httpd.Request, has characters) int {
	switch {
	case !f.doubleEscaping && has&escapeCharacter != 0 && (strings.IndexByte(s.URI, '+') >= 0 || urltext.PercentDecoded(s.URI) != s.URI):
		return refuse(s, 11, codeFiltered, "the URL is escaped twice")
	case f.highBit && has&highCharacter != 0:
		return refuse(s, 12, codeFiltered, "the URL holds a character beyond ASCII")
	}
	return 0
}

func (f *filter) checkVerb(s *httpd.Request) int {
	if !f.verbs.allows(s.Method) {
		return refuse(s, 6, codeFiltered, "the method is denied")
	}
	return 0
}

// contains reports whether lower holds a sequence, or what it is unescaped.
func contains(lower, sequence string) bool {
	return strings.Contains(lower, sequence) || strings.IndexByte(sequence, '%') >= 0 && strings.Contains(lower, strings.ToLower(urltext.PercentDecoded(sequence)))
}

func (f *filter) checkURL(s *httpd.Request) int {
	if len(f.deniedURLs) == 0 {
		return 0
	}
	lower := strings.ToLower(s.URI)
	if slices.ContainsFunc(f.allowedURLs, func(k keyed) bool { return k.key == lower }) {
		return 0
	}
	for i := range f.deniedURLs {
		if contains(lower, f.deniedURLs[i].key) {
			return refuse(s, 5, codeFiltered, "the URL holds a sequence that is denied")
		}
	}
	return 0
}

// checkNames looks for names that are hidden, and for extensions. short says that there
// may be short names.
func (f *filter) checkNames(s *httpd.Request, short bool) int {
	last := ""
	for at := 0; at < len(s.URI); {
		segment, _ := cutSegment(s.URI[at:])
		end := at + len(segment)
		if at = end + 1; segment == "" {
			continue
		}
		plain := winname.Plain(segment)
		switch {
		case plain == "":
		case f.hidden.have(plain, short):
			return refuse(s, 8, codeFiltered, "the name is hidden")
		case plain == webConfigName || short && namesConfig(plain):
			return refuse(s, 8, codeFiltered, "web.config is never served")
		case end == len(s.URI):
			last = plain
		case f.deniesBefore(s, plain, s.URI[:end], short):
			return refuse(s, 7, codeFiltered, "the extension of a file before the end of the path is denied")
		}
	}
	if f.deniesName(last, short) {
		return refuse(s, 7, codeFiltered, "the extension is denied")
	}
	return 0
}

// deniesName reports whether the extension that a file called plain, a name as
// winname.Plain returns it, has or may have is not let through.
func (f *filter) deniesName(plain string, short bool) bool {
	return !f.extensions.allows(cmp.Or(extensionOf(plain), noExtension)) || short && f.extensions.deniesShort(plain)
}

// deniesBefore reports whether path, whose last segment is plain and which has something
// behind it, may be that of a file that is not let through: what follows would be its
// PATH_INFO. Without a document root a name without an extension is taken for a folder's.
func (f *filter) deniesBefore(s *httpd.Request, plain, path string, short bool) bool {
	if s.Server.Rooted || extensionOf(plain) != "" {
		return f.deniesName(plain, short) && mayBeFile(s, path)
	}
	return short && f.extensions.deniesShort(plain)
}

// deniesShort reports whether the list has an extension that may not come in and that the
// file of the short name plain, a name as winname.Plain returns it, may have.
func (l *allowList) deniesShort(plain string) bool {
	return slices.ContainsFunc(l.items, func(k keyed) bool {
		return !k.allow && k.key != noExtension && winname.HasExtension(plain, strings.TrimPrefix(k.key, "."))
	})
}

// mayBeFile reports whether a URL-path with something behind it may be a file's. Without
// a document root that is not known.
func mayBeFile(s *httpd.Request, path string) bool {
	if !s.Server.Rooted {
		return true
	}
	info, err := s.Eval.Stat(s.Server.DocumentRoot + path)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
	}
	return !info.IsDir()
}

func (f *filter) checkQuery(s *httpd.Request) int {
	if len(f.deniedQueries) == 0 || s.Args.Text == "" {
		return 0
	}
	lower := apr.Lower(s.Args.Text)
	if slices.ContainsFunc(f.allowedQueries, func(k keyed) bool { return k.key == lower }) {
		return 0
	}
	texts := []string{lower}
	if !f.rawQueryOnly {
		texts = append(texts, strings.ToLower(urltext.PercentDecoded(s.Args.Text)))
	}
	for i := range f.deniedQueries {
		for _, text := range texts {
			if contains(text, f.deniedQueries[i].key) {
				return refuse(s, 18, codeFiltered, "the query string holds a sequence that is denied")
			}
		}
	}
	return 0
}

func (f *filter) checkRules(s *httpd.Request) int {
	for i := range f.rules {
		if f.rules[i].denies(s) {
			return refuse(s, 19, codeFiltered, "a filtering rule denies the request")
		}
	}
	return 0
}

// denies reports whether the rule denies the request.
func (r *filterRule) denies(s *httpd.Request) bool {
	if len(r.extensions) > 0 && !r.applies(s) {
		return false
	}
	var texts []string
	if r.url {
		raw := rawPath(s)
		if r.unescaped && urltext.BadPercent(raw) {
			return true
		}
		texts = append(texts, s.URI)
	}
	if r.query {
		if r.unescaped && urltext.BadPercent(s.Args.Text) {
			return true
		}
		texts = append(texts, s.Args.Text, urltext.PercentDecoded(s.Args.Text))
	}
	for _, name := range r.headers {
		if value, ok := s.Header(servervar.HeaderName(name)); ok {
			texts = append(texts, name+": "+value)
		}
	}
	if r.raw {
		texts = append(texts, servervar.AllRaw(s))
	}
	for _, text := range texts {
		lower := strings.ToLower(text)
		if slices.ContainsFunc(r.denied, func(d string) bool { return contains(lower, d) }) {
			return true
		}
	}
	return false
}

// applies reports whether the request is for a file with an extension that the rule is
// for.
func (r *filterRule) applies(s *httpd.Request) bool {
	for at := 0; at < len(s.URI); {
		segment, _ := cutSegment(s.URI[at:])
		end := at + len(segment)
		at = end + 1
		if r.names(winname.Plain(segment)) && (end == len(s.URI) || mayBeFile(s, s.URI[:end])) {
			return true
		}
	}
	return false
}

// names reports whether the file called plain, a name as winname.Plain returns it, may
// have an extension that the rule is for.
func (r *filterRule) names(plain string) bool {
	return plain != "" && slices.ContainsFunc(r.extensions, func(ext string) bool {
		return winname.HasExtension(plain, strings.TrimPrefix(ext, "."))
	})
}
