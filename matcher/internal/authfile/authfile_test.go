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

// The text ends at a line that is too long, as httpd's buffer is full then.
func TestLongestLine(t *testing.T) {
	t.Parallel()
	for length, want := range map[int]int{8189: 2, 8190: 2, 8191: 1} {
		text := "ann:1\n#" + strings.Repeat("x", length-1) + "\nbob:2\n"
		require.Len(t, authfile.ParseUsers(text), want, length)
	}
}

// What a file takes grows with what it holds.
func TestSize(t *testing.T) {
	t.Parallel()
	require.Zero(t, authfile.ParseUsers("").Size())
	require.EqualValues(t, 2*authfile.EntrySize, authfile.ParseUsers("ann:1\nbob:2").Size())
	require.Zero(t, authfile.ParseGroups("").Size())
	one := authfile.ParseGroups("g: ann").Size()
	require.EqualValues(t, authfile.EntrySize+16, one)
	require.Equal(t, 2*one, authfile.ParseGroups("g: ann bob").Size())
	require.Greater(t, authfile.ParseGroups("g: ann\nh: ann\ni: ann").Size(), one)
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

// A file that was looked at is not looked at again for a time; after that it is.
func TestCacheRevalidates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		revalidate, pause time.Duration
		looks             int // of the five reads
	}{
		{0, 0, 5},
		{10 * time.Second, 0, 1},
		{10 * time.Second, 4 * time.Second, 2}, // at 0 and 12 seconds
		{10 * time.Second, 5 * time.Second, 3}, // at 0, 10 and 20
		{10 * time.Second, 10 * time.Second, 5},
		{-1, time.Hour, 1},
	} {
		s := &site{MapFS: fstest.MapFS{}}
		s.write("users", "ann:1")
		w, now, looks := s.world(), time.Unix(1000, 0), 0
		w.Revalidate = tt.revalidate
		w.Now = func() time.Time { return now }
		w.Stat = func(name string) (fs.FileInfo, error) { looks++; return s.Stat(name) }
		c := authfile.NewCache(w, authfile.ParseUsers)
		for range 5 {
			got, err := c.Read(context.Background(), "users")
			require.NoError(t, err)
			require.Equal(t, authfile.Users{"ann": "1"}, got)
			now = now.Add(tt.pause)
		}
		require.Equal(t, tt.looks, looks, "%v %v", tt.revalidate, tt.pause)
	}
}

// What is kept is counted: a file that shrinks gives back what it took.
func TestCacheCounts(t *testing.T) {
	t.Parallel()
	s := &site{MapFS: fstest.MapFS{}}
	c := authfile.NewCache(s.world(), authfile.ParseUsers)
	read := func(name, text string) {
		t.Helper()
		s.write(name, text)
		_, err := c.Read(context.Background(), name)
		require.NoError(t, err)
	}
	read("ab", "ann:1\nbob:2")
	require.EqualValues(t, authfile.FileSize+2+11+2*authfile.EntrySize, c.Kept())
	read("ab", "ann:1")
	one := c.Kept()
	require.EqualValues(t, authfile.FileSize+2+5+authfile.EntrySize, one)
	read("cd", "ann:1")
	require.Equal(t, 2*one, c.Kept())
	_, err := c.Read(context.Background(), "missing")
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Equal(t, 2*one+authfile.FileSize+int64(len("missing")), c.Kept())
}

// Where there is no room for another file, those that were used longest ago go.
func TestCacheForgets(t *testing.T) {
	t.Parallel()
	const each = authfile.FileSize + 1 + 5 + authfile.EntrySize
	s := &site{MapFS: fstest.MapFS{}}
	w := s.world()
	w.MaxKept = 3 * each
	c := authfile.NewCache(w, authfile.ParseUsers)
	read := func(name string) error {
		s.write(name, "ann:1")
		_, err := c.Read(context.Background(), name)
		return err
	}
	for _, name := range []string{"a", "b", "c"} {
		require.NoError(t, read(name))
	}
	require.Equal(t, 3, c.Files(), "there is room for just these")
	require.NoError(t, read("a"))
	require.NoError(t, read("d"))
	require.False(t, c.Knows("b"), "used longest ago")
	require.True(t, c.Knows("a") && c.Knows("c") && c.Knows("d"))
	require.EqualValues(t, 3*each, c.Kept())

	// One file may take all the room, but no more.
	w.MaxKept = each
	c = authfile.NewCache(w, authfile.ParseUsers)
	require.NoError(t, read("a"))
	w.MaxKept = each - 1
	c = authfile.NewCache(w, authfile.ParseUsers)
	require.ErrorContains(t, read("a"), "larger than")
	require.ErrorContains(t, read("a"), "larger than")
}

// A file that is forgotten while it is read is not counted.
func TestCacheForgetsWhatIsRead(t *testing.T) {
	t.Parallel()
	s := &site{MapFS: fstest.MapFS{}}
	s.write("a", "ann:1")
	s.write("b", "bob:2")
	w := s.world()
	w.MaxKept = authfile.FileSize + 1 + 5 + authfile.EntrySize
	var c *authfile.Cache[authfile.Users]
	opened, open := 0, w.Opener
	w.Opener = func(name string) func() (fs.File, error) {
		return func() (fs.File, error) {
			if opened++; name == "a" && opened == 2 { // it is about to be read
				_, err := c.Read(context.Background(), "b")
				require.NoError(t, err)
			}
			return open(name)()
		}
	}
	c = authfile.NewCache(w, authfile.ParseUsers)
	got, err := c.Read(context.Background(), "a")
	require.NoError(t, err)
	require.Equal(t, authfile.Users{"ann": "1"}, got)
	require.Equal(t, 1, c.Files())
	require.True(t, c.Knows("b"))
	require.Equal(t, w.MaxKept, c.Kept())
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
