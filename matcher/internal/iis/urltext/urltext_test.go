package urltext

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFunctions has what each function makes of a text, with what stands at its ends.
func TestFunctions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		of   func(string) string
		want [][2]string
	}{
		{"Encoded", Encoded, [][2]string{
			{"", ""}, {"aZ09-._~", "aZ09-._~"}, {"a b/ä%", "a%20b%2F%C3%A4%25"}, {"\x00\x7f\xff", "%00%7F%FF"}, {"@[`{", "%40%5B%60%7B"},
		}},
		{"Decoded", Decoded, [][2]string{
			{"", ""},
			{"a+b%20c", "a b c"},
			{"%41%7a%2f", "Az/"},
			{"%4", "%4"},
			{"%", "%"},
			{"%4g", "%4g"},
			{"%%41", "%A"},
			{"a%00b%0a%0D%1f%7fc", "abc"},
			{"a\x1f\x7fb", "ab"},
			{"%c3%a4 ", "ä "},
			{"%20", " "},
		}},
		{"PercentDecoded", PercentDecoded, [][2]string{
			{"", ""}, {"a+b", "a+b"}, {"a%2Bb%0a", "a+b\n"}, {"%", "%"}, {"x%4", "x%4"}, {"%4x", "%4x"}, {"%41", "A"}, {"%41%", "A%"}, {"%%41%41", "%AA"},
		}},
		{"Safe", Safe, [][2]string{
			{"", ""},
			{"/a?b=c&d#e", "/a?b=c&d#e"},
			{"a b", "a%20b"},
			{"%41%4%", "%41%254%25"},
			{"%4g", "%254g"},
			{"é", "%C3%A9"},
			{"\"<>\\^`{|}", "%22%3C%3E%5C%5E%60%7B%7C%7D"},
			{"!~\x7f\x00", "!~%7F%00"},
			{"%ab", "%ab"},
		}},
		{"WholeEscapes", WholeEscapes, [][2]string{
			{"", ""}, {"a b", "a b"}, {"%", "%25"}, {"%4", "%254"}, {"%41", "%41"}, {"%zz%41%", "%25zz%41%25"}, {"%%41", "%25%41"},
		}},
		{"WithoutControls", WithoutControls, [][2]string{{"", ""}, {"a b~", "a b~"}, {"a\x1f\x7f\nb", "ab"}, {"ä\x00", "ä"}, {"\x7f", ""}}},
		{"UTF8Escape", UTF8Escape, [][2]string{{"0041", `\x41`}, {"00e4", `\xc3\xa4`}, {"20AC", `\xe2\x82\xac`}, {"xyzq", ""}, {"d800", `\xef\xbf\xbd`}}},
		{"HTML", HTML.Replace, [][2]string{{`<a b="c'd">&amp;`, `&lt;a b=&quot;c&#39;d&quot;&gt;&amp;amp;`}}},
	} {
		for _, w := range tt.want {
			require.Equal(t, w[1], tt.of(w[0]), "%s(%q)", tt.name, w[0])
		}
	}
}

func TestSchemeLen(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]int{
		"": 0, "/a": 0, "http:/x": 0, "://x": 0, "a/b://c": 0, "www.x://y": 0, "a?b://c": 0, "a#b://c": 0,
		"http://": 7, "http://h": 8, "http://h/a": 8, "http://h?a": 8, "http://h#a": 8, "x:y://h/a": 7, "http:///a": 7,
	} {
		require.Equal(t, want, SchemeLen(url), url)
	}
}

// A path that rules made is decoded once. One that leads above the root, or holds a
// control character, is none.
func TestDecode(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/": "/", "/a//b/./c/../d": "/a/b/d", "/a%20b": "/a b", "/a%2fb": "/a/b", "/100%": "/100%", "/%": "/%", "/%2541": "/%41",
	} {
		got, ok := Decode(path)
		require.True(t, ok, path)
		require.Equal(t, want, got, path)
	}
	for _, path := range []string{"/..", "/a/../../b", "/%2e%2e/a", "/%00", "/a%0a", "/a%1f", "/%7f", "/a\n"} {
		_, ok := Decode(path)
		require.False(t, ok, path)
	}
}

func TestPredicates(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{"": true, "09afAF": true, "g": false, "0g": false, "/": false, ":": false, "@": false, "`": false} {
		require.Equal(t, want, IsHex(s), s)
	}
	for s, want := range map[string]bool{"": false, "a": false, "%41": false, "%": true, "a%4": true, "%4g": true, "%41%": true, "%%41": true} {
		require.Equal(t, want, BadPercent(s), s)
	}
	for r, want := range map[rune]bool{0: true, 0x1f: true, ' ': false, '~': false, 0x7f: true, 0x80: false} {
		require.Equal(t, want, IsControl(r), "%q", r)
	}
}
