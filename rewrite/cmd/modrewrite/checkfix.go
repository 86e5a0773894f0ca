package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/modrewrite-go/modrewrite/rewrite/internal/lint"
)

// mend replaces the files of sources by their mended texts, and the texts of sources, so that
// what is left is reported. With -d it shows the differences instead and changes nothing.
// It goes on with the other files where one can't be replaced.
func (c *checker) mend(s streams, sources []lint.Source) error {
	var errs []error
	told := s.out
	if c.quiet {
		told = io.Discard
	}
	for i := range sources {
		src := &sources[i]
		text, fixed, err := lint.Fix(*src, c.options())
		if err != nil {
			errs = append(errs, err) // what was mended holds all the same
		}
		if bytes.Equal(text, src.Text) {
			continue
		}
		if c.diff {
			writeDiff(told, src.Name, string(src.Text), string(text))
			continue
		}
		if err := replaceFile(src.Name, src.Text, text); err != nil {
			errs = append(errs, err)
			continue
		}
		src.Text = text
		for _, d := range fixed {
			fmt.Fprintf(told, "%s:%d: fixed: %s [%s]\n", d.Name, d.From.Line, printable(d.Message), d.Code)
		}
	}
	return errors.Join(errs...)
}
