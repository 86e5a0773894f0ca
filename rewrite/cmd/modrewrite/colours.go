package main

import (
	"io"
	"os"
)

// colours says whether lines are coloured.
type colours bool

// coloursOf returns colours where w is a terminal and the user has not asked for none,
// see https://no-color.org.
func coloursOf(w io.Writer) colours {
	if r, ok := w.(*results); ok {
		w = r.to
	}
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && colours(info.Mode()&os.ModeCharDevice != 0)
}

// The codes of colours.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

// ansi returns the code for a tone, "" for none.
func ansi(t tone) string {
	switch t {
	case good:
		return green
	case bad:
		return red
	case mixed:
		return yellow
	case faint:
		return dim
	case plain:
	}
	return ""
}

// paint colours text, which holds no control characters.
func (c colours) paint(code, text string) string {
	if !c || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
