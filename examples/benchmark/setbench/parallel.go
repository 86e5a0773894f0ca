package main

import (
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// parallel prints how much more two goroutines do than one: as the clock on the
// wall has it, which needs two idle processors, and as the time has it that they
// spend on a processor.
func parallel(rounds int) error {
	for _, l := range lists() {
		parsed, err := workload.Parse(l.rules(10000))
		if err != nil {
			return err
		}
		s := set.New(parsed, nil)
		var one, two, oneCPU, twoCPU time.Duration
		for range rounds {
			wall, cpu := together(1, s, l.misses)
			one, oneCPU = least(one, wall), least(oneCPU, cpu)
			wall, cpu = together(2, s, l.misses)
			two, twoCPU = least(two, wall), least(twoCPU, cpu)
		}
		fmt.Printf("%-12s two goroutines do the work of %.2f; without waiting for processors, of %.2f\n",
			l.name, 2*float64(one)/float64(two), 4*float64(oneCPU)/float64(twoCPU))
	}
	return nil
}

// together has goroutines match subjects at the same time, and returns how long
// that takes and how much of a processor's time.
func together(goroutines int, s *set.Set, subjects []string) (wall, cpu time.Duration) {
	start, used := time.Now(), processorTime()
	var group sync.WaitGroup
	for range goroutines {
		group.Go(func() {
			var buf [64]int32
			for range 2000 {
				for _, subject := range subjects {
					s.Candidates(buf[:0], subject)
				}
			}
		})
	}
	group.Wait()
	return time.Since(start), processorTime() - used
}

// processorTime returns how long this process has been on a processor.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
