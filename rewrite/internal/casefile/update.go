package casefile

import "strings"

// Update returns the text of the case file with every expectation that was
// not met replaced by what was found. Everything else, comments and layout
// included, stays as it is; requests without expectations get theirs. changed
// is false if there is nothing to replace.
func (r *Report) Update() (text string, changed bool) {
	u := &updater{f: r.File, drop: map[int]bool{}, insert: map[int][]string{}}
	if c := r.Findings; c != nil && !c.OK {
		u.replace(*c, r.File.findingsLine, "")
	}
	for _, q := range r.Requests {
		if len(q.Checks) == 0 {
			u.fill(q)
		}
		for _, c := range q.Checks {
			if !c.OK {
				u.replace(c, q.Request.last, q.Request.indent)
			}
		}
	}
	if len(u.insert) == 0 && len(u.drop) == 0 {
		return "", false
	}
	return u.text(), true
}

// updater holds changes to the lines of a case file, by line number.
type updater struct {
	f      *File
	drop   map[int]bool
	insert map[int][]string // after the line
}

// replace drops a check's expectations that failed and puts what was found in
// the place of the first of them, or after line if none did.
func (u *updater) replace(c Check, line int, indent string) {
	left := append([]string(nil), c.Got...)
	first := true
	for _, e := range c.Want {
		if i := indexMatch(e, left); i >= 0 {
			left = append(left[:i], left[i+1:]...)
			continue
		}
		u.drop[e.Line] = true
		if first {
			line, first = e.Line, false
		}
	}
	for _, l := range left {
		u.insert[line] = append(u.insert[line], indent+l)
	}
}

func indexMatch(e Expectation, lines []string) int {
	for i, l := range lines {
		if e.matches(l) {
			return i
		}
	}
	return -1
}

// fill gives a request its first expectations.
func (u *updater) fill(q *RequestReport) {
	at := q.Request.last
	for _, aspect := range []string{aspectAction, aspectBy} {
		for _, l := range q.Outcome.lines(aspect) {
			u.insert[at] = append(u.insert[at], q.Request.indent+l)
		}
	}
}

func (u *updater) text() string {
	var lines []string
	for i, l := range u.f.lines {
		if !u.drop[i+1] {
			lines = append(lines, l)
		}
		lines = append(lines, u.insert[i+1]...)
	}
	end := "\n"
	if u.f.crlf {
		end = "\r\n"
	}
	return strings.Join(lines, end) + end
}
