// Package parallel divides work that is done while a ruleset is compiled among processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Ranges does work for the numbers from 0 up to n, in ranges of at most size of them. As
// many goroutines as there may run at once take the next range each, the caller's among
// them: each calls worker for the function it does its ranges with, in ascending order.
// Ranges returns when all are done, and panics if one of them did.
func Ranges(n, size int, worker func() func(from, to int)) {
	count := min(runtime.GOMAXPROCS(0), (n+size-1)/size)
	if count <= 1 {
		if n > 0 {
			worker()(0, n)
		}
		return
	}
	var next atomic.Int64
	var failed atomic.Pointer[any]
	run := func() {
		defer func() {
			if err := recover(); err != nil {
				failed.CompareAndSwap(nil, &err)
			}
		}()
		do := worker()
		for failed.Load() == nil {
			to := int(next.Add(int64(size)))
			if to-size >= n {
				return
			}
			do(to-size, min(to, n))
		}
	}
	var others sync.WaitGroup
	for range count - 1 {
		others.Go(run)
	}
	run()
	others.Wait()
	if err := failed.Load(); err != nil {
		panic(*err)
	}
}
