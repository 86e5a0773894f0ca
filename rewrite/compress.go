package rewrite

import (
	"cmp"
	"compress/gzip"
	"io"
	"net/http"
	"sync"
)

// defaultCompressions is how many responses are compressed at once where Options don't
// say: each takes nearly a megabyte.
const defaultCompressions = 256

// compressor has the writers that compress responses. It is safe for concurrent use.
type compressor struct {
	turns   chan struct{} // holds a token for each response that is being compressed
	writers [gzip.BestCompression + 1]sync.Pool
}

func newCompressor(opts *Options) *compressor {
	return &compressor{turns: make(chan struct{}, max(0, cmp.Or(opts.Compressions, defaultCompressions)))}
}

// take takes a turn, if there is one.
func (c *compressor) take() bool {
	select {
	case c.turns <- struct{}{}:
		return true
	default:
		return false
	}
}

// leave gives back a turn.
func (c *compressor) leave() { <-c.turns }

// compressed is a response on its way through gzip. It has a turn.
type compressed struct {
	*gzip.Writer
	from  *compressor
	level int
}

// begin begins to compress what is written to w, with a turn that was taken.
func (c *compressor) begin(w io.Writer, level int) *compressed {
	z, ok := c.writers[level].Get().(*gzip.Writer)
	if ok {
		z.Reset(w)
	} else {
		z, _ = gzip.NewWriterLevel(w, level) // the engine knows the levels
	}
	return &compressed{z, c, level}
}

// end writes what is left, and gives back writer and turn.
func (z *compressed) end() error {
	defer z.from.leave() // also where the writer below panics
	err := z.Close()
	z.Reset(io.Discard)
	z.from.writers[z.level].Put(z.Writer)
	return err
}

// encode begins to compress the content, at level unless that is 0. taken says that
// there is a turn for it.
func (d *decorated) encode(level int, taken bool, status int) {
	if level == 0 || d.head || !hasContent(status) {
		if taken {
			d.compressor.leave()
		}
		return
	}
	d.gzip = d.compressor.begin(d.ResponseWriter, level)
}

// end ends the response. What can't be written any more is the client's loss.
func (d *decorated) end() {
	d.finish()
	if z := d.gzip; z != nil {
		d.gzip = nil
		_ = z.end()
	}
}

// abandon gives back the turn of a response that breaks off.
func (v *visit) abandon() {
	if v.d != nil && v.d.gzip != nil {
		v.d.gzip = nil
		v.m.compressor.leave()
	}
}

// content is where the content is written to.
func (d *decorated) content() io.Writer {
	if d.gzip != nil {
		return d.gzip
	}
	return d.ResponseWriter
}

// flush sends what is buffered.
func (d *decorated) flush() error {
	if d.gzip != nil {
		if err := d.gzip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(d.ResponseWriter).Flush()
}
