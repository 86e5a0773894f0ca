package authfile_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
	"github.com/modrewrite-go/modrewrite/matcher/internal/authfile"
)

func TestParseUsers(t *testing.T) {
	t.Parallel()
	got := authfile.ParseUsers("# ann:comment\n\n ann:one  \nann:two\nbob::three:rest\r\nno hash\n:nobody\neve:fo\\\nur\nnul:five\x00six\nlong:" +
		strings.Repeat("x", 8200) + "\nlost:seven\n")
	require.Equal(t, authfile.Users{"ann": "one", "bob": "three", "no hash": "", "": "nobody", "eve": "four", "nul": "five"}, got)
	require.Equal(t, authfile.Users{"a": "b"}, authfile.ParseUsers("a:b\\"))
	require.Empty(t, authfile.ParseUsers(""))
	require.Positive(t, got.Size())
}

func TestParseGroups(t *testing.T) {
	t.Parallel()
	got := authfile.ParseGroups("# x: ann\nadmins : ann bob ann\nStaff: \"eve x\" ann\nempty:\nno members\n: none\nlong:\\\n  ann\n")
	require.Equal(t, authfile.Groups{"ann": {"admins", "Staff", "long"}, "bob": {"admins"}, "eve x": {"Staff"}, "none": {""}}, got)
	require.True(t, got.Has("ann", "ADMINS"))
	require.True(t, got.Has("ann", "staff"))
	require.False(t, got.Has("bob", "staff"))
	require.False(t, got.Has("BOB", "admins"))
	require.False(t, got.Has("", "admins"))
}

// Long lines that go on and on take no more than the text they are made of.
func TestContinued(t *testing.T) {
	t.Parallel()
	began := time.Now()
	require.Empty(t, authfile.ParseUsers(strings.Repeat("x\\\n", 1<<20)))
	require.Less(t, time.Since(began), 5*time.Second)
}

// site is a file system whose files change.
type site struct {
	fstest.MapFS
	opened int
}

func (s *site) world() authfile.World {
	return authfile.World{
		Stat: func(name string) (fs.FileInfo, error) { return s.Stat(name) },
		Opener: func(name string) func() (fs.File, error) {
			return func() (fs.File, error) {
				s.opened++
				return s.Open(name)
			}
		},
		Now: time.Now, MaxFile: 1000, MaxKept: 10_000, MaxWait: time.Minute,
	}
}

func (s *site) write(name, text string) { s.MapFS[name] = &fstest.MapFile{Data: []byte(text)} }

// A file is read anew when it is another one, also where size and time are the same.
func TestCache(t *testing.T) {
	t.Parallel()
	s := &site{MapFS: fstest.MapFS{}}
	c := authfile.NewCache(s.world(), authfile.ParseUsers)
	read := func(name string) (authfile.Users, error) { return c.Read(context.Background(), name) }
	_, err := read("users")
	require.ErrorIs(t, err, fs.ErrNotExist)
	s.write("users", "ann:1")
	for _, want := range []authfile.Users{{"ann": "1"}, {"ann": "2"}, {}} {
		if hash, ok := want["ann"]; ok {
			s.write("users", "ann:"+hash)
		} else {
			s.write("users", "")
		}
		for range 2 {
			got, err := read("users")
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
	}
	delete(s.MapFS, "users")
	_, err = read("users")
	require.ErrorIs(t, err, fs.ErrNotExist)
	s.MapFS["folder/x"] = &fstest.MapFile{}
	_, err = read("folder")
	require.ErrorIs(t, err, fileid.ErrNotRegular)
	got, err := read("/dev/null")
	require.NoError(t, err)
	require.Empty(t, got)
}

// Neither a file that is too large nor one whose content takes too much is used, and all
// files together take no more than they may.
func TestCacheBounds(t *testing.T) {
	t.Parallel()
	s := &site{MapFS: fstest.MapFS{}}
	s.write("large", strings.Repeat("x", 1001))
	s.write("many", strings.Repeat("a:\nb:\nc:\n", 100))
	s.write("crowded", "")
	for i := range 250 {
		s.write("crowded", string(s.MapFS["crowded"].Data)+string(rune('a'+i%26))+string(rune('a'+i/26))+":\n")
	}
	c := authfile.NewCache(s.world(), authfile.ParseUsers)
	for range 2 {
		_, err := c.Read(context.Background(), "large")
		require.ErrorContains(t, err, "larger than")
		_, err = c.Read(context.Background(), "crowded")
		require.ErrorContains(t, err, "larger than")
	}
	for name := range strings.SplitSeq(strings.Repeat("a b c d e f g h i j k l m n o p ", 3), " ") {
		s.write(name, name+":1")
		if name != "" {
			_, err := c.Read(context.Background(), name)
			require.NoError(t, err)
		}
	}
	require.LessOrEqual(t, c.Kept(), int64(10_000))
	require.Less(t, c.Files(), 12)
}

// One request reads a file, the others wait for it, but not without end.
func TestCacheWaits(t *testing.T) {
	t.Parallel()
	s := &site{MapFS: fstest.MapFS{}}
	s.write("users", "ann:1")
	w, held, proceed := s.world(), make(chan struct{}), make(chan struct{})
	open := w.Opener
	first := true
	w.Opener = func(name string) func() (fs.File, error) {
		return func() (fs.File, error) {
			if first {
				first = false
				return open(name)() // by which the file is identified
			}
			close(held)
			<-proceed
			return nil, errors.New("too late")
		}
	}
	w.MaxWait = time.Millisecond
	c := authfile.NewCache(w, authfile.ParseUsers)
	done := make(chan error, 1)
	go func() {
		_, err := c.Read(context.Background(), "users")
		done <- err
	}()
	<-held
	first = true
	_, err := c.Read(context.Background(), "users")
	require.ErrorContains(t, err, "still being read")
	first = true
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = c.Read(ended, "users")
	require.Error(t, err)
	close(proceed)
	require.ErrorContains(t, <-done, "too late")
}

// Files of any content can be read, and a name that is found is in the text.
func FuzzParse(f *testing.F) {
	f.Add("ann:1\nbob:2\n")
	f.Add("g: a \"b c\" \\\n d\n# x\n\x00:\\")
	f.Fuzz(func(t *testing.T, text string) {
		for name := range authfile.ParseUsers(text) {
			if len(name) > len(text) {
				t.Errorf("%q has no user %q", text, name)
			}
		}
		for name, groups := range authfile.ParseGroups(text) {
			if len(name) > len(text) || len(groups) == 0 {
				t.Errorf("%q has no user %q", text, name)
			}
		}
	})
}
