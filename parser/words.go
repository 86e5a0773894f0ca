package parser

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser/internal/ascii"
)

// word takes the next word off t by httpd's generic splitter; ok is false
// where there is none. A word may begin with a quote and then reaches to the
// same quote; within, a backslash protects that quote and itself. Without
// quotes it protects itself only. wt is the word's text.
func (t *text) word() (w Word, wt text, ok bool) {
	s := t.s
	i := ascii.SkipSpace(s, 0)
	if i == len(s) {
		*t = t.rest(i)
		return Word{Extent: t.extent()}, *t, false
	}
	j := i
	if s[i] == '"' || s[i] == '\'' {
		w.Quote = s[i]
		i++
		j = endOfQuoted(s, i, w.Quote)
	} else {
		for j < len(s) && !ascii.IsSpace(s[j]) {
			j++
		}
	}
	wt = t.cut(i, j)
	w.Extent = wt.extent()
	written := wt
	wt = wt.unescape(w.Quote)
	w.Text = wt.s
	if w.places = wt.places(); len(wt.s) != len(written.s) {
		w.places = wt.kept()
	}
	if w.Quote != 0 && j < len(s) {
		j++
	}
	*t = t.rest(ascii.SkipSpace(s, j))
	return w, wt, true
}

// words returns the words of t by httpd's generic splitter.
func (t text) words() []Word {
	var ws []Word
	for {
		w, _, ok := t.word()
		if !ok {
			return ws
		}
		ws = append(ws, w)
	}
}

// endOfQuoted returns where the quoted word that began at i ends: at its
// closing quote or at the end of s.
func endOfQuoted(s string, i int, quote byte) int {
	for i < len(s) && s[i] != quote {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == quote || s[i+1] == '\\') {
			i++
		}
		i++
	}
	return i
}

// unescape returns t without the backslashes that protect another or quote.
func (t text) unescape(quote byte) text {
	if strings.IndexByte(t.s, '\\') < 0 {
		return t
	}
	out := text{src: t.src}
	var b []byte
	done := 0
	for i := 0; i+1 < len(t.s); i++ {
		if t.s[i] == '\\' && (t.s[i+1] == '\\' || quote != 0 && t.s[i+1] == quote) {
			b = out.take(b, t, done, i)
			done = i + 1
			i++
		}
	}
	b = out.take(b, t, done, len(t.s))
	out.s = string(b)
	return out
}

// ruleWord takes the next word off t as RewriteRule and RewriteCond do: the
// same quotes, but nothing protects a quote, and a backslash keeps white space
// behind it in the word. Nothing is removed from the word. closed is false
// where the end of the line ended it.
func (t *text) ruleWord() (w Word, wt text, closed bool) {
	s := t.s
	i := ascii.SkipSpace(s, 0)
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		w.Quote = s[i]
		i++
	}
	j := i
	for j < len(s) {
		if w.Quote == 0 && ascii.IsSpace(s[j]) || w.Quote != 0 && s[j] == w.Quote {
			break
		}
		if s[j] == '\\' && j+1 < len(s) && ascii.IsSpace(s[j+1]) {
			j++
		}
		j++
	}
	wt = t.cut(i, j)
	w.Extent = wt.extent()
	w.Text = wt.s
	w.places = wt.places()
	closed = j < len(s)
	if closed {
		j++
	}
	*t = t.rest(ascii.SkipSpace(s, j))
	return w, wt, closed
}
