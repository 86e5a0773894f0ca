package eas

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
)

// FuzzParseQuery wants a query that is understood to name no control character and
// nothing longer than the protocol has room for, and both forms together to say what
// each says alone.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{
		"", "Cmd=Sync&User=a&DeviceId=b&DeviceType=c", "jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l", "jAAJBP92MTQwRGV2aWNlAApTbWFydFBob25l",
		"////////////", "jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l&Cmd=Sync", "a=%zz", "=x", "Cmd=%00", "cmd=a&CMD=b", "jA%3D%3D", "CollectionId=",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := ParseQuery(raw)
		if err != nil {
			return
		}
		for _, s := range []string{q.Command, q.User, q.DeviceID, q.DeviceType} {
			if len(s) > 2*maxValue || strings.ContainsFunc(s, isControl) {
				t.Errorf("%q: %q", raw, s)
			}
		}
		if twice, err := ParseQuery(raw + "&Cmd=Other"); err == nil && q.Command != "" && twice.Command != q.Command {
			t.Errorf("%q: the command becomes %q", raw, twice.Command)
		}
	})
}

// FuzzBase64 wants the reader to accept the bytes of a base64 query if its lengths
// add up, and nothing else.
func FuzzBase64(f *testing.F) {
	f.Add([]byte("\x8c\x00\x09\x04\x0av140Device\x00\x0aSmartPhone"))
	f.Add([]byte("\x79\x14\x09\x04\x01a\x04keys\x01b\x08\x01u"))
	f.Add([]byte(strings.Repeat("\xff", 40)))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := ParseQuery(base64.StdEncoding.EncodeToString(b))
		if len(b) == 0 || err != nil {
			return
		}
		if q.DeviceID == "" || q.DeviceType == "" || !slices.Contains(WithEncryptionPolicy, q.Version) {
			t.Fatalf("%x: %+v", b, q)
		}
		for i := range b { // A part of it is complete only where a field ends.
			if part, err := ParseQuery(base64.StdEncoding.EncodeToString(b[:i])); err == nil && i > 0 && part.DeviceID != q.DeviceID {
				t.Errorf("%x: the first %d bytes name another device", b, i)
			}
		}
	})
}

// FuzzReadWBXML wants the reader to return the text of at least the root, none longer
// than the document, and no part of a document to be one.
func FuzzReadWBXML(f *testing.F) {
	f.Add(Refusal("FolderSync", 129))
	f.Add(Refusal("Provision", 142))
	f.Add([]byte("\x03\x01\x6a\x00\x45\xc3\x02ab\x01"))
	f.Add([]byte("\x03\x01\x6a\x00" + strings.Repeat("\x45", 40)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		texts, err := ReadWBXML(doc)
		if (err == nil) != (len(texts) > 0) || err != nil && !errors.Is(err, ErrWBXML) {
			t.Errorf("%x: %d elements, %v", doc, len(texts), err)
		}
		for e, text := range texts {
			if len(text) > len(doc) || e == 0 {
				t.Errorf("%x: %x has a text of %d", doc, e, len(text))
			}
		}
		if err != nil {
			return
		}
		if _, err := ReadWBXML(doc[:len(doc)-1]); err == nil {
			t.Errorf("%x: complete without its last byte", doc)
		}
	})
}

// TestTexts wants the parts of a text joined, and an element to replace one of its kind.
func TestTexts(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"\x45\x46\x03a\x00\x03b\x00\x01\x01":         "ab",
		"\x45\x46\x03a\x00\x01\x46\x03b\x00\x01\x01": "b",
		"\x45\x46\x03a\x00\x01\x06\x01":              "",
		"\x45\x46\x03a\x00\x07\x03b\x00\x01\x01":     "ab", // around an element
	} {
		if texts, err := ReadWBXML([]byte(wbxmlHeader + body)); err != nil || texts[0x0005_0006] != want {
			t.Errorf("%q: %q, %v; want %q", body, texts, err, want)
		}
	}
	long := wbxmlHeader + "\x45\x46\x03" + strings.Repeat("a", maxJoined+1)
	if _, err := ReadWBXML([]byte(long + "\x00\x03b\x00\x01\x01")); err == nil {
		t.Error("a text that is too long to be joined is read")
	}
	if _, err := ReadWBXML([]byte(long + "\x00\x01\x01")); err != nil {
		t.Error("a long text alone is not read")
	}
}

// TestRefusals wants each refusal to say its status, and the three that are
// documented to be those bytes.
func TestRefusals(t *testing.T) {
	t.Parallel()
	known := map[string]string{
		"FolderSync": "\x03\x01\x6A\x00\x00\x07\x56\x4C\x03129\x00\x01\x01",
		"Sync":       "\x03\x01\x6A\x00\x45\x4E\x03129\x00\x01\x01",
		"Provision":  "\x03\x01\x6A\x00\x00\x0E\x45\x4B\x03129\x00\x01\x01",
	}
	for _, c := range commands {
		doc := Refusal(c.name, StatusBlocked)
		texts, err := ReadWBXML(doc)
		switch {
		case c.name == "GetAttachment":
			if doc != nil {
				t.Errorf("GetAttachment: %x", doc)
			}
		case err != nil || len(texts) != 2 || texts[c.element()] != "129":
			t.Errorf("%s: %q, %v", c.name, texts, err)
		case known[c.name] != "" && known[c.name] != string(doc):
			t.Errorf("%s: %x, want %x", c.name, doc, known[c.name])
		}
	}
	if len(commands) != 20 {
		t.Errorf("%d commands, want 20", len(commands))
	}
	if n := len(Refusal("FolderSync", StatusBlocked)); n != 15 {
		t.Errorf("FolderSync is %d bytes, want 15", n)
	}
}

// element is the Status in the command's response.
func (c command) element() Element {
	page := Element(c.page) << 8
	return (page|Element(c.root))<<16 | page | Element(c.status)
}

// TestQueries asks what only unusual queries show.
func TestQueries(t *testing.T) {
	t.Parallel()
	binary := base64.StdEncoding.EncodeToString([]byte("\xa0\x63\x00\x00\x02\x00\xff\x00\x01p"))
	tests := []struct{ raw, want string }{
		{"jAAJBAp2MTQwRGV2aWNlAApTbWFydFBob25l", "Sync v140Device SmartPhone"},
		{binary, "#99 00ff p"},
		{"cmd=Ping&deviceID=a%20b&DEVICETYPE=c", "Ping a b c"},
		{"&&Cmd=Ping&", "Ping  "},
		{"Cmd=Ping&SaveInSent=", "Ping  "},
		{"Cmd=Ping&User=", "Ping  "},
		{"Cmd=Ping&Cmd=Ping", ""},
		{"Cmd=Ping&DeviceId=", ""},
		{"Cmd=Ping&x", ""},
		{"Cmd=%u0041", ""},
		{"Cmd=a%0Ab", ""},
		{"D\u212Avice=1", ""},
		{"=1", ""},
		{"Cmd=Ping&+Cmd=Sync", ""},
		{"Cmd=Ping&Cmd[]=Sync", ""},
		{"Cmd=Ping&%20Cmd=Sync", ""},
		{"?Cmd=Ping", ""},
		{"Cmd=Ping#&Cmd=Sync", ""},
		{"Cmd=" + strings.Repeat("x", 256), ""},
		{binary + "&" + binary, ""},
		{strings.Replace(binary, "oGM", "oGM%0A", 1), ""},
	}
	for _, test := range tests {
		q, err := ParseQuery(test.raw)
		got := q.Command + " " + q.DeviceID + " " + q.DeviceType
		if test.want == "" != (err != nil) || err == nil && got != test.want {
			t.Errorf("ParseQuery(%q) = %q, %v; want %q", test.raw, got, err, test.want)
		}
	}
}
