// Command serverbench measures "modrewrite serve" beside Apache httpd, and beside nginx
// and Caddy where they have a like of the rules: the same small static file, all on their
// defaults, in alternating rounds of one run. Before that it measures what the middleware
// costs a handler of a Go server.
//
//	go run ./serverbench                      # in examples/benchmark
//	go run ./serverbench -run 'cookie|<If>' -n 10000
//
// It needs Linux, httpd (apache2) and the load generator wrk; nginx, caddy and PHP-FPM are left
// out where they are not installed. Everything listens on loopback and writes below a temporary
// folder. What it prints is the processor time of the server a request and, in parentheses,
// the requests a second: the medians of the rounds.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

var (
	rounds   = flag.Int("rounds", 3, "rounds of each server in each scenario")
	duration = flag.Duration("d", time.Second, "length of a round, in seconds")
	conns    = flag.Int("c", 16, "connections")
	command  = flag.String("modrewrite", "", "the modrewrite command; built if empty")
	only     = flag.String("run", "", "regular expression of the scenarios to run")
	sizes    = flag.String("n", "1000,10000", "numbers of directives, with commas between them")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal("serverbench: ", err)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "serverbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if *command == "" {
		if *command, err = server.Build(ctx, dir); err != nil {
			return err
		}
	}
	chosen, err := chosenScenarios()
	if err != nil {
		return err
	}
	if *only == "" {
		if err := measureMiddleware(ctx, 10000); err != nil {
			return fmt.Errorf("middleware: %w", err)
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "scenario\thttpd\tmodrewrite\tnginx\tcaddy\thttpd / modrewrite")
	for i, sc := range chosen {
		if err := measure(ctx, w, filepath.Join(dir, strconv.Itoa(i)), sc); err != nil {
			return fmt.Errorf("%s: %w", sc.name, err)
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// chosenScenarios returns those that the flags name.
func chosenScenarios() ([]scenario, error) {
	re, err := regexp.Compile(*only)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for word := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("-n: %w", err)
		}
		numbers = append(numbers, n)
	}
	return slices.DeleteFunc(scenarios(numbers), func(sc scenario) bool {
		return !re.MatchString(sc.name) || sc.php && fpm() == ""
	}), nil
}

// measure runs one scenario and writes its row.
func measure(ctx context.Context, w *tabwriter.Writer, dir string, sc scenario) error {
	site, err := writeSite(dir, sc)
	if err != nil {
		return err
	}
	var all []*contender
	defer func() {
		for _, c := range all {
			if c != nil {
				c.server.Stop()
			}
		}
	}()
	if sc.php {
		fpm, err := startFPM(ctx, site)
		if err != nil {
			return err
		}
		defer fpm.Stop()
	}
	for _, start := range []starter{startHTTPD, startModrewrite, startNginx, startCaddy} {
		s, err := start(ctx, site)
		if err != nil {
			return err
		}
		if s == nil {
			all = append(all, nil)
			continue
		}
		all = append(all, &contender{server: s})
	}
	for range *rounds {
		for _, c := range all {
			if err := c.round(ctx); err != nil {
				return err
			}
		}
	}
	_, err = fmt.Fprintf(w, "%s\t%v\t%v\t%v\t%v\t%.2f\n", sc.name, all[0], all[1], all[2], all[3], medians(all[0].rounds).cpu/medians(all[1].rounds).cpu)
	return err
}

// contender is a server that runs, nil if the scenario has none of its kind.
type contender struct {
	server *server.Server
	rounds []figures
}

// figures are of one round.
type figures struct {
	cpu  float64 // microseconds of the server's processors a request
	rate float64 // requests a second
}

// round measures one round.
func (c *contender) round(ctx context.Context) error {
	if c == nil {
		return nil
	}
	before, err := c.server.CPU()
	if err != nil {
		return err
	}
	n, rate, err := load(ctx, pageOf(c.server.Addr))
	if err != nil {
		return err
	}
	after, err := c.server.CPU()
	if err != nil {
		return err
	}
	c.rounds = append(c.rounds, figures{float64(after-before) / float64(time.Microsecond) / float64(n), rate})
	return nil
}

// String returns the medians as a cell of the table.
func (c *contender) String() string {
	if c == nil {
		return "-"
	}
	return medians(c.rounds).String()
}

// medians returns the figures of the round in the middle, each for itself.
func medians(rounds []figures) figures {
	var cpus, rates []float64
	for _, f := range rounds {
		cpus, rates = append(cpus, f.cpu), append(rates, f.rate)
	}
	return figures{median(cpus), median(rates)}
}

func (f figures) String() string { return fmt.Sprintf("%.1f µs (%.0f)", f.cpu, f.rate) }

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
