package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// verdict compares how both servers answered a request.
type verdict int

const (
	same     verdict = iota
	hole             // it passes and httpd refuses it
	lenient          // likewise, but it is read by net/http alone, and nothing protected is reached
	stricter         // it is refused and httpd lets it pass
	other            // both refuse it, or neither, in another way
)

func (v verdict) String() string {
	return [...]string{"same", "PASSES", "lenient", "stricter", "other"}[v]
}

// finding is a verdict with what it is based on.
type finding struct {
	verdict
	why         string // of lenient; else the two outcomes in short
	raw         string
	httpd, ours responses
}

// protected is what the content of a protected file begins with.
const protected = "secret"

// compare compares what two servers made of a request.
func compare(raw string, httpd, ours responses) finding {
	f := finding{raw: raw, httpd: httpd, ours: ours}
	for i := range max(len(ours), len(httpd)) {
		switch {
		case ours.passes(i) && httpd.refuses(i):
			f.verdict, f.why = hole, statuses(httpd, ours)
			if why := lenience(raw, ours[i].content); why != "" && !strings.HasPrefix(ours[i].content, protected) {
				f.verdict, f.why = lenient, why
			}
			return f
		case httpd.passes(i) && ours.refuses(i):
			f.verdict, f.why = stricter, statuses(httpd, ours)
		}
	}
	if f.verdict == same && statuses(httpd, httpd) != statuses(ours, ours) {
		f.verdict, f.why = other, statuses(httpd, ours)
	}
	if f.verdict == same && protectedContent(ours) != protectedContent(httpd) {
		f.verdict, f.why = hole, "protected content that httpd does not send"
	}
	return f
}

func protectedContent(rs responses) string {
	var all []string
	for _, r := range rs {
		if strings.HasPrefix(r.content, protected) {
			all = append(all, r.content)
		}
	}
	return strings.Join(all, " ")
}

func statuses(a, b responses) string {
	list := func(rs responses) string {
		if len(rs) == 0 {
			return "none"
		}
		var all []string
		for _, r := range rs {
			all = append(all, fmt.Sprint(r.status))
		}
		return strings.Join(all, "+")
	}
	return list(a) + " -> " + list(b)
}

// lenience says why net/http reads a request that httpd takes for malformed and
// content is the answer to, "" if it is none of the known reasons.
func lenience(raw, content string) string {
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	for line := range strings.Lines(head) {
		switch {
		case strings.HasSuffix(line, "\n") && !strings.HasSuffix(line, "\r\n"):
			return "a line that ends without CR"
		case strings.HasPrefix(line, " "), strings.HasPrefix(line, "\t"):
			return "a header that goes on in the next line"
		}
	}
	switch {
	case strings.Count(head, "\r\nContent-Length: 3") == 2:
		return "a Content-Length that is repeated"
	case strings.Contains(head, " http://") && strings.Contains(head, "\r\nHost: "):
		return "a Host beside an absolute target, of which net/http keeps the latter"
	case strings.Contains(content, `"`) && strings.Contains(head, "Transfer-Encoding: chunked"):
		return "a broken body, which shows only while it is being forwarded"
	}
	return ""
}

// summary counts findings.
type summary struct {
	mu     sync.Mutex
	total  int
	counts [other + 1]int
	kinds  map[string][]finding
}

func newSummary() *summary { return &summary{kinds: map[string][]finding{}} }

func (s *summary) add(f finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
	s.counts[f.verdict]++
	if f.verdict != same {
		kind := fmt.Sprintf("%-8s  %s", f.verdict, f.why)
		s.kinds[kind] = append(s.kinds[kind], f)
	}
}

// print lists what was found: each hole, and of the rest each kind with an
// example.
func (s *summary) print(name string) {
	fmt.Printf("%-10s %d requests:", name, s.total)
	for v, n := range s.counts {
		fmt.Printf(" %d %s", n, verdict(v))
	}
	fmt.Println()
	kinds := make([]string, 0, len(s.kinds))
	for kind := range s.kinds {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		list := s.kinds[kind]
		fmt.Printf("    %s: %d\n", kind, len(list))
		for i, f := range list {
			if i > 0 && f.verdict != hole && !*verbose || i >= 40 && !*verbose {
				break
			}
			fmt.Printf("        %s\n            httpd %v\n            ours  %v\n", clip(f.raw), f.httpd, f.ours)
		}
	}
}

func clip(s string) string {
	const most = 300
	if len(s) > most {
		return fmt.Sprintf("%q… (%d bytes)", s[:most], len(s))
	}
	return fmt.Sprintf("%q", s)
}
