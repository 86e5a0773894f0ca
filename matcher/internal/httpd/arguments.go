package httpd

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// ArgumentKind is how httpd hands the words behind a directive to it. An empty
// word in quotes counts as none.
type ArgumentKind uint8

// The kinds of words.
const (
	takesWords    ArgumentKind = iota // as they are
	TakesOne                          // one word
	takesOneOrTwo                     // one or two words, the second of which may be empty
	TakesTwo                          // two words
	TakesSeveral                      // one or more words, one at a time
	TakesPairs                        // a word and, one at a time, one or more others
	TakesFlag                         // On or Off; words after it mean nothing
)

// check returns what is wrong with the number of words, "" if nothing is.
func (k ArgumentKind) check(args []parser.Word) string {
	present := 0
	for present < len(args) && args[present].Text != "" {
		present++
	}
	switch {
	case k == TakesOne && (present != 1 || len(args) != 1):
		return "takes one argument"
	case k == takesOneOrTwo && (present < 1 || len(args) > 2):
		return "takes one or two arguments"
	case k == TakesTwo && (present != 2 || len(args) != 2):
		return "takes two arguments"
	case k == TakesSeveral && present < 1:
		return "requires at least one argument"
	case k == TakesPairs && (present < 1 || len(args) < 2):
		return "requires at least two arguments"
	case k == TakesFlag && (present < 1 || OnOffWord(args[0]) == apr.Unset):
		return "must be On or Off"
	}
	return ""
}

// Present returns the words before the first empty one.
func Present(args []parser.Word) []parser.Word {
	for i := range args {
		if args[i].Text == "" {
			return args[:i]
		}
	}
	return args
}

// OnOffWord returns what "On" or "Off" says, unset for another word.
func OnOffWord(w parser.Word) apr.Toggle {
	switch strings.ToLower(w.Text) {
	case "on":
		return apr.On
	case "off":
		return apr.Off
	}
	return apr.Unset
}
