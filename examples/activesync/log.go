package main

import (
	"bytes"
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
	waiting bytes.Buffer
}

// Write takes a line.
func (b *batch) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting.Len() == 0 {
		time.AfterFunc(batchTime, b.flush)
	}
	b.waiting.Write(line)
	if b.waiting.Len() >= batchSize {
		b.write()
	}
	return len(line), nil
}

// flush writes what waits.
func (b *batch) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.write()
}

func (b *batch) write() {
	_, _ = b.waiting.WriteTo(b.out) // Where a log cannot be written there is no place to say so.
	b.waiting.Reset()
}
