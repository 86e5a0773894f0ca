package fileid

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// look returns the ID of the file name.
func look(t *testing.T, fsys fs.FS, name string) ID {
	t.Helper()
	id, err := Look(fsys, name, ID{})
	require.NoError(t, err)
	return id
}

// TestVersions checks that each way to change a file changes its ID, size and
// modification time being the same throughout.
func TestVersions(t *testing.T) {
	t.Parallel()
	old := time.Now().Add(-time.Hour)
	for name, change := range map[string]func(file, other string) error{
		"written in place": func(file, _ string) error { return os.WriteFile(file, []byte("two"), 0o600) },
		"replaced":         func(file, other string) error { return os.Rename(other, file) },
		"deleted and made anew": func(file, _ string) error {
			return errors.Join(os.Remove(file), os.WriteFile(file, []byte("two"), 0o600))
		},
		"linked to another": func(file, other string) error {
			return errors.Join(os.Remove(file), os.Symlink(other, file))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file, other := filepath.Join(dir, "file"), filepath.Join(dir, "other")
			require.NoError(t, os.WriteFile(file, []byte("one"), 0o600))
			require.NoError(t, os.WriteFile(other, []byte("two"), 0o600))
			require.NoError(t, os.Chtimes(file, old, old))
			require.NoError(t, os.Chtimes(other, old, old))
			before := look(t, os.DirFS(dir), "file")
			require.Equal(t, before, look(t, os.DirFS(dir), "file"))
			require.NoError(t, change(file, other))
			require.NoError(t, os.Chtimes(file, old, old))
			require.NotEqual(t, before, look(t, os.DirFS(dir), "file"))
		})
	}
}

// TestQuickChanges checks that versions are told apart that follow one another
// faster than the clock of the file system ticks.
func TestQuickChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	var before ID
	for i := range 500 {
		require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "%03d", i), 0o600))
		data, now, err := Read(func() (fs.File, error) { return os.Open(file) }, 10)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("%03d", i), string(data))
		require.NotEqual(t, before, now)
		require.Equal(t, now, look(t, os.DirFS(dir), "file"))
		before = now
	}
}

// TestSettled checks that the content counts while the last change is recent
// only, and that Look spares those who know the file the difference.
func TestSettled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, []byte("one"), 0o600))
	fsys := os.DirFS(dir)
	recent := look(t, fsys, "file")
	require.True(t, recent.recent && recent.content.taken())
	info, err := os.Stat(file)
	require.NoError(t, err)
	later, enough := describe(info, time.Now().Add(2*coarsest))
	if later.inode != 0 {
		require.True(t, enough)
	}
	require.False(t, later.recent)
	require.NotEqual(t, recent, later)
	require.True(t, later.sameBut(recent))
	again, err := Look(fsys, "file", recent)
	require.NoError(t, err)
	require.Equal(t, recent, again)
	require.NoError(t, os.WriteFile(file, []byte("two"), 0o600))
	again, err = Look(fsys, "file", recent)
	require.NoError(t, err)
	require.NotEqual(t, recent, again)
}

// TestVirtual checks file systems that say nothing beyond size and time.
func TestVirtual(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", MaxHashed+1)
	fsys := fstest.MapFS{"dir/small": {Data: []byte("one")}, "dir/large": {Data: []byte(large)}}
	small, big, dir := look(t, fsys, "dir/small"), look(t, fsys, "dir/large"), look(t, fsys, "dir")
	fsys["dir/small"] = &fstest.MapFile{Data: []byte("two")}
	require.NotEqual(t, small, look(t, fsys, "dir/small"))
	fsys["dir/large"] = &fstest.MapFile{Data: []byte(large[1:] + "y")}
	require.Equal(t, big, look(t, fsys, "dir/large"), "larger files of the same size and time can't be told apart")
	fsys["dir/large"] = &fstest.MapFile{Data: []byte(large + "y")}
	require.NotEqual(t, big, look(t, fsys, "dir/large"))
	require.Equal(t, dir, look(t, fsys, "dir"))
	fsys["dir/third"] = &fstest.MapFile{}
	require.NotEqual(t, dir, look(t, fsys, "dir"), "a directory changes with the names in it")
	delete(fsys, "dir/small")
	id, err := Look(fsys, "dir/small", small)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Equal(t, ID{}, id)
}

// TestBounds checks what is just within a bound and just beyond it.
func TestBounds(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("x", MaxHashed)
	fsys := fstest.MapFS{"file": {Data: []byte(content)}}
	most := look(t, fsys, "file")
	fsys["file"] = &fstest.MapFile{Data: []byte(content[1:] + "y")}
	require.NotEqual(t, most, look(t, fsys, "file"), "the content of a file of MaxHashed bytes counts")
	open := func() (fs.File, error) { return fsys.Open("file") }
	_, id, err := Read(open, MaxHashed)
	require.NoError(t, err)
	require.Equal(t, look(t, fsys, "file"), id)
	for i := range maxNames {
		fsys[fmt.Sprintf("dir/%05d", i)] = &fstest.MapFile{}
	}
	names := look(t, fsys, "dir")
	require.True(t, names.content.taken())
	fsys["dir/more"] = &fstest.MapFile{}
	names = look(t, fsys, "dir")
	require.False(t, names.content.taken(), "a directory of more names")
}

// TestKnown checks that a file which is still the version known gets the same ID, however
// long ago its last change was when it was looked at first.
func TestKnown(t *testing.T) {
	t.Parallel()
	now := time.Now()
	fsys := fstest.MapFS{"file": {Data: []byte("one"), ModTime: now}}
	known := look(t, fsys, "file")
	known.recent = !known.recent
	again, err := Look(fsys, "file", known)
	require.NoError(t, err)
	require.Equal(t, known, again)
	fsys["file"].Data = []byte("two")
	other, err := Look(fsys, "file", known)
	require.NoError(t, err)
	require.NotEqual(t, known.content, other.content)
	require.NotEqual(t, known.recent, other.recent)
	info, err := fs.Stat(fsys, "file")
	require.NoError(t, err)
	for distance, recent := range map[time.Duration]bool{
		0: true, coarsest - 1: true, coarsest: false, 1 - coarsest: true, -coarsest: false,
	} {
		id, enough := describe(info, now.Add(distance))
		require.Equal(t, recent, id.recent, distance)
		require.False(t, enough, distance)
	}
}

// TestTruncated checks which files have lost their content.
func TestTruncated(t *testing.T) {
	t.Parallel()
	empty, full, dir := ID{modified: 1}, ID{modified: 1, size: 1}, ID{modified: 1, size: 1, mode: fs.ModeDir}
	emptyDir := ID{modified: 1, mode: fs.ModeDir}
	for _, c := range []struct {
		name        string
		now, before ID
		want        bool
	}{
		{"a file that had content", empty, full, true},
		{"one that still has", full, full, false},
		{"one that had none", empty, empty, false},
		{"one that is gone", ID{}, full, false},
		{"one that is new", empty, ID{}, false},
		{"a directory in place of a file", emptyDir, full, false},
		{"a file in place of a directory", empty, dir, false},
	} {
		require.Equal(t, c.want, c.now.Truncated(c.before), c.name)
	}
}

// TestReadLimit checks that a file which is too large has the ID that Look
// gives it, so that it need not be read again.
func TestReadLimit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), make([]byte, 100), 0o600))
	for _, fsys := range []fs.FS{os.DirFS(dir), fstest.MapFS{"file": {Data: make([]byte, 100)}}} {
		open := func() (fs.File, error) { return fsys.Open("file") }
		data, id, err := Read(open, 100)
		require.NoError(t, err)
		require.Len(t, data, 100)
		require.Equal(t, look(t, fsys, "file"), id)
		data, id, err = Read(open, 99)
		require.ErrorIs(t, err, ErrTooLarge)
		require.Nil(t, data)
		require.Equal(t, look(t, fsys, "file"), id)
		_, id, err = Read(func() (fs.File, error) { return fsys.Open(".") }, 99)
		require.ErrorIs(t, err, ErrNotRegular)
		require.Equal(t, ID{}, id)
	}
}

// changing is a file system with one file, written to just before each of the
// first reads ends.
type changing struct {
	writes  int
	content string
}

func (c *changing) Open(string) (fs.File, error) {
	f, err := fstest.MapFS{"f": {Data: []byte(c.content)}}.Open("f")
	return &changingFile{File: f, fs: c}, err
}

type changingFile struct {
	fs.File
	fs *changing
}

func (f *changingFile) Stat() (fs.FileInfo, error) {
	return fs.Stat(fstest.MapFS{"f": {Data: []byte(f.fs.content)}}, "f")
}

func (f *changingFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	if n == 0 && f.fs.writes > 0 {
		f.fs.writes--
		f.fs.content += "more"
	}
	return n, err
}

// TestReadChanging checks that a file is read again if it changed meanwhile,
// but not for ever.
func TestReadChanging(t *testing.T) {
	t.Parallel()
	c := &changing{writes: 2, content: "text"}
	data, _, err := Read(func() (fs.File, error) { return c.Open("f") }, 1000)
	require.NoError(t, err)
	require.Equal(t, "textmoremore", string(data))
	c.writes = 1000
	_, id, err := Read(func() (fs.File, error) { return c.Open("f") }, 1000)
	require.ErrorIs(t, err, ErrChanging)
	require.Equal(t, ID{}, id)
}
