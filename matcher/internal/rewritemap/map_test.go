package rewritemap_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/parser"
)

// world returns the surroundings of maps with files.
func world(files fstest.MapFS) *rewritemap.World {
	return &rewritemap.World{
		Stat:    files.Stat,
		Opener:  func(name string) func() (fs.File, error) { return func() (fs.File, error) { return files.Open(name) } },
		Now:     time.Now,
		MaxFile: 1 << 10, MaxTime: time.Second, Placeholder: "?",
	}
}

func TestInternal(t *testing.T) {
	t.Parallel()
	tests := []struct{ function, key, want string }{
		{"tolower", "AZaz[`ÄÖ", "azaz[`ÄÖ"},
		{"toupper", "AZaz{@äö", "AZAZ{@äö"},
		{"escape", "a b/é", "a%20b/%c3%a9"},
		{"unescape", "a%20b%2", "a b%2"},
	}
	for _, tt := range tests {
		got, found, err := rewritemap.Internal(tt.function).Lookup(context.Background(), tt.key)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, tt.want, got, tt.function)
	}
	_, found, err := rewritemap.Internal("none").Lookup(context.Background(), "a")
	require.NoError(t, err)
	require.False(t, found)
}

func TestText(t *testing.T) {
	t.Parallel()
	text := "a  1 2\na 3\n# b 1\n c 1\nd\ne\t5\x006\nor 1|2\n\x00 8\n" +
		"long " + strings.Repeat("x", 1018) + "\nlonger " + strings.Repeat("y", 1017) + "z 9\nlast 7"
	w := world(fstest.MapFS{"m": {Data: []byte(text)}})
	w.MaxFile = 1 << 12
	m := rewritemap.NewText(w, "m", parser.Extent{}, false)
	path, err := m.Find()
	require.NoError(t, err)
	require.Equal(t, "m", path)
	for key, want := range map[string]string{
		"a": "1", "#": "", "b": "", "c": "", "d": "", "e": "5", "or": "1|2", "\x00": "", "last": "7", "": "",
		"long": strings.Repeat("x", 1018), "longer": strings.Repeat("y", 1017), "z": "9",
	} {
		got, found, err := m.Lookup(context.Background(), key)
		require.NoError(t, err)
		require.Equal(t, want, got, key)
		require.Equal(t, want != "", found, key)
	}
}

// TestDenied has files that httpd would read without end, or not at all.
func TestDenied(t *testing.T) {
	t.Parallel()
	at := parser.Extent{Name: "f"}
	w := world(fstest.MapFS{"long": {Data: make([]byte, 1<<10+1)}, "pipe": {Mode: fs.ModeNamedPipe}, "dir/a": {}})
	for name, want := range map[string]bool{"long": true, "pipe": true, "dir": false, "missing": false} {
		m := rewritemap.NewText(w, name, at, false)
		_, _, err := m.Lookup(context.Background(), "a")
		require.Error(t, err, name)
		place, denied, ok := rewritemap.Declared(m, err)
		require.True(t, ok)
		require.Equal(t, at, place)
		require.Equal(t, want, denied, name)
	}
	_, err := rewritemap.NewText(w, "missing", at, false).Find()
	require.ErrorIs(t, err, fs.ErrNotExist)
	sql, err := rewritemap.NewSQL(w, "SELECT %s", at, false)
	require.NoError(t, err)
	program := rewritemap.NewProgram(w, []string{"/bin/cat"}, "", "", at)
	for m, want := range map[rewritemap.Map]bool{sql: false, program: true} {
		place, denied, ok := rewritemap.Declared(m, errors.New("x"))
		require.True(t, ok)
		require.Equal(t, at, place)
		require.Equal(t, want, denied)
	}
	_, _, ok := rewritemap.Declared(rewritemap.Internal("escape"), errors.New("x"))
	require.False(t, ok)
}

func TestDBMKind(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"": "m", "DEFAULT": "m", "db": "m", "SDBM": "m.dir"} {
		m, ok := rewritemap.NewDBM(world(nil), "m", parser.Extent{}, kind)
		require.True(t, ok, kind)
		path, err := m.Find()
		require.Error(t, err)
		require.Equal(t, want, path, kind)
	}
	_, ok := rewritemap.NewDBM(world(nil), "m", parser.Extent{}, "gdbm")
	require.False(t, ok)
}

func TestCommandWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		command string
		want    []string
	}{
		{" \t", nil},
		{"/bin/a  b\tc ", []string{"/bin/a", "b", "c"}},
		{`"/a b" 'c "d' e"f`, []string{"/a b", `c "d`, `e"f`}},
		{`a\ b "c\"d" \\e \`, []string{"a b", `c"d`, `\e`, ""}},
		{`"open`, []string{"open"}},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, rewritemap.CommandWords(tt.command), tt.command)
	}
}

func TestSQL(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"SELECT '10%' WHERE k=%s": "", "SELECT %%s": "", "SELECT 1": "", "SELECT %@%[%`%{%": "",
		"SELECT %a":     "%a is not a string placeholder; use %s",
		"SELECT %Z":     "%Z is not a string placeholder; use %s",
		"SELECT %d":     "%d is not a string placeholder; use %s",
		"SELECT %s, %s": "there is one key, but 2 places for it",
	} {
		_, err := rewritemap.NewSQL(world(nil), query, parser.Extent{}, false)
		if want == "" {
			require.NoError(t, err, query)
		} else {
			require.EqualError(t, err, want)
		}
	}
}
