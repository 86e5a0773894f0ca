// Package casefile reads and runs case files: rulesets, a tree of files, and
// requests with what is expected to happen to them, in a language that reads
// aloud. It serves package rewritetest, the command "modrewrite test" and the
// project's own behaviour cases. README.md of package rewritetest describes the
// language.
//
// A File is parsed by Load and run by its method Run; a Report has the results.
// Expectations, outcomes and diffs are all lines of the same language, so a
// failed expectation can be replaced by what was found: Report.Update does.
package casefile
