package set

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// automaton finds which of many branches match a subject, in one walk from state
// to state. The states are kept in a table, which readers use without a lock.
//
// Where the automaton is small, the table is complete from the start. Otherwise
// states are found on the way, as far as the table's memory goes. Finding one is
// slow, so a match may find a few only, and one more for some bytes it has
// matched. When the table is full, it is thrown away, but not more often than
// once in a period: a client that sends what needs ever new states gets no more
// than that out of it. A match that needs a state it can't have goes on without a
// table.
type automaton struct {
	alphabet
	nfa    *nfa // nil where the table is complete
	limit  int  // bytes
	period time.Duration
	made   time.Time
	sieve  *sieve // nil if there is none
	// lanesLength is how long a subject has to be to be matched in parts.
	lanesLength int
	// abandon says to give a match up that can't have a state, instead of going
	// on without a table.
	abandon bool

	table       atomic.Pointer[table]
	simulations sync.Pool    // of *stepper
	simulated   atomic.Int64 // matches that went on without a table

	cache *Cache // what memory is taken from beside limit; nil if there is no such
	share *share

	mu      sync.Mutex    // for all that follows, and for adding to the table
	stepper *stepper      // nil if it has to be made
	states  *states       // those of the table
	retry   time.Duration // when, since made, the table may be thrown away again
	flushes int           // tables thrown away as they were full
	dropped int           // and as others needed the memory
}

// table is a cache of transitions. What readers have seen of it stays as it is.
type table struct {
	// next holds a row of stride entries for each state: by class, and at the end
	// of the subject, where the row of the next state starts, plus notable if
	// that state accepts something or is dead. An entry is 0 until it is known.
	// After these comes the number of the state. Row 0 belongs to the dead one.
	next   []uint32
	states []state // by number
	stride uint32
	start  uint32 // entry
	// idle holds the rows of the states from which only what starts there comes,
	// by flags.
	idle [numFlags]uint32
	// generation counts the tables that were thrown away before.
	generation int
	// retry is when, once the table is full, it may be thrown away, as a duration
	// since the automaton was made; 0 means that it is not full.
	retry atomic.Int64
}

const (
	// notable marks an entry whose state accepts something or is dead, and dead
	// is that of the latter.
	notable = 1 << 31
	dead    = notable
	// firstRows is the size of an empty table, and maxTable bounds the entries
	// of any.
	firstRows = 16
	maxTable  = 1 << 30
	// stateBytes is what a state takes beside its row and its lists: itself and
	// its slots in the hash table.
	stateBytes = int(unsafe.Sizeof(state{})) + 16
)

// newAutomaton returns an automaton for n, with a complete table if that is
// small enough for so many branches.
func newAutomaton(n *nfa, branches int, opts *settings) *automaton {
	a := &automaton{
		alphabet: n.alphabet, limit: opts.cacheBytes, period: opts.flushPeriod, lanesLength: opts.lanesLength,
		made: time.Now(),
	}
	if t := completeTable(n, opts.budget(branches)); t != nil {
		a.table.Store(t)
		return a
	}
	a.nfa = n
	a.simulations.New = func() any { return newStepper(n) }
	if a.cache = opts.cache; a.cache != nil {
		a.share = a.cache.join(a)
	}
	return a
}

// firstTable makes the first table, unless that has been done.
func (a *automaton) firstTable() *table {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t := a.table.Load(); t != nil {
		return t
	}
	return a.empty()
}

// steps returns the stepper.
func (a *automaton) steps() *stepper {
	if a.stepper == nil {
		a.stepper = newStepper(a.nfa)
	}
	return a.stepper
}

// current returns the current table, and makes one if there is none.
func (a *automaton) current() *table {
	if t := a.table.Load(); t != nil {
		return t
	}
	return a.empty()
}

// memory returns about how much memory matching has taken so far.
func (a *automaton) memory() int {
	t := a.table.Load()
	if t == nil || a.nfa == nil {
		return 0
	}
	return t.memory() + a.states.stored + 4*len(a.states.slots) + a.steps().memory()
}

// account asks for the memory that the automaton has, and for more. That can fail
// only if it need not.
func (a *automaton) account(more int, must bool) bool {
	return a.cache == nil || a.cache.resize(a.share, a.memory()+more, must)
}

// drop gives all memory back, unless the automaton is busy. The next match takes it
// anew.
func (a *automaton) drop() bool {
	if !a.mu.TryLock() {
		return false
	}
	defer a.mu.Unlock()
	a.table.Store(nil)
	a.stepper, a.states = nil, nil
	a.dropped++
	return true
}

// empty makes an empty table the current one.
func (a *automaton) empty() *table {
	a.steps()
	a.states = newStates()
	a.states.reserve(firstRows)
	stride := a.numClasses + 2
	t := &table{
		next:       make([]uint32, firstRows*stride),
		states:     a.states.list[:firstRows],
		stride:     uint32(stride),
		generation: a.flushes + a.dropped,
	}
	for _, f := range a.placeFlags() {
		number := a.states.number(nil, f, nil)
		t.idle[f] = t.row(number)
	}
	core, f := a.stepper.begin()
	t.start = t.entry(a.states, a.states.number(core, f, a.stepper.accepts))
	for number := range a.states.list {
		t.addRow(number)
	}
	a.table.Store(t)
	a.account(0, true)
	return t
}

// row returns where the row of the state with a number starts.
func (t *table) row(number int) uint32 { return uint32(number) * t.stride }

// addRow adds the row of the state with a number.
func (t *table) addRow(number int) { t.next[t.row(number+1)-1] = uint32(number) }

// entry returns the entry for the state with a number.
func (t *table) entry(states *states, number int) uint32 {
	e := t.row(number)
	if number == 0 || len(states.list[number].accepts) > 0 {
		e |= notable
	}
	return e
}

// atEnd returns what is accepted if the subject ends in the state of an entry. It
// reports false if that is not known.
func (t *table) atEnd(e uint32) (accepts []int32, ok bool) {
	if e&notable != 0 {
		return nil, false
	}
	switch e = atomic.LoadUint32(&t.next[e+t.stride-2]); e {
	case 0:
		return nil, false
	case dead:
		return nil, true
	}
	return t.state(e &^ notable).accepts, true
}

// state returns the state whose row starts at row.
func (t *table) state(row uint32) *state { return &t.states[t.next[row+t.stride-1]] }

// frozen reports whether nothing may be added to t now.
func (a *automaton) frozen(t *table) bool {
	retry := t.retry.Load()
	return retry != 0 && int64(time.Since(a.made)) < retry
}

// find finds what the entry for a class in a row of t is. It returns the table
// that is current now, where the entry is valid; it is 0 if there is no room.
func (a *automaton) find(t *table, row uint32, class int) (*table, uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	from := t.state(row)
	now := a.current()
	if now.generation == t.generation {
		if e := now.next[row+uint32(class)]; e != 0 {
			return now, e
		}
	}
	core := a.steps().step(from.core, from.flags, class)
	f := a.flagsAfter(class)
	if len(core) == 0 && len(a.stepper.accepts) == 0 && (class == a.numClasses || !a.searching) {
		return now, a.enter(now, t, row, class, dead)
	}
	now, number := a.add(now, core, f)
	if number == 0 {
		return now, 0
	}
	return now, a.enter(now, t, row, class, now.entry(a.states, number))
}

// enter makes e the entry for a class in a row of t, if that is still in use.
func (a *automaton) enter(now, t *table, row uint32, class int, e uint32) uint32 {
	if now.generation == t.generation {
		atomic.StoreUint32(&now.next[row+uint32(class)], e)
	}
	return e
}

// add returns the number of a state with what the stepper accepts, and the table
// that is current after adding it. The number is 0 if there is no room.
func (a *automaton) add(t *table, core []int32, f flags) (*table, int) {
	accepts := a.stepper.accepts
	hash := hashState(core, f, accepts)
	if number, _ := a.states.find(core, f, accepts, hash); number != 0 {
		return t, number
	}
	if len(a.states.list) == len(t.states) || a.overfull(t) {
		core, accepts = slices.Clone(core), slices.Clone(accepts)
		if next := a.room(t); next != nil {
			t = next
		} else {
			return t, 0
		}
	}
	stored := a.states.stored
	number := a.states.number(core, f, accepts)
	t.addRow(number)
	if a.states.stored > stored {
		a.account(0, true)
	}
	return t, number
}

// room makes a table with more room than t, which is full, the current one. It
// returns nil if there can't be one now.
func (a *automaton) room(t *table) *table {
	rows := len(t.states)
	// Something is left for the lists of the states to come.
	left := a.limit - a.limit/8 - a.states.stored - a.stepper.memory()
	more := min(2*rows, left/t.rowBytes(), maxTable/int(t.stride))
	if more >= rows+rows/8 && rows == len(a.states.list) && a.account((more-rows)*t.rowBytes(), false) {
		return a.grow(t, more)
	}
	now := time.Since(a.made)
	if now < a.retry {
		t.retry.Store(int64(a.retry))
		return nil
	}
	a.retry = now + a.period
	a.flushes++
	return a.empty()
}

// overfull reports whether t takes more memory than it may, for the lists of its
// states. An empty one never does.
func (a *automaton) overfull(t *table) bool {
	return len(t.states) > firstRows && a.states.stored+len(t.states)*t.rowBytes()+a.stepper.memory() > a.limit-4*maxInts
}

// rowBytes returns what a state takes beside its lists.
func (t *table) rowBytes() int { return 4*int(t.stride) + stateBytes }

// grow makes a table with what is in t, and room for rows states, the current
// one.
func (a *automaton) grow(t *table, rows int) *table {
	a.states.reserve(rows)
	grown := &table{
		next:       make([]uint32, rows*int(t.stride)),
		states:     a.states.list[:rows],
		stride:     t.stride,
		start:      t.start,
		idle:       t.idle,
		generation: t.generation,
	}
	copy(grown.next, t.next)
	a.table.Store(grown)
	return grown
}
