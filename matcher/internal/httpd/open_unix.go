//go:build unix

package httpd

import (
	"os"
	"syscall"
)

// openFile opens the machine's file at name. It does not wait for somebody to
// write where that is a pipe.
func openFile(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}
