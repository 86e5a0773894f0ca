//go:build !unix

package matcher

import "io/fs"

// ownerID returns the user who owns a file; here nothing tells.
func ownerID(fs.FileInfo) (uint32, bool) { return 0, false }

// owner returns %{SCRIPT_USER}.
func (s *state) owner() string { return "<unknown>" }

// ownerGroup returns %{SCRIPT_GROUP}.
func (s *state) ownerGroup() string { return "<unknown>" }
