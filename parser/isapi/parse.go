package isapi

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// The codes of this package's findings, beside those of package parser for what
// is the same there.
const (
	CodeNoHeader         parser.Code = "no-header"         // "[ISAPI_Rewrite]" is missing, so nothing is read
	CodeUnknownDirective parser.Code = "unknown-directive" // a warning for IIRF, which leaves it out
	CodeBadTest          parser.Code = "bad-test"          // ISAPI_Rewrite 2: what a condition tests
	CodeBadFormat        parser.Code = "bad-format"        // a replacement
	CodeDroppedRule      parser.Code = "dropped-rule"      // warning: IIRF leaves the rule out
	CodeDangling         parser.Code = "dangling"          // warning: conditions without a rule
	CodeBadValue         parser.Code = "bad-value"         // warning: a setting that the product replaces by its default
	CodeNoEffect         parser.Code = "no-effect"         // note: a setting without effect here
)

// The bounds of a text.
const (
	maxBytes2   = 2 << 20  // of httpd.ini, as the product
	maxBytes    = 16 << 20 // of IIRF.ini
	maxLine     = 4096     // of IIRF, as the product
	maxFindings = 1000
)

// Options says how a ruleset is read. A nil *Options means the zero value.
type Options struct {
	// FS has the files that IncludeIni of IIRF names, by their paths without the slash at
	// the head, and Path is where the text itself is among them. Where FS is nil the files
	// are not read, which the tree notes.
	FS   fs.FS
	Path string
}

// Parse reads a ruleset. name is used in positions only. The error, if any, is a
// parser.Diagnostics with every finding; the tree then comes as far as it goes.
func Parse(name string, src []byte, d Dialect, opts *Options) (*File, error) {
	r := &reader{source: source{name: name, text: string(src)}, f: &File{Dialect: d}, read: d == IIRF, backref: '*', fold: '#'}
	if opts != nil {
		r.files, r.open = opts.FS, []string{path.Clean(opts.Path)}
	}
	limit := maxBytes
	if d == Rewrite2 {
		limit = maxBytes2
	}
	if len(r.text) > limit {
		r.text = ""
		r.add(parser.Error, r.extent(0, 0), parser.CodeTooLarge, "", "the text is larger than %d bytes", limit)
	}
	r.f.CRLF = strings.Contains(r.text, "\r\n")
	r.left = limit - len(r.text)
	header := r.lines()
	r.dangling()
	if !header {
		r.add(parser.Error, r.extent(r.bol, r.bol), CodeNoHeader, "begin the file with it",
			`there is no line "[ISAPI_Rewrite]", so ISAPI_Rewrite 2 reads nothing of the file`)
	}
	end := r.pos(len(r.text))
	r.f.Extent = parser.Extent{Name: name, From: parser.Pos{Line: 1, Col: 1}, To: end}
	if err := r.found.Err(); err != nil {
		return r.f, err
	}
	r.f.Warnings = r.found
	return r.f, nil
}

// source is a text that is read.
type source struct {
	name, text string
	line, bol  int // the line that is read, counted from 0, and where it begins
}

// reader reads one text, and those that it includes.
type reader struct {
	source

	f     *File
	found parser.Diagnostics
	more  bool // findings were left out
	read  bool // the product reads from here

	files fs.FS
	open  []string // the paths of the texts that are read, each included by the one before
	left  int      // how many bytes may be included
	count int      // of files that were included

	// IIRF: the characters of "*1" and "#L".
	backref, fold byte
	conds         []*Cond // those that the next rule has
	rules         map[string]uint32
}

// add adds a finding.
func (r *reader) add(sev parser.Severity, at parser.Extent, code parser.Code, hint, format string, args ...any) {
	r.report(&parser.Diagnostic{Extent: at, Severity: sev, Code: code, Hint: hint, Message: fmt.Sprintf(format, args...)})
}

// report adds a finding, unless there are too many.
func (r *reader) report(d *parser.Diagnostic) {
	switch {
	case len(r.found) < maxFindings:
		r.found = append(r.found, d)
	case !r.more:
		r.more = true
		r.found = append(r.found, &parser.Diagnostic{Extent: d.Extent, Severity: parser.Error, Code: parser.CodeTooManyFindings, Message: "there are more findings"})
	}
}

// pos returns the position of the byte at off, which is in the line that is
// read.
func (r *reader) pos(off int) parser.Pos {
	return parser.Pos{Offset: uint32(min(uint64(off), math.MaxUint32)), Line: uint32(r.line + 1), Col: uint32(off - r.bol + 1)}
}

func (r *reader) extent(i, j int) parser.Extent {
	return parser.Extent{Name: r.name, From: r.pos(i), To: r.pos(j)}
}

const blanks = " \t"

// byteOrderMark stands at the beginning of a text, and in one that was put together from
// several also of a line.
const byteOrderMark = "\ufeff"

// lines reads all lines. It reports whether the product reads any of them.
func (r *reader) lines() (header bool) {
	r.flagCharacters()
	if strings.HasPrefix(r.text, byteOrderMark) {
		r.bol = len(byteOrderMark) // which is not a part of the first line
	}
	header = r.read
	for {
		end := strings.IndexByte(r.text[r.bol:], '\n')
		last := end < 0
		if last {
			end = len(r.text)
		} else {
			end += r.bol
		}
		r.one(r.bol, end)
		header = header || r.read
		if last {
			return header
		}
		r.line++
		r.bol = end + 1
	}
}

// one reads the line from i to j.
func (r *reader) one(i, j int) {
	line := strings.TrimRight(r.text[i:j], " \t\r")
	from := i + len(line) - len(strings.TrimLeft(line, blanks+byteOrderMark))
	text := r.text[from : i+len(line)]
	at := r.extent(from, from+len(text))
	switch {
	case text == "":
	case text[0] == '#':
		r.f.Nodes = append(r.f.Nodes, &Comment{at, text})
	case r.f.Dialect == Rewrite2 && text[0] == '[':
		r.read = strings.EqualFold(text, "[ISAPI_Rewrite]")
		if r.read {
			r.f.Nodes = append(r.f.Nodes, &Header{at, text})
		} else {
			r.f.Nodes = append(r.f.Nodes, &Skipped{at, text})
		}
	case !r.read:
		r.f.Nodes = append(r.f.Nodes, &Skipped{at, text})
	case r.f.Dialect == IIRF && j-i > maxLine:
		r.add(parser.Error, at, parser.CodeTooLarge, "", "the line is longer than %d bytes", maxLine)
	case strings.IndexByte(text, 0) >= 0:
		r.add(parser.Error, at, CodeBadValue, "", "a NUL byte in the line")
	default:
		r.directive(at, r.words(text, from))
	}
}

// words splits text, which begins at from, at blanks. There are no quotes.
func (r *reader) words(text string, from int) []Word {
	var words []Word
	for i := 0; i < len(text); {
		n := strings.IndexAny(text[i:], blanks)
		if n < 0 {
			n = len(text) - i
		}
		if n > 0 {
			words = append(words, Word{r.extent(from+i, from+i+n), text[i : i+n]})
		}
		i += n + 1
	}
	return words
}

// directive reads a line that is a directive.
func (r *reader) directive(at parser.Extent, words []Word) {
	name, args := words[0], words[1:]
	lower := strings.ToLower(name.Text)
	switch {
	case lower == "rewritecond":
		r.cond(at, name, args)
	case lower == "rewriterule":
		r.rule(at, RuleRewrite, name, args)
	case lower == "rewriteheader":
		r.rule(at, RuleHeader, name, args)
	case lower == "rewriteproxy" && r.f.Dialect == Rewrite2, lower == "proxypass" && r.f.Dialect == IIRF:
		r.rule(at, RuleProxy, name, args)
	case lower == "redirectrule" && r.f.Dialect == IIRF:
		r.rule(at, RuleRedirect, name, args)
	default:
		r.setting(&Setting{Extent: at, Name: name, Args: args}, lower)
	}
}

// dangling warns of conditions that no rule follows.
func (r *reader) dangling() {
	if len(r.conds) > 0 {
		r.add(parser.Warning, r.conds[0].Extent, CodeDangling, "", "no rule follows the condition")
		r.conds = nil
	}
}
