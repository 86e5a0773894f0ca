// Package framing tells a request whose body came in chunks from one that had a
// Content-Length, too, with which a request can be smuggled past a proxy: net/http removes
// the length and leaves no sign of it.
package framing

import (
	"bytes"
	"context"
	"strings"
	"sync/atomic"
)

// name is what a Watch looks for, in any case.
const name = "Content-Length"

// Watch looks at what a client sends. The zero value has seen nothing. See must not run
// twice at a time; LengthSaid may be called meanwhile.
type Watch struct {
	said atomic.Bool
	tail [len(name) - 1]byte // the last bytes seen, as the name may come in parts
	n    int                 // how many of them there are
}

// See takes the next bytes that the client sent.
func (w *Watch) See(b []byte) {
	if w.said.Load() || len(b) == 0 {
		return
	}
	var edge [2 * len(w.tail)]byte
	n := copy(edge[:], w.tail[:w.n])
	n += copy(edge[n:], b[:min(len(b), len(w.tail))])
	if contains(edge[:n]) || contains(b) {
		w.said.Store(true)
		return
	}
	last := edge[:n]
	if len(b) >= len(w.tail) {
		last = b
	}
	w.n = copy(w.tail[:], last[max(0, len(last)-len(w.tail)):])
}

// contains reports whether the name is anywhere in b.
func contains(b []byte) bool {
	dash := strings.IndexByte(name, '-')
	for len(b) >= len(name) {
		i := bytes.IndexByte(b[dash:len(b)-len(name)+dash+1], '-')
		if i < 0 {
			return false
		}
		if strings.EqualFold(string(b[i:i+len(name)]), name) {
			return true
		}
		b = b[i+1:]
	}
	return false
}

// LengthSaid reports whether the client may have sent a Content-Length: whether its name
// was anywhere in what came over the connection, be it in a header or a body.
func (w *Watch) LengthSaid() bool { return w.said.Load() }

type key struct{}

// With returns a context for the requests of a connection that w watches.
func With(ctx context.Context, w *Watch) context.Context { return context.WithValue(ctx, key{}, w) }

// LengthSaid reports whether the client may have sent a Content-Length over the connection
// of the request that ctx belongs to. It may have where nothing watches.
func LengthSaid(ctx context.Context) bool {
	w, ok := ctx.Value(key{}).(*Watch)
	return !ok || w.LengthSaid()
}
