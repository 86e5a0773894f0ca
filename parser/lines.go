package parser

import "strings"

// The longest logical lines that httpd reads, in bytes with the last line
// feed, before white space is removed.
const (
	maxLine       = 16 << 20
	maxAccessLine = 8192
)

// lines reads the logical lines of a source.
type lines struct {
	src   *source
	next  int // where the next physical line begins
	limit int // of a logical line's length
	nul   int // where the first NUL of the line that is read stands; -1 without one
}

// line is a logical line: continuations joined, surrounding white space
// removed.
type line struct {
	text
	from int  // where its first physical line begins
	long bool // it exceeds the limit
	nul  int  // where a NUL byte ended it; -1 if none did
}

// read returns the next logical line, false at the end of the file.
func (r *lines) read() (line, bool) {
	if r.next >= len(r.src.text) {
		return line{}, false
	}
	from := r.next
	r.nul = -1
	i, j, ended := r.physical()
	t := r.src.whole(i, j)
	if n, more := continued(t.s); ended && more {
		t.s = t.s[:n]
		ended = r.join(&t)
	}
	size := len(t.s)
	if ended {
		size++
	}
	return line{text: t.trim(), from: from, long: size > r.limit, nul: r.nul}, true
}

// physical returns the next physical line without its line feed. A NUL byte
// ends what counts of it; ended says that the line feed does.
func (r *lines) physical() (from, to int, ended bool) {
	from, to = r.next, len(r.src.text)
	r.next = to
	if n := strings.IndexByte(r.src.text[from:], '\n'); n >= 0 {
		to, ended = from+n, true
		r.next = to + 1
	}
	if n := strings.IndexByte(r.src.text[from:to], 0); n >= 0 {
		r.nul = from + n
		return from, r.nul, false
	}
	return from, to, ended
}

// continued returns what is left of a line that ended in a line feed when the
// backslash that continues it is removed.
func continued[S []byte | string](s S) (int, bool) {
	n := len(s)
	if n > 0 && s[n-1] == '\r' {
		n--
	}
	if n > 0 && s[n-1] == '\\' {
		return n - 1, true
	}
	return len(s), false
}

// join appends the lines that continue t; ended says that a line feed ends
// the last one. As in httpd the backslash is looked for in all that was joined
// so far: behind a line that ended in two of them, an empty line continues too.
func (r *lines) join(t *text) (ended bool) {
	b := []byte(t.s)
	for r.next < len(r.src.text) {
		var i, j int
		i, j, ended = r.physical()
		for n := len(t.pieces); n > 0 && t.pieces[n-1].at >= len(b); n-- {
			t.pieces = t.pieces[:n-1]
		}
		t.pieces = append(t.pieces, piece{at: len(b), from: i, to: -1})
		b = append(b, r.src.text[i:j]...)
		n, more := continued(b)
		if !ended || !more {
			break
		}
		b, ended = b[:n], false
	}
	t.s = string(b)
	return ended
}
