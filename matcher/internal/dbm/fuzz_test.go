package dbm_test

import (
	"encoding/binary"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher/internal/dbm"
)

// The pages that FuzzDBM fills: those of the smallest Berkeley DB file, and
// those of SDBM.
const (
	berkeleyPage = 512
	sdbmPage     = 1024
)

// page returns a page of size bytes that begins with head and ends with tail.
func page(size int, head, tail []byte) []byte {
	p := make([]byte, size)
	copy(p, head[:min(len(head), size)])
	tail = tail[:min(len(tail), size)]
	copy(p[size-len(tail):], tail)
	return p
}

// meta returns the first page of a Berkeley DB file of type hash.
func meta(order binary.ByteOrder, last uint32) []byte {
	p := make([]byte, berkeleyPage)
	order.PutUint32(p[12:], 0x061561)
	order.PutUint32(p[16:], 9)
	order.PutUint32(p[20:], berkeleyPage)
	order.PutUint32(p[32:], last)
	return p
}

// hashHead returns the head of a page of the given type with the places of its
// items.
func hashHead(order binary.ByteOrder, kind byte, length uint16, places ...uint16) []byte {
	h := make([]byte, 26, 26+2*len(places))
	order.PutUint16(h[20:], uint16(len(places))) //nolint:gosec // a few
	order.PutUint16(h[22:], length)
	h[25] = kind
	for _, p := range places {
		var b [2]byte
		order.PutUint16(b[:], p)
		h = append(h, b[:]...)
	}
	return h
}

// FuzzDBM reads hostile files: no panic, no work without end, and no more text
// than there is file. A file is made of its pages' first and last bytes, which
// is where everything stands: short inputs make for many executions.
func FuzzDBM(f *testing.F) {
	for i, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		offPage := make([]byte, 12)
		offPage[0] = 3
		order.PutUint32(offPage[4:], 2)
		order.PutUint32(offPage[8:], 5)
		text := hashHead(order, 7, 5)
		duplicates := []byte{2, 0, 0, 'a', 'a'}
		order.PutUint16(duplicates[1:], 2)
		f.Add(i == 1, uint32(2), hashHead(order, 13, 0, 508, 505), []byte("\x01vv\x01key"), text, []byte(nil))
		f.Add(i == 1, uint32(2), hashHead(order, 2, 0, 508, 496), append(offPage, "\x01key"...), append(text, "value"...), []byte(nil))
		f.Add(i == 1, uint32(9), hashHead(order, 13, 0, 508, 503), append(duplicates, "\x01key"...), []byte(nil), []byte(nil))
	}
	f.Add(false, uint32(1), []byte{2, 0, 0xfd, 3, 0xf8, 3}, []byte("valuekey"), []byte(nil), []byte(nil))
	f.Fuzz(func(t *testing.T, big bool, last uint32, head1, tail1, head2, tail2 []byte) {
		var order binary.ByteOrder = binary.LittleEndian
		if big {
			order = binary.BigEndian
		}
		file := append(meta(order, last), page(berkeleyPage, head1, tail1)...)
		checkEntries(t, dbm.Berkeley, append(file, page(berkeleyPage, head2, tail2)...))
		checkEntries(t, dbm.SDBM, append(page(sdbmPage, head1, tail1), page(sdbmPage, head2, tail2)...))
	})
}

// checkEntries checks that read makes no more of file than it holds.
func checkEntries(t *testing.T, read func([]byte) (map[string]string, error), file []byte) {
	t.Helper()
	entries, err := read(file)
	if err != nil {
		return
	}
	n := 0
	for key, value := range entries {
		n += len(key) + len(value)
	}
	if n > 2*len(file) {
		t.Errorf("%d bytes of a file of %d", n, len(file))
	}
}
