// Package set answers for many patterns at once which of them can match a
// subject, in one pass over the subject whatever the number of patterns.
//
// A pattern is first stripped to what matters for a yes or no: no captures, no
// laziness, nothing that any subject satisfies. What is not regular is replaced
// by something regular that matches at least as much; such a pattern is a
// candidate where it may match, and the caller has to try it.
package set
