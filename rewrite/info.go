package rewrite

import (
	"context"
	"net/url"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/public"
)

// Info is the outcome of the rules for a request, for the handlers behind them. It
// must not be changed.
type Info struct {
	// Result holds the file name, path info, environment, handler and type,
	// the rule that decided, and everything else the evaluation yielded. Its
	// Environment method returns the variables as httpd would pass them on.
	matcher.Result
	// Original is the request's URL as it was before the rules ran.
	Original *url.URL
	// Client is the client's address: the peer's, or what a trusted proxy
	// said it is; "" if unknown.
	Client string

	visit *visit
}

// looked returns the file that is open since the engine looked at it, nil if none is.
func (i *Info) looked() *public.File {
	if i.visit == nil {
		return nil
	}
	return i.visit.looked
}

type infoKey struct{}

// infoContext is a context with an Info.
type infoContext struct {
	context.Context
	info *Info
}

// Value returns the Info for its key, and the values of the parent context for
// others.
func (c *infoContext) Value(key any) any {
	if key == (infoKey{}) {
		return c.info
	}
	return c.Context.Value(key)
}

// FromContext returns the outcome of the rules for the request that ctx belongs
// to. ok is false if the request did not pass a Middleware; of several, the
// innermost counts.
func FromContext(ctx context.Context) (info *Info, ok bool) {
	info, ok = ctx.Value(infoKey{}).(*Info)
	return info, ok
}
