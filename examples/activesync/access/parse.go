package access

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/examples/activesync/apple"
)

// What stands for any word of a kind in the forms of lines.
const (
	hardware = "hardware, such as iPhone2C1"
	build    = "a build, such as 8H7 or 808.7"
	user     = "the name of a user"
	device   = "the id of a device"
	text     = "the exact text, in quotes and not empty; there are no wildcards"
)

// forms are the lines that a file can have: for each word the ones that it can be,
// or a kind.
var forms = [][]string{
	{"default", "block|quarantine|allow"},
	{"encrypting", "required|known|off"},
	{"minimum", hardware, build},
	{"user", user, "block|allow", device},
	{"block|quarantine|allow", strings.Join(characteristics, "|"), text},
}

// Parse reads a file; name is for messages. The error joins what is wrong, the first
// thing of each line, as "name:line:col: message", with columns in bytes from 1. The
// file must have a "default" line, which a truncated one may lack.
func Parse(name string, src []byte) (*Policy, error) {
	p := &Policy{name: name, entries: map[key]entry{}}
	var errs []error
	for line := range strings.Lines(strings.TrimPrefix(string(src), "\uFEFF")) {
		line = strings.TrimRight(line, "\r\n")
		p.lines = append(p.lines, strings.TrimSpace(line))
		if col, problem := p.enter(line); problem != "" {
			errs = append(errs, fmt.Errorf("%s:%d:%d: %s", name, len(p.lines), col, problem))
		}
	}
	if p.entries[key{verb: "default"}].line == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf(`%s:%d:1: the file ends without a "default" line; to let in only what its rules allow, write: default block`, name, len(p.lines)+1))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return p, nil
}

// word is a word of a line, or a text in quotes, and its column.
type word struct {
	text   string
	quoted bool
	col    int
}

func notText(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) && r != '\t' }

// token is a text in quotes, a comment or a word.
var token = regexp.MustCompile(`"(?:[^"\\]|\\["\\])*"|#.*|[^ \t"#][^ \t]*|"`)

// split takes a line apart. A "#" where a word would begin starts a comment. A text
// in quotes that does not end, or has another backslash than in \" and \\, is empty.
func split(line string) (words []word) {
	for _, at := range token.FindAllStringIndex(line, -1) {
		w := word{line[at[0]:at[1]], line[at[0]] == '"', at[0] + 1}
		if w.text[0] == '#' {
			break
		}
		if w.quoted {
			w.text, _ = strconv.Unquote(w.text)
		}
		words = append(words, w)
	}
	return words
}

// enter takes the newest line. It returns what is wrong with that and its column, or "".
func (p *Policy) enter(line string) (col int, problem string) {
	if at := strings.IndexFunc(line, notText); at >= 0 {
		return at + 1, "a byte that is not UTF-8 text"
	}
	words := split(line)
	if len(words) == 0 {
		return 0, ""
	}
	i := slices.IndexFunc(forms, func(form []string) bool { return words[0].is(form[0]) })
	if i < 0 {
		return words[0].col, fmt.Sprintf("unknown word %q; write default, encrypting, minimum, user, block, quarantine or allow", words[0].text)
	}
	for n, want := range forms[i] {
		if n == len(words) {
			return words[n-1].col, fmt.Sprintf("after %q write %s", words[n-1].text, want)
		}
		if !words[n].is(want) {
			return words[n].col, fmt.Sprintf("in place of %q write %s", words[n].text, want)
		}
	}
	if n := len(forms[i]); len(words) > n {
		return words[n].col, "nothing can follow here; a text with a space is written in quotes"
	}
	k, e := read(words)
	if old, twice := p.entries[k]; twice {
		return words[0].col, fmt.Sprintf("line %d is about the same", old.line)
	}
	e.line = len(p.lines)
	p.entries[k] = e
	return 0, ""
}

// is reports whether the word is what a form has.
func (w *word) is(want string) bool {
	switch want {
	case hardware:
		return apple.ParseHardware(w.text) != ""
	case build:
		return apple.ParseBuild(w.text) != 0
	case user:
		return account(w.text) != ""
	case device:
		return w.text != ""
	case text:
		return w.text != "" && w.quoted
	}
	return !w.quoted && slices.Contains(strings.Split(want, "|"), w.text)
}

// read returns what the words of a line that has a form say.
func read(words []word) (k key, e entry) {
	k, e.value = key{verb: words[0].text}, words[1].text
	switch k.verb {
	case "default", "encrypting":
	case "minimum":
		k.about = string(apple.ParseHardware(words[1].text))
		e.build = apple.ParseBuild(words[2].text)
	case "user":
		k = personal(Level(words[2].text), words[1].text, words[3].text)
	default:
		k.about, k.text = words[1].text, words[2].text
	}
	return k, e
}
