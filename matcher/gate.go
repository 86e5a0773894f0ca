package matcher

import "sync"

// gate lets evaluations in until the engine is closed, where it holds something to
// close. The zero value holds nothing. Close waits for the evaluations in progress.
type gate struct {
	held    []closer
	running sync.RWMutex // read-locked by evaluations
	closed  bool
}

// closer is something that lives as long as the engine.
type closer interface {
	// Close ends it. No evaluation is under way, and none follows.
	Close()
}

// hold has c closed with the engine. No evaluation may have begun.
func (g *gate) hold(c closer) { g.held = append(g.held, c) }

// enter begins an evaluation. It reports false once close was called; if not, leave
// must be called at the evaluation's end.
func (g *gate) enter() bool {
	if len(g.held) == 0 {
		return true
	}
	if !g.running.TryRLock() { // close is waiting
		return false
	}
	if g.closed {
		g.running.RUnlock()
		return false
	}
	return true
}

// leave ends an evaluation.
func (g *gate) leave() {
	if len(g.held) > 0 {
		g.running.RUnlock()
	}
}

// close closes what is held, all at once, after the evaluations in progress, and
// returns when that is done. It is safe to call it more than once.
func (g *gate) close() {
	if len(g.held) == 0 {
		return
	}
	g.running.Lock()
	defer g.running.Unlock()
	if g.closed {
		return
	}
	g.closed = true
	var gone sync.WaitGroup
	for _, c := range g.held {
		gone.Go(c.Close)
	}
	gone.Wait()
}
