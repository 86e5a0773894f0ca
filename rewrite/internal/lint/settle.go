package lint

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// settle returns one finding for each mistake of those that parser, compiler and
// checks have.
func (c *checker) settle() parser.Diagnostics {
	if whole := slices.IndexFunc(c.found, func(d *parser.Diagnostic) bool { return d.Code == codeForeign && d.Severity == parser.Error }); whole >= 0 {
		return parser.Diagnostics{c.found[whole]}
	}
	if bom := slices.IndexFunc(c.known, func(d *parser.Diagnostic) bool { return d.Code == parser.CodeByteOrderMark }); bom >= 0 {
		c.found = slices.DeleteFunc(c.found, func(d *parser.Diagnostic) bool { return d.Code == codeEngineOff })
	}
	known := slices.DeleteFunc(slices.Clone(c.known), c.outdone)
	known = slices.DeleteFunc(known, func(d *parser.Diagnostic) bool { return c.inMisplaced(d) || c.danglesOn(d) })
	errs := errorsOf(known)
	found := slices.DeleteFunc(slices.Clone(c.found), func(d *parser.Diagnostic) bool {
		return c.behindError(d, errs) || c.yields(d) || c.inMisplaced(d)
	})
	return append(known, found...)
}

// inMisplaced reports whether a finding is in a section that may not stand where it does.
func (c *checker) inMisplaced(d *parser.Diagnostic) bool {
	for _, s := range c.scopes[1:] {
		if s.at.Name != d.Name || d.From.Line <= s.at.From.Line || d.From.Line > s.at.To.Line {
			continue
		}
		if slices.ContainsFunc(c.known, func(k *parser.Diagnostic) bool {
			return k.Code == parser.CodeNotHere && k.Name == d.Name && k.From.Line == s.at.From.Line
		}) {
			return true
		}
	}
	return false
}

// danglesOn reports whether a finding is about another condition of those before it, which
// lack their rule as well.
func (c *checker) danglesOn(d *parser.Diagnostic) bool {
	if d.Code != codeDangling || d.Name != c.src.Name || int(d.From.Line) > len(c.lines) {
		return false
	}
	for line := d.From.Line - 1; line > 0; line-- {
		line = c.firstLine(line)
		text := strings.TrimSpace(c.lines[line-1])
		switch {
		case slices.ContainsFunc(c.known, func(k *parser.Diagnostic) bool {
			return k.Code == codeDangling && k.Name == d.Name && k.From.Line == line
		}):
			return true
		case text != "" && text[0] != '#':
			return false
		}
	}
	return false
}

// outdone reports whether a check says of the line what is behind the finding d
// of parser or compiler.
func (c *checker) outdone(d *parser.Diagnostic) bool {
	return slices.ContainsFunc(c.byLine[d.From.Line], func(f *parser.Diagnostic) bool {
		if f.Name != d.Name {
			return false
		}
		return slices.Contains(moot(f.Code), "*") && f.Code != codeFlagsGlued && d.Code != codeEngineOff && f.Code != codeSwapped ||
			d.Code == parser.CodeUndefinedVariable && slices.Contains([]parser.Code{codeVariableSyntax, codeVariableInPattern, codeSwapped}, f.Code) ||
			d.Code == parser.CodeIgnoredFlag && (f.Code == codeSkipPastEnd || f.Code == codeIgnoredTarget)
	})
}

// behindError reports whether the finding d of a check is about a directive that
// cannot be read as it stands.
func (c *checker) behindError(d *parser.Diagnostic, errs parser.Diagnostics) bool {
	if d.Code == codeMangled || d.Code == codeForeign || d.Code == codeEngineOff || d.Code == codeNotInherited {
		return false
	}
	return slices.ContainsFunc(errs, func(k *parser.Diagnostic) bool {
		return k.Name == d.Name && k.Code != "unsupported" && k.From.Line >= d.From.Line && k.From.Line <= max(d.To.Line, d.From.Line)
	})
}

// moot returns the codes that the finding code makes moot on the same line, "*" for
// all.
func moot(code parser.Code) []parser.Code {
	for _, m := range []struct {
		code parser.Code
		moot []parser.Code
	}{
		{codeMangled, []parser.Code{"*"}},
		{codeForeign, []parser.Code{"*"}},
		{parser.CodeNotHere, []parser.Code{"*"}},
		{codeSwapped, []parser.Code{"*"}},
		{codeVariableSyntax, []parser.Code{codeImpossible, codeUnknownVariable, codeHostAsPath, codeMissingGroup, codeRegexInTarget, codeRelative, codeDoubleSlash, codeJoinedHost, codeContradiction, codeFileTestPath, codeRegexAfterEquals}},
		{codeVariableInPattern, []parser.Code{codeImpossible, codeEncoded, codeHostInPattern, codeLeadingSlash, codeMissingSlash, codeRegexAfterEquals, codeUnescapedDot, codeContradiction}},
		{codeHostInPattern, []parser.Code{codeOpenRedirect, codeOpenProxy, codeJoinedHost, codeLeadingSlash, codeMissingSlash, codeImpossible, codeEncoded, codeStar, codeUnescapedDot}},
		{codeQueryInPattern, []parser.Code{codeLeadingSlash, codeMissingSlash, codeImpossible, codeEncoded, codeStar, codeUnescapedDot}},
		{codeFragment, []parser.Code{codeLeadingSlash, codeMissingSlash, codeImpossible, codeEncoded, codeStar, codeUnescapedDot}},
		{codeEncoded, []parser.Code{codeImpossible, codeUnescapedDot}},
		{codeFileTestTypo, []parser.Code{codeImpossible, codeTooEarly, codeFileTestPath, codeStar, codeUnescapedDot}},
		{codeRegexAfterEquals, []parser.Code{codeImpossible, codeContradiction, codeOrOfNegations}},
		{codeFlagsGlued, []parser.Code{"*"}},
		{codeHostAsPath, []parser.Code{codeRelative, codeFilePath, codeDoubleSlash, codeBaseBypassed}},
		{codeFilePath, []parser.Code{codeRelative, codeBaseBypassed, codeRewriteLoop}},
		{codePercent, []parser.Code{codeMissingGroup}},
		{codeOpenProxy, []parser.Code{codeJoinedHost, codeRelative, codeDoubleEncoding}},
		{codeOpenRedirect, []parser.Code{codeJoinedHost, codeRelative, codeDoubleEncoding}},
		{codeUnknownVariable, []parser.Code{codeImpossible, codeContradiction, codePermanent}},
		{codeRegexInTarget, []parser.Code{codeMissingGroup, codeHashEscaped, codeRelative}},
		{codeLoopback, []parser.Code{codeJoinedHost}},
		{codeImpossible, []parser.Code{codeContradiction, codeUnescapedDot, codeUnanchoredPort}},
		{codeLeadingSlash, []parser.Code{codeUnreachable, codeUnescapedDot}},
		{codeMissingSlash, []parser.Code{codeUnreachable, codeUnescapedDot}},
	} {
		if m.code == code {
			return m.moot
		}
	}
	return nil
}

// yields reports whether another finding about the line of d says why.
func (c *checker) yields(d *parser.Diagnostic) bool {
	return slices.ContainsFunc(c.byLine[d.From.Line], func(f *parser.Diagnostic) bool {
		if f == d || f.Name != d.Name || f.Code == d.Code {
			return false
		}
		codes := moot(f.Code)
		return slices.Contains(codes, d.Code) || slices.Contains(codes, "*") && !slices.Contains(moot(d.Code), "*") && d.Code != codeEngineOff
	})
}

// ignore is a comment that takes findings of the next line back.
type ignore struct {
	line, next uint32 // of the comment, of what it is about
	codes      []string
	reason     string
	used       bool
}

const ignoreWord = "modrewrite: ignore"

// ignores returns the comments that take findings back.
func ignores(lines []string) []*ignore {
	var out []*ignore
	for i, l := range lines {
		text, ok := strings.CutPrefix(strings.TrimSpace(l), "#")
		if !ok {
			continue
		}
		text, ok = strings.CutPrefix(strings.TrimSpace(text), ignoreWord)
		if !ok {
			continue
		}
		codes, reason, _ := strings.Cut(text, "--")
		next := i + 1
		for next < len(lines) && (strings.TrimSpace(lines[next]) == "" || strings.HasPrefix(strings.TrimSpace(lines[next]), "#")) {
			next++
		}
		out = append(out, &ignore{
			line: uint32(i + 1), next: uint32(next + 1),
			codes:  strings.FieldsFunc(codes, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }),
			reason: strings.TrimSpace(reason),
		})
	}
	return out
}

// heed leaves out what comments say is to be ignored, and reports comments that
// ignore nothing. Errors are not to be ignored: the ruleset does not run with them.
func (c *checker) heed(all parser.Diagnostics) parser.Diagnostics {
	out := slices.DeleteFunc(all, func(d *parser.Diagnostic) bool {
		for _, g := range c.ignore {
			if d.Name == c.src.Name && d.Severity != parser.Error && c.firstLine(d.From.Line) == g.next && slices.Contains(g.codes, string(d.Code)) {
				g.used = true
				return true
			}
		}
		return false
	})
	for _, g := range c.ignore {
		if g.used && g.reason != "" {
			continue
		}
		message := "the comment ignores nothing: the next directive has no such finding"
		hint := "remove the comment"
		if g.used {
			message, hint = "the comment gives no reason", "write it behind the codes: # modrewrite: ignore CODE -- reason"
		}
		out = append(out, &parser.Diagnostic{Extent: c.lineExtent(int(g.line)), Severity: parser.Note, Code: codeIgnore, Message: message, Hint: hint})
	}
	return out
}

// firstLine returns the line in which the directive begins that goes on in line n.
func (c *checker) firstLine(n uint32) uint32 {
	for n > 1 && int(n) <= len(c.lines) && strings.HasSuffix(strings.TrimSuffix(c.lines[n-2], "\r"), `\`) {
		n--
	}
	return n
}

// atDirective returns the finding d, at the first line of its directive where it is about a
// continued one: that is the line which editors and comments know it by.
func (c *checker) atDirective(d *parser.Diagnostic) *parser.Diagnostic {
	first := c.firstLine(d.From.Line)
	if d.Name != c.src.Name || first == d.From.Line {
		return d
	}
	moved := *d
	moved.Extent = c.lineExtent(int(first))
	moved.Via = d.Via
	return &moved
}

// lineExtent returns the extent of line n, counted from 1.
func (c *checker) lineExtent(n int) parser.Extent {
	offset := 0
	for _, l := range c.lines[:n-1] {
		offset += len(l) + 1
	}
	text := strings.TrimRight(c.lines[n-1], " \t\r")
	lead := len(text) - len(strings.TrimLeft(text, " \t"))
	return parser.Extent{
		Name: c.src.Name,
		From: parser.Pos{Offset: uint32(offset + lead), Line: uint32(n), Col: uint32(lead + 1)},
		To:   parser.Pos{Offset: uint32(offset + len(text)), Line: uint32(n), Col: uint32(len(text) + 1)},
	}
}
