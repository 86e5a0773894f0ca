package rewrite

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxWhole is how long the output of a script may be for its length to be sent.
const maxWhole = 16 << 10

// scriptWriter sends the output of a script. It waits for a moment for more before it
// sends anything, so that short output goes out at once and with its length, and
// slow output without delay.
type scriptWriter struct {
	w      http.ResponseWriter
	status int
	eager  bool // whatever comes is sent at once

	mu    sync.Mutex // for what follows, and w
	kept  []byte     // output until the header is sent
	began bool       // the header is sent
	over  bool       // the output is complete
	timer *time.Timer
	// panicked is what the writer below panicked with when the timer had something
	// sent: the handler's own goroutine goes on with it.
	panicked any
}

// Write takes output.
func (s *scriptWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.goOnPanicking()
	if !s.began && !s.eager && len(s.kept)+len(p) <= maxWhole {
		s.kept = append(s.kept, p...)
		s.flushSoon()
		return len(p), nil
	}
	if err := s.begin(); err != nil {
		return 0, err
	}
	n, err := s.w.Write(p)
	if err == nil && s.eager {
		return n, http.NewResponseController(s.w).Flush()
	}
	s.flushSoon()
	return n, err
}

// begin sends the header and what was kept.
func (s *scriptWriter) begin() error {
	if s.began {
		return nil
	}
	s.began = true
	s.w.WriteHeader(s.status)
	if len(s.kept) == 0 {
		return nil
	}
	_, err := s.w.Write(s.kept)
	s.kept = nil
	return err
}

func (s *scriptWriter) flushSoon() {
	if s.timer == nil {
		s.timer = time.AfterFunc(flushAfter, s.flush)
		return
	}
	s.timer.Reset(flushAfter)
}

// flush sends what there is. It runs in the timer's goroutine, where a panic would end
// the program.
func (s *scriptWriter) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if s.panicked == nil {
			s.panicked = recover()
		}
	}()
	if s.over || s.panicked != nil || s.begin() != nil {
		return
	}
	// A client that is gone shows with the next Write, and in the request's context.
	_ = http.NewResponseController(s.w).Flush()
}

// goOnPanicking panics as the writer below did when the timer had something sent.
func (s *scriptWriter) goOnPanicking() {
	if s.panicked != nil {
		panic(s.panicked)
	}
}

// finish sends what remains of output that ended with err, which it returns, or why
// it could not be sent. Nothing is sent after it.
func (s *scriptWriter) finish(err error) error {
	s.stop()
	s.goOnPanicking()
	if err != nil {
		return err
	}
	if !s.began {
		s.w.Header().Set("Content-Length", strconv.Itoa(len(s.kept)))
	}
	return s.begin()
}

// stop has nothing more sent by the timer.
func (s *scriptWriter) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	if s.timer != nil {
		s.timer.Stop()
	}
}
