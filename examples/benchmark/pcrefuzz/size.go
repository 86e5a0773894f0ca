package main

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/pcre2"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// size compares how much of a random pattern the two take: it repeats it in
// some way up to the number of times at which PCRE2 calls it too large.
func (f *fuzzer) size() {
	piece, flags := f.pattern(), f.flags()
	form := f.pick("(?:%s){%d}", "(?:%s){0,%d}", "(%s){1,%d}?", "(?:%s){%d,}", "(?>%s){2,%d}+", "(?=%s){%d}", "a(?:%s){%d}+b", "(?<n>%s)(?&n){%d}")
	pattern := func(n int) string { return fmt.Sprintf(form, piece, n) }
	accepts := func(n int) bool {
		re, err := pcre2.Compile(pattern(n), options(flags))
		if err == nil {
			re.Free()
		}
		return err == nil
	}
	low, high := 2, 65536
	if !accepts(low) {
		return
	}
	for high-low > 1 {
		if mid := (low + high) / 2; accepts(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	f.counts["sizes"]++
	for n := max(low-1, 1); n <= high+1; n++ {
		if _, err := pcre.Parse(pattern(n), flags); (err == nil) != (n <= low) {
			f.different("size", pattern(n), flags, "", fmt.Sprintf("PCRE2 takes it up to {%d}, ours: %v", low, err))
			return
		}
	}
}
