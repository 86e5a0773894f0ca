package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// logRequests is how many requests the phases about the access log send.
func logRequests() int { return max(*requests/20, 1000) }

// refused is a load for which the server has a line to log and nothing to send.
func refused() *load {
	return &load{
		target: func(i int) string { return fmt.Sprintf("/private/%d?%s", i, strings.Repeat("x", 200)) },
		check: func(_ int, a *answer) error {
			if a.status != 403 {
				return fmt.Errorf("want 403")
			}
			return nil
		},
	}
}

// soakFullLog writes the access log to a disk that is full.
func soakFullLog(ctx context.Context, b *bench) error {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer full.Close()
	return b.soakLog(ctx, full)
}

// soakStuckLog writes the access log to a pipe without a reader.
func soakStuckLog(ctx context.Context, b *bench) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	if err := b.soakLog(ctx, w); err != nil {
		return err
	}
	return b.stops(ctx, w)
}

func (b *bench) soakLog(ctx context.Context, out *os.File) error {
	if err := b.write("site.conf", b.site(versions[0])); err != nil {
		return err
	}
	if err := b.serve(ctx, out, "-config", b.path("site.conf")); err != nil {
		return err
	}
	if err := b.under(ctx, refused(), logRequests(), func(context.Context) error { return nil }); err != nil {
		return err
	}
	if n := strings.Count(string(b.messages.from(0)), "access log"); n == 0 || n > 100 {
		return fmt.Errorf("%d messages about the access log", n)
	}
	return nil
}

// stops checks that a server whose log has no reader ends on SIGTERM, and starts
// another one for what is measured at the end.
func (b *bench) stops(ctx context.Context, out *os.File) error {
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- b.cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		return fmt.Errorf("the server does not stop while its log has no reader")
	}
	return b.serve(ctx, out, "-config", b.path("site.conf"))
}
