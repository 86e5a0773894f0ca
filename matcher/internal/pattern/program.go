package pattern

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/pcre"
)

// opcode is an instruction of the matching machine.
type opcode uint8

const (
	opMatch     opcode = iota // the pattern has matched
	opFail                    // go back to the last choice
	opByte                    // the byte b
	opLiteral                 // the string lits[x]
	opFold                    // the string lits[x], which is in lower case, in any case
	opAny                     // any byte
	opSet                     // a byte of sets[set]
	opTake                    // x to y bytes of a set, all there are, without giving back
	opGreedy                  // x to y bytes of a set, all there are, then fewer
	opLazy                    // x to y bytes of a set, as few as possible, then more
	opSplit                   // continue at x, and at y if that fails
	opJump                    // continue at x
	opSave                    // note the position in capture slot x
	opEnter                   // note the position in loop register x
	opProgress                // continue at y if the position is that in loop register x
	opAtomic                  // run what comes next up to its opMatch, for good, and continue at x
	opLook                    // continue at x if looks[look] holds, else at y unless that is 0
	opBeginText               // the assertions
	opEndText
	opEndTextOptionalNewline
	opBeginLine
	opEndLine
	opWordBoundary
	opNoWordBoundary
	opCharStart
	opBackref   // what a group of refs[x] matched
	opIfSet     // continue at y if no group of refs[x] is set
	opOpen      // note the position in loop register x, for opClose
	opClose     // note the capture from loop register y to the position in slots x and x+1
	opCloseHigh // the same, of a group that loop registers x and x+1 hold
	opChar      // a character of charSets[set]
	opUnits     // x to y units, all there are, then fewer
	opUnitsTake // x to y units, all there are, without giving back
	opUnitsLazy // x to y units, as few as possible, then more
)

// The ways to tell the bytes of a run (opTake, opGreedy, opLazy).
const (
	runSet uint8 = iota // those of sets[set]
	runAny              // all
	runNot              // all but b

	// Of units there are two kinds.
	runChar    // the characters of charSets[set]
	runCluster // what \X matches
)

// inst is an instruction.
type inst struct {
	op    opcode
	b     byte
	run   uint8
	again bool // of a split: it decides whether a loop goes on
	x, y  int32
	set   int32
	// next and other index follows: what may come after a run, or at x and y of
	// a split.
	next, other int32
	memo        int32 // the first memo slot of a choice
	look        int32 // index into looks
}

// lookaround is a condition on what is around a place: it holds if one of some
// ways matches, unless negative.
type lookaround struct {
	negative bool
	ways     []way
}

// way is code, up to its opMatch, to be run from so many bytes back.
type way struct {
	pc   int32
	back int
}

// program is a pattern compiled for the matching machine.
//
// The machine may remember where a choice has failed as long as nothing but the
// place decides about it. That is so in regular patterns, and remains so with
// atomic groups and lookarounds, since what they do depends on nothing but the
// place either. It is not so where captures decide: back-references and
// conditions on groups.
type program struct {
	insts   []inst
	sets    []pcre.Set
	lits    []string
	follows []follow
	looks   []lookaround
	utf     bool // subjects are UTF-8
	onePass bool
	*unicode

	slots int // of captures
	loops int // loop registers
	memos int // memo slots
	// within holds, by the first memo slot of a choice, the registers of the
	// loops around it whose body may match nothing, outermost first.
	within map[int32][]int

	search
}

// unicode is what only patterns in UTF or UCP mode need; others have none.
type unicode struct {
	refs  []reference
	folds *pcre.Folds    // for references and nil without
	joins *pcre.Clusters // nil without \X
	// charSets are those of characters, and firsts the bytes they start with.
	charSets []*pcre.Chars
	firsts   []pcre.Set
	// highGroups are the first of two loop registers for each group that captures
	// have no place for.
	highGroups []int
}

// compiler builds a program.
type compiler struct {
	*program
	open []int // registers of the loops around whose body may match nothing
	// refers is set where there are references to groups. What is next to a place
	// then depends on more than the place, and there is no memo.
	refers bool
	places map[int]int // the loop registers of groups that captures have no place for

	seen []int // for firstOf
	mark int
}

// maxInsts bounds the size of a program. PCRE2 bounds its own by 64 KiB of code,
// which makes fewer instructions. What exceeds it here are calls that expand to
// too much, and \R or \X repeated tens of thousands of times.
const maxInsts = 1 << 17

// canCompile reports whether the machine can run n. What refers to groups it runs
// without a memory of what has failed; so it only does where regexp2, which works
// without one too, does not know the characters.
func canCompile(re *pcre.Regexp) bool {
	return (re.UTF || re.UCP || !refersTo(re.Root)) && regular(re.Root)
}

// regular reports whether there is nothing in n that can't be run, references to
// groups aside.
func regular(n *pcre.Node) bool {
	switch n.Op {
	case pcre.OpCall, pcre.OpVerb, pcre.OpScriptRun:
		return false
	case pcre.OpLook:
		if n.NonAtomic {
			return false
		}
	case pcre.OpConditional:
		if n.Cond == pcre.CondRecursion {
			return false
		}
	default:
	}
	for _, sub := range n.Subs {
		if !regular(sub) {
			return false
		}
	}
	return true
}

// compile compiles the tree of a pattern that canCompile. ok is false if the
// program would be too large.
func compile(re *pcre.Regexp) (p *program, ok bool) {
	c := &compiler{program: &program{utf: re.UTF}}
	if re.UTF || re.UCP {
		c.unicode = &unicode{}
	}
	c.refers = refersTo(re.Root)
	c.node(re.Root)
	if c.full() {
		return nil, false
	}
	c.emit(inst{op: opMatch})
	c.findFollows()
	c.search = newSearch(re.Root, c.refers)
	if c.refers {
		c.memos = 0
	}
	c.onePass = c.isOnePass()
	c.trim()
	return c.program, true
}

// trim gives back what the tables have grown too large.
func (c *compiler) trim() {
	c.insts = append([]inst(nil), c.insts...)
	c.sets = append([]pcre.Set(nil), c.sets...)
	c.lits = append([]string(nil), c.lits...)
	c.follows = append([]follow(nil), c.follows...)
}

// full reports whether the program has become too large.
func (c *compiler) full() bool { return len(c.insts) > maxInsts }

// emit appends an instruction and returns its address.
func (c *compiler) emit(in inst) int {
	c.insts = append(c.insts, in)
	return len(c.insts) - 1
}

// here returns the address of the next instruction.
func (c *compiler) here() int32 { return int32(len(c.insts)) }

// choice emits an instruction that may be gone back to.
func (c *compiler) choice(in inst) int {
	in.memo = int32(c.memos)
	c.memos += len(c.open) + 1
	if len(c.open) > 0 {
		if c.within == nil {
			c.within = map[int32][]int{}
		}
		c.within[in.memo] = slices.Clone(c.open)
	}
	return c.emit(in)
}

// node emits the code of n.
func (c *compiler) node(n *pcre.Node) {
	if c.full() {
		return
	}
	switch n.Op {
	case pcre.OpEmpty:
	case pcre.OpFail:
		c.emit(inst{op: opFail})
	case pcre.OpLiteral:
		c.literal(n)
	case pcre.OpSet:
		c.oneByte(n.Set)
	case pcre.OpConcat:
		for _, sub := range n.Subs {
			c.node(sub)
		}
	case pcre.OpAlternate:
		c.alternate(n.Subs)
	case pcre.OpRepeat:
		c.repeat(n)
	case pcre.OpCapture:
		c.capture(n)
	case pcre.OpBeginText, pcre.OpEndText, pcre.OpEndTextOptionalNewline, pcre.OpBeginLine,
		pcre.OpEndLine, pcre.OpWordBoundary, pcre.OpNoWordBoundary, pcre.OpCharStart:
		c.emit(inst{op: assertionCode(n.Op)})
	case pcre.OpLook:
		c.look(n)
	case pcre.OpAtomic:
		c.atomic(func() { c.node(n.Subs[0]) })
	case pcre.OpConditional:
		c.conditional(n)
	case pcre.OpKeep:
		c.slots = max(c.slots, 1)
		c.emit(inst{op: opSave, x: 0})
	case pcre.OpBackref:
		c.backref(n)
	case pcre.OpCluster:
		c.oneCluster()
	case pcre.OpChars:
		c.chars(n)
	case pcre.OpCall, pcre.OpVerb, pcre.OpScriptRun:
		c.emit(inst{op: opFail}) // See canCompile.
	}
}

// assertionCode returns the instruction for an assertion.
func assertionCode(op pcre.Op) opcode {
	switch op {
	case pcre.OpBeginText:
		return opBeginText
	case pcre.OpEndText:
		return opEndText
	case pcre.OpEndTextOptionalNewline:
		return opEndTextOptionalNewline
	case pcre.OpBeginLine:
		return opBeginLine
	case pcre.OpEndLine:
		return opEndLine
	case pcre.OpWordBoundary:
		return opWordBoundary
	case pcre.OpCharStart:
		return opCharStart
	default:
		return opNoWordBoundary
	}
}

func (c *compiler) literal(n *pcre.Node) {
	if set, ok := n.OneByte(); ok {
		c.oneByte(set)
		return
	}
	text, op := n.Text, opLiteral
	if n.Fold {
		text, op = lower(text), opFold
	}
	c.lits = append(c.lits, text)
	c.emit(inst{op: op, x: int32(len(c.lits) - 1)})
}

// lower returns s with its ASCII letters in lower case.
func lower(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = pcre.FoldByte(b[i])
	}
	return string(b)
}

func (c *compiler) oneByte(set pcre.Set) {
	b, ok := set.Min()
	switch n := set.Len(); {
	case !ok:
		c.emit(inst{op: opFail})
	case n == 1:
		c.emit(inst{op: opByte, b: b})
	case n == 256:
		c.emit(inst{op: opAny})
	default:
		c.emit(inst{op: opSet, set: c.setIndex(set)})
	}
}

// setIndex returns the index of set in sets, adding it if need be.
func (c *compiler) setIndex(set pcre.Set) int32 {
	for i := range c.sets {
		if c.sets[i] == set {
			return int32(i)
		}
	}
	c.sets = append(c.sets, set)
	return int32(len(c.sets) - 1)
}

func (c *compiler) alternate(subs []*pcre.Node) {
	var exits []int
	for i, sub := range subs {
		if i == len(subs)-1 {
			c.node(sub)
			break
		}
		split := c.choice(inst{op: opSplit})
		c.insts[split].x = c.here()
		c.node(sub)
		exits = append(exits, c.emit(inst{op: opJump}))
		c.insts[split].y = c.here()
	}
	for _, exit := range exits {
		c.insts[exit].x = c.here()
	}
}

func (c *compiler) capture(n *pcre.Node) {
	if n.Group <= MaxGroup {
		c.slots = max(c.slots, 2*n.Group+2)
	}
	switch {
	case c.refers:
		c.openCapture(n)
		return
	case n.Group > MaxGroup:
		c.node(n.Subs[0])
		return
	}
	c.emit(inst{op: opSave, x: int32(2 * n.Group)})
	c.node(n.Subs[0])
	c.emit(inst{op: opSave, x: int32(2*n.Group + 1)})
}

// repeat emits a repeat as PCRE2 sees it: the copies that must be there, and
// then either a loop or copies each inside the one before.
func (c *compiler) repeat(n *pcre.Node) {
	sub := n.Subs[0]
	if n.Max == 0 {
		return
	}
	if set, ok := sub.OneByte(); ok {
		c.runOf(set, n)
		return
	}
	if c.runUnits(n) {
		return
	}
	if n.Mode == pcre.Possessive {
		c.atomic(func() { c.copies(n) })
		return
	}
	c.copies(n)
}

// copies emits the repeat n of something longer than a byte.
func (c *compiler) copies(n *pcre.Node) {
	sub := n.Subs[0]
	copies := n.Min
	if n.Max == pcre.Unlimited && copies > 0 {
		copies-- // The loop itself holds the last one.
	}
	for i := 0; i < copies && !c.full(); i++ {
		c.node(sub)
	}
	if n.Max == pcre.Unlimited {
		c.loop(sub, n.Min > 0, n.Mode == pcre.Lazy)
		return
	}
	var splits []int
	for i := n.Min; i < n.Max && !c.full(); i++ {
		splits = append(splits, c.branchInto(n.Mode == pcre.Lazy))
		c.node(sub)
	}
	for _, split := range splits {
		c.leaveAt(split, c.here())
	}
}

// branchInto emits the choice between what comes next and something else, to be
// set with leaveAt.
func (c *compiler) branchInto(lazy bool) int {
	split := c.choice(inst{op: opSplit})
	if lazy {
		c.insts[split].y = c.here()
	} else {
		c.insts[split].x = c.here()
	}
	return split
}

// leaveAt sets the other target of the choice at split.
func (c *compiler) leaveAt(split int, target int32) {
	in := &c.insts[split]
	if in.x == 0 {
		in.x = target
	} else {
		in.y = target
	}
}

// loop emits a loop over sub, which is run at least once if atLeastOnce. A loop
// whose body may match nothing ends after an iteration that did.
func (c *compiler) loop(sub *pcre.Node, atLeastOnce, lazy bool) {
	var splits []int
	if !atLeastOnce {
		splits = append(splits, c.branchInto(lazy))
	}
	body := c.here()
	progress := -1
	if sub.Nullable() {
		reg := c.loops
		c.loops++
		c.emit(inst{op: opEnter, x: int32(reg)})
		c.open = append(c.open, reg)
		c.node(sub)
		c.open = c.open[:len(c.open)-1]
		progress = c.emit(inst{op: opProgress, x: int32(reg)})
	} else {
		c.node(sub)
	}
	again := c.choice(inst{op: opSplit, x: body, again: true})
	exit := c.here()
	c.insts[again].y = exit
	if lazy {
		c.insts[again].x, c.insts[again].y = exit, body
	}
	if progress >= 0 {
		c.insts[progress].y = exit
	}
	for _, split := range splits {
		c.leaveAt(split, exit)
	}
}

// runOf emits the repeat n of a byte of set.
func (c *compiler) runOf(set pcre.Set, n *pcre.Node) {
	in := inst{op: opGreedy, x: int32(n.Min), y: int32(n.Max), set: c.setIndex(set)}
	if n.Max == pcre.Unlimited {
		in.y = unlimited
	}
	switch {
	case n.Min == n.Max, n.Mode == pcre.Possessive:
		in.op = opTake
	case n.Mode == pcre.Lazy:
		in.op = opLazy
	}
	switch set.Len() {
	case 256:
		in.run = runAny
	case 255:
		in.run = runNot
		in.b, _ = set.Negate().Min()
	}
	c.choice(in)
}

// unlimited is the upper bound of a run that has none.
const unlimited = 1<<31 - 1
