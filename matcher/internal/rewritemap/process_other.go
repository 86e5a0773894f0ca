//go:build !unix

package rewritemap

import (
	"errors"
	"os"
	"syscall"
)

// processAttributes refuses to run a process as somebody else.
func processAttributes(name, _ string) (*syscall.SysProcAttr, error) {
	if name != "" {
		return nil, errors.New("programs cannot be run as another user on this system")
	}
	return nil, nil //nolint:nilnil // no attributes are needed
}

// killProcesses kills p.
func killProcesses(p *os.Process) { _ = p.Kill() }
