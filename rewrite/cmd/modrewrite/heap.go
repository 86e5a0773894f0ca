package main

import (
	"context"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"sync"
	"time"
)

// What a server keeps is usually small, a few megabytes for thousands of rules.
// So it costs little memory to let the heap grow lazyGC percent before garbage is
// collected, where Go lets it double, and saves marking it again and again. Beyond smallHeap the server takes no more than
// heapFactor times of what it keeps, garbage and what a reload needs included,
// unless that alone is more: then it gets tightFactor times of it, which keeps
// the collector from taking most of the processor.
const (
	lazyGC      = 800
	smallHeap   = 64 << 20
	heapFactor  = 3.2
	tightFactor = 1.2
)

// loadGC is the percentage while rules are loaded: most of what that allocates
// is soon garbage.
const loadGC = 50

// How often the live heap is measured, and how many measurements must show
// growth for it to count. A reload, which needs much memory briefly, is over by
// then.
const (
	heapPeriod = time.Second
	heapLooks  = 120
)

// heapTuner makes garbage collection as rare as the live memory allows. It
// respects GOGC and GOMEMLIMIT of the environment. It is safe
// for concurrent use.
type heapTuner struct {
	setPercent func(int)
	setLimit   func(int64)

	mu    sync.Mutex
	looks []uint64 // live bytes, the last ones
	limit int64    // as set last
}

// newHeapTuner returns a tuner of the heap of this process, which is about to
// load what it keeps. undo restores all settings.
func newHeapTuner() (t *heapTuner, undo func()) {
	t = &heapTuner{setPercent: func(int) {}, setLimit: func(int64) {}}
	limit := debug.SetMemoryLimit(-1)
	undo = func() { debug.SetMemoryLimit(limit) }
	if os.Getenv("GOMEMLIMIT") == "" {
		t.setLimit = func(l int64) { debug.SetMemoryLimit(l) }
	}
	if os.Getenv("GOGC") == "" {
		t.setPercent = func(p int) { debug.SetGCPercent(p) }
		percent := debug.SetGCPercent(loadGC)
		undo = func() {
			debug.SetMemoryLimit(limit)
			debug.SetGCPercent(percent)
		}
	}
	return t, undo
}

// loaded is called when something was loaded: what it replaces is garbage now.
func (t *heapTuner) loaded() {
	runtime.GC()
	t.mu.Lock()
	t.looks = t.looks[:0]
	t.mu.Unlock()
	t.look(liveHeap())
	t.setPercent(lazyGC)
}

// run adapts to the heap, which caches grow and shrink, until ctx ends.
func (t *heapTuner) run(ctx context.Context) {
	tick := time.NewTicker(heapPeriod)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			t.look(liveHeap())
		}
	}
}

// liveHeap returns how many bytes were live when garbage was last collected.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return math.MaxInt64 // unknown: no limit
	}
	return s[0].Value.Uint64()
}

// look takes note of the live bytes and sets the limit that follows. Changes of
// a few percent are not worth the interruption.
func (t *heapTuner) look(live uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.looks = append(t.looks, live)
	if len(t.looks) > heapLooks {
		t.looks = t.looks[1:]
	}
	want := max(smallHeap, heapFactor*float64(slices.Min(t.looks)), tightFactor*float64(live))
	limit := int64(min(want, math.MaxInt64/2))
	if diff := limit - t.limit; diff > t.limit/20 || -diff > t.limit/20 {
		t.limit = limit
		t.setLimit(limit)
	}
}
