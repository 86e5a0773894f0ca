// Package precondition evaluates conditional requests as httpd does.
package precondition

import (
	"net/http"
	"strings"
	"time"
)

// File is what conditions are about.
type File struct {
	ETag     string    // as it is sent, "" for none
	Modified time.Time // as Last-Modified says; only the second counts
	Now      time.Time // when the request came
}

// A file that was modified less than a minute before the request may have been
// modified twice in a second, and then its date says little.
const settled = 60

// match says how sure it is that a condition's date or tag is that of the file.
type match int

const (
	absent match = iota // there is no such condition
	none
	weak
	strong
)

// Check returns the status that the conditions in the header of r ask for: 200
// where the file is to be sent, 304 or 412. The order is that of RFC 9110, with
// httpd's own rules for what is sent at the same time, and httpd's for dates that
// are close to the present.
func (f *File) Check(r *http.Request) int {
	get := r.Method == http.MethodGet || r.Method == http.MethodHead
	if f.ifMatch(r.Header) == none {
		return http.StatusPreconditionFailed
	}
	unmodified := f.ifUnmodifiedSince(r.Header)
	if unmodified >= weak {
		return http.StatusPreconditionFailed
	}
	noneMatch := f.ifNoneMatch(r.Header, get)
	if noneMatch >= weak && !get {
		return http.StatusPreconditionFailed
	}
	modified := f.ifModifiedSince(r.Header)
	switch {
	case !get, unmodified == none, noneMatch == none, modified == none, f.IfRange(r.Header) != Unconditional:
		return http.StatusOK
	case noneMatch >= weak, modified >= weak:
		return http.StatusNotModified
	}
	return http.StatusOK
}

// RangeCondition says what If-Range makes of a request for ranges.
type RangeCondition int

// The conditions.
const (
	Unconditional RangeCondition = iota // no If-Range, or no Range
	Holds                               // ranges may be sent
	Fails                               // the whole is to be sent
)

// IfRange evaluates If-Range.
func (f *File) IfRange(header http.Header) RangeCondition {
	value, ok := Field(header, "If-Range")
	if _, ranges := Field(header, "Range"); !ok || !ranges {
		return Unconditional
	}
	holds := false
	if strings.HasPrefix(value, `"`) {
		holds = value == f.ETag
	} else if date, ok := ParseDate(value); ok {
		modified := f.Modified.Unix()
		holds = date.Unix() == modified && f.Now.Unix() >= modified+settled
	}
	if holds {
		return Holds
	}
	return Fails
}

func (f *File) ifMatch(header http.Header) match {
	value, ok := Field(header, "If-Match")
	switch {
	case !ok:
		return absent
	case strings.HasPrefix(value, "*"), listsTag(value, f.ETag, false):
		return strong
	}
	return none
}

func (f *File) ifNoneMatch(header http.Header, get bool) match {
	value, ok := Field(header, "If-None-Match")
	_, ranges := Field(header, "Range")
	switch {
	case !ok:
		return absent
	case strings.HasPrefix(value, "*"):
		return strong
	case get && !ranges:
		if listsTag(value, f.ETag, true) {
			return weak
		}
	case listsTag(value, f.ETag, false):
		return strong
	}
	return none
}

func (f *File) ifUnmodifiedSince(header http.Header) match {
	value, ok := Field(header, "If-Unmodified-Since")
	if !ok {
		return absent
	}
	since, ok := ParseDate(value)
	if !ok || f.Modified.Unix() <= since.Unix() {
		return none
	}
	return f.certainty(header)
}

func (f *File) ifModifiedSince(header http.Header) match {
	value, ok := Field(header, "If-Modified-Since")
	if !ok {
		return absent
	}
	since, ok := ParseDate(value)
	if !ok || since.Unix() < f.Modified.Unix() || since.Unix() > f.Now.Unix() {
		return none
	}
	return f.certainty(header)
}

// certainty says what a date proves that fits.
func (f *File) certainty(header http.Header) match {
	if f.Now.Unix() >= f.Modified.Unix()+settled {
		return strong
	}
	if _, ranges := Field(header, "Range"); ranges {
		return none
	}
	return weak
}

// Field returns the value of a header field, of several as one list, and whether
// there is one.
func Field(header http.Header, name string) (value string, ok bool) {
	switch lines := header[name]; len(lines) {
	case 0:
		return "", false
	case 1:
		return lines[0], true
	default:
		return strings.Join(lines, ", "), true
	}
}

// listsTag reports whether a list of entity tags has tag. The weak comparison
// ignores the "W/" of both, the other accepts strong tags only. An element that
// is not a tag of the kind that is looked for ends the list.
func listsTag(list, tag string, weakly bool) bool {
	const space = ", \t\n\v\f\r"
	if weakly {
		tag = strings.TrimPrefix(tag, "W/")
	}
	if !strings.HasPrefix(tag, `"`) {
		return false
	}
	for {
		list = strings.TrimLeft(list, space)
		if weakly {
			list = strings.TrimPrefix(list, "W/")
		}
		if !strings.HasPrefix(list, `"`) {
			return false
		}
		var element string
		element, list = cutElement(list)
		if strings.TrimRight(element, " \t") == tag {
			return true
		}
	}
}

// cutElement cuts the first element off a list. A comma in a quoted string does not
// end it.
func cutElement(list string) (element, rest string) {
	quoted := false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			return list[:i], list[i+1:]
		}
	}
	return list, ""
}
