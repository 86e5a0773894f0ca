package expr

import (
	"slices"
	"strconv"

	"github.com/modrewrite-go/modrewrite/matcher/internal/index"
	"github.com/modrewrite-go/modrewrite/matcher/internal/pattern"
	"github.com/modrewrite-go/modrewrite/matcher/internal/uri"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	syntax "github.com/modrewrite-go/modrewrite/parser/expr"
)

// Need is something that may have to hold for an expression to be true. The value of Input
// has to match Pattern, Glob or FileGlob, or lie in Subnet, whichever is set; if none is, it
// has to equal Text.
type Need struct {
	Input  []Input
	Number bool   // the value is read as a number, and Text is one in decimal
	Text   string // with Fold, in either case

	Pattern  *pattern.Pattern
	Glob     string // with "*" for any bytes and "?" for one, with Fold in either case
	FileGlob string // as names of files match in a shell
	Subnet   *subnet

	Fold bool
}

// Input is a piece of a value. The first field that is set says what it is; if none is, it
// is Text.
type Input struct {
	Header string // a header of the request
	Env    string // a variable of the request's environment
	Client bool   // the client's address, in the form of index.AppendAddr
	TLS    string // a variable of the encrypted connection
	IsVar  bool
	Var    syntax.Var
	Text   string
}

// Term returns the term that holds if n does, q being the question for its input.
func (n *Need) Term(q index.Question) index.Term {
	switch {
	case n.Pattern != nil:
		return index.Pattern(q, n.Pattern.String(), n.Pattern.Flags())
	case n.Glob != "":
		return index.Glob(q, n.Glob, n.Fold)
	case n.FileGlob != "":
		return index.FileGlob(q, n.FileGlob)
	case n.Subnet != nil:
		return n.Subnet.term(q)
	}
	return index.Text(q, n.Text, n.Fold)
}

// Variable returns the variable of the request's environment that has to be set for n to
// hold; ok is false if none has.
func (n *Need) Variable() (name string, ok bool) {
	if len(n.Input) != 1 || n.Input[0].Env == "" || n.Number {
		return "", false
	}
	t := n.Term(0)
	return n.Input[0].Env, t.NeedsText()
}

// InputKey returns what tells in apart from other inputs.
func InputKey(in []Input) string {
	var b []byte
	for i := range in {
		b = strconv.AppendQuote(b, in[i].Header+"\x00"+in[i].Env+"\x00"+in[i].TLS+"\x00"+in[i].Text)
		b = strconv.AppendInt(b, int64(in[i].Var), 10)
		b = strconv.AppendBool(b, in[i].IsVar)
		b = strconv.AppendBool(b, in[i].Client)
	}
	return string(b)
}

// Quiet says what of an evaluation does not show.
type Quiet struct {
	// Variable reports whether asking for a variable, other than a header, does not.
	Variable func(v syntax.Var) bool
	// AnyHeader says that looking at no header does: its name does not go into Vary.
	AnyHeader bool
}

// Needs returns what the expression needs to be true: of each of the lists, of which there
// is one at least, one of the needs has to hold. ok is false if that can't be told. If none
// in a list holds, nothing of evaluating the expression shows but that looks, the names of
// headers, goes into Vary.
func (p *Program) Needs(q *Quiet) (lists [][]Need, looks string, ok bool) {
	lists, names, ok := q.needs(p.test)
	return lists, vary.Join(names), ok
}

// Silent reports whether evaluating the expression does not show, true or false.
func (p *Program) Silent(q *Quiet) bool { return q.silent(p.test) }

// needs is Needs for a test.
func (q *Quiet) needs(t test) (lists [][]Need, looks []string, ok bool) {
	if j, isJunction := t.(*junction); isJunction {
		if j.or {
			return q.either(j.operands)
		}
		return q.both(j.operands)
	}
	needs, ok := q.needsOf(t)
	if !ok {
		return nil, nil, false
	}
	looks, ok = q.shows(t)
	return [][]Need{needs}, looks, ok
}

// needsOf returns the needs of a test that is no junction.
func (q *Quiet) needsOf(t test) ([]Need, bool) {
	switch t := t.(type) {
	case truth:
		return nil, !bool(t)
	case *comparison:
		if text, ok := t.x.(constant); ok {
			return q.compared(t.op, t.y, string(text))
		}
		if text, ok := t.y.(constant); ok {
			return q.compared(t.op, t.x, string(text))
		}
	case *match:
		in, ok := q.input(t.x)
		if t.not || !ok {
			return nil, false
		}
		return []Need{{Input: in, Pattern: t.re}}, true
	case *member:
		return q.oneOf(t)
	case *wildcardTest:
		return q.wildcards(t)
	case clientIn:
		return []Need{{Input: []Input{{Client: true}}, Subnet: &t.net}}, true
	case addrIn:
		if t.x == envWord(syntax.VarRemoteAddr) {
			return []Need{{Input: []Input{{Client: true}}, Subnet: &t.net}}, true
		}
	}
	return nil, false
}

// compared returns the need that x is equal to text, if op is for that.
func (q *Quiet) compared(op syntax.CompareOp, x word, text string) (needs []Need, ok bool) {
	switch op { //nolint:exhaustive // the others are true of more than one text
	case syntax.Equal:
		need := Need{Text: text}
		if f, isCall := x.(*pureWord); isCall && f.folds {
			x, need.Fold = f.x, true
		}
		need.Input, ok = q.input(x)
		return []Need{need}, ok
	case syntax.IntEqual:
		number := integer(text)
		in, ok := q.input(x)
		return []Need{{Input: in, Number: true, Text: strconv.FormatInt(number, 10)}}, ok && number == int64(int32(number)) //nolint:gosec // it is compared
	}
	return nil, false
}

// wildcards returns the need that a text matches a pattern with wildcards.
func (q *Quiet) wildcards(t *wildcardTest) (needs []Need, ok bool) {
	in, ok := q.input(t.x)
	pattern, constant := t.pattern.(constant)
	switch {
	case !ok || !constant || pattern == "":
		return nil, false
	case t.path:
		return []Need{{Input: in, FileGlob: string(pattern)}}, true
	}
	return []Need{{Input: in, Glob: wider(string(pattern)), Fold: t.noCase}}, true
}

// wider returns a pattern with nothing but "*" and "?" that matches all that pattern does:
// a byte of a class, or one behind a backslash, is any byte.
func wider(pattern string) string {
	b := make([]byte, 0, len(pattern))
	for _, e := range parseSegment(pattern) {
		switch {
		case e.kind == anyBytes:
			b = append(b, '*')
		case e.kind == literalByte && e.char != '*' && e.char != '?':
			b = append(b, e.char)
		default:
			b = append(b, '?')
		}
	}
	return string(b)
}

// oneOf returns the needs of "x in list".
func (q *Quiet) oneOf(t *member) (needs []Need, ok bool) {
	in, ok := q.input(t.x)
	for _, w := range t.list {
		text, constant := w.(constant)
		ok = ok && constant
		needs = append(needs, Need{Input: in, Text: string(text)})
	}
	return needs, ok
}

// either returns the needs of "or": those of all operands, as all are evaluated if
// none is true.
func (q *Quiet) either(operands []test) (lists [][]Need, looks []string, ok bool) {
	var all []Need
	for _, t := range operands {
		lists, names, ok := q.needs(t)
		if !ok {
			return nil, nil, false
		}
		all, looks = append(all, lists[0]...), append(looks, names...)
	}
	return [][]Need{all}, looks, true
}

// both returns the needs of "and": those of its operands up to one that shows. The very
// first is evaluated in any case, so what it looks at may go into Vary: the same whichever
// of the operands is false.
func (q *Quiet) both(operands []test) (lists [][]Need, looks []string, ok bool) {
	var shown []string // by the operands so far
	for i, t := range operands {
		more, names, ok := q.needs(t)
		names = append(slices.Clone(shown), names...)
		switch {
		case !ok || i > 0 && len(names) > len(shown):
		case len(lists) == 0:
			lists, looks = more, names
		case slices.Equal(names, looks):
			lists = append(lists, more...)
		}
		names, ok = q.shows(t)
		if !ok || i > 0 && len(names) > 0 || len(lists) > 0 && captures(t) {
			break
		}
		shown = append(shown, names...)
	}
	return lists, looks, len(lists) > 0
}

// captures reports whether evaluating t may leave groups.
func captures(t test) bool {
	switch t := t.(type) {
	case *match:
		return true
	case negation:
		return captures(t.x)
	case *junction:
		return slices.ContainsFunc(t.operands, captures)
	}
	return false
}

// silent reports whether evaluating t does not show.
func (q *Quiet) silent(t test) bool {
	names, ok := q.shows(t)
	return ok && len(names) == 0
}

// shows returns the names that evaluating t adds to Vary, true or false. ok is false if
// more shows, or that depends on the request.
func (q *Quiet) shows(t test) (looks []string, ok bool) {
	switch t := t.(type) {
	case truth, clientIn:
		return nil, true
	case negation:
		return q.shows(t.x)
	case *junction:
		return q.showsJoined(t.operands)
	case *comparison:
		return q.names(t.y, t.x)
	case *match:
		return q.names(t.x)
	case *member: // not all of the list need be looked at
		looks, ok = q.names(t.x)
		inList, quiet := q.names(t.list...)
		return looks, ok && quiet && len(inList) == 0
	case isEmpty:
		return q.names(t.x)
	case isTrue:
		return q.names(t.x)
	case addrIn:
		return nil, t.x == envWord(syntax.VarRemoteAddr)
	case *wildcardTest: // a pattern that is too long for a text is an error
		looks, ok = q.names(t.x)
		pattern, constant := t.pattern.(constant)
		return looks, ok && constant && len(pattern) <= maxQuietWildcards
	}
	return nil, false
}

// showsJoined is shows for the operands of a junction. The first decides whether the others
// are evaluated.
func (q *Quiet) showsJoined(operands []test) (looks []string, ok bool) {
	looks, ok = q.shows(operands[0])
	for _, t := range operands[1:] {
		ok = ok && q.silent(t)
	}
	return looks, ok
}

// maxQuietWildcards is how long a pattern with wildcards may be that is not too long for any
// text of a request.
const maxQuietWildcards = 256

// names returns the names that evaluating words one after the other adds to Vary. ok is
// false if more shows.
func (q *Quiet) names(words ...word) (looks []string, ok bool) {
	for _, w := range words {
		if _, ok := w.(group); ok {
			continue
		}
		if f, ok := w.(*pureWord); ok && f.folds {
			w = f.x
		}
		if _, ok := q.input(w); !ok {
			return nil, false
		}
		looks = q.appendNames(looks, w)
	}
	return looks, true
}

// appendNames appends the names that evaluating w, of which input knows the pieces, adds
// to Vary.
func (q *Quiet) appendNames(dst []string, w word) []string {
	switch w := w.(type) {
	case headerWord:
		if name, ok := w.x.(constant); ok && w.vary && !q.AnyHeader && !uri.EqualFold(string(name), "Host") {
			return append(dst, string(name))
		}
	case *concat:
		words := w.words
		if w.fromEnd {
			words = slices.Clone(words)
			slices.Reverse(words)
		}
		for _, x := range words {
			dst = q.appendNames(dst, x)
		}
	}
	return dst
}

// input returns the pieces of a word. ok is false if they are of other kinds, or
// looking at them shows otherwise than in Vary.
func (q *Quiet) input(w word) (in []Input, ok bool) {
	switch w := w.(type) {
	case constant:
		return []Input{{Text: string(w)}}, true
	case envWord:
		v := syntax.Var(w)
		return []Input{{IsVar: true, Var: v}}, q.Variable(v)
	case timeWord:
		v := syntax.Var(w)
		return []Input{{IsVar: true, Var: v}}, q.Variable(v)
	case sslWord:
		name, ok := w.x.(constant)
		return []Input{{TLS: string(name)}}, ok && name != ""
	case headerWord:
		name, ok := w.x.(constant)
		return []Input{{Header: string(name)}}, ok && name != ""
	case reqEnvWord:
		name, ok := w.x.(constant)
		computed := uri.EqualFold(string(name), "SCRIPT_URL") || uri.EqualFold(string(name), "SCRIPT_URI") // and set when asked for
		return []Input{{Env: string(name)}}, ok && name != "" && !computed
	case *concat:
		for _, x := range w.words {
			more, ok := q.input(x)
			if !ok {
				return nil, false
			}
			in = append(in, more...)
		}
		return in, true
	}
	return nil, false
}
