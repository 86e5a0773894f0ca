package dbm

import "encoding/binary"

// sdbmPage is the size of a page of an SDBM file.
const sdbmPage = 1024

// SDBM returns the entries of the pages of an SDBM file, its ".pag", in the
// byte order of this machine, which is how APR reads it.
func SDBM(file []byte) (map[string]string, error) {
	entries := map[string]string{}
	for ; len(file) >= sdbmPage; file = file[sdbmPage:] {
		if err := sdbmEntries(entries, file[:sdbmPage]); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// sdbmEntries reads a page: the number of items and their places, keys and
// values in turn; the items stand at the end of the page, the first one last.
func sdbmEntries(entries map[string]string, page []byte) error {
	word := func(i int) int { return int(binary.NativeEndian.Uint16(page[2*i:])) }
	n := word(0)
	low, high := 2*(n+1), len(page)
	if n%2 != 0 || low > high {
		return ErrCorrupt
	}
	for i := 1; i <= n; i += 2 {
		key, value := word(i), word(i+1)
		if value < low || value > key || key > high {
			return ErrCorrupt
		}
		if key < high { // no lookup finds an empty key, as APR refuses to ask for it
			entries[string(page[key:high])] = string(page[value:key])
		}
		high = value
	}
	return nil
}
