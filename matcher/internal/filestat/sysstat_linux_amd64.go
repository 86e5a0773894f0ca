package filestat

import "syscall"

// sysStatAt is the number of newfstatat(2).
const sysStatAt = syscall.SYS_NEWFSTATAT
