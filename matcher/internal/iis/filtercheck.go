package iis

import (
	"slices"
	"strconv"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/servervar"
	"github.com/modrewrite-go/modrewrite/matcher/internal/iis/urltext"
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
	for i := range len(s.URI) {
		if c := s.URI[i]; c < ' ' || c == 0x7f {
			return s.Refuse(400, codeFiltered, parser.Extent{}, "", "the path holds a control character")
		}
	}
	for _, check := range [...]func(*filter, *httpd.Request) int{
		(*filter).checkLimits, (*filter).checkCharacters, (*filter).checkVerb, (*filter).checkURL, (*filter).checkNames, (*filter).checkQuery, (*filter).checkRules,
	} {
		if status := check(f, s); status != 0 {
			return status
		}
	}
	return 0
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
	for i := range f.headerLimits {
		l := &f.headerLimits[i]
		if value, ok := s.Header(servervar.HeaderName(l.key)); ok && uint64(len(value)) > l.limit {
			return refuseWith(s, 431, 0, codeFiltered, "the header field "+l.key+" is too long")
		}
	}
	return 0
}

func (f *filter) checkCharacters(s *httpd.Request) int {
	if !f.doubleEscaping && (strings.IndexByte(s.URI, '+') >= 0 || urltext.PercentDecoded(s.URI) != s.URI) {
		return refuse(s, 11, codeFiltered, "the URL is escaped twice")
	}
	if f.highBit {
		for i := range len(s.URI) {
			if s.URI[i] >= 0x80 {
				return refuse(s, 12, codeFiltered, "the URL holds a character beyond ASCII")
			}
		}
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

// checkNames looks for names that are hidden, and for extensions.
func (f *filter) checkNames(s *httpd.Request) int {
	for rest := s.URI; rest != ""; {
		var segment string
		segment, rest = cutSegment(rest)
		if segment == "" {
			continue
		}
		plain := plainName(segment)
		short := isShortName(plain)
		for i := range f.hidden {
			if h := f.hidden[i].key; plain == h || short && shortens(plain, h) {
				return refuse(s, 8, codeFiltered, "the name is hidden")
			}
		}
		if namesConfig(plain) {
			return refuse(s, 8, codeFiltered, "web.config is never served")
		}
	}
	ext := extensionOf(s.URI)
	if ext == "" {
		ext = "."
	}
	if !f.extensions.allows(ext) {
		return refuse(s, 7, codeFiltered, "the extension is denied")
	}
	return 0
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
	if len(r.extensions) > 0 && !slices.Contains(r.extensions, extensionOf(s.URI)) {
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
