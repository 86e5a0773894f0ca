package apr

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// EntryBytes is what an entry of a table takes beside its name and value.
const EntryBytes = 64

// Table is an ordered list of names and values, looked up without case as
// httpd's tables are. The zero table is empty. Looking a name up may change it,
// so that a table that is shared is read by its entries alone.
type Table struct {
	Entries  []Entry
	repeated bool // a name may be there several times
	// places are where names stand first, in lower case, as far as the first
	// indexed entries go: a long table is not looked through.
	places  map[string]int
	indexed int
}

// minIndexed is the length from which on a table has an index.
const minIndexed = 64

// Entry is a name in a Table with one of its values.
type Entry struct{ Name, Value string }

// Find returns the index of the first entry of name, -1 if there is none.
func (t *Table) Find(name string) int {
	if len(t.Entries) >= minIndexed {
		return t.findIndexed(name)
	}
	for i := range t.Entries {
		if uri.EqualFold(t.Entries[i].Name, name) {
			return i
		}
	}
	return -1
}

// findIndexed is find for a long table.
func (t *Table) findIndexed(name string) int {
	if t.places == nil {
		t.places, t.indexed = make(map[string]int, len(t.Entries)), 0
	}
	for ; t.indexed < len(t.Entries); t.indexed++ {
		key := Lower(t.Entries[t.indexed].Name)
		if _, ok := t.places[key]; !ok {
			t.places[key] = t.indexed
		}
	}
	if i, ok := t.places[Lower(name)]; ok {
		return i
	}
	return -1
}

// Get returns the value of name.
func (t *Table) Get(name string) (string, bool) {
	if i := t.Find(name); i >= 0 {
		return t.Entries[i].Value, true
	}
	return "", false
}

// Set gives name a value; a name that is there keeps its first spelling.
func (t *Table) Set(name, value string) {
	i := t.Find(name)
	if i < 0 {
		t.Entries = append(t.Entries, Entry{name, value})
		return
	}
	t.Entries[i].Value = value
	if t.repeated {
		t.removeFrom(i+1, name)
	}
}

// Add appends name with a value beside those that it may have already: get
// still returns the first.
func (t *Table) Add(name, value string) {
	t.repeated = t.repeated || t.Find(name) >= 0
	t.Entries = append(t.Entries, Entry{name, value})
}

// Unset removes name.
func (t *Table) Unset(name string) {
	if i := t.Find(name); i >= 0 {
		t.removeFrom(i, name)
	}
}

// removeFrom removes name from the entries from number i on.
func (t *Table) removeFrom(i int, name string) {
	removed := len(t.Entries) - i
	kept := slices.DeleteFunc(t.Entries[i:], func(e Entry) bool { return uri.EqualFold(e.Name, name) })
	if t.Entries = t.Entries[:i+len(kept)]; len(kept) < removed {
		t.places, t.indexed = nil, 0
	}
}

// Size returns the bytes that a copy takes whose names have a prefix of the given
// length.
func (t *Table) Size(prefix int) int {
	n := len(t.Entries) * EntryBytes
	if prefix > 0 {
		for _, e := range t.Entries {
			n += prefix + len(e.Name)
		}
	}
	return n
}

// LookSteps is the work to look a name up.
func (t *Table) LookSteps() int {
	if t.indexed < len(t.Entries) { // they are looked at one by one, or indexed
		return len(t.Entries) - t.indexed
	}
	return 1
}

// Clone returns a copy.
func (t *Table) Clone() Table {
	return Table{Entries: slices.Clone(t.Entries), repeated: t.repeated}
}

// Prefixed returns a copy with every name prefixed. Of several values of a
// name it has the last. It is incomplete once meter is exhausted.
func (t *Table) Prefixed(prefix string, meter *work.Meter) Table {
	c := Table{Entries: make([]Entry, 0, len(t.Entries)+4)}
	for _, e := range t.Entries {
		steps := 1
		if t.repeated {
			steps = c.LookSteps()
		}
		if !meter.Spend(steps) {
			break
		}
		if t.repeated {
			c.Set(prefix+e.Name, e.Value)
		} else {
			c.Entries = append(c.Entries, Entry{prefix + e.Name, e.Value})
		}
	}
	return c
}
