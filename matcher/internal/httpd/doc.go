// Package httpd takes requests through the phases of Apache httpd: it is what
// httpd's core does, and where its modules have their place.
//
// A [Module] brings rows of the table of directives ([Command]), parts of the
// configuration of directories and servers ([Slot]), and what it does in a phase of
// a request ([Hook]). The package names none of them. [Compile] makes an [Engine]
// of a tree, an [Evaluation] takes a [Request] of a client's, with its internal
// redirects and sub-requests, to an [Answer].
package httpd
