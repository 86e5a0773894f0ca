package iis

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// rewriteMap is a <rewriteMap>.
type rewriteMap struct {
	values map[string]string
	other  string // the value of other keys
	fold   bool   // keys do not know case, and are in lower case
}

func newMap(n *webconfig.Map) *rewriteMap {
	m := &rewriteMap{values: make(map[string]string, len(n.Entries)), other: n.Default.Value, fold: n.IgnoreCase.Value}
	for i := range n.Entries {
		switch e := &n.Entries[i]; e.Kind {
		case webconfig.EntryAdd:
			m.add(e)
		case webconfig.EntryClear:
			clear(m.values)
		case webconfig.EntryRemove:
			delete(m.values, m.key(e.Key))
		case webconfig.EntryComment, webconfig.EntryForeign:
		}
	}
	return m
}

// add adds an entry. Of keys that differ in case alone the first counts.
func (m *rewriteMap) add(e *webconfig.Entry) {
	key := m.key(e.Key)
	if _, there := m.values[key]; !there {
		m.values[key] = e.Value
	}
}

func (m *rewriteMap) key(k string) string {
	if m.fold {
		return strings.ToLower(k)
	}
	return k
}

// lookup returns the value of a key; found says that it has one of its own.
func (m *rewriteMap) lookup(key string) (value string, found bool) {
	value, found = m.values[m.key(key)]
	if value == "" {
		return m.other, found
	}
	return value, found
}
