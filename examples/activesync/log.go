package main

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// lockedWriter lets lines of several writers through one after the other.
type lockedWriter struct {
	mu sync.Mutex
	io.Writer
}

// Write writes a line.
func (w *lockedWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Writer.Write(line)
}

// requestLog writes a line of JSON for each request, with the fields of the device
// table and those of requestLine.
type requestLog struct{ out io.Writer }

type requestLine struct {
	Time    time.Time `json:"time"`
	Message string    `json:"msg"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Command string    `json:"command,omitempty"`
	Client  string    `json:"client"`
	Status  int       `json:"status"`
	Seconds float64   `json:"seconds"`
	*record
}

func (l *requestLog) write(v *visit, r *http.Request, status int, took time.Duration) {
	line, err := json.Marshal(requestLine{v.Last, "request", clip(r.Method), clip(r.URL.Path), v.query.Command, r.RemoteAddr, status, took.Seconds(), &v.record})
	if err == nil {
		_, err = l.out.Write(append(line, '\n'))
	}
	_ = err // Where a log cannot be written there is no place to say so.
}
