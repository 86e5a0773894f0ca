// Package tracelog writes what mod_rewrite logs as lines of httpd's error log, and
// compares such lines.
package tracelog

import (
	"fmt"
	"regexp"
	"strings"
)

// maxLine is how long httpd lets a message get, in bytes.
const maxLine = 8192 - 1

// Message is what mod_rewrite logs.
type Message struct {
	Level int // 1 to 8
	Text  string
}

// Line returns the message as a line of httpd's error log in its usual format, less the
// time, the process and the place in httpd's source. client is the address of the client and its port, and referer the
// header field of that name, "" for none.
func (m *Message) Line(client, referer string) string {
	line := fmt.Sprintf("[rewrite:trace%d] [client %s] %s", m.Level, client, m.Escaped())
	if referer != "" {
		line += ", referer: " + escape(referer)
	}
	return line
}

// Escaped returns the text as it is in a log: what is not printable ASCII is escaped, and
// what is too long is cut.
func (m *Message) Escaped() string { return escape(m.Text[:min(len(m.Text), maxLine)]) }

// escape escapes a text as httpd does for its error log.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if letter := strings.IndexByte("\b\n\r\t\v\\", c); letter >= 0 {
			b.WriteByte('\\')
			b.WriteByte(`bnrtv\`[letter])
		} else if c < ' ' || c > '~' {
			fmt.Fprintf(&b, `\x%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	s := b.String()
	return s[:min(len(s), maxLine)]
}

var (
	levelled = regexp.MustCompile(`\[rewrite:trace([1-8])\]`)
	expiry   = regexp.MustCompile(`expires=[A-Z][a-z]{2}, [0-9]{2}-[A-Z][a-z]{2}-[0-9]+ [0-9:]{8} GMT`)
	now      = regexp.MustCompile(`RESULT='[0-9]{14}'`)
	found    = regexp.MustCompile(`^(\[.*?\]\[.*?\] )(?:cache|map) lookup OK: (.*)$`)
	missed   = regexp.MustCompile(`^(\[.*?\]\[.*?\] )map lookup FAILED: (.*? key=.*?)(, referer: .*)?$`)
	ids      = regexp.MustCompile(`/sid#[0-9a-fx]+\]\[rid#[0-9a-fx]+/`)
)

// Comparable returns what of a line is the same on each run, "" if the line is
// not one of mod_rewrite's trace: the level and the message, without times, ids and
// addresses of memory. That a process of httpd has the answer of a map in its cache, or
// has to look it up, is left out: only the answer is kept.
func Comparable(line string) string {
	level := levelled.FindStringSubmatchIndex(line)
	id := ids.FindStringIndex(line)
	if level == nil || id == nil || id[0] < level[1] {
		return ""
	}
	sender := line[strings.LastIndexByte(line[:id[0]], ' ')+1 : id[0]] // "[www.example.com"
	text := expiry.ReplaceAllString(line[id[1]:], "expires=*")
	text = sender + "][" + now.ReplaceAllString(text, "RESULT='*'")
	switch {
	case strings.Contains(text, "] cache lookup FAILED, forcing new map lookup"):
		return ""
	case found.MatchString(text):
		return "lookup " + found.ReplaceAllString(text, "$1$2")
	case missed.MatchString(text):
		return "lookup " + missed.ReplaceAllString(text, "$1$2 -> val=$3")
	}
	return "trace" + line[level[2]:level[3]] + " " + text
}

// Same counts the lines that two logs have in common, in order.
func Same(a, b []string) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
