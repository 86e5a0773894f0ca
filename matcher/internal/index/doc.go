// Package index tells which items of a list may hold for a request, at a cost that
// does not grow with the list. It knows patterns, texts and addresses, and nothing
// of what the items are: rules, sections, redirects, virtual hosts.
//
// # What an item is
//
// An item is described by what has to hold for it: any number of watches, each of
// which is a list of terms of which one has to hold. A term is a pattern, a text or
// a network, and the question whose answer it is matched with: a variable, say, or
// two of them in a row. The caller numbers questions and answers them (Asker).
//
// # How it is done
//
// One watch of each item is chosen, that which seems to tell it apart best
// (choose.go). All chosen terms of one question are one set, which finds those
// that hold in one pass over the answer. An item whose watch does not hold can't
// hold. An item without a usable watch is always a candidate.
//
// Candidates are not merged: each question keeps its own, in order, and a place in
// them, so that finding the next candidate takes time in proportion to the number of
// questions, and answers that change on the way are asked again alone (cursor.go).
//
// # What is promised
//
// No item that holds is passed over, as long as a caller whose answers change says
// so (Cursor.Changed). Candidates come in the order of the list. Finding them
// allocates nothing once a Cursor's buffers have grown.
package index
