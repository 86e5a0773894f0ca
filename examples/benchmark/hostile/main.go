// Command hostile sends requests that are made to get around rules, byte for
// byte, to a real httpd and to "modrewrite serve" with the same site, and
// compares what comes of them.
//
//	go run ./hostile          # in examples/benchmark; everything
//	go run ./hostile -short   # a sample, in less than a minute
//
// It fails if something passes that httpd refuses: a file or another server is
// reached with a request that httpd answers with an error. The few ways in
// which net/http reads requests that httpd does not read at all are known, and
// count only where what they reach is protected. Other differences are listed,
// by what they are, with an example each; -v lists all.
//
// It needs httpd (apache2). Everything listens on loopback and writes below a
// temporary folder.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

var (
	short   = flag.Bool("short", false, "send a sample of the requests")
	seed    = flag.Uint64("seed", 1, "of what is random in the requests")
	most    = flag.Int("n", 0, "most requests to a site; 0 is all, and with -short 600")
	only    = flag.String("site", "", "only the site of this name")
	verbose = flag.Bool("v", false, "list every difference")
	command = flag.String("modrewrite", "", "the modrewrite command; built if empty")
)

// senders is how many requests are under way at a time.
const senders = 24

func main() {
	log.SetFlags(0)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	holes, err := run(ctx)
	if err != nil {
		log.Fatal("hostile: ", err)
	}
	if holes > 0 {
		log.Fatalf("hostile: %d requests passed that httpd refuses", holes)
	}
}

func run(ctx context.Context) (holes int, err error) {
	dir, err := os.MkdirTemp("", "hostile-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	if *command == "" {
		if *command, err = server.Build(ctx, dir); err != nil {
			return 0, err
		}
	}
	backend, err := startBackend()
	if err != nil {
		return 0, err
	}
	defer backend.stop()
	all := requests(rand.New(rand.NewPCG(*seed, 0)))
	if *most == 0 && *short {
		*most = 600
	}
	total, began := 0, time.Now()
	for _, s := range sites(backend.addr) {
		if *only != "" && s.name != *only {
			continue
		}
		sum, err := attack(ctx, filepath.Join(dir, s.name), s, sample(all, *most))
		if err != nil {
			return holes, fmt.Errorf("%s: %w", s.name, err)
		}
		sum.print(s.name)
		holes += sum.counts[hole]
		total += sum.total
	}
	fmt.Printf("%d requests to each of two servers in %v, %d passed that httpd refuses\n", total, time.Since(began).Round(time.Second), holes)
	return holes, nil
}

// sample returns n of the requests, evenly spread, or all if n is 0.
func sample(all []string, n int) []string {
	if n == 0 || n >= len(all) {
		return all
	}
	some := make([]string, 0, n)
	for i := range n {
		some = append(some, all[i*len(all)/n])
	}
	return some
}

// attack sends the requests to a site on both servers.
func attack(ctx context.Context, dir string, s site, requests []string) (*summary, error) {
	if err := s.write(dir); err != nil {
		return nil, err
	}
	httpd, err := startHTTPD(ctx, dir, s)
	if err != nil {
		return nil, err
	}
	defer httpd.Stop()
	ours, err := startModrewrite(ctx, dir, s)
	if err != nil {
		return nil, err
	}
	defer ours.Stop()
	sum := newSummary()
	next := make(chan string)
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for raw := range next {
				sum.add(compare(raw, send(httpd.Addr, raw), send(ours.Addr, raw)))
			}
		})
	}
	for _, raw := range requests {
		next <- raw
	}
	close(next)
	wg.Wait()
	// A server that has fallen over would have refused the rest of them.
	for _, srv := range []*server.Server{httpd, ours} {
		if got := send(srv.Addr, "GET /open.txt HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n\r\n"); !got.passes(0) {
			return nil, fmt.Errorf("%s does not answer any more: %q", srv.Name(), got)
		}
	}
	return sum, ctx.Err()
}
