package parser

import "strings"

// The longest logical lines that httpd reads, in bytes with the last line
// feed, before white space is removed.
const (
	maxLine       = 16 << 20
	maxAccessLine = 8192
)

// lines reads the logical lines of a text: of a file's, or of what a macro
// came to.
type lines struct {
	text  text
	next  int // where the next physical line begins
	limit int // of a logical line's length
	nul   int // where the first NUL of the line that is read stands; -1 without one
}

// line is a logical line: continuations joined, surrounding white space
// removed.
type line struct {
	text
	from int  // where its first physical line begins in what is read
	long bool // it exceeds the limit
	nul  int  // where a NUL byte ended it; -1 if none did
}

// read returns the next logical line, false at the end of the file.
func (r *lines) read() (line, bool) {
	if r.next >= len(r.text.s) {
		return line{}, false
	}
	from := r.next
	r.nul = -1
	i, j, ended := r.physical()
	t := r.text.cut(i, j)
	if n, more := continued(t.s); ended && more {
		t, ended = r.join(t.cut(0, n))
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
	s := r.text.s
	from, to = r.next, len(s)
	r.next = to
	if n := strings.IndexByte(s[from:], '\n'); n >= 0 {
		to, ended = from+n, true
		r.next = to + 1
	}
	if n := strings.IndexByte(s[from:to], 0); n >= 0 {
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

// join returns t with the lines that continue it; ended says that a line feed
// ends the last one. As in httpd the backslash is looked for in all that was
// joined so far: behind a line that ended in two of them, an empty line
// continues too.
func (r *lines) join(t text) (joined text, ended bool) {
	out := text{src: t.src}
	b := out.takeLine(nil, t)
	for r.next < len(r.text.s) {
		var i, j int
		i, j, ended = r.physical()
		for n := len(out.pieces); n > 0 && out.pieces[n-1].at >= len(b); n-- {
			out.pieces = out.pieces[:n-1]
		}
		b = out.takeLine(b, r.text.cut(i, j))
		n, more := continued(b)
		if !ended || !more {
			break
		}
		b, ended = b[:n], false
	}
	out.s = string(b)
	return out, ended
}

// takeLine appends a whole line to b, the bytes of t so far. Of an empty one
// it says where it is, too, so that t has come from somewhere.
func (t *text) takeLine(b []byte, l text) []byte {
	if l.s == "" {
		t.pieces = append(t.pieces, piece{at: len(b), from: l.start(0), to: -1})
		return b
	}
	return t.take(b, l, 0, len(l.s))
}
