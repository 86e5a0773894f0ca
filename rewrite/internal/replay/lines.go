package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// Lines yields the lines of r that are not blank, with their numbers from 1.
// An error of reading is yielded last.
func Lines(r io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		in := bufio.NewReaderSize(r, 1<<20)
		for n := 1; ; n++ {
			text, err := in.ReadBytes('\n')
			if len(bytes.TrimSpace(text)) > 0 && !yield(Line{n, text}, nil) {
				return
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Line{Number: n}, err)
				return
			}
		}
	}
}

// Line is a line of a file of cases.
type Line struct {
	Number int // from 1
	Text   []byte
}

// Case reads the case on the line.
func (l Line) Case() (*Case, error) {
	c := new(Case)
	if err := json.Unmarshal(l.Text, c); err != nil {
		return nil, fmt.Errorf("line %d: %w", l.Number, err)
	}
	return c, nil
}

// ReadCases reads JSON lines.
func ReadCases(r io.Reader) ([]*Case, error) {
	var cases []*Case
	for line, err := range Lines(r) {
		if err != nil {
			return nil, err
		}
		c, err := line.Case()
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// Line returns c as a line of JSON.
func (c *Case) Line() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(c)
	return b.Bytes(), err
}
