package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/apr"
	"github.com/modrewrite-go/modrewrite/parser"
)

// argumentKind is how httpd hands the words behind a directive to it. An empty
// word in quotes counts as none.
type argumentKind uint8

const (
	takesWords    argumentKind = iota // as they are
	takesOne                          // one word
	takesOneOrTwo                     // one or two words, the second of which may be empty
	takesTwo                          // two words
	takesSeveral                      // one or more words, one at a time
	takesPairs                        // a word and, one at a time, one or more others
	takesFlag                         // On or Off; words after it mean nothing
)

// check returns what is wrong with the number of words, "" if nothing is.
func (k argumentKind) check(args []parser.Word) string {
	present := 0
	for present < len(args) && args[present].Text != "" {
		present++
	}
	switch {
	case k == takesOne && (present != 1 || len(args) != 1):
		return "takes one argument"
	case k == takesOneOrTwo && (present < 1 || len(args) > 2):
		return "takes one or two arguments"
	case k == takesTwo && (present != 2 || len(args) != 2):
		return "takes two arguments"
	case k == takesSeveral && present < 1:
		return "requires at least one argument"
	case k == takesPairs && (present < 1 || len(args) < 2):
		return "requires at least two arguments"
	case k == takesFlag && (present < 1 || onOffWord(args[0]) == apr.Unset):
		return "must be On or Off"
	}
	return ""
}

// present returns the words before the first empty one.
func present(args []parser.Word) []parser.Word {
	for i := range args {
		if args[i].Text == "" {
			return args[:i]
		}
	}
	return args
}

func onOffWord(w parser.Word) apr.Toggle {
	switch strings.ToLower(w.Text) {
	case "on":
		return apr.On
	case "off":
		return apr.Off
	}
	return apr.Unset
}
