//go:build unix

package httpd

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
func (s *Request) owner() string {
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
func (s *Request) ownerGroup() string {
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

func (s *Request) stat() (*syscall.Stat_t, bool) {
	if s.File == nil {
		return nil, false
	}
	st, ok := s.File.Sys().(*syscall.Stat_t)
	return st, ok
}
