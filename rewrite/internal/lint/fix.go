package lint

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// maxFixWork bounds how many rules are looked at to mend a file, where a try costs
// ruleCost beside the rules of the file; maxReplayed is how many requests are replayed for
// each.
const (
	maxFixWork  = 20_000
	ruleCost    = 20
	maxReplayed = 500
)

// edit replaces a part of a text.
type edit struct {
	from, to int
	text     string
}

func (e edit) apply(src []byte) []byte {
	return slices.Concat(src[:e.from], []byte(e.text), src[e.to:])
}

// ErrFixes says that a file has too many rules, or mistakes, for all cures to be tried
// at a time. Those that were found hold; running again goes on.
var ErrFixes = errors.New("not all mistakes were tried to be mended: run it again")

// Fix returns the text of a source in which those mistakes are mended whose cure is
// mechanical, and what they were. A cure counts only if the text still parses, the
// finding is gone and no other has come, and requests that the rules of the file are for
// are answered as before, unless the rule that was mended matches them.
func Fix(src Source, o *Options) (text []byte, fixed parser.Diagnostics, err error) {
	c, err := alone(src, o)
	if err != nil || c.file == nil {
		return src.Text, nil, err
	}
	f := fixer{tried: map[string]bool{}, left: maxFixWork}
	found := c.run()
	for {
		next, left, cured := f.one(c, found)
		if cured == nil {
			break
		}
		c, found, fixed = next, left, append(fixed, cured)
	}
	if f.stopped {
		err = fmt.Errorf("%s: %w", src.Name, ErrFixes)
	}
	return c.src.Text, fixed, err
}

// fixer tries cures.
type fixer struct {
	tried map[string]bool
	left  int // rules that may still be looked at
	// stopped says that there was a cure left to try, but nothing to look at rules with.
	stopped bool
}

// alone returns a checker of a source by itself.
func alone(src Source, o *Options) (*checker, error) {
	c, err := newChecker(src, o)
	if err != nil {
		return nil, err
	}
	c.others = []*checker{c}
	return c, nil
}

// one mends the first of the findings that can be and has not been tried, and returns the
// file that comes of it with its findings.
func (f *fixer) one(c *checker, found parser.Diagnostics) (*checker, parser.Diagnostics, *parser.Diagnostic) {
	for _, d := range found {
		key := fmt.Sprint(d.Code, d.From.Line, " ", d.From.Col)
		if d.Name != c.src.Name || d.Via != nil || f.tried[key] {
			continue
		}
		e, ok := c.edit(d)
		if !ok {
			continue
		}
		if f.left <= 0 {
			f.stopped = true
			break
		}
		f.left -= ruleCost + c.size()
		f.tried[key] = true
		if next, left := c.mended(e.apply(c.src.Text), found, d); next != nil {
			return next, left, d
		}
	}
	return nil, nil, nil
}

// size returns how many rules there are.
func (c *checker) size() int {
	n := 0
	for range c.rules() {
		n++
	}
	return n
}

// mended returns the file with a text that mends the finding d, and what is found there;
// nil if anything else changes.
func (c *checker) mended(text []byte, found parser.Diagnostics, d *parser.Diagnostic) (*checker, parser.Diagnostics) {
	src := c.src
	src.Text = text
	n, err := alone(src, c.opts)
	if err != nil || n.file == nil {
		return nil, nil //nolint:nilerr // a text that can't be read mends nothing
	}
	left := map[string]int{}
	for _, f := range found {
		if f != d {
			left[fmt.Sprint(f.Code, f.From.Line)]++
		}
	}
	now := n.run()
	for _, f := range now {
		key := fmt.Sprint(f.Code, f.From.Line)
		if left[key]--; left[key] < 0 {
			return nil, nil
		}
	}
	if d.Severity != parser.Error && !c.replays(n, d) {
		return nil, nil
	}
	return n, now
}

// replays reports whether the changed rules n answer requests as those of c do, unless
// the rule that d is about matches.
func (c *checker) replays(n *checker, d *parser.Diagnostic) bool {
	before, after := c.siteFor(), n.siteFor()
	if before == nil || after == nil {
		return before == nil && after != nil
	}
	at := c.ruleOf(d)
	left := maxReplayed
	for r := range c.rules() {
		for _, w := range c.witnesses(r, nil) {
			if left--; left < 0 || !before.spend() || !after.spend() {
				return left < 0 // what could be replayed was
			}
			old, hit := before.answer(w, at)
			now, hitNow := after.answer(w, at)
			if old != now && !hit && !hitNow {
				return false
			}
		}
	}
	return true
}

// answer evaluates a witness: what is done with it, in a line, and whether the rule in a
// line matches.
func (s *site) answer(w *witness, line uint32) (text string, hit bool) {
	res, err := s.run(w, func(st matcher.Step) {
		hit = hit || st.Kind == matcher.StepMatched && st.At.From.Line == line
	})
	return describeAnswer(&res, err), hit
}

// describeAnswer returns what is done with a request, in a line.
func describeAnswer(res *matcher.Result, err error) string {
	return fmt.Sprintln(res.Action, res.Status, res.Location, res.Path, res.Query, res.HasQuery, res.Filename, res.ProxyURL, res.Rule.From.Line, err != nil)
}

// ruleOf returns the line of the rule that a finding is about, that of the rule of a
// condition; 0 if it is about none.
func (c *checker) ruleOf(d *parser.Diagnostic) uint32 {
	for r := range c.rules() {
		if within(d, r.Extent) {
			return r.From.Line
		}
		for _, cond := range r.conds {
			if within(d, cond.Extent) {
				return r.From.Line
			}
		}
	}
	return 0
}

func within(d *parser.Diagnostic, e parser.Extent) bool {
	return d.Name == e.Name && e.From.Line <= d.From.Line && d.From.Line <= max(e.To.Line, e.From.Line)
}

// ruleIn returns the rule that a finding is about, nil if it is about none.
func (c *checker) ruleIn(d *parser.Diagnostic) *rule {
	for r := range c.rules() {
		if within(d, r.Extent) {
			return r
		}
	}
	return nil
}

// condIn returns the condition that a finding is about, nil if it is about none.
func (c *checker) condIn(d *parser.Diagnostic) *cond {
	for cond := range c.conds() {
		if within(d, cond.Extent) {
			return cond
		}
	}
	return nil
}

var (
	afterCaret = regexp.MustCompile(`^["']?!?\^/`)
	atCaret    = regexp.MustCompile(`^["']?!?\^`)
	asked      = regexp.MustCompile(`^write (%\{[A-Z0-9_:-]+\}|=[0-9]+)$`)
)

// edit returns the mechanical cure of a finding, false if there is none.
func (c *checker) edit(d *parser.Diagnostic) (edit, bool) {
	from, to := int(d.From.Offset), int(d.To.Offset)
	if to > len(c.src.Text) || from > to {
		return edit{}, false
	}
	text := string(c.src.Text[from:to])
	switch d.Code { //nolint:exhaustive // the others have no mechanical cure
	case codeTrailingOr, codeOrOfNegations:
		return c.dropFrom(c.condIn(d), parser.FlagOrNext)
	case codePointlessQSA, codePointlessFlag:
		return dropFlag(c.src.Text, from, to)
	case codeDoubleEncoding, codeHashEscaped:
		return addFlag(c.src.Text, c.ruleIn(d), "NE")
	case codeWithoutLast:
		return addFlag(c.src.Text, c.ruleIn(d), "L")
	case codeMissingPT:
		return addFlag(c.src.Text, c.ruleIn(d), "PT")
	case codeUnescapedBackref:
		return addFlag(c.src.Text, c.ruleIn(d), "B")
	case codeLeadingSlash:
		if m := afterCaret.FindStringIndex(text); m != nil {
			return edit{from + m[1] - 1, from + m[1], ""}, true
		}
	case codeMissingSlash:
		if m := atCaret.FindStringIndex(text); m != nil {
			return edit{from + m[1], from + m[1], "/"}, true
		}
	case codeReferer:
		if i := strings.Index(text, "http://"); i >= 0 {
			return edit{from + i, from + i + len("http"), "https?"}, true
		}
	case codeFlagsGlued:
		if flags, ok := strings.CutPrefix(d.Hint, "put a blank before "); ok && strings.LastIndex(text, flags) > 0 {
			i := from + strings.LastIndex(text, flags)
			return edit{i, i, " "}, true
		}
	case codeVariableSyntax, codeForeign, codeUnanchoredPort:
		if m := asked.FindStringSubmatch(d.Hint); m != nil && !strings.ContainsAny(text, "\"'!") && text != "" {
			return edit{from, to, m[1]}, true
		}
	case parser.CodeByteOrderMark:
		if bytes.HasPrefix(c.src.Text, []byte("\ufeff")) {
			return edit{0, len("\ufeff"), ""}, true
		}
	case codeMangled:
		return c.unmangle(d)
	}
	return edit{}, false
}

// dropFrom drops a flag of a condition.
func (c *checker) dropFrom(d *cond, kind parser.FlagKind) (edit, bool) {
	if d == nil {
		return edit{}, false
	}
	at := flagExtent(d.Flags, kind)
	if !at.IsValid() {
		return edit{}, false
	}
	return dropFlag(c.src.Text, int(at.From.Offset), int(at.To.Offset))
}

// dropFlag drops the flag that is from and to with its comma, or the brackets with the
// blanks before them if it is the only one.
func dropFlag(src []byte, from, to int) (edit, bool) {
	before := bytes.TrimRight(src[:from], " \t")
	after := src[to:]
	gap := len(after) - len(bytes.TrimLeft(after, " \t"))
	after = after[gap:]
	switch {
	case len(before) == 0 || len(after) == 0:
	case before[len(before)-1] == ',':
		return edit{len(before) - 1, to, ""}, true
	case after[0] == ',':
		return edit{from, to + gap + 1, ""}, true
	case before[len(before)-1] == '[' && after[0] == ']':
		return edit{len(bytes.TrimRight(before[:len(before)-1], " \t")), to + gap + 1, ""}, true
	}
	return edit{}, false
}

// addFlag adds a flag behind those of a rule.
func addFlag(src []byte, r *rule, flag string) (edit, bool) {
	if r == nil {
		return edit{}, false
	}
	if n := len(r.Flags); n > 0 {
		to := int(r.Flags[n-1].To.Offset)
		return edit{to, to, "," + flag}, to <= len(src)
	}
	to := int(r.Subst.To.Offset)
	return edit{to, to, " [" + flag + "]"}, to <= len(src)
}

// plainLetters are what word processors and web pages make of text, and what was meant.
var plainLetters = strings.NewReplacer(
	"\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u2018", "'", "\u2019", "'",
	"\u2013", "-", "\u2014", "-", "\u2212", "-", "\u2011", "-", "\u2012", "-", "\u00a0", " ",
	"\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\u00ad", "",
	"&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&nbsp;", " ",
)

// unmangle types the plain characters of a line.
func (c *checker) unmangle(d *parser.Diagnostic) (edit, bool) {
	i := int(d.From.Line) - 1
	if i < 0 || i >= len(c.lines) {
		return edit{}, false
	}
	from := 0
	for _, l := range c.lines[:i] {
		from += len(l) + 1
	}
	plain := plainLetters.Replace(c.lines[i])
	return edit{from, from + len(c.lines[i]), plain}, plain != c.lines[i]
}
