// Command serverbench measures "modrewrite serve" beside Apache httpd: the same
// rules, the same small static file, both on their defaults, in alternating
// rounds of one run. Before that it measures what the middleware costs a
// handler of a Go server.
//
//	go run ./serverbench            # in examples/benchmark
//
// It needs httpd (apache2) and the load generator wrk. Everything listens on
// loopback and writes below a temporary folder. What it prints are requests a
// second, the median of the rounds, and their ratio.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

var (
	rounds   = flag.Int("rounds", 5, "rounds of each server in each scenario")
	duration = flag.Duration("d", 3*time.Second, "length of a round")
	conns    = flag.Int("c", 16, "connections")
	command  = flag.String("modrewrite", "", "the modrewrite command; built if empty")
)

// userAgent is what a browser sends.
const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"

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
	if err := measureMiddleware(ctx, 10000); err != nil {
		return fmt.Errorf("middleware: %w", err)
	}
	fmt.Printf("%-40s %12s %12s %8s   %s\n", "scenario", "httpd", "modrewrite", "ratio", "rounds' ratios")
	for i, sc := range scenarios() {
		if err := measure(ctx, filepath.Join(dir, strconv.Itoa(i)), sc); err != nil {
			return fmt.Errorf("%s: %w", sc.name, err)
		}
	}
	return nil
}

// measure runs one scenario and prints its row.
func measure(ctx context.Context, dir string, sc scenario) error {
	site, err := writeSite(dir, sc)
	if err != nil {
		return err
	}
	httpd, err := startHTTPD(ctx, site)
	if err != nil {
		return err
	}
	defer httpd.Stop()
	ours, err := startModrewrite(ctx, site)
	if err != nil {
		return err
	}
	defer ours.Stop()
	var a, b, ratios []float64
	for range *rounds {
		x, err := load(ctx, pageOf(httpd))
		if err != nil {
			return err
		}
		y, err := load(ctx, pageOf(ours))
		if err != nil {
			return err
		}
		a, b, ratios = append(a, x), append(b, y), append(ratios, y/x)
	}
	fmt.Printf("%-40s %12.0f %12.0f %8.2f   %.2f\n", sc.name, median(a), median(b), median(ratios), ratios)
	return nil
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}

var perSecond = regexp.MustCompile(`Requests/sec:\s*([0-9.]+)`)

// load runs one round against url and returns the requests a second. Answers
// other than 2xx fail it: then the servers would not do the same work.
func load(ctx context.Context, url string) (float64, error) {
	out, err := exec.CommandContext(ctx, "wrk", "-t1", "-c"+strconv.Itoa(*conns), "-d"+strconv.Itoa(int(duration.Seconds())),
		"-H", "User-Agent: "+userAgent, url).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	if regexp.MustCompile(`Non-2xx`).Match(out) {
		return 0, fmt.Errorf("%s answers errors:\n%s", url, out)
	}
	m := perSecond.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("wrk says:\n%s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// pageOf returns the URL of the page that is asked for.
func pageOf(s *server.Server) string { return "http://" + s.Addr + "/page.html" }
