package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

// measureMiddleware prints what the middleware costs a handler that answers at
// once: processor time a request and requests a second without it, and with it and so
// many rules. Both servers run in this process, and wait while the other is asked.
func measureMiddleware(ctx context.Context, rules int) error {
	file, err := parser.Parse("rules.conf", []byte(redirects("/", rules)), nil)
	if err != nil {
		return err
	}
	engine, err := matcher.Compile(file, nil)
	if err != nil {
		return err
	}
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<p>small page</p>\n")
	})
	var sides [2]figuresOf
	for i, h := range []http.Handler{bare, rewrite.New(engine, nil).Handler(bare)} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		srv := &http.Server{Handler: h}
		defer srv.Close()
		go func() { _ = srv.Serve(l) }()
		sides[i].url = pageOf(l.Addr().String())
	}
	var more []float64
	for range max(*rounds, 5) {
		for i := range sides {
			if err := sides[i].round(ctx); err != nil {
				return err
			}
		}
		more = append(more, sides[1].last().cpu-sides[0].last().cpu)
	}
	fmt.Printf("bare handler %v, with the middleware and %d rules %v: %.2f µs more\n", sides[0], rules, sides[1], median(more))
	return nil
}

// figuresOf are of a server in this process.
type figuresOf struct {
	url    string
	rounds []figures
}

func (f *figuresOf) round(ctx context.Context) error {
	start, err := ownCPU()
	if err != nil {
		return err
	}
	n, rate, err := load(ctx, f.url)
	if err != nil {
		return err
	}
	end, err := ownCPU()
	f.rounds = append(f.rounds, figures{float64(end-start) / float64(time.Microsecond) / float64(n), rate})
	return err
}

func (f *figuresOf) last() figures { return f.rounds[len(f.rounds)-1] }

// String returns the medians.
func (f figuresOf) String() string { return medians(f.rounds).String() }

// ownCPU returns the processor time that this process has taken.
func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), err
}
