// Command soak keeps "modrewrite serve" under load for a long time while what it
// depends on changes or breaks, and fails where an answer is wrong, a request is
// lost, or memory, descriptors or goroutines grow.
//
//	go run ./soak           # in examples/benchmark: 10 million requests, 1,000 reloads
//	go run ./soak -short    # the same phases in under a minute
//	go run ./soak -run map  # the phases whose name contains "map"
//
// The server runs as a process of its own; started by root, as an ordinary user,
// so that file permissions count. Everything listens on loopback and writes below
// a temporary folder.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/benchmark/server"
)

var (
	command  = flag.String("modrewrite", "", "the modrewrite command; built if empty")
	short    = flag.Bool("short", false, "a fiftieth of the requests and reloads")
	only     = flag.String("run", "", "run only phases whose name contains this `text`")
	requests = flag.Int("requests", 10_000_000, "requests of the reload phase")
	reloads  = flag.Int("reloads", 1000, "reloads of the reload phase")
	urls     = flag.Int("urls", 1_000_000, "distinct URLs of the URL phase")
	changes  = flag.Int("changes", 1000, "changes of the files in each other phase")
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("soak: ")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

// A phase is one kind of trouble.
type phase struct {
	name string
	run  func(ctx context.Context, b *bench) error
}

func phases() []phase {
	return []phase{
		{"reload", soakReload},
		{"half-written config", soakHalfWritten},
		{"distinct URLs", soakURLs},
		{"access files", soakAccessFiles},
		{"map file", soakMapFile},
		{"map program", soakProgram},
		{"full disk under the log", soakFullLog},
		{"log without a reader", soakStuckLog},
	}
}

func run(ctx context.Context) error {
	if *short {
		for _, n := range []*int{requests, reloads, urls, changes} {
			*n = max(*n/50, 10)
		}
	}
	dir, err := os.MkdirTemp("", "soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the server runs as another user
		return err
	}
	if *command == "" {
		if *command, err = server.Build(ctx, dir); err != nil {
			return err
		}
	}
	fmt.Printf("%-24s %11s %8s %9s %8s %8s %8s %6s %6s\n",
		"phase", "requests", "changes", "seconds", "RSS 1/4", "RSS 4/4", "RSS max", "files", "gor.")
	var failed []error
	for i, p := range phases() {
		if !strings.Contains(p.name, *only) {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		b := &bench{name: p.name, dir: filepath.Join(dir, fmt.Sprint(i)), start: time.Now()}
		if err := b.soak(ctx, p); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", p.name, err))
			fmt.Println("FAIL", p.name+":", err)
		}
	}
	return errors.Join(append(failed, ctx.Err())...)
}
