package uri

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/recorded"
)

// orNone returns s, or that there is none.
func orNone(s string, ok bool) string {
	if !ok {
		return recorded.None
	}
	return s
}

// TestFiles compares with httpd.
func TestFiles(t *testing.T) {
	t.Parallel()
	for _, r := range recorded.Lines(t, "files.txt") {
		dir, rel := r[0], r[1]
		if !strings.HasPrefix(rel, "/") {
			require.Equal(t, r[2], orNone(JoinFile(dir, rel)), "%q below %q", rel, dir)
		}
		require.Equal(t, r[3], orNone(ResolveFile(dir, rel)), "%q in %q", rel, dir)
		if strings.HasPrefix(rel, "/") {
			require.Equal(t, r[3], orNone(CleanFile(rel)), "%q", rel)
		}
	}
}

// httpd composes paths of up to 4092 bytes, slashes between the parts left out.
func TestLongFiles(t *testing.T) {
	t.Parallel()
	fits := func(dir string, n int) bool {
		_, joined := JoinFile(dir, strings.Repeat("a", n))
		_, resolved := ResolveFile(dir, strings.Repeat("a", n))
		require.Equal(t, joined, resolved)
		return joined
	}
	require.True(t, fits("/srv", 4088))
	require.False(t, fits("/srv", 4089))
	require.True(t, fits("/srv/", 4087))
	require.False(t, fits("/srv/", 4088))
	require.True(t, fits("/", 4091))
	require.False(t, fits("/", 4092))
	_, ok := CleanFile("/" + strings.Repeat("a", 4091))
	require.True(t, ok)
	_, ok = CleanFile("/" + strings.Repeat("a", 4092))
	require.False(t, ok)
	_, ok = ResolveFile("/", "/"+strings.Repeat("a", 4090))
	require.True(t, ok)
	_, ok = ResolveFile("/", "/"+strings.Repeat("a", 4091))
	require.False(t, ok)
}

func TestNoFile(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "a", "./a", "../a"} {
		_, ok := CleanFile(path)
		require.False(t, ok, path)
	}
	_, ok := ResolveFile("", "a")
	require.True(t, ok, "the root")
	_, ok = ResolveFile("a", "b")
	require.False(t, ok)
}

func TestIsCleanRel(t *testing.T) {
	t.Parallel()
	for rel, want := range map[string]bool{
		"": true, "a": true, "a/": true, "a/b": true, "a.": true, "a..b": true,
		"/": false, "/a": false, "a//": false, "a//b": false, ".": false, ".a": false, "a/.": false, "a/..": false, "a/.b": false,
	} {
		require.Equal(t, want, IsCleanRel(rel), rel)
	}
}

// TestIsCleanRelByWords compares with the segments of texts long enough to be looked at by words.
func TestIsCleanRelByWords(t *testing.T) {
	t.Parallel()
	const alphabet = "./a\xaf"
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		rel := make([]byte, r.IntN(20))
		for i := range rel {
			if rel[i] = alphabet[r.IntN(len(alphabet))]; r.IntN(3) > 0 {
				rel[i] = byte('b' + r.IntN(20))
			}
		}
		segments := strings.Split(strings.TrimSuffix(string(rel), "/"), "/")
		dirty := slices.ContainsFunc(segments, func(s string) bool { return s == "" || s[0] == '.' })
		require.Equal(t, len(rel) == 0 || !dirty, IsCleanRel(string(rel)), "%q", rel)
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		root, file string
		want       bool
	}{
		{"/srv", "/srv", true},
		{"/srv", "/srv/", true},
		{"/srv", "/srv/a", true},
		{"/srv", "/srva", false},
		{"/srv", "/srv.a", false},
		{"/srv", "/sr", false},
		{"/srv", "/", false},
		{"/srv", "/a/srv", false},
		{"/", "/", true},
		{"/", "/a", true},
		{"/srv/a", "/srv", false},
	} {
		require.Equal(t, tt.want, Within(tt.root, tt.file), "%q in %q", tt.file, tt.root)
	}
}

func TestTrimSlash(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"": "", "/": "/", "a": "a", "/a": "/a", "/a/": "/a", "a/": "a", "//": "/"} {
		require.Equal(t, want, TrimSlash(path), path)
	}
}

func FuzzFile(f *testing.F) {
	for _, rel := range []string{"", "a/../../b", "..", "/a/..", "a//./b/", ".hidden", "a/.."} {
		f.Add("/srv/www", rel)
		f.Add("/", rel)
	}
	f.Fuzz(func(t *testing.T, dir, rel string) {
		root, ok := CleanFile(dir)
		if !ok {
			return
		}
		again, ok := CleanFile(root)
		require.True(t, ok)
		require.Equal(t, root, again)
		checkNormal(t, root, PathOptions{MergeSlashes: true})
		root = TrimSlash(root)
		file, ok := JoinFile(root, rel)
		if ok {
			require.True(t, Within(root, file), "%q leaves %q", file, root)
			checkNormal(t, file, PathOptions{MergeSlashes: true})
		} else if len(dir)+len(rel) < MaxFilePath-1 {
			require.Contains(t, rel, "..")
		}
		if file, ok = ResolveFile(root, rel); ok {
			checkNormal(t, file, PathOptions{MergeSlashes: true})
		}
	})
}
