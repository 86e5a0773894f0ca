package isapi

import (
	"bufio"
	"io"
)

// Fprint writes f as text that parses to the same tree: one blank between the
// words of a line.
func Fprint(w io.Writer, f *File) error {
	out := bufio.NewWriter(w)
	newline := "\n"
	if f.CRLF {
		newline = "\r\n"
	}
	for _, n := range f.Nodes {
		for i, word := range words(n) {
			if i > 0 {
				_ = out.WriteByte(' ')
			}
			_, _ = out.WriteString(word)
		}
		_, _ = out.WriteString(newline)
	}
	return out.Flush() // which has the first error
}

// words returns the words of the line that n was read from.
func words(n Node) []string {
	switch n := n.(type) {
	case *Comment:
		return []string{n.Text}
	case *Skipped:
		return []string{n.Text}
	case *Header:
		return []string{n.Text}
	case *Setting:
		return append([]string{n.Name.Text}, texts(n.Args)...)
	case *Cond:
		return append([]string{n.Name.Text, n.Test.Text, n.Pattern.Text}, texts(n.Tail)...)
	case *Rule:
		list := []string{n.Name.Text}
		if n.Target != nil {
			list = append(list, n.Target.Text)
		}
		return append(append(list, n.Pattern.Text, n.Format.Text), texts(n.Tail)...)
	}
	return nil
}

// texts returns the texts of words.
func texts(words []Word) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.Text
	}
	return list
}
