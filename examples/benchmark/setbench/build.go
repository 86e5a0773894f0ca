package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/set"
	"github.com/modrewrite-go/modrewrite/matcher/internal/set/workload"
)

// build prints how long it takes to make sets, and how large they are.
func build(sizes string, rounds int) error {
	counts, err := numbers(sizes)
	if err != nil {
		return err
	}
	fmt.Printf("%-12s %6s %12s %12s %10s %12s %12s %12s\n",
		"rules", "number", "parse/rule", "set/rule", "total", "heap/rule", "at rest/rule", "warm cache")
	for _, l := range lists() {
		for _, n := range counts {
			if err := buildRow(l, n, rounds); err != nil {
				return err
			}
		}
	}
	return nil
}

func buildRow(l list, n, rounds int) error {
	rules := l.rules(n)
	parsed, err := workload.Parse(rules)
	if err != nil {
		return err
	}
	var s *set.Set
	took := measure(rounds, 2*time.Millisecond,
		func(times int) {
			for range times {
				if _, err := workload.Parse(rules); err != nil {
					panic(err)
				}
			}
		},
		func(times int) {
			for range times {
				s = set.New(parsed, nil)
			}
		})
	s = nil
	heap := heapOf(func() any { s = set.New(parsed, nil); return s })
	rest := s.Stats()
	var buf []int32
	for i := range rules {
		buf = s.Candidates(buf[:0], rules[i].Hit)
	}
	for _, subject := range l.misses {
		buf = s.Candidates(buf[:0], subject)
	}
	warm := s.Stats()
	fmt.Printf("%-12s %6d %9.2f µs %9.2f µs %7.1f ms %10.0f B %10.0f B %9d KB  %+v\n", l.name, n,
		perRule(took[0], n), perRule(took[1], n), float64(took[0]+took[1])/1e9,
		float64(heap)/float64(n), float64(rest.Bytes)/float64(n), warm.CacheBytes>>10, warm)
	runtime.KeepAlive(parsed)
	return nil
}

func perRule(d time.Duration, n int) float64 { return float64(d) / 1e6 / float64(n) }

// heapOf returns how much memory what make returns takes.
func heapOf(build func() any) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := build()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// allocations returns how often f allocates.
func allocations(f func()) float64 {
	var before, after runtime.MemStats
	f()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs - before.Mallocs)
}
