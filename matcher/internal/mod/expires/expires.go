// Package expires is mod_expires: when a response expires.
package expires

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/parser"
)

// expiry is when a response expires: a time after it was asked for, or after
// its file was last modified.
type expiry struct {
	modified bool // counted from the file's modification
	seconds  int
}

// expirations are what ExpiresActive, ExpiresByType and ExpiresDefault say of a
// response. It must not be changed.
type expirations struct {
	byType    map[string]expiry // by media type in lower case
	wildcards bool              // byType has types such as "image/*"
	otherwise *expiry           // of other types; nil for none
}

// expiresConfig is mod_expires' part of a httpd.DirConfig.
type expiresConfig struct {
	active apr.Toggle
	expirations
}

// expiresSlot is mod_expires' place in the configuration of a directory.
var expiresSlot = &httpd.Slot[expiresConfig]{Merge: (*expiresConfig).over}

// over merges e on top of base. Wildcards of base no longer count, as in httpd.
func (e *expiresConfig) over(base *expiresConfig) *expiresConfig {
	merged := &expiresConfig{active: e.active.Over(base.active)}
	merged.wildcards, merged.otherwise = e.wildcards, cmp.Or(e.otherwise, base.otherwise)
	merged.byType = maps.Clone(base.byType)
	if merged.byType == nil {
		merged.byType = map[string]expiry{}
	}
	maps.Copy(merged.byType, e.byType)
	return merged
}

// expires returns mod_expires' part of the scope's configuration and makes it
// where there is none.
func expires(sc *httpd.Scope) *expiresConfig { return expiresSlot.Make(&sc.Dir.Parts) }

func applyExpiresActive(sc *httpd.Scope, n *parser.Directive) {
	expires(sc).active = httpd.OnOffWord(n.Args[0])
}

func applyExpiresDefault(sc *httpd.Scope, n *parser.Directive) {
	if e, ok := compileExpiry(sc.Compiler, &n.Args[0], n.Directive); ok {
		expires(sc).otherwise = &e
	}
}

func applyExpiresByType(sc *httpd.Scope, n *parser.Directive) {
	mediaType := n.Args[0].Text
	slash := strings.LastIndexByte(mediaType, '/')
	if slash < 0 {
		sc.Errorf(httpd.CodeBadArgument, n.Args[0].Extent, "%s: the media type %q has no slash", n.Directive, mediaType)
		return
	}
	e, ok := compileExpiry(sc.Compiler, &n.Args[1], n.Directive)
	if !ok {
		return
	}
	x := expires(sc)
	if x.byType == nil {
		x.byType = map[string]expiry{}
	}
	x.byType[apr.Lower(mediaType)] = e
	x.wildcards = x.wildcards || mediaType[slash+1:] == "*"
}

// compileExpiry reads "A3600", "M3600" or "access plus 1 month 2 days". Of each word
// httpd looks at the first letters only, and what begins with a capital A or M
// is of the first form to it.
func compileExpiry(c *httpd.Compiler, w *parser.Word, directive string) (expiry, bool) {
	if code := w.Text; code[0] == 'A' || code[0] == 'M' {
		if len(code) > 1 && !apr.IsDigit(code[1]) && code[1] != '-' && code[1] != '+' {
			c.Report(parser.Warning, httpd.CodeBadArgument, w.Extent, "write it in lower case",
				"%s: httpd takes %q for %q followed by no number", directive, code, code[:1])
		}
		return expiry{modified: code[0] == 'M', seconds: int(apr.Atoi(code[1:]))}, true
	}
	e, msg := parseExpiry(apr.Words(w.Text))
	if msg != "" {
		c.Errorf(httpd.CodeBadArgument, w.Extent, "%s: %s", directive, msg)
		return expiry{}, false
	}
	return e, true
}

// parseExpiry reads the words of the long form and returns what is wrong with
// them. Sums wrap at 32 bits.
func parseExpiry(words []string) (e expiry, msg string) {
	next := func() string {
		if len(words) == 0 {
			return ""
		}
		w := words[0]
		words = words[1:]
		return w
	}
	switch base := next(); {
	case hasLetters(base, "n"), hasLetters(base, "a"):
	case hasLetters(base, "m"):
		e.modified = true
	default:
		return e, fmt.Sprintf("%q is not access, now or modification", base)
	}
	word := next()
	if hasLetters(word, "p") {
		word = next()
	}
	sum := int32(0)
	for ; word != ""; word = next() {
		if !apr.IsDigit(word[0]) {
			return e, fmt.Sprintf("%q is not a number", word)
		}
		unit := next()
		factor := unitOfTime(unit)
		switch {
		case unit == "":
			return e, fmt.Sprintf("the unit after %s is missing", word)
		case factor == 0:
			return e, fmt.Sprintf("%q is not a unit of time", unit)
		}
		sum += factor * apr.Atoi(word)
	}
	e.seconds = int(sum)
	return e, ""
}

// hasLetters reports whether word begins with letters, in any case.
func hasLetters(word, letters string) bool {
	return len(word) >= len(letters) && strings.EqualFold(word[:len(letters)], letters)
}

// unitOfTime returns the seconds of a unit, 0 if there is none of that name.
func unitOfTime(word string) int32 {
	const day = 24 * 60 * 60
	switch {
	case hasLetters(word, "y"):
		return 365 * day
	case hasLetters(word, "mo"):
		return 30 * day
	case hasLetters(word, "w"):
		return 7 * day
	case hasLetters(word, "d"):
		return day
	case hasLetters(word, "h"):
		return 60 * 60
	case hasLetters(word, "mi"):
		return 60
	case hasLetters(word, "s"):
		return 1
	}
	return 0
}

// running returns when responses expire, nil if nothing says so.
func (e *expiresConfig) running() *expirations {
	if e == nil || e.active != apr.On || len(e.byType) == 0 && e.otherwise == nil {
		return nil
	}
	return &e.expirations
}

// of returns the expiry of a response of the given type.
func (x *expirations) of(mediaType string) *expiry {
	base, _, _ := strings.Cut(mediaType, ";")
	if e, ok := x.byType[apr.Lower(strings.TrimRight(base, apr.Space))]; ok && mediaType != "" {
		return &e
	}
	if major, _, ok := strings.Cut(mediaType, "/"); ok && x.wildcards {
		if e, ok := x.byType[apr.Lower(major)+"/*"]; ok {
			return &e
		}
	}
	return x.otherwise
}

// apply sets Expires and Cache-Control for a response to a request of the time
// began, whose file, if it has one, was last modified then. A handler's own
// Expires stays.
func (x *expirations) apply(header map[string][]string, mediaType string, began, modified time.Time) {
	e := x.of(mediaType)
	if e == nil || len(header["Expires"]) > 0 {
		return
	}
	base := began
	if e.modified {
		if modified.IsZero() {
			return
		}
		base = modified
	}
	at := base.Add(time.Duration(e.seconds) * time.Second)
	if at.Before(began) {
		at = began
	}
	age := "max-age=" + strconv.FormatInt(int64(at.Sub(began)/time.Second), 10)
	header["Cache-Control"] = httpd.AppendField(header["Cache-Control"], age)
	header["Expires"] = []string{at.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")}
}

// Module is mod_expires.
func Module() *httpd.Module {
	return &httpd.Module{Name: "mod_expires", Commands: []httpd.Command{
		{Name: "ExpiresActive", Place: httpd.OverrideIndexes, Args: httpd.TakesFlag, Set: applyExpiresActive},
		{Name: "ExpiresByType", Place: httpd.OverrideIndexes, Args: httpd.TakesTwo, Set: applyExpiresByType},
		{Name: "ExpiresDefault", Place: httpd.OverrideIndexes, Args: httpd.TakesOne, Set: applyExpiresDefault},
	}}
}

// Response is the hook for Expires and Cache-Control.
func Response() httpd.ResponseHook {
	return httpd.ResponseHook{
		Wanted: func(d *httpd.DirConfig) bool { return expiresSlot.Of(d.Parts).running() != nil },
		Plan: func(s *httpd.Request, p *httpd.Plan, _ bool) {
			x := &expiring{expirations: expiresSlot.Of(s.Dir.Parts).running()}
			if s.File != nil {
				x.modified = s.File.ModTime()
			}
			p.Timed(s)
			p.Changes = append(p.Changes, x)
		},
	}
}

// expiring is when the response for a file expires.
type expiring struct {
	*expirations
	modified time.Time // zero if there is no file
}

// change sets the fields, except on errors.
func (x *expiring) Change(c *httpd.Completion) {
	// A 304 without a type is not known to be one of the default.
	untyped := c.Status == 304 && c.ContentType == "" && !c.Forwarded
	if c.Status < 400 && len(c.Err["Expires"]) == 0 && (!untyped || len(x.byType) == 0) {
		x.apply(c.Out, c.ContentType, c.Plan.Began, x.modified)
	}
}
