package main

import (
	"encoding/binary"
	"slices"
	"strings"
)

// table returns the contents of the file: one record for each set of characters,
// and one for the cases of letters. A record is
//
//	names, separated by blanks, after their length
//	the length of the rest
//	the rest
//
// The rest of a set are the places where membership changes, each as the distance
// from the one before; that of the cases is explained in folds.go. All numbers are
// unsigned varints.
func table(names string) ([]byte, error) {
	p := newProber()
	named, err := p.properties(strings.Fields(names))
	if err != nil {
		return nil, err
	}
	breaks, err := p.breaks()
	if err != nil {
		return nil, err
	}
	cased, err := p.cased()
	if err != nil {
		return nil, err
	}
	folds, err := p.folds(cased, p.all)
	if err != nil {
		return nil, err
	}
	var out []byte
	for _, s := range merged(append(named, breaks...)) {
		out = appendRecord(out, s.name, s.encode())
	}
	return appendRecord(out, "fold=next", encodeFolds(folds)), nil
}

func appendRecord(out []byte, names string, body []byte) []byte {
	out = binary.AppendUvarint(out, uint64(len(names)))
	out = append(out, names...)
	out = binary.AppendUvarint(out, uint64(len(body)))
	return append(out, body...)
}

// namedSet is a set of characters: bounds are the first one that is in it, the
// first after that which is not, and so on.
type namedSet struct {
	name   string
	bounds []rune
}

func (s namedSet) encode() (out []byte) {
	last := rune(0)
	for _, b := range s.bounds {
		out = binary.AppendUvarint(out, uint64(b-last))
		last = b
	}
	return out
}

// merged gives equal sets one record, with all their names.
func merged(sets []namedSet) (out []namedSet) {
	index := map[string]int{}
	for _, s := range sets {
		key := string(s.encode())
		if i, ok := index[key]; ok {
			out[i].name += " " + s.name
			continue
		}
		index[key] = len(out)
		out = append(out, s)
	}
	for i := range out {
		names := strings.Fields(out[i].name)
		slices.Sort(names)
		out[i].name = strings.Join(names, " ")
	}
	slices.SortFunc(out, func(a, b namedSet) int { return strings.Compare(a.name, b.name) })
	return out
}
