// Package rules runs lists of rules: which of them are tried, by sets of their
// patterns, whether their conditions hold, what their templates expand to, and which
// one comes next. What a rule does once it matched is an [Action] of the dialect it
// is written in, which the package knows nothing of.
package rules
