package index

import (
	"math"
	"net/netip"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// Question is the number of something to ask of a request. The caller gives them
// out, the same number for the same question.
type Question int32

// Term is one thing that may hold: the answer to a question matches something.
type Term struct {
	question Question
	kind     termKind
	flags    pcre.Flags
	text     string
}

type termKind uint8

const (
	kindPattern termKind = iota
	kindText
	kindFoldedText
	kindContains
	kindFoldedContains
	kindPrefix
	kindPath
	kindGlob
	kindFoldedGlob
	kindFileGlob
	kindNetwork
)

// Pattern returns a term that holds if the pattern src matches the answer to q.
func Pattern(q Question, src string, flags pcre.Flags) Term {
	return Term{q, kindPattern, flags, src}
}

// Text returns a term that holds if the answer to q is text, with fold in either
// case.
func Text(q Question, text string, fold bool) Term {
	if fold {
		return Term{q, kindFoldedText, 0, text}
	}
	return Term{q, kindText, 0, text}
}

// Contains returns a term that holds if text is in the answer to q, with fold in either
// case.
func Contains(q Question, text string, fold bool) Term {
	if fold {
		return Term{q, kindFoldedContains, 0, text}
	}
	return Term{q, kindContains, 0, text}
}

// Name returns a term that holds if the answer to q, made by AppendName, has the name in
// either case.
func Name(q Question, name string) Term { return Contains(q, string(AppendName(nil, name)), true) }

// nameMark stands before and after each name.
const nameMark = '\x00'

// AppendName appends a name to dst, as one of those in the answer to a question.
func AppendName(dst []byte, name string) []byte {
	return append(append(append(dst, nameMark), name...), nameMark)
}

// Prefix returns a term that holds if the answer to q starts with text.
func Prefix(q Question, text string) Term { return Term{q, kindPrefix, 0, text} }

// Path returns a term that holds if the answer to q is text, or goes on after it
// with a slash. A slash that text ends with may be missing, or be part of that.
func Path(q Question, text string) Term {
	return Term{q, kindPath, 0, strings.TrimRight(text, "/")}
}

// Glob returns a term that holds if the answer to q matches text, in which "*"
// stands for any bytes and "?" for one; with fold in either case.
func Glob(q Question, text string, fold bool) Term {
	if fold {
		return Term{q, kindFoldedGlob, 0, text}
	}
	return Term{q, kindGlob, 0, text}
}

// FileGlob returns a term that holds if the answer to q matches text as a file name
// matches in a shell: "*" and "?" stand for what is not a slash, "[...]" for one of
// some bytes, "\" for the byte after it. It may hold for more.
func FileGlob(q Question, text string) Term { return Term{q, kindFileGlob, 0, text} }

// Network returns a term that holds if the answer to q is an address in p, as
// AppendAddr writes it. An IPv4 address in its IPv6 form counts as IPv4.
func Network(q Question, p netip.Prefix) Term {
	addr, bits := p.Addr(), p.Bits()
	if addr.Is4In6() && bits >= v4Bits {
		addr, bits = addr.Unmap(), bits-v4Bits
	}
	mask := make([]byte, addr.BitLen()/8)
	for i := range max(bits, 0) {
		mask[i>>3] |= 0x80 >> (i & 7)
	}
	return masked(q, addr.AsSlice(), mask)
}

// MaskedNetwork is Network with the IPv4 addresses that have the bits of mask in
// common with addr.
func MaskedNetwork(q Question, addr, mask [4]byte) Term { return masked(q, addr[:], mask[:]) }

// masked returns the term for the addresses that have the bits of mask in common
// with addr.
func masked(q Question, addr, mask []byte) Term {
	for i := range addr {
		addr[i] &= mask[i]
	}
	return Term{q, kindNetwork, 0, string(addr) + string(mask)}
}

// NeedsText reports whether the term is certain not to hold for an empty answer.
func (t *Term) NeedsText() bool {
	switch t.kind {
	case kindNetwork:
		return true
	case kindText, kindFoldedText, kindContains, kindFoldedContains, kindPrefix:
		return t.text != ""
	case kindPattern, kindPath, kindGlob, kindFoldedGlob, kindFileGlob:
		re, _ := t.regexp(new(pcre.Parser))
		return re != nil && re.Root.TakesBytes()
	}
	return false
}

// Asks returns the question that the term is about.
func (t *Term) Asks() Question { return t.question }

// regexp returns the syntax tree of the term's pattern. Where it matches more than
// the term holds for, exact is false. It is nil for a pattern that can't be parsed.
// A pattern's tree is valid until p parses another one.
func (t *Term) regexp(p *pcre.Parser) (re *pcre.Regexp, exact bool) {
	var nodes []*pcre.Node
	exact = true
	switch t.kind {
	case kindPattern:
		re, err := p.Parse(t.text, t.flags)
		if err != nil {
			return nil, false
		}
		return re, true
	case kindText, kindFoldedText:
		nodes = append(literal(t.text, t.kind == kindFoldedText), &pcre.Node{Op: pcre.OpEndText})
	case kindContains, kindFoldedContains:
		nodes = literal(t.text, t.kind == kindFoldedContains)
		if nodes == nil {
			nodes = []*pcre.Node{{Op: pcre.OpEmpty}}
		}
		return &pcre.Regexp{Root: concat(nodes), Names: []string{""}, Class: pcre.Regular}, true
	case kindPrefix:
		nodes = literal(t.text, false)
	case kindPath:
		nodes = append(literal(t.text, false), segmentEnd())
	case kindGlob, kindFoldedGlob:
		nodes = append(glob(t.text, t.kind == kindFoldedGlob), &pcre.Node{Op: pcre.OpEndText})
	case kindFileGlob:
		nodes, exact = fileGlob(t.text)
	case kindNetwork:
		return nil, false
	}
	nodes = append([]*pcre.Node{{Op: pcre.OpBeginText}}, nodes...)
	return &pcre.Regexp{Root: concat(nodes), Names: []string{""}, Class: pcre.Regular}, exact
}

// share estimates which part of the answers t, which is no pattern, holds for.
func (t *Term) share() float64 {
	letters := 0
	switch t.kind {
	case kindPattern:
	case kindNetwork:
		return t.networkShare()
	case kindGlob, kindFoldedGlob, kindFileGlob:
		text := t.text
		if t.kind == kindFileGlob {
			text, _, _ = strings.Cut(text, "[")
		}
		letters = len(text) - strings.Count(text, "*") - strings.Count(text, "?")
	case kindText, kindFoldedText:
		letters = len(t.text)
		if letters == 0 {
			return emptyShare
		}
	case kindContains, kindFoldedContains, kindPrefix, kindPath:
		letters = len(t.text)
	}
	if letters > 0 && t.text[0] == '/' {
		letters--
	}
	return math.Ldexp(1, -letterBits*letters)
}

const (
	// letterBits is how rare a certain byte is.
	letterBits = 5
	// emptyShare is how often an answer is empty: a variable that is not set is.
	emptyShare = 0.5
)

// concat returns the node for nodes one after the other.
func concat(nodes []*pcre.Node) *pcre.Node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	return &pcre.Node{Op: pcre.OpConcat, Subs: nodes}
}

// literal returns the nodes for text, which may be empty.
func literal(text string, fold bool) []*pcre.Node {
	if text == "" {
		return nil
	}
	return []*pcre.Node{{Op: pcre.OpLiteral, Text: text, Fold: fold}}
}

// segmentEnd returns the node for the end of a segment of a path.
func segmentEnd() *pcre.Node {
	return &pcre.Node{Op: pcre.OpAlternate, Subs: []*pcre.Node{
		{Op: pcre.OpLiteral, Text: "/"}, {Op: pcre.OpEndText},
	}}
}
