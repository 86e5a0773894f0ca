// Package pcre parses regular expressions in the syntax of PCRE2 10.42, as
// Apache uses it: bytes, not characters; the C locale; newline LF. It accepts
// and refuses what PCRE2 does.
//
// The result is a tree over sets of bytes, from which other packages build
// matchers. Everything that is only notation is gone from it: options, escapes,
// quoting, comments and names are resolved, case folding is in the sets or in a
// flag of the literals, and calls of groups that are not recursive are replaced
// by what they call.
package pcre
