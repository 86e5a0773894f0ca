//go:build unix

package rewritemap

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// processAttributes returns how to run a process as a user and group, either
// may be "". Only root can do so; for others the names need only exist, as in
// httpd.
func processAttributes(name, group string) (*syscall.SysProcAttr, error) {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if name == "" {
		return attributes, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	if group != "" {
		g, err := user.LookupGroup(group)
		if err != nil {
			return nil, err
		}
		u.Gid = g.Gid
	}
	if os.Geteuid() != 0 {
		return attributes, nil
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attributes, nil
}

// killProcesses kills p, which was not waited for yet, and its process group.
func killProcesses(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
