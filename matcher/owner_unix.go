//go:build unix

package matcher

import (
	"io/fs"
	"os/user"
	"strconv"
	"syscall"
)

// ownerID returns the user who owns a file, if the file system knows.
func ownerID(info fs.FileInfo) (uint32, bool) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Uid, true
	}
	return 0, false
}

const unknownOwner = "<unknown>"

// owner returns %{SCRIPT_USER}: the name of the file's owner.
func (s *state) owner() string {
	st, ok := s.stat()
	if !ok {
		return unknownOwner
	}
	id := strconv.FormatUint(uint64(st.Uid), 10)
	u, err := user.LookupId(id)
	if err != nil {
		return unknownOwner
	}
	return u.Username
}

// ownerGroup returns %{SCRIPT_GROUP}: the name of the file's group.
func (s *state) ownerGroup() string {
	st, ok := s.stat()
	if !ok {
		return unknownOwner
	}
	g, err := user.LookupGroupId(strconv.FormatUint(uint64(st.Gid), 10))
	if err != nil {
		return unknownOwner
	}
	return g.Name
}

func (s *state) stat() (*syscall.Stat_t, bool) {
	if s.file == nil {
		return nil, false
	}
	st, ok := s.file.Sys().(*syscall.Stat_t)
	return st, ok
}
