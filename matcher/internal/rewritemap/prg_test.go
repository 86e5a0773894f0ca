//go:build unix

package rewritemap

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/parser"
)

// shell returns a map that runs text in the shell, and what it reports.
func shell(tb testing.TB, limit time.Duration, text string) (*Program, *[]string) {
	tb.Helper()
	reports := &[]string{}
	w := &World{MaxTime: limit, Report: func(severity parser.Severity, at parser.Extent, format string, args ...any) {
		*reports = append(*reports, fmt.Sprintf("%v %s "+format, append([]any{severity, at.Name}, args...)...))
	}}
	m := NewProgram(w, []string{"/bin/sh", "-c", text}, "", "", parser.Extent{Name: "f"})
	Enable(m)
	tb.Cleanup(m.Close)
	return m, reports
}

const echo = `while read -r key; do echo "<$key>"; done`

func TestProgramAnswers(t *testing.T) {
	t.Parallel()
	m, reports := shell(t, time.Minute, `while read -r key; do
case $key in
null) echo nUlL ;;
nul) printf 'a\0b\n' ;;
pid) echo $$ ;;
where) echo "$PWD:$(env)" ;;
*) echo "<$key>" ;;
esac
done`)
	for key, want := range map[string]string{
		"a": "<a>", "": "<>", "null": "", "nul": "a", "two\nlines": "",
		strings.Repeat("k", 5000): "<" + strings.Repeat("k", 5000) + ">",
	} {
		value, found, err := m.Lookup(context.Background(), key)
		require.NoError(t, err, key)
		require.Equal(t, want, value, key)
		require.Equal(t, want != "", found, key)
	}
	pid, _, err := m.Lookup(context.Background(), "pid")
	require.NoError(t, err)
	again, _, err := m.Lookup(context.Background(), "pid")
	require.NoError(t, err)
	require.Equal(t, pid, again, "there is one process")
	where, _, err := m.Lookup(context.Background(), "where")
	require.NoError(t, err)
	require.Regexp(t, `^/(usr/)?bin:(PWD=.*)?$`, where)
	require.Empty(t, *reports)
}

// TestProgramOff has a program that httpd would not start.
func TestProgramOff(t *testing.T) {
	t.Parallel()
	m := NewProgram(&World{MaxTime: time.Minute}, []string{"/bin/sh", "-c", echo}, "", "", parser.Extent{})
	Enable(Internal("escape"))
	value, found, err := m.Lookup(context.Background(), "a")
	require.NoError(t, err)
	require.False(t, found)
	require.Empty(t, value)
	require.Nil(t, m.process)
}

// TestProgramEnds has a program that ends: its last answer counts, values are empty while
// it may not be started again, and it is started again afterwards.
func TestProgramEnds(t *testing.T) {
	t.Parallel()
	m, reports := shell(t, time.Minute, `read -r key; printf "<$key>"`)
	value, found, err := m.Lookup(context.Background(), "a")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "<a>", value)
	require.Len(t, *reports, 1)
	require.Regexp(t, `^error f program /bin/sh ended \(.*\); it may be started again in 100ms$`, (*reports)[0])
	require.Nil(t, m.process)

	m.retry = time.Now().Add(time.Hour)
	value, found, err = m.Lookup(context.Background(), "b")
	require.NoError(t, err)
	require.True(t, found)
	require.Empty(t, value)
	require.Len(t, *reports, 1)

	m.retry = time.Time{}
	value, _, err = m.Lookup(context.Background(), "c")
	require.NoError(t, err)
	require.Equal(t, "<c>", value)
	require.Equal(t, "warning f program /bin/sh was started again", (*reports)[1])
}

// TestProgramSilent has a program that does not answer, and one that never ends its
// answer: lookups fail until it is started again.
func TestProgramSilent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"read -r key; exec sleep 60": "program /bin/sh: no answer in time",
		`tr '\0' a </dev/zero`:       "program /bin/sh: the answer is too long",
	} {
		limit := time.Minute
		if strings.Contains(text, "sleep") {
			limit = 50 * time.Millisecond
		}
		m, reports := shell(t, limit, text)
		_, found, err := m.Lookup(context.Background(), "a")
		require.EqualError(t, err, want)
		require.False(t, found)
		require.Contains(t, (*reports)[0], "ended (signal: killed)")
		m.retry = time.Now().Add(time.Hour)
		_, found, err = m.Lookup(context.Background(), "a")
		require.EqualError(t, err, want)
		require.False(t, found)
	}
}

func TestProgramCannotStart(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "none")
	for _, m := range []*Program{
		NewProgram(&World{MaxTime: time.Minute}, []string{missing}, "", "", parser.Extent{}),
		NewProgram(&World{MaxTime: time.Minute}, []string{"/bin/sh"}, "no-such-user", "", parser.Extent{}),
	} {
		Enable(m)
		_, found, err := m.Lookup(context.Background(), "a")
		require.ErrorContains(t, err, "program "+m.argv[0]+" could not be started: ")
		require.False(t, found)
		require.False(t, m.retry.IsZero())
		m.Close()
	}
}

// TestPostpone checks how long a program that ends has to wait, by how long it ran.
func TestPostpone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &Program{}
		var delays []time.Duration
		for _, ran := range []time.Duration{0, 0, restartMax, restartMax + 1, 1, 1, 1, 1, 1, 1, 1, 1, 1} {
			m.started = time.Now()
			time.Sleep(ran)
			m.postpone()
			require.Equal(t, time.Now().Add(m.delay), m.retry)
			delays = append(delays, m.delay/time.Millisecond)
		}
		require.Equal(t, []time.Duration{100, 200, 400, 0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000}, delays)
	})
}

// TestTooEarly checks that a program is started again at the time that was determined.
func TestTooEarly(t *testing.T) {
	t.Parallel()
	m := &Program{retry: time.Now().Add(time.Hour)}
	require.False(t, m.start())
	require.True(t, m.started.IsZero())
}

// TestProgramBusy has lookups wait for another one: for as long as is permitted, and not
// beyond the end of their requests.
func TestProgramBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := NewProgram(&World{MaxTime: time.Minute}, []string{"/bin/sh"}, "", "", parser.Extent{})
		Enable(m)
		m.turn <- struct{}{}
		start := time.Now()
		_, _, err := m.Lookup(t.Context(), "a")
		require.EqualError(t, err, "program /bin/sh is busy with other lookups: context deadline exceeded")
		require.Equal(t, time.Minute, time.Since(start))

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err = m.Lookup(ctx, "a")
		require.ErrorIs(t, err, context.Canceled)

		done := make(chan error)
		go func() { done <- m.takeTurn(t.Context(), time.Now().Add(time.Second)) }()
		synctest.Wait()
		<-m.turn
		require.NoError(t, <-done)
	})
}

// TestLongAnswer has answers that are as long as is permitted, and longer.
func TestLongAnswer(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]error{maxAnswer: nil, maxAnswer + 1<<13: errAnswerLength} {
		p := &process{out: bufio.NewReader(strings.NewReader(strings.Repeat("a", n) + "\n"))}
		line, err := p.line()
		require.Equal(t, want, err)
		if want == nil {
			require.Len(t, line, n)
		}
	}
}

// TestKilledWithChildren checks that what a program started is killed with it.
func TestKilledWithChildren(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(name, 0o600))
	m, _ := shell(t, time.Minute, "sleep 60 >"+name+" & read -r key; echo started; wait")
	value, _, err := m.Lookup(context.Background(), "a")
	require.NoError(t, err)
	require.Equal(t, "started", value)
	pipe, err := os.Open(name)
	require.NoError(t, err)
	defer func() { _ = pipe.Close() }()
	require.NoError(t, pipe.SetReadDeadline(time.Now().Add(20*time.Second)))
	m.stop(nil)
	_, err = io.ReadAll(pipe)
	require.NoError(t, err, "the child still has the pipe")
}

// TestProgramCloses checks that a program can end by itself.
func TestProgramCloses(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "mark")
	m, reports := shell(t, time.Minute, echo+"; : >"+mark)
	value, _, err := m.Lookup(context.Background(), "a")
	require.NoError(t, err)
	require.Equal(t, "<a>", value)
	m.Close()
	require.FileExists(t, mark)
	require.Nil(t, m.process)
	m.Close()
	require.Empty(t, *reports)
}

func TestProcessAttributes(t *testing.T) {
	t.Parallel()
	own, err := user.Current()
	require.NoError(t, err)
	group, err := user.LookupGroupId(own.Gid)
	require.NoError(t, err)
	for _, tt := range []struct {
		user, group string
		fails       bool
		as          bool
	}{
		{"", "", false, false},
		{"", "no-such-group", false, false}, // a group is that of a user
		{"no-such-user", "", true, false},
		{own.Username, "no-such-group", true, false},
		{own.Username, "", false, true},
		{own.Username, group.Name, false, true},
	} {
		attributes, err := processAttributes(tt.user, tt.group)
		require.Equal(t, tt.fails, err != nil, tt)
		if tt.fails {
			continue
		}
		require.True(t, attributes.Setpgid)
		if !tt.as || os.Geteuid() != 0 {
			require.Nil(t, attributes.Credential, tt)
			continue
		}
		require.Equal(t, own.Uid, fmt.Sprint(attributes.Credential.Uid))
		require.Equal(t, own.Gid, fmt.Sprint(attributes.Credential.Gid))
	}
}
