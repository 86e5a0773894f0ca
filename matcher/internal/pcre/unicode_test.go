package pcre_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// TestParseUTF checks what byte sequences characters become.
func TestParseUTF(t *testing.T) {
	t.Parallel()
	const anyChar = `(?:(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf])|(?:[\xe0-\xef][\x80-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf][\x80-\xbf][\x80-\xbf]))`
	tests := []struct{ pattern, want string }{
		{`(*UTF)é`, `\xc3\xa9`},
		{`(*UTF8)caf\x{e9}`, `caf\xc3\xa9`},
		{`(*UTF)\351\o{351}\N{U+e9}\é`, `\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9`},
		{`(*UTF)é+`, `(?:\xc3\xa9){1,}`},
		{`(*UTF)aé*b`, `a(?:\xc3\xa9){0,}b`},
		{`(*UTF)[éè]`, `\xc3[\xa8-\xa9]`},
		{`(*UTF)[a-zé]`, `(?:[a-z]|\xc3\xa9)`},
		{`(*UTF)\w\d`, `[0-9A-Z_a-z][0-9]`},
		{`(*UTF)[^/]*`, `(?:[^/]){0,}(?![\x80-\xbf])`},
		{`(*UTF)[^/]+`, `(?:[^/]){1,}(?![\x80-\xbf])`},
		{`(*UTF)[^/]{3,}`, `(?:(?:(?:[\x00-\x2e0-\x7f]|[\xc2-\xdf][\x80-\xbf])|(?:[\xe0-\xef][\x80-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf][\x80-\xbf][\x80-\xbf]))){2,2}(?:[^/]){1,}(?![\x80-\xbf])`},
		{`(*UTF).`, anyChar},
		{`(*UTF)(?i)é`, `\xc3[\x89\xa9]`},
		{`(*UTF)(?i)cafe`, `(?i:cafe)`},
		{`(*UTF)(?i)k`, `(?:(?i:K)|\xe2\x84\xaa)`},
		{`(*UTF)(?i)ß`, `(?:\xc3\x9f|\xe1\xba\x9e)`},
		{`(*UTF)(?<=é.)`, `(?<=\xc3\xa9` + anyChar + ")"},
		{`(*UTF)\X`, `\X`},
		{`(*UTF)(?x) é # é`, `\xc3\xa9`},
		{`(*UCP)\d`, `[0-9]`},
		{`(*UCP)(?i)` + "\xe9", `[\xc9\xe9]`},
		{`(*UCP)(?i)k`, `(?i:K)`},
	}
	for _, tt := range tests {
		re, err := pcre.Parse(tt.pattern, apache)
		require.NoError(t, err, tt.pattern)
		got := strings.TrimPrefix(re.Root.String(), "(?^)")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("Parse(%q) mismatch (-want +got):\n%s", tt.pattern, diff)
		}
	}
}

// TestStartVerbs goes through all verbs that PCRE2 knows at the start of a pattern.
// Each is done, or the pattern is not run.
func TestStartVerbs(t *testing.T) {
	t.Parallel()
	tests := []struct{ pattern, unsupported string }{
		{"(*UTF)a", ""},
		{"(*UTF8)a", ""},
		{"(*UCP)a", ""},
		{"(*UCP)(*UTF8)(*UTF)a", ""},
		{"(*NO_JIT)a", ""},
		{"(*NO_START_OPT)a", ""},
		{"(*NO_AUTO_POSSESS)a", ""},
		{"(*NO_DOTSTAR_ANCHOR)a", ""},
		{"(*BSR_ANYCRLF)\\R", ""},
		{"(*BSR_UNICODE)\\R", ""},
		{"(*LF)(?m)^a.$", ""},
		{"(*NOTEMPTY)a", "(*NOTEMPTY)"},
		{"(*NOTEMPTY_ATSTART)a", "(*NOTEMPTY_ATSTART)"},
		{"(*UTF)(*NOTEMPTY)a", "(*NOTEMPTY)"},
		{"(*LIMIT_HEAP=19999999)a", "limit (*LIMIT_HEAP=…)"},
		{"(*LIMIT_HEAP=20000000)a", ""},
		{"(*LIMIT_MATCH=9999999)a", "limit (*LIMIT_MATCH=…)"},
		{"(*LIMIT_MATCH=10000000)a", ""},
		{"(*LIMIT_DEPTH=0)a", "limit (*LIMIT_DEPTH=…)"},
		{"(*LIMIT_DEPTH=10000000)a", ""},
		{"(*LIMIT_RECURSION=9999999)a", "limit (*LIMIT_RECURSION=…)"},
		{"(*LIMIT_RECURSION=400000000)a", ""},
		{"(*CR)a", ""},
		{"(*CR)\\N", "newline convention (*CR)"},
		{"(*CR)(?-s).", "newline convention (*CR)"},
		{"(*NUL)a", ""},
		{"(*NUL)a\\Z", "newline convention (*NUL)"},
		{"(*CRLF)a", "newline convention (*CRLF)"},
		{"(*CRLF)^a", ""},
		{"(*CRLF)(*LF)a", ""},
		{"(*ANY)a", "newline convention (*ANY)"},
		{"(*ANY)(?m)^a", "newline convention (*ANY)"},
		{"(*ANYCRLF)a", "newline convention (*ANYCRLF)"},
		{"(*UTF)(*ANYCRLF)^a$", ""},
	}
	for _, tt := range tests {
		re, err := pcre.Parse(tt.pattern, apache)
		require.NoError(t, err, tt.pattern)
		got := ""
		if re.Class == pcre.Unsupported {
			got = re.Construct
		}
		if diff := cmp.Diff(tt.unsupported, got); diff != "" {
			t.Errorf("Parse(%q) mismatch (-want +got):\n%s", tt.pattern, diff)
		}
	}
	for _, src := range []string{"(*UTF16)a", "(*UTF32)a", "(*UTF 8)", "(*NOJIT)a", "a(*UTF)", "(?i)(*UTF)a", "(*LIMIT_MATCH=x)", "(*JIT)a"} {
		if _, err := pcre.Parse(src, apache); err == nil {
			t.Errorf("Parse(%q) succeeds", src)
		}
	}
}
