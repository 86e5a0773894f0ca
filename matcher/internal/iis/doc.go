// Package iis runs what configures URL rewriting on IIS: the rules of a web.config,
// request filtering and httpRedirect, in that order, on the client's request and once.
// What the rules make of a request then goes through the phases of httpd.
package iis
