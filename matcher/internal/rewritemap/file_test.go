package rewritemap_test

import (
	"context"
	"errors"
	"io/fs"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/rewritemap"
	"github.com/modrewrite-go/modrewrite/parser"
)

// look looks key up in m, which has to succeed.
func look(tb testing.TB, m rewritemap.Map, key string) string {
	tb.Helper()
	value, _, err := m.Lookup(context.Background(), key)
	require.NoError(tb, err)
	return value
}

func TestRandom(t *testing.T) {
	t.Parallel()
	w := world(fstest.MapFS{"m": {Data: []byte("two a|b\nnone |\n")}})
	m := rewritemap.NewText(w, "m", parser.Extent{}, true)
	_, known := m.Alternatives("two")
	require.False(t, known, "the file has not been read")
	seen := map[string]bool{}
	for range 200 {
		seen[look(t, m, "two")] = true
	}
	require.Equal(t, map[string]bool{"a": true, "b": true}, seen)
	value, found, err := m.Lookup(context.Background(), "none")
	require.NoError(t, err)
	require.False(t, found)
	require.Empty(t, value)
	text, known := m.Alternatives("two")
	require.True(t, known)
	require.Equal(t, "a|b", text)
	_, known = m.Alternatives("three")
	require.False(t, known)

	plain := rewritemap.NewText(w, "m", parser.Extent{}, false)
	require.Equal(t, "a|b", look(t, plain, "two"))
	_, known = plain.Alternatives("two")
	require.False(t, known, "the map is not a random one")
	require.Equal(t, "txt", plain.Kind())
}

// TestRevalidate changes a file and says at which seconds that is noticed.
func TestRevalidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		revalidate, step time.Duration
		want             string
	}{
		{0, time.Second, "abcdefg"},
		{0, -time.Second, "abcdefg"}, // the clock was set back
		{3 * time.Second, time.Second, "aaadddg"},
		{-1, time.Second, "aaaaaaa"},
	}
	for _, tt := range tests {
		files := fstest.MapFS{}
		w := world(files)
		now := time.Unix(1000, 0)
		w.Now, w.Revalidate = func() time.Time { return now }, tt.revalidate
		m := rewritemap.NewText(w, "m", parser.Extent{}, false)
		got := ""
		for i := range len(tt.want) {
			files["m"] = &fstest.MapFile{Data: []byte("k " + string(rune('a'+i)))}
			got += look(t, m, "k")
			now = now.Add(tt.step)
		}
		require.Equal(t, tt.want, got, tt)
	}
}

// TestRevalidateSame looks at a file that stays the same: the time until the next look
// begins anew.
func TestRevalidateSame(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"m": {Data: []byte("k a")}}
	w := world(files)
	now := time.Unix(1000, 0)
	w.Now, w.Revalidate = func() time.Time { return now }, 3*time.Second
	m := rewritemap.NewText(w, "m", parser.Extent{}, false)
	require.Equal(t, "a", look(t, m, "k"))
	now = now.Add(3 * time.Second)
	require.Equal(t, "a", look(t, m, "k"))
	files["m"] = &fstest.MapFile{Data: []byte("k b")}
	now = now.Add(2 * time.Second)
	require.Equal(t, "a", look(t, m, "k"))
	now = now.Add(time.Second)
	require.Equal(t, "b", look(t, m, "k"))
}

func TestNullDevice(t *testing.T) {
	t.Parallel()
	m := rewritemap.NewText(world(nil), "/dev/null", parser.Extent{}, false)
	for range 2 {
		require.Empty(t, look(t, m, "k"))
	}
}

// TestBothFiles has a map of two files: each of them has to be there.
func TestBothFiles(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"m.pag": {Data: make([]byte, 1024)}, "m.dir": {}}
	m, ok := rewritemap.NewDBM(world(files), "m", parser.Extent{}, "sdbm")
	require.True(t, ok)
	require.Equal(t, "dbm", m.Kind())
	require.Empty(t, look(t, m, "k"))
	for name, file := range map[string]*fstest.MapFile{"m.dir": {}, "m.pag": files["m.pag"]} {
		delete(files, name)
		_, _, err := m.Lookup(context.Background(), "k")
		require.ErrorIs(t, err, fs.ErrNotExist, name)
		require.ErrorContains(t, err, name)
		files[name] = file
		require.Empty(t, look(t, m, "k"))
	}
}

// TestLimit has files that are as long as is permitted, and a byte longer.
func TestLimit(t *testing.T) {
	t.Parallel()
	data := append([]byte("k v\n#"), make([]byte, 1<<10-5)...)
	files := fstest.MapFS{"m": {Data: data}}
	m := rewritemap.NewText(world(files), "m", parser.Extent{}, false)
	require.Equal(t, "v", look(t, m, "k"))
	files["m"] = &fstest.MapFile{Data: append(data, 0)}
	_, _, err := m.Lookup(context.Background(), "k")
	require.EqualError(t, err, "m has more than the 1024 bytes of Limits.MapFile")
}

// TestUnread has a file that is there and can't be opened. Where that may pass, the
// failure is remembered for a second.
func TestUnread(t *testing.T) {
	t.Parallel()
	for fault, denied := range map[error]bool{
		fs.ErrNotExist: false, fs.ErrInvalid: false, fs.ErrPermission: false, errors.New("the disk is broken"): true,
	} {
		synctest.Test(t, func(t *testing.T) {
			files := fstest.MapFS{"m": {Data: []byte("k v")}}
			w := world(files)
			broken, opened := true, 0
			w.Opener = func(name string) func() (fs.File, error) {
				return func() (fs.File, error) {
					opened++
					if broken {
						return nil, fault
					}
					return files.Open(name)
				}
			}
			m := rewritemap.NewText(w, "m", parser.Extent{}, false)
			ask := func() int {
				opened = 0
				_, _, err := m.Lookup(t.Context(), "k")
				require.ErrorIs(t, err, fault)
				_, got, _ := rewritemap.Declared(m, err)
				require.Equal(t, denied, got, fault)
				return opened
			}
			require.NotZero(t, ask())
			require.Equal(t, denied, ask() == 0, fault)
			if !denied {
				return
			}
			time.Sleep(time.Second - time.Nanosecond)
			require.Zero(t, ask())
			time.Sleep(time.Nanosecond)
			require.NotZero(t, ask())
			broken = false
			require.Zero(t, ask())
			time.Sleep(time.Second)
			require.Equal(t, "v", look(t, m, "k"))
		})
	}
}

// slow is a world whose file m can be read once released is closed; it counts how often
// the file was opened.
type slow struct {
	*rewritemap.World
	released chan struct{}
	opened   atomic.Int32
	fault    error // of the first reading
}

// lookup looks key k of m up and sends the value.
func lookup(m rewritemap.Map, values chan<- string) {
	value, _, _ := m.Lookup(context.Background(), "k")
	values <- value
}

func newSlow() *slow {
	files := fstest.MapFS{"m": {Data: []byte("k v")}}
	s := &slow{World: world(files), released: make(chan struct{})}
	s.Opener = func(name string) func() (fs.File, error) {
		return func() (fs.File, error) {
			if s.opened.Add(1) == 2 { // the first is to tell which file it is
				<-s.released
				if s.fault != nil {
					return nil, s.fault
				}
			}
			return files.Open(name)
		}
	}
	return s
}

// TestReadOnce has two lookups come together: one of them reads the file.
func TestReadOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newSlow()
		m := rewritemap.NewText(w.World, "m", parser.Extent{}, false)
		values := make(chan string)
		for range 2 {
			go lookup(m, values)
			synctest.Wait()
		}
		close(w.released)
		require.Equal(t, "v", <-values)
		require.Equal(t, "v", <-values)
		require.EqualValues(t, 3, w.opened.Load())
	})
}

// TestFailsOnce has two lookups come together: the failure of one is that of the other.
func TestFailsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newSlow()
		w.fault = errors.New("the disk is broken")
		m := rewritemap.NewText(w.World, "m", parser.Extent{}, false)
		failures := make(chan error)
		for range 2 {
			go func() {
				_, _, err := m.Lookup(t.Context(), "k")
				failures <- err
			}()
			synctest.Wait()
		}
		close(w.released)
		require.ErrorIs(t, <-failures, w.fault)
		require.ErrorIs(t, <-failures, w.fault)
		require.EqualValues(t, 3, w.opened.Load())
	})
}

// TestBusy has lookups wait for one that reads the file: for as long as is permitted,
// and not beyond the end of their requests.
func TestBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newSlow()
		m := rewritemap.NewText(w.World, "m", parser.Extent{}, false)
		values := make(chan string)
		go lookup(m, values)
		synctest.Wait()
		start := time.Now()
		_, _, err := m.Lookup(t.Context(), "k")
		require.EqualError(t, err, "its file is still being read")
		require.Equal(t, w.MaxTime, time.Since(start))
		_, denied, _ := rewritemap.Declared(m, err)
		require.True(t, denied)

		ctx, cancel := context.WithTimeout(t.Context(), w.MaxTime/2)
		defer cancel()
		_, _, err = m.Lookup(ctx, "k")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, denied, _ = rewritemap.Declared(m, err)
		require.True(t, denied)
		close(w.released)
		require.Equal(t, "v", <-values)
	})
}
