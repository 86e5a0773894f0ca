package uri

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/recorded"
)

// settings reads the two settings of a record.
func settings(merge, slashes string) PathOptions {
	return PathOptions{
		MergeSlashes: merge == "On",
		Slashes:      map[string]Slashes{"Off": RefuseSlashes, "On": DecodeSlashes, "NoDecode": KeepSlashes}[slashes],
	}
}

// TestPaths compares with httpd.
func TestPaths(t *testing.T) {
	t.Parallel()
	for _, r := range recorded.Lines(t, "paths.txt") {
		got, status := DecodePath(r[0], settings(r[1], r[2]))
		if strconv.Itoa(status) != r[3] || got != r[4] {
			t.Errorf("MergeSlashes %s, AllowEncodedSlashes %s, %q: %d %q, httpd has %s %q", r[1], r[2], r[0], status, got, r[3], r[4])
		}
	}
}

// Of the paths that begin with no slash only "*" is one, but for file names.
func TestPathsWithoutSlash(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		path     string
		relative bool
		want     string
		status   int
	}{
		{"", false, "", 400},
		{"", true, "", 400},
		{"*", false, "*", 0}, // of OPTIONS
		{"*a", false, "*a", 400},
		{"a", false, "a", 400},
		{"a%zz", false, "a%zz", 400},
		{"%2fa", false, "%2fa", 400},
		{"a", true, "a", 0},
		{"./a", true, "a", 0},
		{"a/../b", true, "b", 0},
		{"a/..", true, "", 0},
		{"..", true, "", 400},
		{"../a", true, "a", 400},
		{"a/../../b", true, "b", 400},
		{"%2e%2e/a", true, "a", 400},
		{"a%zz", true, "a%zz", 400},
		{"%61", true, "a", 0},
		{"%20a", true, " a", 0},
		{"/.%2", false, "/.%2", 400},
	} {
		got, status := DecodePath(tt.path, PathOptions{Relative: tt.relative, MergeSlashes: true})
		require.Equal(t, tt.want, got, "%q, relative %v", tt.path, tt.relative)
		require.Equal(t, tt.status, status, "%q, relative %v", tt.path, tt.relative)
	}
}

// NormalizePath leaves encoded what is not an unreserved character.
func TestNormalizePath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/a/b":          "/a/b",
		"/%61/./b%2fc":  "/a/b%2fc",
		"/a//%2e%2e/b/": "/b/",
		"//%3f":         "/%3f",
		"/%zz/..":       "/",
		"a":             "a",
	} {
		require.Equal(t, want, NormalizePath(path, PathOptions{MergeSlashes: true}), path)
	}
	require.Equal(t, "//a", NormalizePath("//a", PathOptions{}))
}

// isPlain is a short cut: it holds for no path that needs work.
func TestIsPlain(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"": false, "a": false, "/": true, "/a": true, "/a/": true, "/a.b/c..": true, "/a%": false, "%": false,
		"/.": false, "/.a": false, "/a/.b": false, "*": false, "/\x00": true,
	} {
		require.Equal(t, want, isPlain(path, true), path)
		require.Equal(t, want, isPlain(path, false), path)
	}
	require.False(t, isPlain("/a//b", true))
	require.True(t, isPlain("/a//b", false))
}

// checkPath checks what must hold of every path, whatever is in it.
func checkPath(t *testing.T, path string, o PathOptions) {
	t.Helper()
	got, status := DecodePath(path, o)
	require.LessOrEqual(t, len(got), len(path))
	slow, ok := normalize(path, o, true)
	if isPlain(path, o.MergeSlashes) {
		require.True(t, ok)
		require.Equal(t, path, slow, "a plain path needs no work")
	}
	require.Equal(t, slow, NormalizePath(path, o))
	if ok {
		checkNormal(t, slow, o)
	}
	switch status {
	case 0:
		require.True(t, ok)
		require.NotContains(t, got, "\x00")
		if o.Slashes != KeepSlashes {
			checkNormal(t, got, o)
		}
	case 404:
		require.True(t, strings.Contains(path, "%00") || o.Slashes == RefuseSlashes && strings.Contains(strings.ToLower(path), "%2f"))
	default:
		require.Equal(t, 400, status)
	}
}

// checkNormal checks that path is none that leads above itself.
func checkNormal(t *testing.T, path string, o PathOptions) {
	t.Helper()
	if path == "*" || path == "" && o.Relative {
		return
	}
	require.True(t, o.Relative || path[0] == '/', path)
	if o.MergeSlashes {
		require.NotContains(t, path, "//")
	}
	for seg := range strings.SplitSeq(path, "/") {
		require.NotContains(t, []string{".", ".."}, seg, path)
	}
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"/a/../b%2fc", "/%2e%2e/", "//.%2E//%00", "/%zz", "*", "", "a/..", "/%252e%252e/%c3%a9/..."} {
		for i := range byte(12) {
			f.Add(s, i)
		}
	}
	f.Fuzz(func(t *testing.T, path string, how byte) {
		if strings.Contains(path, "\x00") {
			return // a string of httpd ends there
		}
		checkPath(t, path, PathOptions{MergeSlashes: how&1 != 0, Relative: how&2 != 0, Slashes: Slashes(how / 4 % 3)})
	})
}
