// Package access decides, as httpd's mod_authz_core, mod_authz_host and
// mod_access_compat do, whether a request is let in: by the tree that Require
// and its sections make, and by Order, Allow, Deny and Satisfy.
//
// A Config belongs to one section of a configuration; Over merges two of them.
// It is not written to once a request was checked against it.
package access
