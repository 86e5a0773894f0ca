// Package matcher compiles a parsed ruleset into an Engine and evaluates
// requests with it, with the results of Apache httpd 2.4.
//
// The engine decides and does not act: evaluating a request reads files and
// maps but changes nothing, so the same engine serves a web server, a test
// runner, an explainer and a log replay. All strings are byte strings.
package matcher
