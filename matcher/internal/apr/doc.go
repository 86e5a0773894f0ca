// Package apr has what httpd takes from the Apache Portable Runtime and C's
// library: tables without case, numbers as atoi reads them, words of the
// configuration, shell patterns, and the small types that settings are made of.
// It knows nothing of requests or rules.
package apr
