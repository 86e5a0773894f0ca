package matcher

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// table is an ordered list of names and values, looked up without case as
// httpd's tables are. The zero table is empty. Looking a name up may change it,
// so that a table that is shared is read by its entries alone.
type table struct {
	entries  []entry
	repeated bool // a name may be there several times
	// places are where names stand first, in lower case, as far as the first
	// indexed entries go: a long table is not looked through.
	places  map[string]int
	indexed int
}

// minIndexed is the length from which on a table has an index.
const minIndexed = 64

type entry struct{ name, value string }

func (t *table) find(name string) int {
	if len(t.entries) >= minIndexed {
		return t.findIndexed(name)
	}
	for i := range t.entries {
		if uri.EqualFold(t.entries[i].name, name) {
			return i
		}
	}
	return -1
}

// findIndexed is find for a long table.
func (t *table) findIndexed(name string) int {
	if t.places == nil {
		t.places, t.indexed = make(map[string]int, len(t.entries)), 0
	}
	for ; t.indexed < len(t.entries); t.indexed++ {
		key := asciiLower(t.entries[t.indexed].name)
		if _, ok := t.places[key]; !ok {
			t.places[key] = t.indexed
		}
	}
	if i, ok := t.places[asciiLower(name)]; ok {
		return i
	}
	return -1
}

// get returns the value of name.
func (t *table) get(name string) (string, bool) {
	if i := t.find(name); i >= 0 {
		return t.entries[i].value, true
	}
	return "", false
}

// set gives name a value; a name that is there keeps its first spelling.
func (t *table) set(name, value string) {
	i := t.find(name)
	if i < 0 {
		t.entries = append(t.entries, entry{name, value})
		return
	}
	t.entries[i].value = value
	if t.repeated {
		t.removeFrom(i+1, name)
	}
}

// add appends name with a value beside those that it may have already: get
// still returns the first.
func (t *table) add(name, value string) {
	t.repeated = t.repeated || t.find(name) >= 0
	t.entries = append(t.entries, entry{name, value})
}

// unset removes name.
func (t *table) unset(name string) {
	if i := t.find(name); i >= 0 {
		t.removeFrom(i, name)
	}
}

// removeFrom removes name from the entries from number i on.
func (t *table) removeFrom(i int, name string) {
	removed := len(t.entries) - i
	kept := slices.DeleteFunc(t.entries[i:], func(e entry) bool { return uri.EqualFold(e.name, name) })
	if t.entries = t.entries[:i+len(kept)]; len(kept) < removed {
		t.places, t.indexed = nil, 0
	}
}

// size returns the bytes that a copy takes whose names have a prefix of the given
// length.
func (t *table) size(prefix int) int {
	n := len(t.entries) * entryBytes
	if prefix > 0 {
		for _, e := range t.entries {
			n += prefix + len(e.name)
		}
	}
	return n
}

// lookSteps is the work to look a name up.
func (t *table) lookSteps() int {
	if t.indexed < len(t.entries) { // they are looked at one by one, or indexed
		return len(t.entries) - t.indexed
	}
	return 1
}

// clone returns a copy.
func (t *table) clone() table {
	return table{entries: slices.Clone(t.entries), repeated: t.repeated}
}

// prefixed returns a copy with every name prefixed. Of several values of a
// name it has the last. It is incomplete once meter is exhausted.
func (t *table) prefixed(prefix string, meter *work.Meter) table {
	c := table{entries: make([]entry, 0, len(t.entries)+4)}
	for _, e := range t.entries {
		steps := 1
		if t.repeated {
			steps = c.lookSteps()
		}
		if !meter.Spend(steps) {
			break
		}
		if t.repeated {
			c.set(prefix+e.name, e.value)
		} else {
			c.entries = append(c.entries, entry{prefix + e.name, e.value})
		}
	}
	return c
}
