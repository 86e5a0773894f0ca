package set

import "github.com/modrewrite-go/modrewrite/matcher/internal/pcre"

// Shape is what a set keeps of a pattern until it is built. It is not safe for
// concurrent use.
type Shape struct{ shape }

// Loosen notes that the pattern matches more than what is asked for: that it matches is
// certain of nothing.
func (sh *Shape) Loosen() { sh.exact = false }

// Reader makes the shapes of patterns one after the other, in memory that they share.
// The zero value is ready for use. It is not safe for concurrent use.
type Reader struct {
	parser        pcre.Parser
	scratch, kept memory
	pieces        []piece // of the branch whose share is estimated
}

// Parse returns the shape of the pattern src. One that can't be parsed is a candidate for
// every subject.
func (r *Reader) Parse(src string, flags pcre.Flags) Shape {
	re, err := r.parser.Parse(src, flags)
	if err != nil {
		return Shape{shape{hopeless: true}}
	}
	return r.Shape(re)
}

// Shape returns the shape of re, whose tree it does not keep.
func (r *Reader) Shape(re *pcre.Regexp) Shape {
	r.scratch.reset()
	sh := shapeOf(re, &r.scratch)
	if sh.hopeless || sh.everything {
		return Shape{sh}
	}
	if sh.fit() > maxPattern {
		return Shape{shape{hopeless: true}}
	}
	for i := range sh.branches {
		if b := &sh.branches[i]; b.begin && b.end {
			r.kept.list(b)
		}
	}
	if !r.kept.keep(&sh) {
		r.scratch = memory{} // The shape has what is in it.
	}
	return Shape{sh}
}
