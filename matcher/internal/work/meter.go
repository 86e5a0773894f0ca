// Package work bounds what one request may take: time, and bytes for the texts
// that are made on the way.
package work

import (
	"context"
	"errors"
	"time"
)

// The errors of a Meter that is exhausted. It fails with that of its context,
// too.
var (
	ErrTime  = errors.New("the request takes too long")
	ErrWait  = errors.New("the request waits for too long")
	ErrBytes = errors.New("the values of the request are too large")
)

// Stride is how many steps are taken between two looks at the clock: a fraction
// of a millisecond's work.
const Stride = 1 << 14

// Limits are what a Meter allows.
type Limits struct {
	Time  time.Duration // of work
	Wait  time.Duration // for others, altogether
	Bytes int
}

// Meter measures the work for one request. Once a limit is exceeded it is
// exhausted, and every further Spend and Charge fails.
//
// The clock is first read when Stride steps have been taken, and time counts
// from there: what is done with less costs a subtraction. A Meter must be
// started before its use and is not for concurrent use. A nil Meter allows
// everything.
type Meter struct {
	steps    int // until the clock is looked at
	bytes    int // left
	limits   *Limits
	ctx      context.Context //nolint:containedctx // the request's, as short-lived as the Meter
	deadline time.Time       // zero until the clock runs
	waited   time.Duration
	resumed  time.Time // of the last Resume, when there were so many steps left
	left     int
	err      error
}

// Start begins to measure, with the limits l. The Meter is exhausted when ctx is
// done, too.
func (m *Meter) Start(ctx context.Context, l *Limits) {
	m.steps, m.bytes, m.limits, m.ctx = Stride, l.Bytes, l, ctx
	if m.err != nil || m.waited != 0 || !m.deadline.IsZero() {
		m.err, m.waited, m.deadline, m.resumed = nil, 0, time.Time{}, time.Time{}
	}
}

// Err returns why the Meter is exhausted, nil if it is not.
func (m *Meter) Err() error {
	if m == nil {
		return nil
	}
	return m.err
}

// Spend notes that n steps are taken, each worth a few nanoseconds. It reports
// whether the request may go on.
func (m *Meter) Spend(n int) bool {
	return m == nil || m.Take(n) || m.Look()
}

// Take is the part of Spend that costs next to nothing, for a Meter that is not nil. It
// reports whether the request may go on; if not, Look says whether it may.
func (m *Meter) Take(n int) bool {
	m.steps -= n
	return m.steps >= 0
}

// Look looks at the clock and the context, where Take says that it is time to. It reports
// whether the request may go on.
func (m *Meter) Look() bool {
	if m.err != nil {
		return false
	}
	now := time.Now()
	switch err := m.ctx.Err(); {
	case err != nil:
		return m.Stop(err)
	case m.deadline.IsZero():
		m.deadline = now.Add(m.limits.Time)
	case now.After(m.deadline):
		return m.Stop(ErrTime)
	}
	m.steps, m.resumed = Stride, time.Time{}
	return true
}

// Stop exhausts the Meter because of err, and returns false.
func (m *Meter) Stop(err error) bool {
	if m.err == nil {
		m.err = err
	}
	m.steps, m.bytes = -1, -1
	return false
}

// Left returns how much time is left, and starts the clock if it does not run. It
// is 0 once the Meter is exhausted.
func (m *Meter) Left() time.Duration {
	if !m.Look() {
		return 0
	}
	return time.Until(m.deadline)
}

// Charge notes that a text of n bytes is going to be made and kept. It reports
// whether there is room for it; the text must not be made otherwise.
func (m *Meter) Charge(n int) bool {
	if m == nil {
		return true
	}
	if n > m.bytes {
		return m.Stop(ErrBytes)
	}
	m.bytes -= n
	return true
}

// Mark returns what to give Release.
func (m *Meter) Mark() int {
	if m == nil {
		return 0
	}
	return m.bytes
}

// Release gives back what was charged since mark: the texts made since then are
// not kept.
func (m *Meter) Release(mark int) {
	if m != nil && m.err == nil {
		m.bytes = mark
	}
}

// Refund gives back n bytes that were charged for a text that is not kept any longer.
func (m *Meter) Refund(n int) {
	if m != nil && m.err == nil {
		m.bytes += n
	}
}

// fewSteps is how much may be done between two waits that counts as one of them: what it
// takes to ask for one file after another, so that the clock is read once for each.
const fewSteps = 2 * FileSteps

// Pause stops the clock while the request waits for something that has a limit of
// its own: a map, a name server, a disk. Its result is for Resume. always says to
// measure the wait even where the clock does not run yet.
func (m *Meter) Pause(always bool) time.Time {
	switch {
	case m == nil || m.deadline.IsZero() && !always:
		return time.Time{}
	case !m.resumed.IsZero() && m.left-m.steps < fewSteps:
		return m.resumed
	}
	return time.Now()
}

// Resume goes on after a Pause. What the request waits for altogether is bounded,
// too.
func (m *Meter) Resume(paused time.Time) {
	if paused.IsZero() {
		return
	}
	d := m.Ignore(paused)
	if d > 0 {
		m.resumed, m.left = paused.Add(d), m.steps
	}
	if m.waited += d; m.waited > m.limits.Wait {
		m.Stop(ErrWait)
	}
}

// Ignore goes on after a Pause that the caller of the engine takes. It returns how
// long that was.
func (m *Meter) Ignore(paused time.Time) time.Duration {
	if paused.IsZero() {
		return 0
	}
	d := time.Since(paused)
	m.resumed = time.Time{}
	if !m.deadline.IsZero() {
		m.deadline = m.deadline.Add(d)
	}
	return d
}
