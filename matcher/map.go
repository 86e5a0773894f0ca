package matcher

import "context"

// Map is a rewrite map supplied by the caller.
type Map interface {
	// Lookup returns the value of key. found is false where there is none, so
	// that the default applies. An error is reported and counts as not found.
	// It is called concurrently.
	Lookup(ctx context.Context, key string) (value string, found bool, err error)
}

// MapFunc is a function as a Map.
type MapFunc func(ctx context.Context, key string) (string, bool, error)

// Lookup calls f.
func (f MapFunc) Lookup(ctx context.Context, key string) (string, bool, error) {
	return f(ctx, key)
}
