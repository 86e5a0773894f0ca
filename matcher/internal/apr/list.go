package apr

import (
	"maps"
	"slices"
)

// Concat returns the elements of a and then those of b. It changes neither, and
// may return one of them.
func Concat[T any](a, b []T) []T {
	if len(a) == 0 {
		return b
	}
	return append(slices.Clip(a), b...)
}

// Overlay returns the entries of both maps; what over says wins. It changes
// neither, and may return one of them.
func Overlay[M ~map[K]V, K comparable, V any](over, base *M) *M {
	switch {
	case len(*base) == 0:
		return over
	case len(*over) == 0:
		return base
	}
	merged := maps.Clone(*base)
	maps.Copy(merged, *over)
	return &merged
}
