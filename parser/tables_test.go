package parser

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

func TestKnownDirective(t *testing.T) {
	sorted := slices.IsSortedFunc(directiveNames, func(a, b string) int {
		return strings.Compare(ascii.LowerCase(a), ascii.LowerCase(b))
	})
	require.True(t, sorted, "directiveNames is searched by halves")
	for _, name := range []string{"RewriteRule", "rewriterule", "REWRITEMAP", "<Directory", "<ifmodule", "Alias", "<If", "zstd"} {
		if got, want := KnownDirective(name), name != "zstd"; got != want {
			t.Errorf("KnownDirective(%q) = %v, want %v", name, got, want)
		}
	}
	for _, name := range []string{"", "Directory", "<RewriteRule", "RewriteLog", "RewriteRul", "<"} {
		if KnownDirective(name) {
			t.Errorf("KnownDirective(%q) = true", name)
		}
	}
	for _, name := range directiveNames {
		if !KnownDirective(name) {
			t.Errorf("KnownDirective(%q) = false", name)
		}
	}
}

func TestDefaultModules(t *testing.T) {
	for _, name := range []string{"mod_rewrite.c", "rewrite_module", "core.c", "mod_authz_core.c", "mod_headers.c", "event.c", "mod_dir.c"} {
		if !DefaultModules(name) {
			t.Errorf("DefaultModules(%q) = false", name)
		}
	}
	for _, name := range []string{"", "mod_rewrite", "rewrite", "MOD_REWRITE.C", "mod_php.c", "mod_security2.c", "mod_cgi.c"} {
		if DefaultModules(name) {
			t.Errorf("DefaultModules(%q) = true", name)
		}
	}
}

// The codes are those that httpd 2.4.71 accepts in [R=...].
func TestKnownStatus(t *testing.T) {
	var known []int
	for code := -1; code <= 1000; code++ {
		if knownStatus(code) {
			known = append(known, code)
		}
	}
	require.Len(t, known, 4+9+1+6+2+18+4+1+2+1+1+9+2)
	for _, code := range []int{99, 104, 209, 225, 227, 299, 306, 309, 399, 418, 420, 425, 427, 430, 499, 509, 512, 599} {
		require.False(t, knownStatus(code), code)
	}
}

func TestAtoi(t *testing.T) {
	tests := map[string]int{
		"":                      0,
		"x":                     0,
		"7":                     7,
		" \t+7x":                7,
		"-7":                    -7,
		"--7":                   0,
		"- 7":                   0,
		"2147483647":            2147483647,
		"2147483648":            -2147483648,
		"4294967296":            0,
		"4294967597":            301,
		"9223372036854775807":   -1,
		"9223372036854775808":   -1,
		"99999999999999999999":  -1,
		"-9223372036854775808":  0,
		"-99999999999999999999": 0,
		"0x10":                  0,
	}
	for s, want := range tests {
		if got := atoi(s); got != want {
			t.Errorf("atoi(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestFnmatch(t *testing.T) {
	tests := []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true},
		{"a", "b", false},
		{"a", "", false},
		{"", "", true},
		{"*", "", true},
		{"*", "abc", true},
		{"*.conf", "a.conf", true},
		{"*.conf", "a.confx", false},
		{"*.conf", ".conf", false},
		{".*", ".conf", true},
		{`\.*`, ".conf", true},
		{"?conf", ".conf", false},
		{"[.]conf", ".conf", false},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"a*b*c", "aXbYbZc", true},
		{"a*b*c", "aXbYbZ", false},
		{"**a", "bba", true},
		{"[abc]", "b", true},
		{"[abc]", "d", false},
		{"[a-c]x", "bx", true},
		{"[a-c]", "-", false},
		{"[a-", "[a-", true},
		{`[\`, `[\`, true},
		{"[!a-c]", "b", false},
		{"[^a-c]", "d", true},
		{"[]]", "]", true},
		{"[!]]", "]", false},
		{"[a-]", "-", true},
		{`[\]]`, "]", true},
		{`[\a-\c]`, "b", true},
		{"[\x80-b]", "a", true}, // bytes are signed
		{"[a-\xff]", "b", false},
		{"[a", "[a", true},
		{"[a", "a", false},
		{`\*`, "*", true},
		{`\*`, "a", false},
		{`a\`, `a\`, true},
		{"A", "a", false},
	}
	for _, test := range tests {
		if got := fnmatch(test.pattern, test.name); got != test.want {
			t.Errorf("fnmatch(%q, %q) = %v, want %v", test.pattern, test.name, got, test.want)
		}
	}
}

func TestIsPattern(t *testing.T) {
	tests := map[string]bool{
		"a": false, "a*": true, "?": true, "[a]": true, "[a": false, "a]": false, "]a[": false,
		`\*`: false, `\[a]`: false, `[a\]`: false, `a\`: false, "a/[b]/c": true,
	}
	for s, want := range tests {
		if got := isPattern(s); got != want {
			t.Errorf("isPattern(%q) = %v, want %v", s, got, want)
		}
	}
}
