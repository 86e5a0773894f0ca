// Package dbm reads the files that httxt2dbm and its like write: whole, in
// bounded time and memory whatever is in them.
package dbm

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrCorrupt is the error of a file that contradicts itself.
var ErrCorrupt = errors.New("the DBM file is corrupt")

// What a Berkeley DB file of type hash holds at which place. Every page begins
// with a header; that of the first page goes on with facts about the file.
const (
	hashMagic    = 0x061561
	firstVersion = 7
	lastVersion  = 9

	atMagic       = 12
	atVersion     = 16
	atPageSize    = 20
	atEncryption  = 24
	atMetaFlags   = 26
	atLastPage    = 32
	atFlags       = 48
	metaSize      = 72
	subdatabases  = 0x02 // among the flags
	atNextPage    = 16
	atEntries     = 20
	atLength      = 22 // of what an overflow page holds
	atType        = 25
	headerSize    = 26
	smallestPage  = 512
	largestPage   = 64 << 10
	offPageLength = 12
)

// Types of pages.
const (
	pageUnsorted = 2
	pageOverflow = 7
	pageSorted   = 13
)

// Types of items on a page: the first byte of each.
const (
	itemInline     = 1
	itemDuplicates = 2
	itemOffPage    = 3
)

// berkeley is a file being read.
type berkeley struct {
	order    binary.ByteOrder
	file     []byte
	pageSize int
	overflow int // bytes of overflow pages that may still be read
	entries  map[string]string
}

// Berkeley returns the entries of a Berkeley DB file of type hash, as versions
// 3.1 to 5.3 write it in either byte order. Of several values of a key it
// returns the first.
func Berkeley(file []byte) (map[string]string, error) {
	b := &berkeley{file: file, overflow: len(file), entries: map[string]string{}}
	if err := b.header(); err != nil {
		return nil, err
	}
	last := int64(b.order.Uint32(file[atLastPage:]))
	for n := int64(1); n <= last; n++ {
		page, ok := b.page(n)
		if !ok {
			break
		}
		if t := page[atType]; t != pageUnsorted && t != pageSorted {
			continue
		}
		if err := b.hashPage(page); err != nil {
			return nil, fmt.Errorf("page %d: %w", n, err)
		}
	}
	return b.entries, nil
}

// header checks the head of the first page.
func (b *berkeley) header() error {
	if len(b.file) < metaSize {
		return errors.New("not a Berkeley DB file")
	}
	switch {
	case binary.LittleEndian.Uint32(b.file[atMagic:]) == hashMagic:
		b.order = binary.LittleEndian
	case binary.BigEndian.Uint32(b.file[atMagic:]) == hashMagic:
		b.order = binary.BigEndian
	default:
		return errors.New("not a Berkeley DB file of type hash")
	}
	if v := b.order.Uint32(b.file[atVersion:]); v < firstVersion || v > lastVersion {
		return fmt.Errorf("version %d of Berkeley DB hash files is not supported", v)
	}
	size := b.order.Uint32(b.file[atPageSize:])
	if size < smallestPage || size > largestPage || size&(size-1) != 0 {
		return ErrCorrupt
	}
	b.pageSize = int(size)
	if b.file[atEncryption] != 0 || b.file[atMetaFlags] != 0 || b.order.Uint32(b.file[atFlags:])&subdatabases != 0 {
		return errors.New("Berkeley DB files with encryption, checksums, partitions or subdatabases are not supported")
	}
	return nil
}

// page returns page n, if it is there.
func (b *berkeley) page(n int64) ([]byte, bool) {
	start := n * int64(b.pageSize)
	if start+int64(b.pageSize) > int64(len(b.file)) {
		return nil, false
	}
	return b.file[start:][:b.pageSize], true
}

// hashPage reads the entries of a page. The header is followed by the places
// of the items, keys and values in turn; the items stand at the end of the
// page, the first one last.
func (b *berkeley) hashPage(page []byte) error {
	n := int(b.order.Uint16(page[atEntries:]))
	low, high := headerSize+2*n, len(page)
	if n%2 != 0 || low > high {
		return ErrCorrupt
	}
	key := ""
	for i := range n {
		start := int(b.order.Uint16(page[headerSize+2*i:]))
		if start < low || start >= high {
			return ErrCorrupt
		}
		text, err := b.item(page[start:high])
		if err != nil {
			return err
		}
		high = start
		if i%2 == 0 {
			key = text
		} else if _, known := b.entries[key]; !known {
			b.entries[key] = text
		}
	}
	return nil
}

// item returns the text of an item, which has at least one byte.
func (b *berkeley) item(item []byte) (string, error) {
	switch item[0] {
	case itemInline:
		return string(item[1:]), nil
	case itemDuplicates: // each between its length
		if len(item) < 3 {
			return "", ErrCorrupt
		}
		end := 3 + int(b.order.Uint16(item[1:]))
		if end > len(item) {
			return "", ErrCorrupt
		}
		return string(item[3:end]), nil
	case itemOffPage:
		if len(item) != offPageLength {
			return "", ErrCorrupt
		}
		return b.offPage(int64(b.order.Uint32(item[4:])), int64(b.order.Uint32(item[8:])))
	}
	return "", fmt.Errorf("items of type %d are not supported", item[0])
}

// offPage returns a text of the given length that begins on an overflow page.
func (b *berkeley) offPage(n, length int64) (string, error) {
	var text []byte
	for n != 0 {
		page, ok := b.page(n)
		// A page that is used twice, in a circle even, is used up.
		b.overflow -= b.pageSize
		if !ok || b.overflow < 0 || page[atType] != pageOverflow {
			return "", ErrCorrupt
		}
		end := headerSize + int(b.order.Uint16(page[atLength:]))
		if end > len(page) {
			return "", ErrCorrupt
		}
		text = append(text, page[headerSize:end]...)
		n = int64(b.order.Uint32(page[atNextPage:]))
	}
	if int64(len(text)) != length {
		return "", ErrCorrupt
	}
	return string(text), nil
}
