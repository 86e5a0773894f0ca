package httpd

import (
	"sync"
	"sync/atomic"
)

// mergeCache holds configurations that were merged.
type mergeCache struct {
	merged sync.Map     // mergeKey to *DirConfig
	size   atomic.Int64 // in bytes, as estimated
}

// mergeKey is what was merged.
type mergeKey struct{ base, over *DirConfig }

// The bytes that merged configurations take, as measured: each, more for each
// directive in the lists that are put together, and more for each rule.
const (
	mergeSize     = 2 << 10
	MergeListSize = 32
	MergeRuleSize = 256
)

// merge returns over merged on top of base, which may be nil. Equal arguments
// give the same pointer, unless the cache was emptied in between.
func (e *Engine) merge(base, over *DirConfig) *DirConfig {
	if base == nil {
		return over
	}
	cache := e.merges.Load()
	key := mergeKey{base, over}
	if m, ok := cache.merged.Load(key); ok {
		return m.(*DirConfig) //nolint:forcetypeassert // the map holds nothing else
	}
	m, known := cache.merged.LoadOrStore(key, e.seal(over.over(base)))
	merged := m.(*DirConfig) //nolint:forcetypeassert // the map holds nothing else
	if !known && cache.size.Add(merged.mergeSize(over)) > e.Limits.AccessCache/4 {
		e.merges.CompareAndSwap(cache, new(mergeCache))
	}
	return merged
}

// mergeSize estimates what d takes, which over was merged into.
func (d *DirConfig) mergeSize(over *DirConfig) int64 {
	return mergeSize + MergeListSize*int64(d.files.Len()+d.ifs.Len()) + d.Parts.size(over.Parts)
}

// forgetMerges drops the merged configurations, so that those of access files
// which changed or were forgotten can be collected.
func (e *Engine) forgetMerges() { e.merges.Store(new(mergeCache)) }
