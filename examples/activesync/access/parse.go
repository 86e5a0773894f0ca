package access

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modrewrite-go/modrewrite/examples/activesync/apple"
)

// Error is what is wrong with a file, and where. Columns count bytes from 1.
type Error struct {
	Name      string
	Line, Col int
	Message   string
}

// Error returns "name:line:col: message".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Line, e.Col, e.Message)
}

// parser reads the lines of a file.
type parser struct {
	policy Policy
	line   int
	errs   []error
}

// Parse reads a file; name is for messages. The error joins all that is wrong, each
// an *Error. The file must have a "default" line, which a truncated one may lack.
func Parse(name string, src []byte) (*Policy, error) {
	p := &parser{policy: Policy{
		name:    name,
		minimum: map[apple.Hardware]setting[apple.Build]{},
		rules:   map[match]setting[struct{}]{},
		users:   map[personal][]setting[exemption]{},
	}}
	for line := range strings.Lines(strings.TrimPrefix(string(src), "\uFEFF")) {
		p.line++
		if words, ok := p.split(strings.TrimRight(line, "\r\n")); ok && len(words) > 0 {
			p.statement(words)
		}
	}
	if p.policy.fallback.line == 0 && len(p.errs) == 0 {
		p.line++
		p.fail(1, `the file ends without a "default" line; to let in only what its rules allow, write: default block`)
	}
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return &p.policy, nil
}

func (p *parser) fail(col int, format string, args ...any) {
	p.errs = append(p.errs, &Error{p.policy.name, p.line, col, fmt.Sprintf(format, args...)})
}

// word is a word of a line, or a text in quotes, and its column.
type word struct {
	text   string
	quoted bool
	col    int
}

// split takes a line apart. A "#" where a word would begin starts a comment.
func (p *parser) split(line string) (words []word, ok bool) {
	if i := strings.IndexFunc(line, func(r rune) bool { return r == utf8.RuneError || r < ' ' && r != '\t' || r == 0x7F }); i >= 0 {
		p.fail(i+1, "a byte that is not UTF-8 text")
		return nil, false
	}
	for at := 0; ; {
		at += len(line[at:]) - len(strings.TrimLeft(line[at:], " \t"))
		if at == len(line) || line[at] == '#' {
			return words, true
		}
		w := word{col: at + 1, quoted: line[at] == '"'}
		if !w.quoted {
			end := strings.IndexAny(line[at:]+" ", " \t")
			w.text, at = line[at:at+end], at+end
		} else if w.text, at, ok = p.quoted(line, at); !ok {
			return nil, false
		}
		words = append(words, w)
	}
}

// quoted reads the text in quotes that begins at an index, and returns the index
// after it. In it \" is a quote and \\ a backslash.
func (p *parser) quoted(line string, at int) (text string, end int, ok bool) {
	var b strings.Builder
	for i := at + 1; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"' && (i+1 == len(line) || strings.IndexByte(" \t#", line[i+1]) >= 0):
			return b.String(), i + 1, true
		case c == '"':
			p.fail(i+2, "a space is missing after the text")
			return "", 0, false
		case c == '\\' && i+1 < len(line) && (line[i+1] == '"' || line[i+1] == '\\'):
			i++
			b.WriteByte(line[i])
		case c == '\\':
			p.fail(i+1, `only \" and \\ can follow a backslash; to write one, write \\`)
			return "", 0, false
		default:
			b.WriteByte(c)
		}
	}
	p.fail(at+1, "the text has no closing quote")
	return "", 0, false
}

// statement takes the words of a line that has some.
func (p *parser) statement(words []word) {
	first := words[0]
	counts := map[string]int{"default": 2, "encrypting": 2, "minimum": 3, "allow": 3, "block": 3, "quarantine": 3, "user": 4}
	n := counts[first.text]
	switch {
	case n == 0 || first.quoted:
		p.fail(first.col, "unknown word %q; a line begins with default, encrypting, minimum, allow, block, quarantine or user", first.text)
		return
	case len(words) < n:
		last := words[len(words)-1]
		p.fail(last.col, "%q needs %d words after it", first.text, n-1)
		return
	case len(words) > n:
		p.fail(words[n].col, "nothing can follow here; a text with a space is written in quotes")
		return
	}
	switch first.text {
	case "default":
		value, ok := keyword(p, words[1], "block", "quarantine", "allow")
		once(p, first, &p.policy.fallback, Level(value), ok)
	case "encrypting":
		value, ok := keyword(p, words[1], "off", "known", "required")
		once(p, first, &p.policy.demand, Demand(value), ok)
	case "minimum":
		p.minimum(words[1], words[2])
	case "user":
		p.user(words[1], words[2], words[3])
	default:
		p.rule(Level(slices.Index([]string{"block", "quarantine", "allow"}, first.text)), words[1], words[2])
	}
}

// keyword reads one of some words, and returns which.
func keyword(p *parser, w word, all ...string) (int, bool) {
	i := slices.Index(all, w.text)
	if i < 0 || w.quoted {
		p.fail(w.col, "unknown word %q; write %s", w.text, strings.Join(all, ", "))
		return 0, false
	}
	return i, true
}

// once sets what a file can say once.
func once[T any](p *parser, w word, s *setting[T], value T, ok bool) {
	switch {
	case !ok:
	case s.line != 0:
		p.fail(w.col, "%q is on line %d already", w.text, s.line)
	default:
		*s = setting[T]{value, p.line}
	}
}

func (p *parser) minimum(hardware, build word) {
	h, ok := apple.ParseHardware(hardware.text)
	if !ok {
		p.fail(hardware.col, "%q is not hardware, such as iPhone2C1", hardware.text)
		return
	}
	b, ok := apple.ParseBuild(build.text)
	if !ok {
		p.fail(build.col, "%q is not a build, such as 8H7 or 808.7", build.text)
		return
	}
	s := p.policy.minimum[h]
	once(p, word{text: "minimum " + h.String(), col: hardware.col}, &s, b, true)
	p.policy.minimum[h] = s
}

func (p *parser) rule(level Level, what, text word) {
	c, ok := keyword(p, what, characteristics...)
	switch {
	case !ok:
	case !text.quoted || text.text == "":
		p.fail(text.col, "the exact text belongs in quotes and is not empty; there are no wildcards")
	default:
		m := match{level, Characteristic(c), text.text}
		if _, twice := p.policy.rules[m]; !twice {
			p.policy.rules[m] = setting[struct{}]{line: p.line}
		}
	}
}

func (p *parser) user(name, level, device word) {
	value, ok := keyword(p, level, "block", "allow")
	who := personal{account(name.text), strings.ToLower(device.text)}
	switch {
	case !ok:
	case who.account == "":
		p.fail(name.col, "the user has no name")
	case who.device == "":
		p.fail(device.col, "the device has no id")
	default:
		e := exemption{[]Level{Block, Allow}[value], name.text}
		p.policy.users[who] = append(p.policy.users[who], setting[exemption]{e, p.line})
	}
}
