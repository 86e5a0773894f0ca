package webconfig

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The byte order marks.
const (
	markUTF8    = "\xef\xbb\xbf"
	markUTF16LE = "\xff\xfe"
	markUTF16BE = "\xfe\xff"
)

// Decode returns src as the text that positions refer to: in UTF-8, without a
// byte order mark. UTF-16 is known by its mark, or by the zero bytes about the
// first "<"; ISO-8859-1 and Windows-1252 by the declaration. The string in
// wrong, empty if all is well, says why src can't be decoded; the text then is
// what could be made of it.
func Decode(src []byte) (text, wrong string) {
	switch {
	case bytes.HasPrefix(src, []byte(markUTF16LE)):
		return decodeUTF16(src[2:], binary.LittleEndian)
	case bytes.HasPrefix(src, []byte(markUTF16BE)):
		return decodeUTF16(src[2:], binary.BigEndian)
	case bytes.HasPrefix(src, []byte("<\x00")):
		return decodeUTF16(src, binary.LittleEndian)
	case bytes.HasPrefix(src, []byte("\x00<")):
		return decodeUTF16(src, binary.BigEndian)
	}
	marked := bytes.HasPrefix(src, []byte(markUTF8))
	src = bytes.TrimPrefix(src, []byte(markUTF8))
	name := declaredEncoding(src)
	switch strings.ToLower(name) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
	case "iso-8859-1", "latin1", "windows-1252":
		if !marked {
			return decodeLatin(src), ""
		}
	case "utf-16", "unicode":
		// What an editor saved as UTF-8 and left the declaration of. The
		// bytes decide: IIS reads it, too.
	default:
		return string(src), "the encoding " + name + " is not supported: save the file as UTF-8"
	}
	if !utf8.Valid(src) {
		return string(src), "the text is not UTF-8"
	}
	return string(src), ""
}

var encodingAttribute = regexp.MustCompile(`^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// declaredEncoding returns the encoding that the declaration names, "" if there
// is none.
func declaredEncoding(src []byte) string {
	m := encodingAttribute.FindSubmatch(src[:min(len(src), 1024)])
	if m == nil {
		return ""
	}
	return string(m[1])
}

// decodeUTF16 decodes src, which comes without its mark.
func decodeUTF16(src []byte, order binary.ByteOrder) (text, wrong string) {
	if len(src)%2 != 0 {
		wrong = "the text is UTF-16 with half a character at its end"
	}
	var b strings.Builder
	b.Grow(len(src) / 2)
	for len(src) >= 2 {
		r := rune(order.Uint16(src))
		src = src[2:]
		if utf16.IsSurrogate(r) {
			pair := utf8.RuneError
			if len(src) >= 2 {
				pair = utf16.DecodeRune(r, rune(order.Uint16(src)))
			}
			if pair == utf8.RuneError {
				wrong = "the text is not UTF-16: half a surrogate pair"
			} else {
				src = src[2:]
			}
			r = pair
		}
		b.WriteRune(r)
	}
	return b.String(), wrong
}

// decodeLatin decodes Windows-1252, of which ISO-8859-1 is a part but for
// controls that no XML may hold.
func decodeLatin(src []byte) string {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	runes := []rune(high)
	var b strings.Builder
	b.Grow(len(src))
	for _, c := range src {
		switch {
		case c < utf8.RuneSelf:
			b.WriteByte(c)
		case c < 0xa0:
			b.WriteRune(runes[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}
