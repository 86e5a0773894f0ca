// Setbench compares sets of patterns with a C loop of pcre2_match over the same
// rules and subjects, as httpd runs them, and with a loop over our own patterns.
// Rounds alternate between the candidates; the best round of each counts.
//
//	go run ./setbench
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 7, "rounds per row")
	sizes := flag.String("n", "10,100,1000,10000", "numbers of rules")
	only := flag.String("only", "", "rows to measure: a part of their names")
	slice := flag.Duration("time", 5*time.Millisecond, "how long a round takes at least")
	table := flag.String("table", "speed", "what to measure: speed, build, adversarial or parallel")
	flag.Parse()
	var err error
	switch *table {
	case "speed":
		err = speed(*sizes, *only, *rounds, *slice)
	case "build":
		err = build(*sizes, *rounds)
	case "adversarial":
		err = adversarial(*only)
	case "parallel":
		err = parallel(*rounds)
	default:
		err = fmt.Errorf("no table %q", *table)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "setbench:", err)
		os.Exit(1)
	}
}

// numbers parses a list of numbers.
func numbers(list string) ([]int, error) {
	var all []int
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// measure runs the functions in turn for some rounds, each for at least slice,
// and returns the time that one call of each takes at best.
func measure(rounds int, slice time.Duration, functions ...func(times int)) []time.Duration {
	times := make([]int, len(functions))
	best := make([]float64, len(functions))
	for i, f := range functions {
		times[i] = calibrate(slice, f)
	}
	for range rounds {
		for i, f := range functions {
			start := time.Now()
			f(times[i])
			each := float64(time.Since(start)) / float64(times[i])
			if best[i] == 0 || each < best[i] {
				best[i] = each
			}
		}
	}
	out := make([]time.Duration, len(functions))
	for i, b := range best {
		out[i] = time.Duration(b * 1000)
	}
	return out
}

// calibrate returns how many calls of f take at least slice, once it is warm.
func calibrate(slice time.Duration, f func(times int)) int {
	f(1)
	for times := 1; ; times *= 2 {
		start := time.Now()
		f(times)
		if took := time.Since(start); took >= slice {
			return times
		}
	}
}
