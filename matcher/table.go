package matcher

import "github.com/modrewrite-go/modrewrite/matcher/internal/uri"

// table is an ordered list of names and values, looked up without case as
// httpd's tables are. The zero table is empty.
type table struct {
	entries []entry
}

type entry struct{ name, value string }

func (t *table) find(name string) int {
	for i := range t.entries {
		if uri.EqualFold(t.entries[i].name, name) {
			return i
		}
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
	if i := t.find(name); i >= 0 {
		t.entries[i].value = value
		return
	}
	t.entries = append(t.entries, entry{name, value})
}

// unset removes name.
func (t *table) unset(name string) {
	if i := t.find(name); i >= 0 {
		t.entries = append(t.entries[:i], t.entries[i+1:]...)
	}
}

// clone returns a copy.
func (t *table) clone() table {
	return table{append([]entry(nil), t.entries...)}
}

// prefixed returns a copy with every name prefixed.
func (t *table) prefixed(prefix string) table {
	c := table{make([]entry, len(t.entries), len(t.entries)+4)}
	for i, e := range t.entries {
		c.entries[i] = entry{prefix + e.name, e.value}
	}
	return c
}
