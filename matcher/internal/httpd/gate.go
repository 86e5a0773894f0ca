package httpd

import "sync"

// Gate lets evaluations in until the engine is closed, where it holds something to
// close. The zero value holds nothing. Close waits for the evaluations in progress.
type Gate struct {
	held    []Closer
	running sync.RWMutex // read-locked by evaluations
	closed  bool
}

// Closer is something that lives as long as the engine.
type Closer interface {
	// Close ends it. No evaluation is under way, and none follows.
	Close()
}

// Hold has c closed with the engine. No evaluation may have begun.
func (g *Gate) Hold(c Closer) { g.held = append(g.held, c) }

// enter begins an evaluation. It reports false once close was called; if not, leave
// must be called at the evaluation's end.
func (g *Gate) enter() bool { return len(g.held) == 0 || g.lock() }

// lock is enter where something is held.
func (g *Gate) lock() bool {
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
func (g *Gate) leave() {
	if len(g.held) > 0 {
		g.unlock()
	}
}

func (g *Gate) unlock() { g.running.RUnlock() }

// Close closes what is held, all at once, after the evaluations in progress, and
// returns when that is done. It is safe to call it more than once.
func (g *Gate) Close() {
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
