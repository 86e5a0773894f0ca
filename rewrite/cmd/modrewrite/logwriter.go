package main

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"
)

// logWriter writes lines to out from a goroutine of its own once start was
// called, so that an out that blocks - a pipe whose reader has stopped, a disk
// that hangs - never holds up the caller of Write. A limited number of bytes
// waits; lines beyond that are dropped and counted, as are those that out fails
// to write. It is safe for concurrent use. Each Write must hold whole
// lines.
type logWriter struct {
	out   io.Writer
	limit int           // how many bytes may wait
	delay time.Duration // how long lines are gathered before they are written
	// trouble is called with an error when out begins to fail, and with nil and
	// the number of lines that were lost when it has taken everything again, or
	// when the writer stops. It may write lines itself, but where it is the
	// destination of these lines only on nil.
	trouble func(err error, lost int)

	wake chan struct{} // there is something to write, or to stop for
	done chan struct{} // closed when the goroutine has ended

	mu      sync.Mutex // for what follows, and out while no goroutine runs
	state   logState
	waiting []byte
	writing []byte // what out is being given
	spare   []byte // to gather lines in
	armed   bool   // wake will be sent
	failing bool   // trouble was told an error
	lost    int    // lines, since trouble was last told a number
	torn    bool   // the last thing that out took was a part of a line
}

// logState is who writes to out.
type logState int

const (
	logDirect  logState = iota // the caller of Write
	logQueued                  // the goroutine
	logStopped                 // the goroutine, which ends when nothing waits
	logStuck                   // the goroutine did not end in time: lines are dropped
)

// errLogFull is passed to trouble when out does not keep up.
var errLogFull = errors.New("lines come faster than they are taken, or they are not taken at all")

// logGather is how many bytes of lines are written without further delay.
const logGather = 32 << 10

// start starts the goroutine that writes lines until stop is called.
func (l *logWriter) start() {
	l.wake, l.done = make(chan struct{}, 1), make(chan struct{})
	l.mu.Lock()
	l.state = logQueued
	l.mu.Unlock()
	go l.run()
}

// Write takes lines. It fails only where it writes to out itself, before start
// and after stop.
func (l *logWriter) Write(lines []byte) (int, error) {
	l.mu.Lock()
	switch l.state {
	case logDirect:
		defer l.mu.Unlock()
		return l.out.Write(lines)
	case logStuck:
		l.lost += countLines(lines)
		l.mu.Unlock()
		return len(lines), nil
	case logQueued, logStopped:
	}
	var full bool
	if len(l.writing)+len(l.waiting)+len(lines) > l.limit {
		l.lost += countLines(lines)
		full, l.failing = !l.failing, true
	} else {
		l.waiting = append(l.waiting, lines...)
		l.arm()
	}
	l.mu.Unlock()
	if full {
		l.trouble(errLogFull, 0)
	}
	return len(lines), nil
}

// arm schedules the write of what waits: at once if it is much, else after the
// delay.
func (l *logWriter) arm() {
	switch {
	case l.delay == 0, len(l.waiting) >= logGather:
		l.poke()
	case !l.armed:
		l.armed = true
		time.AfterFunc(l.delay, l.poke)
	}
}

func (l *logWriter) poke() {
	select {
	case l.wake <- struct{}{}:
	default: // it has not seen the last one yet
	}
}

// run writes what waits until the writer is stopped.
func (l *logWriter) run() {
	defer close(l.done)
	for range l.wake {
		if l.writeWaiting() {
			return
		}
	}
}

// writeWaiting writes what waits and reports whether that was all there will be.
func (l *logWriter) writeWaiting() (last bool) {
	lines, torn := l.take()
	n, err := l.give(lines, torn)
	begins, lost, last := l.settle(n, err)
	switch {
	case begins:
		l.trouble(err, 0)
	case lost > 0:
		l.trouble(nil, lost)
	}
	return last
}

// take makes what waits the lines that are being written.
func (l *logWriter) take() (lines []byte, torn bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing, l.waiting, l.spare = l.waiting, l.spare[:0], nil
	l.armed = false
	return l.writing, l.torn
}

// settle notes that out took n bytes of the lines being written, and failed if
// err is not nil. It returns whether trouble begins, or how many lines were lost
// in one that ends, and whether the writer has stopped and nothing waits.
func (l *logWriter) settle(n int, err error) (begins bool, lost int, last bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.writing
	l.writing = nil
	if cap(lines) <= 2*logGather {
		l.spare = lines
	}
	if n > 0 {
		l.torn = lines[n-1] != '\n'
	}
	l.lost += countLines(lines[n:])
	switch {
	case err != nil:
		begins, l.failing = !l.failing, true
	case len(lines) > 0 && len(l.waiting) == 0: // out has caught up
		lost, l.lost, l.failing = l.lost, 0, false
	}
	if l.state != logQueued {
		l.poke()
		last = len(l.waiting) == 0
	}
	return begins, lost, last
}

// give hands lines to out, after the end of a line that was torn, and returns
// how many bytes of them it took.
func (l *logWriter) give(lines []byte, torn bool) (int, error) {
	if len(lines) == 0 {
		return 0, nil
	}
	if torn {
		if _, err := l.out.Write([]byte("\n")); err != nil {
			return 0, err
		}
	}
	n, err := l.out.Write(lines)
	if err == nil && n < len(lines) {
		err = io.ErrShortWrite
	}
	return min(max(n, 0), len(lines)), err
}

// stop writes what waits, for as long as limit allows, and reports to trouble how
// many lines were lost. Afterwards Write goes to out itself, or nowhere if out
// did not accept everything in time.
func (l *logWriter) stop(limit time.Duration) {
	l.mu.Lock()
	if l.state != logQueued {
		l.mu.Unlock()
		return
	}
	l.state = logStopped
	l.mu.Unlock()
	l.poke()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-l.done:
		l.finish(logDirect)
	case <-timer.C:
		l.finish(logStuck)
	}
}

// finish puts the writer into its last state.
func (l *logWriter) finish(state logState) {
	l.mu.Lock()
	l.state = state
	// It is not known how much of the current write has reached out.
	lost := l.lost + countLines(l.waiting) + countLines(l.writing)
	l.waiting, l.lost = nil, 0
	l.mu.Unlock()
	if lost > 0 {
		l.trouble(nil, lost)
	}
}

// countLines counts the lines that end in b, and one that does not end there.
func countLines(b []byte) int {
	n := bytes.Count(b, []byte("\n"))
	if len(b) > 0 && b[len(b)-1] != '\n' {
		n++
	}
	return n
}
