package eas

import "errors"

// Tag is an element: the code page in the upper byte, the token in the lower.
type Tag uint16

// The tokens of WBXML that ActiveSync uses, and the bit for an element that has
// content.
const (
	switchPage = 0x00
	endElement = 0x01
	inlineText = 0x03
	opaqueData = 0xC3
	hasContent = 0x40
	tokenBits  = 0x3F
)

// maxDepth is how deep elements of a document may nest.
const maxDepth = 32

// ErrWBXML is the error of documents that are not what ActiveSync sends.
var ErrWBXML = errors.New("not a WBXML document of ActiveSync")

// element is one that has begun.
type element struct {
	tag  Tag
	text []byte
}

// reader is a document that is being read.
type reader struct {
	rest []byte
	page byte
	open []element
	path []Tag
	see  func(path []Tag, text string)
}

// ReadWBXML calls see at the end of each element of doc, with the elements from
// the root down to it and the text directly inside of it. path is valid during the
// call only. Of a document that is not well-formed see may get a part before the
// error is returned.
func ReadWBXML(doc []byte, see func(path []Tag, text string)) error {
	// Version 1.1 to 1.3, an unknown public identifier, UTF-8, no string table.
	if len(doc) < 5 || doc[0] < 1 || doc[0] > 3 || doc[1] != 1 || doc[2] != 0x6A || doc[3] != 0 {
		return ErrWBXML
	}
	r := &reader{rest: doc[4:], see: see}
	for first := true; first || len(r.open) > 0; {
		token, ok := r.next()
		if !ok || !r.take(token) {
			return ErrWBXML
		}
		first = first && token == switchPage
	}
	if len(r.rest) > 0 {
		return ErrWBXML
	}
	return nil
}

func (r *reader) next() (byte, bool) {
	if len(r.rest) == 0 {
		return 0, false
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b, true
}

// take takes one token and what belongs to it.
func (r *reader) take(token byte) bool {
	switch {
	case token == switchPage:
		page, ok := r.next()
		r.page = page
		return ok
	case token == endElement && len(r.open) > 0:
		r.end()
		return true
	case token == inlineText && len(r.open) > 0:
		return r.text(0)
	case token == opaqueData && len(r.open) > 0:
		return r.opaque()
	}
	return r.start(token)
}

// start begins an element. One with attributes is an error: ActiveSync has none.
func (r *reader) start(token byte) bool {
	if token&tokenBits < 5 || token&^(tokenBits|hasContent) != 0 || len(r.open) == maxDepth {
		return false
	}
	tag := Tag(r.page)<<8 | Tag(token&tokenBits)
	r.open, r.path = append(r.open, element{tag: tag}), append(r.path, tag)
	if token&hasContent == 0 {
		r.end()
	}
	return true
}

func (r *reader) end() {
	last := len(r.open) - 1
	r.see(r.path, string(r.open[last].text))
	r.open, r.path = r.open[:last], r.path[:last]
}

// text takes a string that a zero byte ends.
func (r *reader) text(terminator byte) bool {
	for i, c := range r.rest {
		if c == terminator {
			r.add(i)
			r.rest = r.rest[1:]
			return true
		}
	}
	return false
}

// opaque takes bytes that their length precedes: seven bits a byte, the last one
// without the upper bit.
func (r *reader) opaque() bool {
	n := 0
	for range 4 {
		b, ok := r.next()
		n = n<<7 | int(b&0x7F)
		if !ok || n > len(r.rest) {
			return false
		}
		if b&0x80 == 0 {
			r.add(n)
			return true
		}
	}
	return false
}

func (r *reader) add(n int) {
	e := &r.open[len(r.open)-1]
	e.text, r.rest = append(e.text, r.rest[:n]...), r.rest[n:]
}
