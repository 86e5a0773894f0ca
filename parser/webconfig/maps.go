package webconfig

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

func (*Maps) tag() string       { return "rewriteMaps" }
func (n *Maps) fields() []field { return []field{n.source()} }

func (*Maps) child(_ *reader, name string) element {
	if name == "rewriteMap" {
		return newMap()
	}
	return collection(name, "name")
}

func newMap() *Map { return &Map{IgnoreCase: Bool{Value: true}} }

func (*Map) tag() string { return "rewriteMap" }
func (n *Map) fields() []field {
	return []field{{"name", &n.Name}, {"defaultValue", &n.Default}, {"ignoreCase", &n.IgnoreCase}}
}

// enter makes room for the entries, of which there may be many.
func (n *Map) enter(r *reader) {
	rest := r.s.text[r.s.i:]
	end := strings.Index(rest, "</rewriteMap")
	if r.s.pending || end < 0 {
		return
	}
	const shortest = len(`<add key="">`)
	room := min(strings.Count(rest[:end], "<add"), end/shortest)
	n.Entries = make([]Entry, 0, room)
	r.keys[len(r.keys)-1].at = make(map[string]parser.Pos, room)
}

func (n *Map) leave(r *reader) {
	r.trim(n, "name", &n.Name.Value, n.Name.At)
	if !r.required(n, "name", &n.Name) {
		return
	}
	name := strings.ToLower(n.Name.Value)
	r.unique(startOf(n), "rewrite map", name)
	r.mapNames[name] = true
	if callKind(name) != PartMap {
		r.fail(valueExtent(n, "name", n.Name.At), CodeBadValue, "a rewrite map can't be called "+name+", which has a meaning in templates", "")
	}
}

// entry reads an element in a map, whose start tag was read last.
func (r *reader) entry(m *Map) {
	t := &r.s.tag
	e := Entry{At: t.at}
	k := &r.keys[len(r.keys)-1]
	switch t.name {
	case "add":
		hasKey := r.entryAttributes(t, &e)
		if !hasKey {
			r.fail(r.tagExtent(), CodeMissing, "<add> has no attribute key", "")
		} else {
			r.entryKey(k, &e)
		}
	case "remove":
		e.Kind = EntryRemove
		if !r.entryAttributes(t, &e) {
			r.fail(r.tagExtent(), CodeMissing, "<remove> has no attribute key", "")
		}
		delete(k.at, e.Key)
	case "clear":
		e.Kind = EntryClear
		k.at = nil
	default:
		r.unknownElement(m)
		e.Kind = EntryForeign
		e.Value = r.foreign().Text
		m.Entries = append(m.Entries, e)
		return
	}
	m.Entries = append(m.Entries, e)
	r.emptyEntry(t.name)
}

// entryAttributes reads the attributes of an entry. It reports whether there is
// a key.
func (r *reader) entryAttributes(t *tag, e *Entry) (hasKey bool) {
	for i := range t.attributes {
		a := &t.attributes[i]
		switch {
		case a.name == "key":
			e.Key, hasKey = a.value, true
		case a.name == "value" && e.Kind == EntryAdd:
			e.Value = a.value
		case strings.HasPrefix(a.name, "xdt:"):
			r.transform(r.extent(a))
		default:
			r.once("attribute entry "+a.name, r.extent(a), CodeUnknownAttribute,
				"<"+t.name+"> has no attribute "+clip(a.name)+"; it is left out")
		}
	}
	return hasKey
}

// entryKey reports a key that is there already. Keys know case, even where
// looking one up does not.
func (r *reader) entryKey(k *keys, e *Entry) {
	first, ok := k.at[e.Key]
	if ok {
		r.fail(r.tagExtent(), CodeDuplicate, "there is a key "+clip(e.Key)+" already, in line "+decimal(first.Line), "")
		return
	}
	if k.at == nil {
		k.at = map[string]parser.Pos{}
	}
	k.at[e.Key] = e.At
}

// emptyEntry reads on to the end of an entry, which has nothing inside.
func (r *reader) emptyEntry(name string) {
	for {
		switch r.s.next() {
		case tokenEnd, tokenClose:
			return
		case tokenOpen:
			r.fail(r.tagExtent(), CodeUnknownElement, "<"+name+"> has no element <"+clip(r.s.tag.name)+">", "")
			r.s.skip(nil)
		case tokenText:
			r.warn(r.s.extent(r.s.from, r.s.i), parser.CodeIgnoredText, "text in <"+name+"> has no meaning", "")
		case tokenComment, tokenInstruct:
		}
	}
}
