// Package language answers questions about the sets of strings that the patterns
// of a ruleset describe: whether one is empty, whether one holds another, and
// which string shows that it does not.
//
// Patterns are those of PCRE as far as they describe regular languages. What they
// cannot say exactly - lookarounds in the middle, back-references, atomic groups -
// is replaced by something that matches more, and Pattern.Exact says so.
package language
