package rewrite

import (
	"io"
	"net/http"
	"time"
)

// defaultBackendPause is how long a response of another server may pause. Longer
// than the hour for which a mail server keeps a client waiting for news.
const defaultBackendPause = 65 * time.Minute

// limitPauses makes the body of a response fail where it pauses for longer than
// limit. A connection that was upgraded may be silent for any time.
func limitPauses(resp *http.Response, limit time.Duration) {
	if limit > 0 && resp.StatusCode != http.StatusSwitchingProtocols {
		resp.Body = &pausingBody{ReadCloser: resp.Body, limit: limit}
	}
}

// pausingBody is the body of a response that is closed while a read of it lasts
// too long. What the client takes to receive it does not count.
type pausingBody struct {
	io.ReadCloser
	limit time.Duration
	timer *time.Timer
}

// Read reads within the limit.
func (b *pausingBody) Read(buf []byte) (int, error) {
	if b.timer == nil {
		b.timer = time.AfterFunc(b.limit, func() { _ = b.Close() })
	} else {
		b.timer.Reset(b.limit)
	}
	defer b.timer.Stop()
	return b.ReadCloser.Read(buf)
}
