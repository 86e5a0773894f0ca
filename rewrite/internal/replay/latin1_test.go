package replay

import "testing"

func TestDecodeAndEncodeAreInverse(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, bytes string }{
		{"", ""},
		{"/plain", "/plain"},
		{"caf\u00c3\u00a9", "caf\xc3\xa9"},
		{"\u00ff\u0000", "\xff\x00"},
		{"@DOCROOT@/x@DOCROOT@", "/www/x/www"},
	}
	for _, test := range tests {
		if got := Decode(test.text, "/www"); got != test.bytes {
			t.Errorf("Decode(%q) = %q, want %q", test.text, got, test.bytes)
		}
		if got := Encode(test.bytes, "/www"); got != test.text {
			t.Errorf("Encode(%q) = %q, want %q", test.bytes, got, test.text)
		}
	}
}
