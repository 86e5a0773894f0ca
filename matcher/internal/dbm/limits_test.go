package dbm_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher/internal/dbm"
)

// berkeleyFile returns a file with one page of items at the given places of its
// tail, and overflow pages.
func berkeleyFile(places []uint16, tail []byte, overflow ...[]byte) []byte {
	order := binary.LittleEndian
	file := append(meta(order, uint32(1+len(overflow))), page(berkeleyPage, hashHead(order, 13, 0, places...), tail)...) //nolint:gosec // a few
	for _, text := range overflow {
		file = append(file, page(berkeleyPage, append(hashHead(order, 7, uint16(len(text))), text...), nil)...) //nolint:gosec // short
	}
	return file
}

func TestHeaderLimits(t *testing.T) {
	t.Parallel()
	head := func(change func([]byte)) error {
		file := meta(binary.LittleEndian, 0)
		change(file)
		_, err := dbm.Berkeley(file)
		return err
	}
	put := func(at int, v uint32) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint32(b[at:], v) }
	}
	require.NoError(t, head(put(16, 9)))
	require.NoError(t, head(put(16, 7)))
	require.ErrorContains(t, head(put(16, 6)), "version 6")
	require.NoError(t, head(put(20, 512)))
	require.NoError(t, head(put(20, 65536)))
	require.ErrorIs(t, head(put(20, 131072)), dbm.ErrCorrupt)
	require.ErrorIs(t, head(put(20, 256)), dbm.ErrCorrupt)
	_, err := dbm.Berkeley(meta(binary.LittleEndian, 0)[:72])
	require.NoError(t, err)
	_, err = dbm.Berkeley(meta(binary.LittleEndian, 0)[:71])
	require.Error(t, err)
}

// TestItemLimits has items that just fit, and such as do not.
func TestItemLimits(t *testing.T) {
	t.Parallel()
	const offPage = "\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00" // of one byte, on page 2
	for _, tt := range []struct {
		name   string
		places []uint16
		tail   string
		want   map[string]string // nil for a corrupt file
	}{
		{"the first value of several", []uint16{510, 505}, "\x02\x02\x00aa\x01k", map[string]string{"k": "aa"}},
		{"longer than the item", []uint16{510, 505}, "\x02\x03\x00aa\x01k", nil},
		{"an empty value of several", []uint16{510, 507}, "\x02\x00\x00\x01k", map[string]string{"k": ""}},
		{"several without a length", []uint16{510, 508}, "\x02\x00\x01k", nil},
		{"several without anything", []uint16{510, 509}, "\x02\x01k", nil},
		{"two items in one place", []uint16{510, 510}, "\x01k", nil},
		{"an item among the places", []uint16{510, 28}, "\x01k", nil},
		{"an item behind the places", []uint16{510, 30}, "\x01k", nil}, // of type 0
		{"a page that is used three times", []uint16{510, 498, 486, 474}, strings.Repeat(offPage, 3) + "\x01k", map[string]string{"k": "x", "x": "x"}},
		{"a page that is used four times", []uint16{500, 488, 476, 464}, strings.Repeat(offPage, 4), nil},
	} {
		got, err := dbm.Berkeley(berkeleyFile(tt.places, []byte(tt.tail), []byte("x")))
		if tt.want == nil {
			require.Error(t, err, tt.name)
			continue
		}
		require.NoError(t, err, tt.name)
		require.Equal(t, tt.want, got, tt.name)
	}
	_, err := dbm.Berkeley(berkeleyFile([]uint16{510, 28}, []byte("\x01k")))
	require.ErrorIs(t, err, dbm.ErrCorrupt, "an item among the places is not looked at")
}

// TestSDBMLimits has a value directly behind the places of the items, and one
// that reaches into them.
func TestSDBMLimits(t *testing.T) {
	t.Parallel()
	file := func(n, key, value uint16) []byte {
		p := make([]byte, sdbmPage)
		for i, v := range []uint16{n, key, value} {
			binary.NativeEndian.PutUint16(p[2*i:], v)
		}
		return p
	}
	got, err := dbm.SDBM(file(2, 1023, 6))
	require.NoError(t, err)
	require.Len(t, got["\x00"], 1017)
	_, err = dbm.SDBM(file(2, 1023, 5))
	require.ErrorIs(t, err, dbm.ErrCorrupt)
	_, err = dbm.SDBM(file(2, 1025, 6))
	require.ErrorIs(t, err, dbm.ErrCorrupt)
}
