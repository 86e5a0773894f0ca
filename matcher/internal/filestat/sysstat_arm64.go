package filestat

// sysStatAt is the number of fstatat(2).
const sysStatAt = 79
