package rewrite

import (
	"errors"
	"io"
	"sync"
)

// forwardedBody is the body of a request that is forwarded or sent to a script. It
// remembers why it could not be read: what sends it may report only that the request
// ended.
type forwardedBody struct {
	io.ReadCloser
	mu  sync.Mutex
	err error
}

// Read reads from the client.
func (b *forwardedBody) Read(buf []byte) (int, error) {
	n, err := b.ReadCloser.Read(buf)
	if err != nil && !errors.Is(err, io.EOF) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.err == nil {
			b.err = err
		}
	}
	return n, err
}

// failure returns the first error of a read, nil if there was none.
func (b *forwardedBody) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}
