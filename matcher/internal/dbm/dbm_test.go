package dbm_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/dbm"
)

// unpack returns a file of testdata. httxt2dbm.db was written by the program of
// that name, the others by Perl's DB_File and SDBM_File.
func unpack(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".gz"))
	require.NoError(tb, err)
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	require.NoError(tb, err)
	data, err := io.ReadAll(z)
	require.NoError(tb, err)
	return data
}

// numbered returns key0 to keyN with their values, less those that were deleted.
func numbered(n int) map[string]string {
	m := map[string]string{"empty": ""}
	for i := range n {
		if i < 50 || i > 59 {
			m[fmt.Sprintf("key%d", i)] = fmt.Sprintf("value%d", i)
		}
	}
	return m
}

// TestBerkeley reads files in either byte order with many small pages, with
// texts that have pages of their own, and with deleted entries.
func TestBerkeley(t *testing.T) {
	t.Parallel()
	want := numbered(100)
	want["big"], want[strings.Repeat("k", 1000)] = strings.Repeat("v", 3000), "of a long key"
	want["nul"] = "a\x00b"
	for _, name := range []string{"little.db", "big.db"} {
		got, err := dbm.Berkeley(unpack(t, name))
		require.NoError(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	got, err := dbm.Berkeley(unpack(t, "httxt2dbm.db"))
	require.NoError(t, err)
	if diff := cmp.Diff(map[string]string{"one": "3", "two": "2"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSDBM(t *testing.T) {
	t.Parallel()
	got, err := dbm.SDBM(unpack(t, "entries.pag"))
	require.NoError(t, err)
	if diff := cmp.Diff(numbered(200), got); diff != "" {
		t.Error(diff)
	}
}

// TestSDBMEmptyKey reads an entry that httpd never finds.
func TestSDBMEmptyKey(t *testing.T) {
	t.Parallel()
	page := make([]byte, 1024)
	copy(page[1020:], "1vno") // from the end: an empty key and its value, a key and its value
	for i, n := range []uint16{4, 1024, 1022, 1021, 1020} {
		binary.NativeEndian.PutUint16(page[2*i:], n)
	}
	got, err := dbm.SDBM(page)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"v": "1"}, got)
}

// TestRefused checks what is said of files that can't be read.
func TestRefused(t *testing.T) {
	t.Parallel()
	change := func(at int, b byte) []byte {
		file := unpack(t, "little.db")
		file[at] = b
		return file
	}
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "not a Berkeley DB file"},
		{"text", bytes.Repeat([]byte("key value\n"), 100), "not a Berkeley DB file of type hash"},
		{"tree", unpack(t, "btree.db"), "not a Berkeley DB file of type hash"},
		{"version", change(16, 10), "version 10"},
		{"page size", change(21, 3), dbm.ErrCorrupt.Error()},
		{"encrypted", change(24, 1), "not supported"},
		{"checksums", change(26, 1), "not supported"},
		{"odd entries", change(512+20, 3), "page 1: " + dbm.ErrCorrupt.Error()},
		{"many entries", change(512+21, 200), "page 1: " + dbm.ErrCorrupt.Error()},
		{"item outside", change(512+27, 200), "page 1: " + dbm.ErrCorrupt.Error()},
	} {
		_, err := dbm.Berkeley(tt.file)
		require.ErrorContains(t, err, tt.want, tt.name)
	}
	_, err := dbm.SDBM(bytes.Repeat([]byte("key value\n"), 200))
	require.ErrorIs(t, err, dbm.ErrCorrupt)
}

// TestCircle has overflow pages follow each other for ever.
func TestCircle(t *testing.T) {
	t.Parallel()
	file := unpack(t, "little.db")
	n := 0
	for start := 512; start < len(file); start += 512 {
		if file[start+25] == 7 {
			copy(file[start+16:], file[start+8:start+12]) // the next page is this one
			n++
		}
	}
	require.Positive(t, n)
	_, err := dbm.Berkeley(file)
	require.ErrorIs(t, err, dbm.ErrCorrupt)
}

// TestAgainstHttxt2dbm reads what Apache's program writes.
func TestAgainstHttxt2dbm(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("httxt2dbm")
	if err != nil {
		t.Skip("httxt2dbm of Debian's apache2-utils is not installed")
	}
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // no secret depends on it
	want := map[string]string{}
	var text strings.Builder
	for i := range 5000 {
		key, value := fmt.Sprint(i, "-", r.Uint64()), strings.Repeat("v", 1+r.IntN(100))
		want[key] = value
		fmt.Fprintf(&text, "%s\t%s\n", key, value)
	}
	source := filepath.Join(dir, "map.txt")
	require.NoError(t, os.WriteFile(source, []byte(text.String()), 0o600))
	for format, read := range map[string]func([]byte) (map[string]string, error){"default": dbm.Berkeley, "SDBM": dbm.SDBM} {
		name := filepath.Join(dir, format)
		out, err := exec.Command(program, "-f", format, "-i", source, "-o", name).CombinedOutput()
		require.NoError(t, err, string(out))
		if format == "SDBM" {
			name += ".pag"
		}
		file, err := os.ReadFile(name)
		require.NoError(t, err)
		got, err := read(file)
		require.NoError(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %.1000s", format, diff)
		}
	}
}
