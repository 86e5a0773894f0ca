// Package set answers for many patterns at once which of them can match a
// subject, in one pass over the subject whatever the number of patterns.
//
// # What is promised
//
// A set never loses a match: a pattern that is not among the candidates for a
// subject does not match it. Of most patterns it knows more (Exact): such a
// candidate is certain to match. The others have to be tried. That is so for
// patterns that are not regular, for which something regular stands that matches
// at least as much, and for those of which the set looks for a part only.
//
// # How it is done
//
// A pattern is stripped to what matters for a yes or no: no captures, no
// laziness, no ends that any subject satisfies (simplify.go, branch.go). If all
// patterns together are small, one automaton with a complete table finds them.
// Otherwise each branch of a pattern goes where it is found fastest:
//
//   - a branch that matches a few whole subjects into a hash table (wholes.go),
//   - one that can match only what starts with a certain text, or with one of
//     a few, into a tree of such texts (prefixes.go),
//   - one that has a piece which is rare and harmless into an automaton that
//     looks for pieces or, if it is a text and there are many, into a table of these
//     (piece.go, pieces.go, literals.go, around.go),
//   - any other into an automaton of its own kind, which may give up; then its
//     branches are candidates (layers.go),
//   - and what may blow any automaton up is a candidate for every subject.
//
// Pieces are what keeps the second automaton small. The states of one that
// looked for X.*Y, for many X and Y, would have to remember which of the X have
// been seen; looking for the Y alone, they have nothing to remember.
//
// # What it costs
//
// An automaton's table is read without a lock, and filled under one. It never
// takes more memory than Options allow. When it is full it is thrown away, at
// most once in a second; meanwhile a match that needs what is not in the table
// goes on by following all threads at once, which takes time in proportion to
// the length of the subject (automaton.go, simulate.go). So the cost of a match
// is bounded whatever the subjects are.
package set
