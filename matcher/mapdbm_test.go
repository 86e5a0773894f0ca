package matcher_test

import (
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// dbmFile returns a file that the tests of package dbm describe, changed at a
// second of 1970.
func dbmFile(tb testing.TB, name string, second int64) *fstest.MapFile {
	tb.Helper()
	f, err := os.Open("internal/dbm/testdata/" + name + ".gz")
	require.NoError(tb, err)
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	require.NoError(tb, err)
	data, err := io.ReadAll(z)
	require.NoError(tb, err)
	return &fstest.MapFile{Data: data, Mode: fs.ModePerm, ModTime: time.Unix(second, 0)}
}

func TestDBMMap(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"etc/m.db":  dbmFile(t, "little.db", 1),
		"etc/s.pag": dbmFile(t, "entries.pag", 1),
		"etc/s.dir": {ModTime: time.Unix(1, 0)},
	}
	for source, want := range map[string]map[string]string{
		"dbm:etc/m.db":          {"key1": "value1", "key55": "none", "nul": "a", "empty": "none", "Key1": "none"},
		"dbm=default:/etc/m.db": {"key1": "value1"},
		"dbm=DB:/etc/m.db":      {"key1": "value1"},
		"dbm=sdbm:/etc/s":       {"key1": "value1", "key55": "none", "empty": "none"},
	} {
		e := compile(t, askRules(source), &matcher.Options{FS: fsys})
		for key, value := range want {
			require.Equal(t, "/["+value+"]", get(t, e, "/"+key).Path, source+" "+key)
		}
	}
}

// TestDBMMapChanges changes the files of maps: they are read again when the
// time of one of them differs, and one that can't be read has no values and is
// reported.
func TestDBMMapChanges(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"m.db":  dbmFile(t, "httxt2dbm.db", 1),
		"s.pag": {Data: make([]byte, 1024), ModTime: time.Unix(1, 0)},
		"s.dir": {ModTime: time.Unix(1, 0)},
	}
	found := &findings{}
	opts := &matcher.Options{FS: fsys, Report: found.add}
	db, sdbm := compile(t, askRules("dbm:/m.db"), opts), compile(t, askRules("dbm=sdbm:/s"), opts)
	require.Equal(t, "/[3]", get(t, db, "/one").Path)
	require.Equal(t, "/[none]", get(t, sdbm, "/key1").Path)

	fsys["m.db"] = dbmFile(t, "little.db", 1)
	require.Equal(t, "/[none]", get(t, db, "/one").Path, "another file at the same time")
	require.Equal(t, "/[value1]", get(t, db, "/key1").Path)

	fsys["s.pag"] = dbmFile(t, "entries.pag", 1)
	fsys["s.dir"] = &fstest.MapFile{ModTime: time.Unix(2, 0)}
	require.Equal(t, "/[value1]", get(t, sdbm, "/key1").Path)
	require.Empty(t, found.all())

	fsys["m.db"] = dbmFile(t, "btree.db", 3)
	for range 2 {
		require.Equal(t, "/[none]", get(t, db, "/key1").Path)
	}
	require.Contains(t, found.all(), "map m: not a Berkeley DB file of type hash\nmap m: not a")
	delete(fsys, "m.db")
	require.Equal(t, "/[none]", get(t, db, "/key1").Path)
	require.Contains(t, found.all(), "file does not exist")
}

func TestDBMMapRefused(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"dbm:/absent":       "file for map m not found: /absent",
		"dbm=sdbm:/absent":  "file for map m not found: /absent.dir",
		"dbm=GDBM:/present": "dbm files of type GDBM are not supported",
	} {
		f, err := parser.Parse("test.conf", []byte(askRules(source)), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, &matcher.Options{FS: fstest.MapFS{"present": {}}})
		require.ErrorContains(t, err, want)
	}
}

// TestDBMMapConcurrently has the first lookups come together.
func TestDBMMapConcurrently(t *testing.T) {
	t.Parallel()
	e := compile(t, askRules("dbm:/m.db"), &matcher.Options{FS: fstest.MapFS{"m.db": dbmFile(t, "little.db", 1)}})
	done := make(chan error)
	for range 8 {
		go func() {
			_, err := e.Eval(context.Background(), &matcher.Request{Target: "/key1", Host: "h"})
			done <- err
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
}
