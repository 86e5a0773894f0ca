package eas

import (
	"bytes"
	"errors"
)

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

// ReadWBXML calls see at the end of each element of doc, with the elements from
// the root down to it and the text directly inside of it. path is valid during the
// call only. Of a document that is not well-formed see may get a part before the
// error is returned.
func ReadWBXML(doc []byte, see func(path []Tag, text string)) error {
	// Version 1.1 to 1.3, an unknown public identifier, UTF-8, no string table.
	if len(doc) < 5 || doc[0] < 1 || doc[0] > 3 || doc[1] != 1 || doc[2] != 0x6A || doc[3] != 0 {
		return ErrWBXML
	}
	var (
		page  Tag
		path  []Tag
		texts [][]byte
	)
	end := func() {
		last := len(path) - 1
		see(path, string(texts[last]))
		path, texts = path[:last], texts[:last]
	}
	rest, inside := doc[4:], true
	for inside && len(rest) > 0 {
		token := rest[0]
		rest = rest[1:]
		var text []byte
		ok := true
		switch {
		case token == switchPage && len(rest) > 0:
			page, rest = Tag(rest[0])<<8, rest[1:]
			continue
		case token == endElement && len(path) > 0:
			end()
		case token == inlineText && len(path) > 0:
			text, rest, ok = bytes.Cut(rest, []byte{0})
		case token == opaqueData && len(path) > 0:
			text, rest, ok = cutOpaque(rest)
		case token&tokenBits >= 5 && token&^(tokenBits|hasContent) == 0 && len(path) < maxDepth:
			path, texts = append(path, page|Tag(token&tokenBits)), append(texts, nil)
			if token&hasContent == 0 {
				end()
			}
		default: // an attribute, for one: ActiveSync has none
			return ErrWBXML
		}
		if !ok {
			return ErrWBXML
		}
		if inside = len(path) > 0; inside {
			texts[len(path)-1] = append(texts[len(path)-1], text...)
		}
	}
	if inside || len(rest) > 0 {
		return ErrWBXML
	}
	return nil
}

// cutOpaque takes bytes that their length precedes from the front of b: seven bits a
// byte, the last one without the upper bit.
func cutOpaque(b []byte) (data, rest []byte, ok bool) {
	n := 0
	for i, c := range b[:min(4, len(b))] {
		n = n<<7 | int(c&0x7F)
		if rest = b[i+1:]; c&0x80 == 0 {
			end := min(n, len(rest))
			return rest[:end], rest[end:], n == end
		}
	}
	return nil, nil, false
}
