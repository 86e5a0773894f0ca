package matcher

import (
	"sync"
	"sync/atomic"
)

// mergeCache holds configurations that were merged.
type mergeCache struct {
	merged sync.Map     // mergeKey to *dirConfig
	size   atomic.Int64 // in bytes, as estimated
}

// mergeKey is what was merged.
type mergeKey struct{ base, over *dirConfig }

// The bytes that merged configurations take, as measured: each, more for each
// directive in the lists that are put together, and more for each rule.
const (
	mergeSize     = 2 << 10
	mergeListSize = 32
	mergeRuleSize = 256
)

// merge returns over merged on top of base, which may be nil. Equal arguments
// give the same pointer, unless the cache was emptied in between.
func (e *engine) merge(base, over *dirConfig) *dirConfig {
	if base == nil {
		return over
	}
	cache := e.merges.Load()
	key := mergeKey{base, over}
	if m, ok := cache.merged.Load(key); ok {
		return m.(*dirConfig) //nolint:forcetypeassert // the map holds nothing else
	}
	m, known := cache.merged.LoadOrStore(key, e.seal(over.over(base)))
	merged := m.(*dirConfig) //nolint:forcetypeassert // the map holds nothing else
	if !known && cache.size.Add(merged.mergeSize(over)) > e.limits.AccessCache/4 {
		e.merges.CompareAndSwap(cache, new(mergeCache))
	}
	return merged
}

// mergeSize estimates what d takes, which over was merged into.
func (d *dirConfig) mergeSize(over *dirConfig) int64 {
	return mergeSize + mergeListSize*int64(len(d.files)+len(d.ifs)) + d.parts.size(over.parts)
}

// forgetMerges drops the merged configurations, so that those of access files
// which changed or were forgotten can be collected.
func (e *engine) forgetMerges() { e.merges.Store(new(mergeCache)) }
