//go:build !unix

package httpd

import "io/fs"

// ownerID returns the user who owns a file; here nothing tells.
func ownerID(fs.FileInfo) (uint32, bool) { return 0, false }

// owner returns %{SCRIPT_USER}.
func (s *Request) owner() string { return "<unknown>" }

// ownerGroup returns %{SCRIPT_GROUP}.
func (s *Request) ownerGroup() string { return "<unknown>" }
