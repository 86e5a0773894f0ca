// Package pcreloop tries one PCRE2 pattern after the other on a subject, in C, as
// httpd does with its rules: interpreted, with the match data used again. It
// needs cgo and libpcre2-dev.
package pcreloop

/*
#cgo CFLAGS: -O2
#cgo LDFLAGS: -lpcre2-8
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

typedef struct { pcre2_code **codes; size_t count; pcre2_match_data *data; } loop;

static pcre2_code *compile(const char *pattern, size_t length, uint32_t options) {
	int code;
	size_t offset;
	return pcre2_compile((PCRE2_SPTR)pattern, length, options, &code, &offset, NULL);
}

// first returns the sum of the indexes of the first patterns that match the
// subjects, the number of patterns where none does. With all, patterns are tried
// on after the first.
static size_t run(const loop *l, const char *text, const size_t *ends, size_t subjects, size_t times, int all) {
	size_t sum = 0;
	for (size_t t = 0; t < times; t++) {
		size_t start = 0;
		for (size_t s = 0; s < subjects; s++) {
			size_t i = 0;
			for (; i < l->count; i++) {
				int rc = pcre2_match(l->codes[i], (PCRE2_SPTR)(text + start), ends[s] - start, 0, 0, l->data, NULL);
				if (rc >= 0 && !all) {
					break;
				}
			}
			sum += i;
			start = ends[s];
		}
	}
	return sum;
}
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Apache are the options with which httpd compiles patterns, and Caseless what
// its flag NC adds.
const (
	Apache   = C.PCRE2_DOTALL | C.PCRE2_DOLLAR_ENDONLY | C.PCRE2_DUPNAMES
	Caseless = C.PCRE2_CASELESS
)

// Loop is a list of patterns.
type Loop struct {
	loop  C.loop
	codes []*C.pcre2_code
}

// Add compiles a pattern and appends it to the list.
func (l *Loop) Add(pattern string, options uint32) error {
	text := C.CString(pattern)
	defer C.free(unsafe.Pointer(text))
	code := C.compile(text, C.size_t(len(pattern)), C.uint32_t(options))
	if code == nil {
		return fmt.Errorf("PCRE2 refuses %q", pattern)
	}
	l.codes = append(l.codes, code)
	return nil
}

// Finish prepares the list for Run, once all patterns have been added.
func (l *Loop) Finish() {
	l.loop.count = C.size_t(len(l.codes))
	l.loop.codes = (**C.pcre2_code)(C.malloc(C.size_t(8 * (len(l.codes) + 1))))
	copy(unsafe.Slice(l.loop.codes, len(l.codes)), l.codes)
	l.loop.data = C.pcre2_match_data_create_8(10, nil)
}

// Free frees the patterns.
func (l *Loop) Free() {
	for _, code := range l.codes {
		C.pcre2_code_free_8(code)
	}
	C.free(unsafe.Pointer(l.loop.codes))
	C.pcre2_match_data_free_8(l.loop.data)
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

// Run looks times over for the first pattern that matches each subject, and
// returns the sum of their indexes; where none matches it is the number of
// patterns. With all, every pattern is tried.
func (l *Loop) Run(s *Subjects, times int, all bool) int {
	every := C.int(0)
	if all {
		every = 1
	}
	return int(C.run(&l.loop, (*C.char)(unsafe.Pointer(unsafe.StringData(s.text))), &s.ends[0],
		C.size_t(len(s.ends)), C.size_t(times), every))
}
