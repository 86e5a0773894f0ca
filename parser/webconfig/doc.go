// Package webconfig reads what configures URL rewriting on IIS, the
// web.config of a site or a folder, into a tree.
//
// It knows system.webServer/rewrite (rules, globalRules, rewriteMaps,
// outboundRules, allowedServerVariables, providers), security/requestFiltering
// and httpRedirect, on their own, in <location> and in files that configSource
// names. All else in a web.config belongs to others: it is kept as written and
// not looked at, except that sections which guard a site or change its answers
// are reported.
//
// The package reads the XML itself, with bounds on size and depth. There is no
// document type declaration and no entity beyond the five of XML, so nothing
// can grow when it is read and nothing outside of the text is reached.
//
// An error means that something can't be run as it is meant, a warning that it
// is taken as it is meant although IIS documents it otherwise, and a note that
// something has no effect here. What the tree says is run by package matcher.
//
// All functions are safe for concurrent use; a tree is not written to after it
// was returned.
package webconfig
