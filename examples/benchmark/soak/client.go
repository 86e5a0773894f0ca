package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// answer is what a response says.
type answer struct {
	status                    int
	location, version, cookie string
	body                      []byte // until the next answer of the connection
}

// load sends requests over a few connections and checks every answer.
type load struct {
	addr string
	// target returns the target of request i; check says what is wrong with its
	// answer. Both are called concurrently.
	target func(i int) string
	check  func(i int, a *answer) error
	sent   atomic.Int64 // and answered
}

// The load has a few connections, each of which sends a batch of requests before
// it reads the answers.
const (
	connections = 8
	batch       = 16
)

// run sends n requests, or as many as it can until ctx ends if n is 0. Any wrong
// or missing answer is its error.
func (l *load) run(ctx context.Context, n int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range connections {
		wg.Go(func() {
			if err := l.connection(ctx, &next, n); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil && (n > 0 || !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)) {
		return err
	}
	return nil
}

func (l *load) connection(ctx context.Context, next *atomic.Int64, n int) error {
	c, err := net.Dial("tcp", l.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	r, w := bufio.NewReaderSize(c, 64<<10), bufio.NewWriter(c)
	var a answer
	for ctx.Err() == nil {
		first := int(next.Add(batch)) - batch
		last := first + batch
		if n > 0 {
			last = min(last, n)
		}
		if first >= last {
			return nil
		}
		_ = c.SetDeadline(time.Now().Add(30 * time.Second))
		for i := first; i < last; i++ {
			fmt.Fprintf(w, "GET %s HTTP/1.1\r\nHost: www.example.com\r\n\r\n", l.target(i))
		}
		if err := w.Flush(); err != nil {
			return fmt.Errorf("request %d not sent: %w", first, err)
		}
		for i := first; i < last; i++ {
			if err := a.read(r); err != nil {
				return fmt.Errorf("request %d, %s: no answer: %w", i, l.target(i), err)
			}
			if err := l.check(i, &a); err != nil {
				return fmt.Errorf("request %d, %s: %w (status %d, Location %q, body %.80q)", i, l.target(i), err, a.status, a.location, a.body)
			}
		}
		l.sent.Add(int64(last - first))
	}
	return nil
}

// get asks for one target over a connection of its own.
func get(addr, target string) (*answer, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n", target); err != nil {
		return nil, err
	}
	var a answer
	return &a, a.read(bufio.NewReader(c))
}

// read reads a response. Its body has a Content-Length, as all of those that
// this program asks for.
func (a *answer) read(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < len("HTTP/1.1 200") {
		return fmt.Errorf("status line %q", line)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return fmt.Errorf("status line %q", line)
	}
	a.location, a.version, a.cookie = "", "", ""
	length := -1
	for {
		if line, err = r.ReadSlice('\n'); err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) {
		case "Content-Length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		case "Location":
			a.location = string(value)
		case "X-Version":
			a.version = string(value)
		case "Set-Cookie":
			a.cookie = string(value)
		}
	}
	if length < 0 {
		return errors.New("response without Content-Length")
	}
	if cap(a.body) < length {
		a.body = make([]byte, length)
	}
	a.body = a.body[:length]
	_, err = io.ReadFull(r, a.body)
	return err
}
