package index_test

import (
	"math/rand/v2"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
)

// FuzzIndex compares the index of a random list, or of several, with trying each
// item. The thresholds are part of the input.
func FuzzIndex(f *testing.F) {
	f.Add(uint64(1), uint8(1), uint8(1), uint8(1), uint8(1), true)
	f.Add(uint64(2), uint8(4), uint8(2), uint8(8), uint8(3), false)
	f.Fuzz(func(t *testing.T, seed uint64, items, users, sharers, lists uint8, good bool) {
		o := index.Options{Fixed: fixed, MinItems: int(items), MinUsers: int(users), Sharers: int(sharers), Good: 1e-9}
		if good {
			o.Good = 0.3
		}
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 2))}
		var joined [][]item
		for range 1 + lists%4 {
			joined = append(joined, g.list())
		}
		walk(t, g, joined, o, 3)
	})
}
