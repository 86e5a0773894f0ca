package filestat

import "syscall"

// sysStatAt is the number of fstatat(2).
const sysStatAt = syscall.SYS_FSTATAT
