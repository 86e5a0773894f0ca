// Command shapebench measures how the cost of a decision grows with the number of
// directives, for each shape that long rulesets have: rules told apart by their
// pattern, by a condition, lists of other directives, sections, virtual hosts.
// The request is one that none of them concerns.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/matcher/benchmark/shapes"
	"github.com/modrewrite-go/modrewrite/parser"
)

func main() {
	few := flag.Int("few", 10, "directives of the small ruleset")
	many := flag.Int("many", 10000, "directives of the large ruleset")
	least := flag.Duration("for", 50*time.Millisecond, "time to measure a ruleset for, three times; the best counts")
	flag.Parse()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "shape\t%d\t%d\tratio\n", *few, *many)
	for _, s := range shapes.All() {
		a, b := measure(s, *few, *least), measure(s, *many, *least)
		fmt.Fprintf(w, "%s\t%v\t%v\t%.1f\n", s.Name, a, b, float64(b)/float64(a))
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}

// measure returns the time of one decision with n of the shape's directives.
func measure(s shapes.Shape, n int, least time.Duration) time.Duration {
	e := compile(s, n)
	req := &matcher.Request{
		Target: "/list.php?id=none", Host: "main.example", RemoteAddr: "198.51.100.7", ServerAddr: "192.0.2.1",
		Header: map[string][]string{
			"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"},
			"Cookie":     {"session=0123456789abcdef; group=none"},
			"Referer":    {"https://www.example.org/some/page"},
		},
	}
	best := time.Duration(0)
	for range 3 {
		runs, start := 0, cpu()
		for runs == 0 || cpu()-start < least { // that clock may move by more at once
			for range 50 {
				if _, err := e.Eval(context.Background(), req); err != nil {
					log.Fatalf("%s: %v", s.Name, err)
				}
			}
			runs += 50
		}
		if d := (cpu() - start) / time.Duration(runs); best == 0 || d < best {
			best = d
		}
	}
	return best
}

// cpu returns the processor time that the process has taken: what else runs on
// the machine does not count.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		log.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func compile(s shapes.Shape, n int) *matcher.Engine {
	f, err := parser.Parse("shape.conf", []byte(s.Config(n, "/srv")), nil)
	if err != nil {
		log.Fatalf("%s: %v", s.Name, err)
	}
	e, err := matcher.Compile(f, &matcher.Options{Limits: matcher.Limits{Time: time.Minute}})
	if err != nil {
		log.Fatalf("%s: %v", s.Name, err)
	}
	return e
}
