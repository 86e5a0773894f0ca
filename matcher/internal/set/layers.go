package set

import (
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/work"
)

// layers are the branches of a large set, each where it is found fastest.
type layers struct {
	wholes   *wholes
	prefixes *prefixes
	pieces   *pieces
	// wild finds the branches that have no useful piece. If it gives up, all of
	// wildIDs are candidates.
	wild    *automaton
	wildIDs []int32
	checks  checks
	// common are branches that most subjects match, which are tried on each.
	common []commonBranch
}

// commonBranch is texts that most subjects have, and the branches that ask for them.
type commonBranch struct {
	*ordered

	ids []int32
}

// match appends the ids of the branches that s may match, in no order.
func (l *layers) match(dst []int32, s string, meter *work.Meter) []int32 {
	from := len(dst)
	if l.wholes != nil {
		dst = l.wholes.match(dst, s)
	}
	if l.prefixes != nil {
		dst = l.prefixes.match(dst, s)
	}
	if l.pieces != nil {
		dst = l.pieces.match(dst, s, meter)
	}
	if l.wild != nil {
		var ok bool
		if dst, ok = l.wild.match(dst, s, meter); !ok {
			dst = append(dst, l.wildIDs...)
		}
	}
	if len(l.checks) > 0 {
		dst = l.checks.confirm(dst, from, s, meter)
	}
	for i := range l.common {
		if c := &l.common[i]; c.match(s) {
			dst = append(dst, c.ids...)
		}
	}
	return dst
}

// layersBuilder puts branches into layers.
type layersBuilder struct {
	set      *Set
	opts     *settings
	patterns int // how many there are, about
	wholes   wholesBuilder
	prefixes []sharedPrefix
	starts   textTable // of the prefixes
	sharing  []int32   // how many of the prefixes are the same, by their numbers
	pieces   *piecesBuilder
	wild     *builder
	wildIDs  []int32
	checks   checks
	common   []commonBranch
	known    map[string]*texts // of the places of ordered
	places   []place           // of the pattern that is added
	split    int               // size of what its branches were split into
}

// place is where a branch belongs: the first of texts, prefix and pieces that there is,
// or with the common ones if its order is known, or else with the wild ones.
type place struct {
	branch *branch
	texts  *texts
	prefix prefixBranch
	pieces []piece
	order  *ordered // what the branch comes down to besides the pieces, or nil
	whole  bool     // the piece says for certain that the branch matches
}

// prefixBranch is a branch that may go where the prefixes are.
type prefixBranch struct {
	prefixEntry
	branch *branch
	exact  bool // the prefix says for certain that the branch matches
}

// sharedPrefix is a prefixBranch whose prefix is known by its number.
type sharedPrefix struct {
	branch    *branch
	id, start int32
	exact     bool
}

func newLayersBuilder(s *Set, patterns int, opts *settings) *layersBuilder {
	return &layersBuilder{
		set: s, opts: opts, patterns: patterns, known: map[string]*texts{},
		pieces: newPiecesBuilder(), wild: newBuilder(),
	}
}

// wildShare is what part of the cache the wild branches get. They need few states
// as a rule; where they need many, they need ever new ones.
const wildShare = 16

// add adds a pattern. It reports false if it can't hold all of its branches; then
// it holds none.
func (b *layersBuilder) add(branches []branch, id int32) bool {
	b.places, b.split = b.places[:0], 0
	for i := range branches {
		if !b.place(&branches[i], id) {
			return false
		}
	}
	for i := range b.places {
		b.put(&b.places[i], id)
	}
	return true
}

// place finds a place for a branch, or, if there is none, for each of those that it
// can be split into.
func (b *layersBuilder) place(br *branch, id int32) bool {
	if pl, ok := b.find(br, id); ok {
		pl.branch = br
		b.places = append(b.places, pl)
		return true
	}
	parts := br.parts()
	if len(parts) == 0 || len(b.places)+len(parts) > maxParts {
		return false
	}
	for i := range parts {
		b.split += parts[i].size()
		if b.split > maxSplit || !b.place(&parts[i], id) {
			return false
		}
	}
	return true
}

// find returns where a branch belongs, if there is a place for it.
func (b *layersBuilder) find(br *branch, id int32) (place, bool) {
	if b.opts.wild {
		return place{}, true
	}
	if br.begin && br.end && !b.opts.noWholes {
		if t := br.finite(); t != nil {
			return place{texts: t}, true
		}
	}
	if br.begin && !b.opts.noPrefixes {
		if p, rest := leading(br.items); len(p.text) >= minPrefix {
			return place{prefix: prefixBranch{prefixEntry{p, id}, br, len(rest) == 0 && !br.end}}, true
		}
	}
	return b.findPieces(br)
}

// findPieces returns where a branch belongs that has no prefix.
func (b *layersBuilder) findPieces(br *branch) (place, bool) {
	c := cut(br)
	useful := c.useful()
	if !b.opts.noPieces && (len(useful) == 0 || c.whole() && useful[0].bits < usefulBits) {
		if order := orderOf(br, b.known); order != nil && order.isQuick() && b.isCommon(order) {
			return place{order: order}, true
		}
	}
	if len(useful) > 0 && !b.opts.noPieces {
		if c.whole() {
			return place{pieces: useful, whole: true}, true
		}
		return place{pieces: useful, order: orderOf(br, b.known)}, true
	}
	return place{}, !c.explosive
}

// put puts a branch where it belongs.
func (b *layersBuilder) put(pl *place, id int32) {
	switch {
	case pl.texts != nil:
		if b.wholes.last == nil {
			b.wholes.reserve(b.patterns)
		}
		b.wholes.add(pl.texts, id)
	case pl.prefix.branch != nil:
		b.putPrefix(pl.prefix)
	case len(pl.pieces) > 0:
		b.pieces.add(pl.pieces, pl.order, id)
		if !pl.whole && pl.order == nil {
			b.set.inexact(id)
		}
	case pl.order != nil:
		b.putCommon(pl.order, id)
	default:
		if !b.opts.wild {
			// Should the automaton give up, it is not certain of anything.
			b.set.inexact(id)
		}
		b.wild.add(pl.branch, id)
		b.wildIDs = append(b.wildIDs, id)
	}
}

// putPrefix puts a branch with the prefixes.
func (b *layersBuilder) putPrefix(p prefixBranch) {
	if b.prefixes == nil {
		b.prefixes = make([]sharedPrefix, 0, b.patterns)
		b.sharing = make([]int32, 0, b.patterns)
		b.starts.reserve(b.patterns)
	}
	start, added := b.starts.number(p.foldableText)
	if added {
		b.sharing = append(b.sharing, 0)
	}
	b.sharing[start]++
	b.prefixes = append(b.prefixes, sharedPrefix{p.branch, p.id, start, p.exact})
}

// maxCommon is how many different texts in order are tried on each subject.
const maxCommon = 16

// isCommon reports whether o is among the common ones, or may be.
func (b *layersBuilder) isCommon(o *ordered) bool {
	return len(b.common) < maxCommon || b.findCommon(o) != nil
}

// findCommon returns the common branch with the same texts as o, nil if there is none.
func (b *layersBuilder) findCommon(o *ordered) *commonBranch {
	for i := range b.common {
		if b.common[i].equal(o) {
			return &b.common[i]
		}
	}
	return nil
}

// putCommon puts a branch with the common ones.
func (b *layersBuilder) putCommon(o *ordered, id int32) {
	c := b.findCommon(o)
	if c == nil {
		b.common = append(b.common, commonBranch{ordered: o})
		c = &b.common[len(b.common)-1]
	}
	c.ids = append(c.ids, id)
}

// finish returns the layers.
func (b *layersBuilder) finish() *layers {
	l := &layers{wholes: b.wholes.finish(), prefixes: newPrefixes(b.finishPrefixes())}
	if len(b.wildIDs) > 0 {
		l.wildIDs = b.wildIDs
		l.wild = newAutomaton(b.wild.finish(), len(l.wildIDs), b.opts)
		if l.wild.abandon = !b.opts.wild; l.wild.abandon {
			l.wild.limit /= wildShare
		}
	}
	if l.pieces = b.pieces.finish(b.opts, &b.checks); l.pieces != nil && l.pieces.automaton != nil && l.wild != nil {
		l.pieces.limit -= l.wild.limit
	}
	l.checks, l.common = slices.Clone(b.checks), b.common
	return l
}

// maxStarts is how many texts a branch may stand for to be found by each of them.
const maxStarts = 4

// finishPrefixes returns the branches that stay with the prefixes. Those that
// share theirs with too many others go elsewhere if they can.
func (b *layersBuilder) finishPrefixes() []prefixEntry {
	entries := make([]prefixEntry, 0, len(b.prefixes))
	fold := false
	for _, start := range b.starts.texts {
		fold = fold || start.fold
	}
	for i := range b.prefixes {
		p := b.prefixes[i]
		if b.sharing[p.start] > maxShared {
			if starts := p.branch.starts(); len(starts) > 0 && (fold || !starts[0].fold) {
				for _, start := range starts {
					entries = append(entries, b.finishPrefix(prefixBranch{prefixEntry{start, p.id}, p.branch, true}, fold))
				}
				continue
			}
			if pl, ok := b.findPieces(p.branch); ok {
				pl.branch = p.branch
				b.put(&pl, p.id)
				continue
			}
		}
		entries = append(entries, b.finishPrefix(prefixBranch{prefixEntry{b.starts.texts[p.start], p.id}, p.branch, p.exact}, fold))
	}
	return entries
}

// starts returns the texts that subjects of b start with one of, if they are few and b asks
// for nothing else.
func (b *branch) starts() []foldableText {
	if b.end || slices.ContainsFunc(b.items, hasLoop) {
		return nil
	}
	t := b.finite()
	if t == nil || len(t.list) < 2 || len(t.list) > maxStarts {
		return nil
	}
	starts := make([]foldableText, len(t.list))
	for i, text := range t.list {
		if len(text) < minPrefix {
			return nil
		}
		starts[i] = foldableText{text, t.fold}
	}
	return starts
}

// finishPrefix returns what p is found by. fold says that the letters of some prefixes match
// in either case.
func (b *layersBuilder) finishPrefix(p prefixBranch, fold bool) prefixEntry {
	var order *ordered
	if !p.exact {
		order = orderOf(p.branch, b.known)
	}
	switch {
	case order != nil:
		p.id = b.checks.add(order, p.id)
	case !p.exact, fold && !p.fold && hasLetter(p.text):
		b.set.inexact(p.id)
	}
	return p.prefixEntry
}
