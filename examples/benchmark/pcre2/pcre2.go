// Package pcre2 calls PCRE2's 8-bit library, as a reference for our own engines.
// It needs cgo and libpcre2-dev.
package pcre2

/*
#cgo LDFLAGS: -lpcre2-8
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static pcre2_code *compile(const void *pattern, size_t length, uint32_t options, int *code, size_t *offset) {
	return pcre2_compile((PCRE2_SPTR)pattern, length, options, code, offset, NULL);
}

static int match(const pcre2_code *re, const void *subject, size_t length, pcre2_match_data *data, pcre2_match_context *context) {
	return pcre2_match(re, (PCRE2_SPTR)subject, length, 0, 0, data, context);
}

static int match_from(const pcre2_code *re, const void *subject, size_t length, size_t start, pcre2_match_data *data) {
	return pcre2_match(re, (PCRE2_SPTR)subject, length, start, PCRE2_NO_UTF_CHECK, data, NULL);
}

static void match_often(const pcre2_code *re, const void *subject, size_t length, pcre2_match_data *data, long times) {
	while (times-- > 0) {
		pcre2_match(re, (PCRE2_SPTR)subject, length, 0, 0, data, NULL);
	}
}

static uint32_t groups(const pcre2_code *re) {
	uint32_t n = 0;
	pcre2_pattern_info(re, PCRE2_INFO_CAPTURECOUNT, &n);
	return n;
}

static uint32_t all_options(const pcre2_code *re) {
	uint32_t options = 0;
	pcre2_pattern_info(re, PCRE2_INFO_ALLOPTIONS, &options);
	return options;
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// Options are the compile options of PCRE2.
type Options uint32

// The options in use here. Apache is what httpd compiles every pattern with;
// its flag NC adds Caseless.
const (
	Caseless        Options = C.PCRE2_CASELESS
	Multiline       Options = C.PCRE2_MULTILINE
	DotAll          Options = C.PCRE2_DOTALL
	Extended        Options = C.PCRE2_EXTENDED
	DollarEndOnly   Options = C.PCRE2_DOLLAR_ENDONLY
	DupNames        Options = C.PCRE2_DUPNAMES
	NoAutoPossess   Options = C.PCRE2_NO_AUTO_POSSESS
	NoStartOptimize Options = C.PCRE2_NO_START_OPTIMIZE
	NoDotStarAnchor Options = C.PCRE2_NO_DOTSTAR_ANCHOR

	Apache = DupNames | DotAll | DollarEndOnly
)

// Unoptimized switches off what PCRE2 does to be fast. It has to give the same
// results, but does not always.
const Unoptimized = NoAutoPossess | NoStartOptimize | NoDotStarAnchor

// NoMatch is the code of a match that simply failed.
const NoMatch = C.PCRE2_ERROR_NOMATCH

// MatchLimit is the code of a match that was given up.
const MatchLimit = C.PCRE2_ERROR_MATCHLIMIT

// InvalidUTF reports whether n, which Match returned, is one of the codes for a
// subject that is not UTF-8.
func InvalidUTF(n int) bool { return C.PCRE2_ERROR_UTF8_ERR21 <= n && n <= C.PCRE2_ERROR_UTF8_ERR1 }

// Regexp is a compiled pattern.
type Regexp struct {
	code   *C.pcre2_code
	Groups int
}

// CompileError is why PCRE2 refuses a pattern.
type CompileError struct {
	Code, Offset int
}

// Error returns the code and offset.
func (e *CompileError) Error() string {
	return fmt.Sprintf("PCRE2 compile error %d at offset %d", e.Code, e.Offset)
}

// Compile compiles src. The error is a *CompileError.
func Compile(src string, options Options) (*Regexp, error) {
	var code C.int
	var offset C.size_t
	re := C.compile(pointer(src), C.size_t(len(src)), C.uint32_t(options), &code, &offset)
	if re == nil {
		return nil, &CompileError{Code: int(code), Offset: int(offset)}
	}
	return &Regexp{code: re, Groups: int(C.groups(re))}, nil
}

// JIT makes matches run on code of the processor, as httpd does not.
func (re *Regexp) JIT() { C.pcre2_jit_compile_8(re.code, C.PCRE2_JIT_COMPLETE) }

// pointer returns where the bytes of s are, never nil.
func pointer(s string) unsafe.Pointer {
	if s == "" {
		s = "x"
	}
	return unsafe.Pointer(unsafe.StringData(s))
}

// Anchored reports whether PCRE2 thinks that the pattern can match at the start
// of a subject only.
func (re *Regexp) Anchored() bool { return C.all_options(re.code)&C.PCRE2_ANCHORED != 0 }

// Free frees the pattern, which must not be used any more.
func (re *Regexp) Free() { C.pcre2_code_free_8(re.code) }

// Matcher holds what a match needs. It is used by one goroutine at a time.
type Matcher struct {
	data    *C.pcre2_match_data
	context *C.pcre2_match_context
}

// NewMatcher returns a matcher whose matches are given up after limit steps, 0
// meaning PCRE2's own limit.
func NewMatcher(limit int) *Matcher {
	m := &Matcher{data: C.pcre2_match_data_create_8(1000, nil), context: C.pcre2_match_context_create_8(nil)}
	if limit > 0 {
		C.pcre2_set_match_limit_8(m.context, C.uint32_t(limit))
	}
	return m
}

// Match matches as httpd does, and returns PCRE2's return code. If that is
// positive, the offsets of the groups are put in offsets, -1 where unset; offsets
// may be shorter than all the groups.
func (m *Matcher) Match(re *Regexp, subject string, offsets []int) int {
	n := int(C.match(re.code, pointer(subject), C.size_t(len(subject)), m.data, m.context))
	if n <= 0 {
		return n
	}
	vector := unsafe.Slice((*C.size_t)(unsafe.Pointer(C.pcre2_get_ovector_pointer_8(m.data))), 2*n)
	for i := range offsets {
		offsets[i] = -1
		if i < len(vector) && vector[i] != ^C.size_t(0) {
			offsets[i] = int(vector[i])
		}
	}
	return n
}

// All returns where the matches in subject start and end, one after the other.
// The pattern must not match the empty string, and in UTF mode subject has to be
// valid.
func (m *Matcher) All(re *Regexp, subject string) (spans [][2]int) {
	for at := 0; at < len(subject); {
		if C.match_from(re.code, pointer(subject), C.size_t(len(subject)), C.size_t(at), m.data) <= 0 {
			break
		}
		vector := unsafe.Slice((*C.size_t)(unsafe.Pointer(C.pcre2_get_ovector_pointer_8(m.data))), 2)
		spans = append(spans, [2]int{int(vector[0]), int(vector[1])})
		at = int(vector[1])
	}
	return spans
}

// Repeat matches so many times, without the cost of calling C from Go.
func (m *Matcher) Repeat(re *Regexp, subject string, times int) {
	C.match_often(re.code, pointer(subject), C.size_t(len(subject)), m.data, C.long(times))
}
