// Package layout lays the text of a ruleset out, line by line: what is inside a
// section is indented, the words of rewrite directives have one blank between them,
// and their flags have one spelling. Blank lines, comments and where a directive is
// continued stay as they are.
package layout

import (
	"errors"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

const (
	spaces    = " \t\v\f\r"
	indent    = "    "
	maxIndent = 20
	// maxLine is how long a line of an access file may be.
	maxLine = 8190
)

// ErrChanged says that the text would mean something else if it were laid out. It
// is left as it is then.
var ErrChanged = errors.New("layout: the text cannot be laid out without a change of its meaning")

// Text returns src, which f was parsed from without errors, laid out. parse is what
// parses it: the result has the same tree.
func Text(f *parser.File, src []byte, parse func([]byte) (*parser.File, error)) ([]byte, error) {
	l := layouter{src: string(src), nodes: map[uint32]parser.Node{}}
	for n := range parser.All(f) {
		if e := n.Span(); e.Name == f.Name && e.Via == nil && e.From.Line == e.To.Line && isRewrite(n) {
			l.nodes[e.From.Line] = n
		}
	}
	out := []byte(l.text())
	again, err := parse(out)
	if err != nil || Shape(again) != Shape(f) {
		return nil, ErrChanged
	}
	return out, nil
}

func isRewrite(n parser.Node) bool {
	switch n.(type) {
	case *parser.RewriteRule, *parser.RewriteCond, *parser.RewriteBase, *parser.RewriteMap, *parser.RewriteEngine, *parser.RewriteOptions:
		return true
	}
	return false
}

// layouter lays one text out.
type layouter struct {
	src   string
	nodes map[uint32]parser.Node // rewrite directives of one line, by line
	depth int
}

func (l *layouter) text() string {
	var b strings.Builder
	offset, continues := 0, false
	n := uint32(0)
	for line := range strings.Lines(l.src) {
		n++
		body, end := cutEnd(line)
		if continues || strings.Contains(body, "\x00") {
			b.WriteString(body)
		} else {
			b.WriteString(l.line(body, n, offset))
		}
		if end == "" && !strings.HasSuffix(body, `\`) && !strings.Contains(body, "\x00") {
			end = "\n"
		}
		b.WriteString(end)
		continues = strings.HasSuffix(body, `\`)
		offset += len(line)
	}
	return b.String()
}

// cutEnd cuts off what ends a line.
func cutEnd(line string) (body, end string) {
	body, ended := strings.CutSuffix(line, "\n")
	if !ended {
		return body, ""
	}
	if b, ok := strings.CutSuffix(body, "\r"); ok {
		return b, "\r\n"
	}
	return body, "\n"
}

// line lays out line n, which begins at offset and is no continuation.
func (l *layouter) line(body string, n uint32, offset int) string {
	text := strings.Trim(body, spaces)
	if text == "" {
		return ""
	}
	depth := l.depth
	switch {
	case strings.HasPrefix(text, "</"):
		l.depth = max(l.depth-1, 0)
		depth = l.depth
	case strings.HasPrefix(text, "<"):
		l.depth++
	}
	if strings.HasSuffix(body, `\`) {
		text = strings.TrimLeft(body, spaces) // it goes on in the next line
	} else {
		if node, ok := l.nodes[n]; ok {
			start := offset + len(body) - len(strings.TrimLeft(body, spaces))
			text = l.words(node, text, start)
		}
		if strings.HasSuffix(text, `\`) {
			text += " " // it does not
		}
	}
	if lead := strings.Repeat(indent, min(depth, maxIndent)); len(lead)+len(text) < maxLine {
		return lead + text
	}
	return text
}

// words returns a rewrite directive with one blank between its words.
func (l *layouter) words(n parser.Node, text string, start int) string {
	ws, flags := wordsOf(n)
	if ws == nil {
		if strings.ContainsAny(text, `"'\$`) {
			return text
		}
		return strings.Join(strings.Fields(text), " ")
	}
	at := strings.IndexAny(text, spaces)
	if at < 0 {
		return text
	}
	var out strings.Builder
	out.WriteString(text[:at])
	for _, w := range ws {
		from, to := int(w.From.Offset)-start, int(w.To.Offset)-start
		if w.Quote != 0 {
			from, to = from-1, to+1
		}
		if from < at || to < from || to > len(text) || strings.Trim(text[at:from], spaces) != "" || from == at {
			return text
		}
		out.WriteString(" " + text[from:to])
		at = to
	}
	rest := text[at:]
	for _, f := range slices.Backward(flags) {
		from := int(f.From.Offset) - start - at
		shorthand := f.Kind == parser.FlagRedirect && f.Value != "" && !f.HasValue // RP, NF
		if f.Kind == parser.FlagIgnored || shorthand || from < 0 || from+len(f.Key) > len(rest) || rest[from:from+len(f.Key)] != f.Key {
			continue
		}
		rest = rest[:from] + f.Kind.String() + rest[from+len(f.Key):]
	}
	if trimmed := strings.Trim(rest, spaces); trimmed != "" {
		if trimmed == rest { // no blank stood before it
			return text
		}
		out.WriteString(" " + trimmed)
	}
	return out.String()
}

// wordsOf returns the words of a directive before its flags, and the flags.
func wordsOf(n parser.Node) ([]parser.Word, []*parser.Flag) {
	switch n := n.(type) {
	case *parser.RewriteRule:
		if n.Header != nil {
			return []parser.Word{*n.Header, n.Pattern, n.Subst}, n.Flags
		}
		return []parser.Word{n.Pattern, n.Subst}, n.Flags
	case *parser.RewriteCond:
		return []parser.Word{n.Test, n.Pattern}, n.Flags
	case *parser.RewriteBase:
		return []parser.Word{n.URL}, nil
	case *parser.RewriteMap:
		return []parser.Word{n.MapName, n.Spec}, nil
	}
	return nil, nil
}
