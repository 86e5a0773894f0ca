package main

import (
	"bufio"
	"io"
	"sync"
	"time"
)

// How long a line of the log may wait for others to be written with, and how many bytes.
const (
	batchTime = 50 * time.Millisecond
	batchSize = 64 << 10
)

// batch is a writer that writes lines together: a write for each would be a good part of
// what a request costs. It is safe for concurrent use.
type batch struct {
	mu      sync.Mutex
	out     io.Writer
	waiting *bufio.Writer
}

func newBatch(out io.Writer) *batch {
	return &batch{out: out, waiting: bufio.NewWriterSize(out, batchSize)}
}

// Write takes a line.
func (b *batch) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting.Buffered() == 0 {
		time.AfterFunc(batchTime, b.flush)
	}
	return b.waiting.Write(line)
}

// flush writes what waits. Where that cannot be written it is lost, as there is no place
// to say so, and later lines are tried again.
func (b *batch) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting.Flush() != nil {
		b.waiting.Reset(b.out)
	}
}
