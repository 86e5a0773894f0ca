package main

import (
	"container/list"
	"sync"
)

// lru is a map with a bound: where it is full, the entry goes that was touched
// longest ago. It is safe for concurrent use.
type lru[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	items map[K]*list.Element
	order list.List // of *entry[K, V], the newest in front
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newLRU[K comparable, V any](most int) *lru[K, V] {
	return &lru[K, V]{most: most, items: map[K]*list.Element{}}
}

// touch calls change with the value of a key, a new one if there is none, and makes
// it the newest.
func (l *lru[K, V]) touch(key K, change func(*V)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.items[key]
	if !ok {
		for len(l.items) >= l.most {
			last := l.order.Back()
			delete(l.items, l.order.Remove(last).(*entry[K, V]).key)
		}
		e = l.order.PushFront(&entry[K, V]{key: key})
		l.items[key] = e
	}
	l.order.MoveToFront(e)
	change(&e.Value.(*entry[K, V]).value)
}

// get returns the value of a key.
func (l *lru[K, V]) get(key K) (value V, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.items[key]; ok {
		return e.Value.(*entry[K, V]).value, true
	}
	return value, false
}

func (l *lru[K, V]) remove(key K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.items[key]; ok {
		l.order.Remove(e)
		delete(l.items, key)
	}
}

// all returns the values, the newest first.
func (l *lru[K, V]) all() []V {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]V, 0, len(l.items))
	for e := l.order.Front(); e != nil; e = e.Next() {
		list = append(list, e.Value.(*entry[K, V]).value)
	}
	return list
}
