// Package isapi runs the rules of two ports of mod_rewrite to IIS: ISAPI_Rewrite 2 and
// Ionic's ISAPI Rewrite Filter. Both look at path and query together, once, before a
// file is chosen.
package isapi
