// Package byterange reads Range headers as httpd does.
package byterange

import (
	"strconv"
	"strings"
)

// Range is a part of a content: Length bytes from Start on.
type Range struct{ Start, Length int64 }

// end returns the last byte of the range.
func (r Range) end() int64 { return r.Start + r.Length - 1 }

// ContentRange returns the range as the value of Content-Range, of a content of
// the given size.
func (r Range) ContentRange(size int64) string {
	b := strconv.AppendInt([]byte("bytes "), r.Start, 10)
	b = strconv.AppendInt(append(b, '-'), r.end(), 10)
	return string(strconv.AppendInt(append(b, '/'), size, 10))
}

// Limits bound what a request may ask for. With more, the whole content is sent.
// A negative value is no limit.
type Limits struct {
	Ranges    int // after merging, as MaxRanges
	Overlaps  int // ranges that were merged with the one before, as MaxRangeOverlaps
	Reversals int // ranges that were merged and begin before it, as MaxRangeReversals
}

// Default are httpd's limits.
func Default() Limits { return Limits{Ranges: 200, Overlaps: 20, Reversals: 20} }

// Outcome says what a header asks for.
type Outcome int

// The outcomes.
const (
	Whole         Outcome = iota // the whole content: nothing usable is asked for
	Parts                        // the ranges returned
	Unsatisfiable                // nothing that there is
)

// Parse reads the value of a Range header for a content of size bytes, 1 or more.
// A header with a syntax error is ignored as a whole. Ranges that overlap or touch
// the one before are merged with it; others stay in the order asked for. A range
// "0-" makes the whole content, in one part.
func Parse(header string, size int64, limits Limits) ([]Range, Outcome) {
	const unit = "bytes="
	if len(header) < len(unit) || !strings.EqualFold(header[:len(unit)], unit) || size <= 0 {
		return nil, Whole
	}
	if strings.HasPrefix(header[len(unit):], ",") {
		return nil, Whole // an empty range is where httpd stops reading, unless it stands between two
	}
	var m merger
	unsatisfiable := false
	for spec := range strings.SplitSeq(header[len(unit):], ",") {
		if spec == "" {
			continue
		}
		first, last, ok := parseSpec(spec, size)
		switch {
		case !ok:
			return nil, Whole
		case first == 0 && strings.HasSuffix(spec, "-"):
			m = merger{}
			m.add(first, last)
			return m.finish(size, limits)
		case first >= size:
			unsatisfiable = true
		default:
			m.add(first, min(last, size-1))
		}
	}
	if !m.open && unsatisfiable {
		return nil, Unsatisfiable
	}
	return m.finish(size, limits)
}

// parseSpec reads "first-last", "first-" or "-length".
func parseSpec(spec string, size int64) (first, last int64, ok bool) {
	from, to, ok := strings.Cut(spec, "-")
	if !ok {
		return 0, 0, false
	}
	if from == "" {
		n, ok := parseNumber(to)
		return max(0, size-n), size - 1, ok && n > 0
	}
	first, ok = parseNumber(from)
	if !ok || to == "" {
		return first, size - 1, ok
	}
	last, ok = parseNumber(to)
	return first, last, ok && first <= last
}

// parseNumber reads decimal digits, and nothing else.
func parseNumber(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// merger joins ranges that follow one another.
type merger struct {
	done                []Range
	first, last         int64 // of the range that is being joined, if open
	open                bool
	overlaps, reversals int
}

func (m *merger) add(first, last int64) {
	if !m.open {
		m.first, m.last, m.open = first, last, true
		return
	}
	merged := first >= m.first && last <= m.last
	if first < m.first && last >= m.first-1 {
		m.first, merged = first, true
		m.reversals++
	}
	if last >= m.last && first <= m.last+1 {
		m.last, merged = last, true
	}
	if merged {
		m.overlaps++
		return
	}
	m.close()
	m.first, m.last, m.open = first, last, true
}

func (m *merger) close() {
	if m.open {
		m.done = append(m.done, Range{m.first, m.last - m.first + 1})
	}
	m.open = false
}

// finish returns the ranges. Ranges that are longer together than the content are
// as good as the whole of it.
func (m *merger) finish(size int64, limits Limits) ([]Range, Outcome) {
	m.close()
	var sum int64
	for _, r := range m.done {
		if sum += r.Length; sum > size {
			return nil, Whole
		}
	}
	exceeds := func(n, limit int) bool { return limit >= 0 && n > limit }
	if len(m.done) == 0 || exceeds(len(m.done), limits.Ranges) ||
		exceeds(m.overlaps, limits.Overlaps) || exceeds(m.reversals, limits.Reversals) {
		return nil, Whole
	}
	return m.done, Parts
}
