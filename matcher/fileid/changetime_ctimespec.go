//go:build darwin || freebsd || netbsd

package fileid

import "syscall"

// changeTime returns the time of the last status change, in nanoseconds.
func changeTime(st *syscall.Stat_t) int64 { return st.Ctimespec.Nano() }
