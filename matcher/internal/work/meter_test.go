package work_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

func start(ctx context.Context, l work.Limits) *work.Meter {
	var m work.Meter
	m.Start(ctx, &l)
	return &m
}

func TestTimeRunsOut(t *testing.T) {
	t.Parallel()
	m := start(context.Background(), work.Limits{Time: 20 * time.Millisecond})
	begin := time.Now()
	for m.Spend(1000) {
		if time.Since(begin) > 10*time.Second {
			t.Fatal("the meter is never exhausted")
		}
	}
	require.ErrorIs(t, m.Err(), work.ErrTime)
	require.False(t, m.Spend(0), "exhausted for good")
	require.False(t, m.Charge(0))
	require.Zero(t, m.Left())
}

// TestLittleWorkNeedsNoClock has a limit that is over at once: the clock is not
// read until there is something to measure.
func TestLittleWorkNeedsNoClock(t *testing.T) {
	t.Parallel()
	m := start(context.Background(), work.Limits{Time: 1})
	require.True(t, m.Spend(work.Stride))
	require.True(t, m.Spend(1), "starts the clock")
	time.Sleep(time.Millisecond)
	require.False(t, m.Spend(work.Stride+1))
}

func TestWaitingIsNotWork(t *testing.T) {
	t.Parallel()
	m := start(context.Background(), work.Limits{Time: 50 * time.Millisecond, Wait: 200 * time.Millisecond})
	require.Positive(t, m.Left())
	paused := m.Pause(false)
	time.Sleep(100 * time.Millisecond)
	m.Resume(paused)
	require.True(t, m.Spend(work.Stride+1), "waiting does not count")
	paused = m.Pause(false)
	time.Sleep(150 * time.Millisecond)
	m.Resume(paused)
	require.ErrorIs(t, m.Err(), work.ErrWait)
}

// What little is done between two waits is part of the second one, more is work.
func TestWorkBetweenWaits(t *testing.T) {
	t.Parallel()
	wait := func(m *work.Meter) { m.Resume(m.Pause(false)) }
	begin := func() *work.Meter {
		m := start(context.Background(), work.Limits{Time: 50 * time.Millisecond, Wait: time.Hour})
		require.Positive(t, m.Left())
		time.Sleep(time.Millisecond)
		wait(m)
		return m
	}
	m := begin()
	require.True(t, m.Spend(work.FileSteps))
	time.Sleep(100 * time.Millisecond)
	wait(m)
	require.Positive(t, m.Left())

	m = begin()
	require.True(t, m.Spend(2*work.FileSteps))
	time.Sleep(100 * time.Millisecond)
	wait(m)
	require.Zero(t, m.Left())

	m = begin()
	m.Ignore(m.Pause(false))
	time.Sleep(100 * time.Millisecond)
	wait(m)
	require.Zero(t, m.Left(), "what the caller did stands between")
}

func TestBytes(t *testing.T) {
	t.Parallel()
	m := start(context.Background(), work.Limits{Bytes: 10})
	mark := m.Mark()
	require.True(t, m.Charge(8))
	m.Release(mark)
	require.True(t, m.Charge(10))
	require.False(t, m.Charge(1))
	m.Release(mark)
	require.False(t, m.Charge(1), "exhausted for good")
	require.ErrorIs(t, m.Err(), work.ErrBytes)
	require.False(t, m.Spend(0))
}

// A meter that is started again has all that a new one has, whatever it was used for.
func TestStartedAgain(t *testing.T) {
	t.Parallel()
	var m work.Meter
	m.Start(context.Background(), &work.Limits{Time: time.Nanosecond, Wait: time.Nanosecond, Bytes: 1})
	m.Left() // starts the clock
	m.Resume(time.Now().Add(-time.Hour))
	require.ErrorIs(t, m.Err(), work.ErrWait)
	m.Start(context.Background(), &work.Limits{Time: time.Hour, Wait: time.Hour, Bytes: 1})
	require.NoError(t, m.Err())
	require.True(t, m.Charge(1))
	require.Greater(t, m.Left(), 59*time.Minute)
	m.Resume(time.Now().Add(-59 * time.Minute))
	require.NoError(t, m.Err(), "what was waited for before does not count")
}

// The clock of work is moved on by a wait once it runs, and only then.
func TestPausedBeforeTheClockRuns(t *testing.T) {
	t.Parallel()
	m := start(context.Background(), work.Limits{Time: time.Hour, Wait: time.Hour})
	require.True(t, m.Pause(false).IsZero(), "nothing to stop")
	require.False(t, m.Pause(true).IsZero())
	require.Positive(t, m.Left())
	require.False(t, m.Pause(false).IsZero())
	require.Equal(t, time.Duration(0), m.Ignore(time.Time{}))
	before := m.Left()
	require.GreaterOrEqual(t, m.Ignore(time.Now().Add(-time.Minute)), time.Minute)
	require.Greater(t, m.Left(), before+59*time.Second)
}

// What is given back can be charged again, but not once the meter is exhausted.
func TestRefund(t *testing.T) {
	t.Parallel()
	m := start(context.Background(), work.Limits{Bytes: 10})
	require.True(t, m.Charge(10))
	m.Refund(4)
	require.True(t, m.Charge(4))
	require.False(t, m.Charge(1))
	m.Refund(100)
	require.False(t, m.Charge(1))
	var none *work.Meter
	none.Refund(1)
	require.Zero(t, none.Mark())
}

func TestContextEndsWork(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	m := start(ctx, work.Limits{Time: time.Hour})
	require.True(t, m.Spend(work.Stride+1))
	cancel()
	require.False(t, m.Spend(work.Stride+1))
	require.ErrorIs(t, m.Err(), context.Canceled)
}

func TestNilMeterAllowsEverything(t *testing.T) {
	t.Parallel()
	var m *work.Meter
	require.True(t, m.Spend(math.MaxInt))
	require.True(t, m.Charge(math.MaxInt))
	m.Release(m.Mark())
	m.Resume(m.Pause(true))
	require.NoError(t, m.Err())
}
