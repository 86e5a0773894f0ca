package rewrite

import (
	"errors"
	"io"
	"sync"
	"time"
)

// forwardedBody is the body of a request that is forwarded or sent to a script. It
// remembers why it could not be read: what sends it may report only that the request
// ended.
type forwardedBody struct {
	io.ReadCloser
	mu  sync.Mutex
	err error

	failed chan struct{} // closed once err is set
}

func newForwardedBody(body io.ReadCloser) *forwardedBody {
	return &forwardedBody{ReadCloser: body, failed: make(chan struct{})}
}

// Read reads from the client.
func (b *forwardedBody) Read(buf []byte) (int, error) {
	n, err := b.ReadCloser.Read(buf)
	if err != nil && !errors.Is(err, io.EOF) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.err == nil {
			b.err = err
			close(b.failed)
		}
	}
	return n, err
}

// failureSoon is failure for a request that net/http has ended: where a read of the body
// made it do so, that read is about to return.
func (b *forwardedBody) failureSoon() error {
	limit := time.NewTimer(100 * time.Millisecond)
	defer limit.Stop()
	select {
	case <-b.failed:
	case <-limit.C:
	}
	return b.failure()
}

// failure returns the first error of a read, nil if there was none.
func (b *forwardedBody) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}
