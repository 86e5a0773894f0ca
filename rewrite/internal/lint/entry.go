package lint

import (
	_ "embed" // for the entries
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

//go:embed codes.txt
var codesText string

// accessName is the name of an access file.
const accessName = ".htaccess"

// Entry says what a code means.
type Entry struct {
	Code parser.Code
	Text string // a paragraph
	// Bad has the mistake and Good has not; both are empty where one file cannot
	// show it.
	Bad, Good Example
}

// Example is a ruleset that shows something.
type Example struct {
	Name     string // of the file, which says what kind it is
	Text     string
	Pedantic bool // it shows something to those who ask for it
	Engine   bool // it has RewriteEngine where that is needed
}

// Entries returns what the codes of parser, compiler and linter mean, in alphabetical
// order.
func Entries() []Entry {
	var all []Entry
	for block := range strings.SplitSeq("\n"+codesText, "\n= ") {
		if strings.TrimSpace(block) != "" {
			all = append(all, readEntry(block))
		}
	}
	return all
}

// EntryOf returns the entry of a code.
func EntryOf(code parser.Code) (Entry, bool) {
	all := Entries()
	i := slices.IndexFunc(all, func(e Entry) bool { return e.Code == code })
	if i < 0 {
		return Entry{}, false
	}
	return all[i], true
}

func readEntry(block string) Entry {
	code, rest, _ := strings.Cut(block, "\n")
	parts := strings.Split(rest, "\n-- ")
	e := Entry{Code: parser.Code(code), Text: strings.TrimSpace(parts[0])}
	for _, p := range parts[1:] {
		head, text, _ := strings.Cut(p, "\n")
		words := strings.Fields(head)
		x := readExample(words, text)
		if words[0] == "bad" {
			e.Bad = x
		} else {
			e.Good = x
		}
	}
	return e
}

// readExample returns an example with the words of its head.
func readExample(words []string, text string) Example {
	x := Example{
		Name:     accessName,
		Text:     strings.TrimRight(text, "\n") + "\n",
		Pedantic: slices.Contains(words, "pedantic"),
		Engine:   slices.Contains(words, "engine"),
	}
	if i := slices.IndexFunc(words, func(w string) bool { return strings.Contains(w, ".") }); i >= 0 {
		x.Name = words[i]
	}
	return x
}
