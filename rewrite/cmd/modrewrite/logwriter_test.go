package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

// valve is an output that takes nothing while it is shut, and fails while err
// is set, after taking some bytes.
type valve struct {
	journal
	shut chan struct{} // closed when it takes something; nil if it always does

	failure sync.Mutex
	err     error
	takes   int
}

func (v *valve) fail(err error, takes int) {
	v.failure.Lock()
	defer v.failure.Unlock()
	v.err, v.takes = err, takes
}

func (v *valve) Write(p []byte) (int, error) {
	if v.shut != nil {
		<-v.shut
	}
	v.failure.Lock()
	defer v.failure.Unlock()
	if v.err == nil {
		return v.journal.Write(p)
	}
	n := min(v.takes, len(p))
	_, _ = v.journal.Write(p[:n])
	return n, v.err
}

// troubles collects what a logWriter tells.
type troubles struct{ journal }

func (t *troubles) note(err error, lost int) {
	fmt.Fprintln(&t.journal, err, lost)
}

func startLog(out io.Writer, limit int, delay time.Duration) (*logWriter, *troubles) {
	t := &troubles{}
	l := &logWriter{out: out, limit: limit, delay: delay, trouble: t.note}
	l.start()
	return l, t
}

// say writes text, of which a running logWriter takes all.
func say(l *logWriter, text string) { _, _ = io.WriteString(l, text) }

func TestLogWriterGathers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &valve{}
		l, told := startLog(out, 1<<20, logDelay)
		fmt.Fprintln(l, "one")
		time.Sleep(logDelay / 2)
		fmt.Fprintln(l, "two")
		synctest.Wait()
		require.Empty(t, out.String())
		time.Sleep(logDelay)
		synctest.Wait()
		require.Equal(t, "one\ntwo\n", out.String())
		much := strings.Repeat("x", logGather) + "\n"
		say(l, much)
		synctest.Wait()
		require.Equal(t, "one\ntwo\n"+much, out.String())
		fmt.Fprintln(l, "last")
		l.stop(time.Second)
		require.Equal(t, "one\ntwo\n"+much+"last\n", out.String())
		require.Empty(t, told.String())
	})
}

// An output that takes nothing holds up nothing, and what is lost is counted.
func TestLogWriterStuck(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &valve{shut: make(chan struct{})}
		l, told := startLog(out, 100, 0)
		fmt.Fprintln(l, "first")
		synctest.Wait() // it is being written
		for range 50 {
			fmt.Fprintln(l, "123456789")
		}
		require.Equal(t, errLogFull.Error()+" 0\n", told.String())
		close(out.shut)
		synctest.Wait()
		require.Equal(t, "first\n"+strings.Repeat("123456789\n", 9), out.String())
		require.Equal(t, errLogFull.Error()+" 0\n<nil> 41\n", told.String())
		fmt.Fprintln(l, "fine")
		l.stop(time.Second)
		require.True(t, strings.HasSuffix(out.String(), "fine\n"))
		require.Equal(t, errLogFull.Error()+" 0\n<nil> 41\n", told.String())
	})
}

// stop gives up, says what was lost, and what is written afterwards waits for
// nothing.
func TestLogWriterStopsInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &valve{shut: make(chan struct{})}
		l, told := startLog(out, 1000, 0)
		say(l, "one\ntwo\n")
		synctest.Wait()
		say(l, "three\n")
		before := time.Now()
		l.stop(time.Second)
		require.Equal(t, time.Second, time.Since(before))
		require.Equal(t, "<nil> 3\n", told.String())
		say(l, "late\n")
		l.stop(time.Second)
		require.Equal(t, time.Second, time.Since(before))
		close(out.shut)
	})
}

// An error is reported once. What was lost is reported when writing works again, and a
// line that was cut off does not become the beginning of the next one.
func TestLogWriterErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &valve{}
		full := errors.New("no space left on device")
		l, told := startLog(out, 1000, 0)
		say := func(s string) {
			say(l, s)
			synctest.Wait()
		}
		say("zero\n")
		out.fail(full, 6)
		say("one\ntwo\nthree\n")
		out.fail(full, 0)
		say("four\n")
		require.Equal(t, full.Error()+" 0\n", told.String())
		out.fail(nil, 0)
		say("five\n")
		require.Equal(t, full.Error()+" 0\n<nil> 3\n", told.String())
		out.fail(full, 4)
		say("six\n")
		require.Equal(t, "zero\none\ntw\nfive\nsix\n", out.String())
		require.Equal(t, full.Error()+" 0\n<nil> 3\n"+full.Error()+" 0\n", told.String())
		out.fail(full, 0)
		say("seven\n")
		l.stop(time.Second)
		require.Equal(t, full.Error()+" 0\n<nil> 3\n"+full.Error()+" 0\n<nil> 1\n", told.String())
	})
}

// Whatever an output does, each line is written once and whole, or counted as
// lost.
func TestLogWriterLosesNothingUncounted(t *testing.T) {
	t.Parallel()
	out := &valve{}
	var lost atomic.Int64
	l := &logWriter{out: out, limit: 4 << 10, delay: time.Millisecond, trouble: func(_ error, n int) { lost.Add(int64(n)) }}
	l.start()
	const writers, lines = 4, 5000
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range lines {
				fmt.Fprintf(l, "line %d of %d\n", i, w)
			}
		})
	}
	stop := make(chan struct{})
	var faults sync.WaitGroup
	faults.Go(func() {
		for {
			select {
			case <-stop:
				out.fail(nil, 0)
				return
			default:
				out.fail(errors.New("fault"), rand.IntN(200))
				time.Sleep(time.Millisecond)
				out.fail(nil, 0)
				time.Sleep(time.Millisecond)
			}
		}
	})
	wg.Wait()
	close(stop)
	faults.Wait()
	l.stop(10 * time.Second)

	whole := map[string]int{}
	for line := range strings.Lines(out.String()) {
		var i, w int
		if n, _ := fmt.Sscanf(line, "line %d of %d\n", &i, &w); n == 2 && line == "line "+strconv.Itoa(i)+" of "+strconv.Itoa(w)+"\n" {
			whole[line]++
		}
	}
	for line, n := range whole {
		if n > 1 {
			t.Errorf("%q was written %d times", line, n)
		}
	}
	// A line cut off after its last digit but one looks whole: it counts as
	// lost and is seen.
	if got := len(whole) + int(lost.Load()); got < writers*lines || got > writers*lines+lines/10 {
		t.Errorf("%d lines are there and %d lost, of %d", len(whole), lost.Load(), writers*lines)
	}
}

// A log line holds no more of what a client sent than a line should.
func TestLogLineIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 100_000)
	v := &visit{Method: long, Target: long, Host: long, Referer: long, UserAgent: long, User: long}
	for name, line := range map[string][]byte{"json": v.appendJSON(nil), "combined": v.appendCombined(nil, nil)} {
		if len(line) > smallLogBuffer {
			t.Errorf("%s: a line of %d bytes", name, len(line))
		}
	}
	require.Empty(t, cmp.Diff("short", cut("short")))
}
