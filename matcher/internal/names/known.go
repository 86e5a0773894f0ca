package names

import (
	"container/list"
	"sync"
	"time"
)

// known is what was found out and what is just being asked for.
type known struct {
	mu      sync.Mutex
	answers map[key]*list.Element // of order
	order   *list.List            // of *kept, the oldest first
	flights map[key]*flight
}

// kept is an answer that is remembered.
type kept struct {
	key    key
	answer answer
	until  time.Time
}

// flight is a lookup that is running. Its answer is there once done is closed,
// if given says so.
type flight struct {
	done   chan struct{}
	answer answer
	given  bool
}

func newKnown() known {
	return known{answers: map[key]*list.Element{}, order: list.New(), flights: map[key]*flight{}}
}

// recall returns the answer for k if one is remembered.
func (n *known) recall(k key, now time.Time) (a answer, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	el, ok := n.answers[k]
	if !ok {
		return a, false
	}
	known := el.Value.(*kept) //nolint:forcetypeassert // the list holds nothing else
	if !now.Before(known.until) {
		n.forget(el)
		return a, false
	}
	return known.answer, true
}

// join returns the lookup of k that is running, or begins one, which is then the
// caller's to carry out. It returns nil where most are running already.
func (n *known) join(k key, most int) (f *flight, mine bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if f = n.flights[k]; f != nil {
		return f, false
	}
	if len(n.flights) >= most {
		return nil, false
	}
	f = &flight{done: make(chan struct{})}
	n.flights[k] = f
	return f, true
}

// settle ends f, and remembers its answer for a time. The oldest answers go where
// there are more than most.
func (n *known) settle(k key, f *flight, a answer, now time.Time, keep time.Duration, most int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.flights, k)
	f.answer = a
	close(f.done)
	if keep <= 0 {
		return
	}
	if el, ok := n.answers[k]; ok {
		n.forget(el)
	}
	n.answers[k] = n.order.PushBack(&kept{k, a, now.Add(keep)})
	for n.order.Len() > most {
		n.forget(n.order.Front())
	}
}

func (n *known) forget(el *list.Element) {
	known := n.order.Remove(el).(*kept) //nolint:forcetypeassert // the list holds nothing else
	delete(n.answers, known.key)
}
