package httpd

import (
	"slices"
	"strings"

	"github.com/modrewrite-go/modrewrite/matcher/internal/expr"
	"github.com/modrewrite-go/modrewrite/matcher/internal/vary"
	"github.com/modrewrite-go/modrewrite/parser"
)

// ifSection is an <If>, <ElseIf> or <Else> section.
type ifSection struct {
	at     parser.Extent
	test   *expr.Program // nil for <Else>
	orElse bool          // <ElseIf> or <Else>: tried if none held of those that it belongs to
	others int           // how many sections behind this one are not tried if it holds
	config *DirConfig
}

// ifSectionPath is the directory of the rules in an <If>, as httpd has it: no
// file name begins with it.
const ifSectionPath = "*If"

// openIf compiles an <If>, <ElseIf> or <Else>.
func openIf(sc *Scope, n *parser.Section) {
	name := strings.ToLower(n.Directive)
	s := &ifSection{at: n.Extent, orElse: name != "if", config: &DirConfig{}}
	if !sc.sectionAllowed(n, sc, scopeIf) {
		return
	}
	if s.orElse && !goesOn(sc.Dir.ifs) {
		sc.Errorf(CodeNotAllowed, n.Extent, "<%s> without an <If> or <ElseIf> before it", n.Directive)
		return
	}
	if name == "else" {
		if len(n.Args) > 0 {
			sc.Errorf(CodeBadArgument, n.Args[0].Extent, "<Else> takes no argument")
			return
		}
	} else if !sc.ifTest(n, sc, s) {
		return
	}
	sc.sectionBody(n, sc, scopeIf, &Section{at: n.Extent, Path: ifSectionPath, Config: s.config})
	sc.Dir.ifs = sc.Dir.ifs.With(s)
}

func (c *Compiler) ifTest(n *parser.Section, sc *Scope, s *ifSection) bool {
	switch len(n.Args) {
	case 0:
		c.Errorf(CodeBadArgument, n.Extent, "<%s> requires an expression", n.Directive)
		return false
	case 1:
	default:
		c.Report(parser.Error, CodeBadArgument, n.Args[1].Extent, "put the expression in quotes",
			"<%s> takes one argument", n.Directive)
		return false
	}
	s.test = c.BoolExpr(n.Args[0], sc)
	return s.test != nil
}

// ifWalk is what a walk along <If> sections found.
type ifWalk struct {
	held  []*ifSection
	merge walkMerge
}

// walkIfs merges the <If> sections that hold, then those inside of them. The
// latter are left out, as in httpd, where the walk before found the same and
// merged it on top of the same.
func (s *Request) walkIfs() {
	for ifs := s.Dir.ifs; ifs.Len() > 0; {
		var walk ifWalk
		var found *DirConfig
		walk.held, found = s.heldIfs(ifs)
		if last := s.lastIfWalk(); last != nil && slices.Equal(last.held, walk.held) {
			walk.merge = last.merge
		}
		reused := s.mergeFound(found, &walk.merge)
		s.ifsWalked = append(s.roomForIfs(), walk)
		if s == &s.Eval.first {
			s.Eval.ifWalks = s.ifsWalked
		}
		if reused || found == nil {
			return
		}
		ifs = found.ifs
	}
}

// roomForIfs returns the walks so far: for the client's request in memory that an earlier
// evaluation has left.
func (s *Request) roomForIfs() []ifWalk {
	if len(s.ifsWalked) == 0 && s == &s.Eval.first {
		return s.Eval.ifWalks[:0]
	}
	return s.ifsWalked
}

// heldIfs returns the sections of ifs that hold, and what they merge to.
func (s *Request) heldIfs(ifs *ifList) (held []*ifSection, merged *DirConfig) {
	w := s.Walk(ifs.Index(), AskerOf(ifs))
	defer w.End()
	for from := 0; ; {
		i := w.Next(from)
		s.passIfs(ifs, from, min(i, ifs.Len()))
		if i >= ifs.Len() {
			return held, merged
		}
		from = i + 1
		if sec := ifs.At(i); s.ifHolds(sec) {
			held = append(held, sec)
			merged = s.Eval.Engine.merge(merged, sec.config)
			from += sec.others
		}
	}
}

// passIfs passes over the sections that do not hold by the index. What their tests look
// at counts for Vary.
func (s *Request) passIfs(ifs *ifList, from, to int) {
	if from >= to {
		return
	}
	if s.Eval.Step != nil {
		s.checkIfs(ifs, from, to)
	}
	if ifs.Looks() && s.RoomForVary() {
		ifs.Looked(&s.Vary, from, to)
	}
}

// checkIfs reports the tests of the sections that the index passed over, and sees that they
// look at what is counted for Vary.
func (s *Request) checkIfs(ifs *ifList, from, to int) {
	before := s.Vary
	s.Vary = vary.Names{}
	s.tellIfs(ifs, from, to)
	told := s.Vary
	s.Vary = before
	var counted vary.Names
	if ifs.Looked(&counted, from, to); told.Text() != counted.Text() && !s.Eval.Over() {
		s.Eval.PassedOver(ifs.At(from).at)
	}
}

// tellIfs reports the tests of the sections that the index passed over, and sees that
// none holds. A test that fails denies nothing, as it is not evaluated otherwise.
func (s *Request) tellIfs(ifs *ifList, from, to int) {
	for i := from; i < to; i++ {
		err := s.Eval.err
		sec := ifs.At(i)
		holds := s.ifHolds(sec)
		if s.Eval.Over() {
			return
		}
		if s.Eval.err = err; holds {
			s.Eval.PassedOver(sec.at)
		}
	}
}

// lastIfWalk returns the walk that counts as the one before the next: that of
// the request this one came from if it has made as many, else the last of this
// one; nil if there is none.
func (s *Request) lastIfWalk() *ifWalk {
	n := len(s.ifsWalked)
	from := s.Prev
	if from == nil || len(from.ifsWalked) == 0 {
		from = s.Parent
	}
	switch {
	case from != nil && n < len(from.ifsWalked):
		return &from.ifsWalked[n]
	case n > 0:
		return &s.ifsWalked[n-1]
	}
	return nil
}

// ifHolds reports whether the section holds, if no other does that it belongs to. What its
// test looks at counts for Vary.
func (s *Request) ifHolds(sec *ifSection) bool {
	if sec.test == nil {
		return true
	}
	s.Eval.At = sec
	res := s.Holds(sec.test)
	s.Eval.Locate(sec.at)
	s.AddVary(res.Vary)
	s.Eval.Trace(s, Event{Kind: EventCond, At: sec.at, Matched: res.True})
	return res.True
}
