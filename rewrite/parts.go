package rewrite

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/byterange"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/precondition"
)

// parts cuts out of a file what the Range of a request asks for, last of all:
// directives have completed the header by then.
type parts struct {
	header   http.Header // of the request
	now      time.Time
	size     int64
	limits   byterange.Limits
	ranges   []byterange.Range // none for the whole file
	boundary string            // between several ranges
	typed    string            // the type of each of them
}

// cutParts sends the header of a file, for the ranges that r asks for. It returns
// what writes the content, which is nil for the whole of it, and false where there is none
// to be written.
func cutParts(w http.ResponseWriter, r *http.Request, about *precondition.File, size int64, limits byterange.Limits) (*parts, bool) {
	if len(r.Header["Range"]) == 0 {
		w.WriteHeader(http.StatusOK)
		d, ok := w.(*decorated)
		return nil, !ok || !d.dropped
	}
	p := &parts{header: r.Header, now: about.Now, size: size, limits: limits}
	if d, ok := w.(*decorated); ok {
		d.parts = p
		d.WriteHeader(http.StatusOK)
		return p, !d.dropped
	}
	status := p.begin(w.Header())
	if status == http.StatusRequestedRangeNotSatisfiable {
		Fail(w, r, status)
		return p, false
	}
	w.WriteHeader(status)
	return p, true
}

// begin decides which parts of a response with status 200 are sent. h is the
// header it would have, which it changes to that of the parts. It returns the
// status: 200, 206 or 416.
func (p *parts) begin(h http.Header) int {
	modified, _ := http.ParseTime(h.Get("Last-Modified"))
	about := precondition.File{ETag: h.Get("ETag"), Modified: modified, Now: p.now}
	if len(h["Content-Range"]) > 0 || about.IfRange(p.header) == precondition.Fails {
		return http.StatusOK
	}
	asked, _ := precondition.Field(p.header, "Range")
	ranges, outcome := byterange.Parse(asked, p.size, p.limits)
	switch outcome {
	case byterange.Whole:
		return http.StatusOK
	case byterange.Unsatisfiable:
		return http.StatusRequestedRangeNotSatisfiable
	case byterange.Parts:
	}
	p.ranges = ranges
	if len(ranges) == 1 {
		h.Set("Content-Range", ranges[0].ContentRange(p.size))
		h.Set("Content-Length", strconv.FormatInt(ranges[0].Length, 10))
		return http.StatusPartialContent
	}
	p.boundary, p.typed = rand.Text(), h.Get("Content-Type")
	h.Set("Content-Type", "multipart/byteranges; boundary="+p.boundary)
	h.Set("Content-Length", strconv.FormatInt(p.length(), 10))
	return http.StatusPartialContent
}

// write writes the parts of content, or all of its size bytes.
func (p *parts) write(w io.Writer, content io.ReadSeeker, size int64) error {
	switch {
	case p == nil || len(p.ranges) == 0:
		return copyWhole(w, content, size)
	case len(p.ranges) == 1:
		return copyPart(w, content, p.ranges[0])
	}
	for _, r := range p.ranges {
		if _, err := io.WriteString(w, p.head(r)); err != nil {
			return err
		}
		if err := copyPart(w, content, r); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, p.tail())
	return err
}

// copyWhole writes the size bytes of content: at once where they are in memory.
func copyWhole(w io.Writer, content io.Reader, size int64) error {
	if b, ok := content.(*bytes.Reader); ok && int64(b.Len()) == size {
		_, err := b.WriteTo(w)
		return err
	}
	_, err := io.CopyN(w, content, size)
	return err
}

func copyPart(w io.Writer, content io.ReadSeeker, r byterange.Range) error {
	if _, err := content.Seek(r.Start, io.SeekStart); err != nil {
		return err
	}
	_, err := io.CopyN(w, content, r.Length)
	return err
}

// head is what stands before one of several parts, and tail what stands behind the
// last one.
func (p *parts) head(r byterange.Range) string {
	typed := ""
	if p.typed != "" {
		typed = "Content-Type: " + p.typed + "\r\n"
	}
	return fmt.Sprintf("\r\n--%s\r\n%sContent-Range: %s\r\n\r\n", p.boundary, typed, r.ContentRange(p.size))
}

func (p *parts) tail() string { return "\r\n--" + p.boundary + "--\r\n" }

// length returns the length of a content of several parts.
func (p *parts) length() int64 {
	n := int64(len(p.tail()))
	for _, r := range p.ranges {
		n += int64(len(p.head(r))) + r.Length
	}
	return n
}
