package pcre

import (
	_ "embed"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// unicodeTable is what PCRE2 10.42 knows of Unicode, which is version 14: asked
// from it by examples/benchmark/unicodetables, which explains the format. Go's
// own tables are not used: they are those of another version, which depends on
// the version of Go.
//
//go:embed unicode14.dat
var unicodeTable string

// tableRecord returns the record with the given name.
func tableRecord(name string) (body string, ok bool) {
	for rest := unicodeTable; rest != ""; {
		var names string
		names, rest = cutField(rest)
		body, rest = cutField(rest)
		for n := range strings.FieldsSeq(names) {
			if n == name {
				return body, true
			}
		}
	}
	return "", false
}

// cutField returns what is at the start of s after its length, and the rest.
func cutField(s string) (field, rest string) {
	n, s := cutNumber(s)
	return s[:n], s[n:]
}

// cutNumber returns the number at the start of s and the rest.
func cutNumber(s string) (n int, rest string) {
	var buf [binary.MaxVarintLen32]byte
	value, size := binary.Uvarint(buf[:copy(buf[:], s)])
	return int(value), s[size:] //nolint:gosec // the table holds code points and lengths
}

// tableChars returns the characters of a record. The names are those of
// properties, in lower case and without white space, hyphens and underscores;
// "sc=" and "scx=" with a script; "posix=" with a class as it is in UCP mode;
// "join=" with a way to join in \X.
func tableChars(name string) (c chars, ok bool) {
	body, ok := tableRecord(name)
	if !ok {
		return chars{}, false
	}
	for at := 0; body != ""; {
		var lo, hi int
		lo, body = cutNumber(body)
		hi, body = cutNumber(body)
		lo += at
		at = lo + hi
		c.addAscending(rune(lo), rune(at-1)) //nolint:gosec // code points
	}
	return c, true
}

// addAscending is add for characters above all members.
func (c *chars) addAscending(lo, hi rune) {
	hi = min(hi, utf8.MaxRune)
	if lo < firstHigh {
		c.low.AddRange(byte(lo), byte(min(hi, firstHigh-1)))
		lo = firstHigh
	}
	if lo <= hi {
		c.high = append(c.high, span{lo, hi})
	}
}

// knownChars is tableChars for a name that is certain to be there.
func knownChars(name string) chars {
	c, _ := tableChars(name)
	return c
}
