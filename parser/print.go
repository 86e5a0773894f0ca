package parser

import "io"

// Fprint writes f as text that parses to the same tree.
func Fprint(w io.Writer, f *File) error { panic("TODO") }
