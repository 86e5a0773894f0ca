package eas

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

// The tokens of WBXML that ActiveSync uses, and the bit for an element that has
// content.
const (
	switchPage = 0x00
	endElement = 0x01
	inlineText = 0x03
	hasContent = 0x40
	tokenBits  = 0x3F
)

// wbxmlHeader stands before a document: version 1.3, an unknown public identifier,
// UTF-8, no string table.
const wbxmlHeader = "\x03\x01\x6A\x00"

// maxDepth is how deep elements of a document may nest.
const maxDepth = 32

// maxJoined is how long a text, in bytes, can be to have another part.
const maxJoined = 1024

// Element is an element in its parent: the code page and the token of each, a byte
// each, the parent's first.
type Element uint32

// The elements that the gateway looks for.
const (
	PolicyData        Element = 0x0E07_0E0A // Data in Policy
	PolicyStatus      Element = 0x0E07_0E0B // what a client acknowledges a policy with, or a server sends it with
	RequireEncryption Element = 0x0E0D_0E1D // RequireDeviceEncryption in EASProvisionDoc
	Model             Element = 0x1208_1217 // what a device reports of itself: DeviceInformation, Set
	OS                Element = 0x1208_121A
)

// ErrWBXML is the error of documents that are not what ActiveSync sends.
var ErrWBXML = errors.New("not a WBXML document of ActiveSync")

// ReadWBXML returns the texts directly inside of the elements of a document, the parts
// of each joined. Of several elements of a kind the last counts.
func ReadWBXML(doc []byte) (map[Element]string, error) {
	doc, ok := bytes.CutPrefix(doc, []byte(wbxmlHeader))
	texts, page := map[Element]string{}, Element(0)
	path := []Element{0} // of the elements that are open; the first stands for what is outside
	for ok && len(doc) > 0 {
		token, last := doc[0], len(path)-1
		doc = doc[1:]
		switch {
		case token == switchPage && len(doc) > 0:
			page, doc = Element(doc[0])<<8, doc[1:]
			continue
		case token == endElement && last > 0:
			path = path[:last]
		case token == inlineText && last > 0:
			var text []byte
			text, doc, ok = bytes.Cut(doc, []byte{0})
			element := path[last-1]<<16 | path[last]
			ok = ok && len(texts[element]) <= maxJoined
			texts[element] += string(text)
		case token&tokenBits >= 5 && token&^(tokenBits|hasContent) == 0 && last < maxDepth:
			tag := page | Element(token&tokenBits)
			texts[path[last]<<16|tag] = ""
			if token&hasContent != 0 {
				path = append(path, tag)
			}
		default: // attributes, tables of strings and the like: these documents have none
			ok = false
		}
		if ok && len(path) == 1 && len(doc) == 0 {
			return texts, nil
		}
		ok = ok && len(path) > 1
	}
	return nil, ErrWBXML
}

// StatusBlocked is the common status DeviceIsBlockedForThisUser (MS-ASCMD 2.2.2).
const StatusBlocked = 129

// Refusal returns the document <name><Status>status</Status></name>, with which a
// server of protocol 14.0 and later refuses a command. It is nil for a command whose
// response is no such document.
func Refusal(name string, status int) []byte {
	i := slices.IndexFunc(commands, func(c command) bool { return c.name == name && c.root != 0 })
	if i < 0 {
		return nil
	}
	doc := []byte(wbxmlHeader)
	if page := commands[i].page; page != 0 {
		doc = append(doc, switchPage, page)
	}
	doc = append(doc, commands[i].root|hasContent, commands[i].status|hasContent, inlineText)
	doc = strconv.AppendInt(doc, int64(status), 10)
	return append(doc, 0, endElement, endElement)
}
