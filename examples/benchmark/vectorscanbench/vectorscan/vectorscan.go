// Package vectorscan has Vectorscan, the portable Hyperscan, find which of many
// patterns match, in C. It needs cgo and libvectorscan-dev.
package vectorscan

/*
#cgo CFLAGS: -O2
#cgo LDFLAGS: -lhs
#include <stdlib.h>
#include "first.h"
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Pattern is a pattern as Vectorscan reads it.
type Pattern struct {
	Source string
	NoCase bool
}

// flags returns the flags of p: a dot matches LF too, and one match of each is enough.
func (p Pattern) flags() C.uint {
	flags := C.uint(C.HS_FLAG_DOTALL | C.HS_FLAG_SINGLEMATCH | C.HS_FLAG_ALLOWEMPTY)
	if p.NoCase {
		flags |= C.HS_FLAG_CASELESS
	}
	return flags
}

// Runs reports whether Vectorscan takes the pattern.
func Runs(p Pattern) bool {
	db, err := New([]Pattern{p})
	if err != nil {
		return false
	}
	db.Free()
	return true
}

// Database is patterns that have been compiled together. It must not be used twice at a
// time.
type Database struct {
	db      *C.hs_database_t
	scratch *C.hs_scratch_t
	size    int
}

// New compiles patterns, which are known by their indexes.
func New(patterns []Pattern) (*Database, error) {
	n := len(patterns)
	texts := unsafe.Slice((**C.char)(C.calloc(C.size_t(n), C.size_t(unsafe.Sizeof(uintptr(0))))), n)
	defer C.free(unsafe.Pointer(&texts[0]))
	flags, ids := make([]C.uint, n), make([]C.uint, n)
	for i, p := range patterns {
		texts[i], flags[i], ids[i] = C.CString(p.Source), p.flags(), C.uint(i)
	}
	defer func() {
		for _, text := range texts {
			C.free(unsafe.Pointer(text))
		}
	}()
	d := &Database{size: n}
	var failure *C.hs_compile_error_t
	status := C.hs_compile_multi(&texts[0], &flags[0], &ids[0], C.uint(n), C.HS_MODE_BLOCK, nil, &d.db, &failure) //nolint:gocritic // it sees what cgo makes of the line
	if status != C.HS_SUCCESS {
		defer C.hs_free_compile_error(failure)
		return nil, fmt.Errorf("pattern %d: %s", failure.expression, C.GoString(failure.message))
	}
	if status = C.hs_alloc_scratch(d.db, &d.scratch); status != C.HS_SUCCESS { //nolint:gocritic // it sees what cgo makes of the line
		C.hs_free_database(d.db)
		return nil, fmt.Errorf("no scratch space for %d patterns", n)
	}
	return d, nil
}

// Free frees the database.
func (d *Database) Free() {
	C.hs_free_scratch(d.scratch)
	C.hs_free_database(d.db)
}

// Subjects are subjects where C can see them.
type Subjects struct {
	text string
	ends []C.size_t
}

// NewSubjects returns the given subjects.
func NewSubjects(list []string) *Subjects {
	s := &Subjects{text: strings.Join(list, "") + "\x00"}
	end := 0
	for _, subject := range list {
		end += len(subject)
		s.ends = append(s.ends, C.size_t(end))
	}
	return s
}

// First looks times over for the first pattern that matches each subject, and returns the
// sum of their indexes; where none matches it is the number of patterns.
func (d *Database) First(s *Subjects, times int) int {
	return int(C.first(d.db, d.scratch, (*C.char)(unsafe.Pointer(unsafe.StringData(s.text))), &s.ends[0],
		C.size_t(len(s.ends)), C.size_t(times), C.uint(d.size)))
}
